# make demo: install what is missing, build, train on generated telemetry with every physical core, show a forecast.
# make test: install what is missing, build, run every test. A fresh Debian 12 needs make (and git to fetch this) for it,
# and root or sudo when something is missing.
SHELL := /bin/bash

BUILD_PACKAGES := g++ cmake ninja-build ccache pkg-config libboost-dev libboost-filesystem-dev libboost-system-dev \
  libcereal-dev libspdlog-dev libfmt-dev libeigen3-dev libsqlite3-dev libtomlplusplus-dev libcli11-dev \
  nlohmann-json3-dev libhwloc-dev libhowardhinnant-date-dev zlib1g-dev libzstd-dev libxxhash-dev libsystemd-dev \
  libhwy-dev python3 python3-dev pybind11-dev
TEST_PACKAGES := $(BUILD_PACKAGES) libgtest-dev libgmock-dev libbenchmark-dev sqlite3 zstd gzip curl \
  python3-numpy python3-pandas python3-statsmodels python3-joblib python3-multiprocess \
  clang libclang-rt-14-dev systemd systemd-container dbus dpkg-dev file fakeroot man-db procps passwd prometheus lintian r-base-core \
  chromium chromium-driver python3-selenium slurmctld slurmd slurm-client parallel

DEB_PACKAGES := $(BUILD_PACKAGES) dpkg-dev file fakeroot

JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 5
FITD := build/release/bin/fitd
DEMO := build/demo

.PHONY: all build deb demo test test-packages build-packages asan tsan fuzz format tidy install clean

all: build

# Installs the packages named in $(1) that are not there yet; says what to do where it cannot. A package whose triggers an
# interrupted installation of another left pending is there.
define install_packages
	@missing=$$(for p in $(1); do \
	  dpkg-query -W -f='$${db:Status-Status}' $$p 2>/dev/null | grep -qxE 'installed|triggers-(pending|awaited)' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then sudo=; \
	  elif command -v sudo >/dev/null; then sudo=sudo; \
	  else \
	    echo "make: packages are missing, and installing them takes root or sudo. As root:" >&2; \
	    echo "  apt-get update && apt-get install -y --no-install-recommends" $$missing >&2; \
	    echo "then run make again, as any user." >&2; \
	    exit 1; \
	  fi; \
	  echo "installing:" $$missing; \
	  $$sudo apt-get update -qq && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null || { \
	    [ -z "$$(dpkg --audit 2>/dev/null)" ] || \
	      echo "make: an installation was interrupted; as root: dpkg --configure -a; apt-get install -f" >&2; \
	    echo "make: apt-get could not install them; as root: apt-get install -y --no-install-recommends" $$missing >&2; \
	    exit 1; \
	  }; \
	fi
endef

build-packages:
	$(call install_packages,$(BUILD_PACKAGES))

test-packages:
	$(call install_packages,$(TEST_PACKAGES))

build: build-packages
	cmake --preset release -DFITD_TESTS=OFF >/dev/null
	cmake --build --preset release -j $(JOBS)

# build/package/fitd_VERSION_ARCH.deb: executables, units, users, manual pages, completions.
deb: build
	$(call install_packages,$(DEB_PACKAGES))
	cd build/release && cpack -G DEB -B ../package
	@ls build/package/*.deb

demo: build
	rm -rf $(DEMO) && mkdir -p $(DEMO)
	$(FITD) sample --targets 100 --length 400 --seed 7 --frequency 1h > $(DEMO)/telemetry.csv
	$(FITD) train $(DEMO)/telemetry.csv --store $(DEMO)/telemetry.db
	$(FITD) forecast --store $(DEMO)/telemetry.db --horizon 6 --target host000.cpu --target host000.latency_ms
	$(FITD) plot --store $(DEMO)/telemetry.db --target host000.cpu --text
	@$(FITD) report --store $(DEMO)/telemetry.db -o $(DEMO)/report.html 2>/dev/null
	@echo "The report is in $(CURDIR)/$(DEMO)/report.html: open it in a browser."

# From nothing with the files of a room together (FITD_UNITY); a build/dev that is there keeps its choice. Two tests more
# than there are cores: containers, Slurm and workers that hang are mostly waited for.
test: test-packages
	cmake --preset dev $(if $(wildcard build/dev/CMakeCache.txt),,-DFITD_UNITY=ON) >/dev/null
	cmake --build --preset dev -j $(JOBS)
	ctest --preset dev -j $$(($(JOBS) + 2))
	$(MAKE) --no-print-directory fuzz

asan tsan:
	cmake --preset $@ >/dev/null
	cmake --build --preset $@ -j $(JOBS)
	ctest --preset $@

# Every fuzzer for FUZZ_SECONDS.
fuzz:
	cmake --preset fuzz -DFITD_FUZZ_SECONDS=$(FUZZ_SECONDS) >/dev/null
	cmake --build --preset fuzz -j $(JOBS) --target fuzzers
	cd build/fuzz && ctest -L fuzz --output-on-failure -j $(JOBS)

format:
	clang-format -i $$(git ls-files '*.cpp' '*.h')

# Over whole rooms at once (FITD_UNITY): most of the time goes into the headers of libraries, ten times less often so.
tidy:
	cmake --preset dev -B build/tidy -DFITD_UNITY=ON >/dev/null
	cmake --build build/tidy --target fitd_daemon_ui_pages fitd_daemon_report_pages \
	  worker/python/include/worker/python/fitd_host_bytecode.h
	run-clang-tidy -quiet -p build/tidy -j $(JOBS) -checks=-bugprone-suspicious-include \
	  '^$(CURDIR)/((build/tidy/)?(common|ipc|worker|daemon)/|build/tidy/CMakeFiles/fitd_together)'

install: build
	cmake --install build/release

clean:
	rm -rf build
