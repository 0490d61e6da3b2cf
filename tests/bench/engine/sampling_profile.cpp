#include "tests/bench/engine/sampling_profile.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <climits>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

namespace fitd::bench {
namespace {

constexpr std::size_t kMaxSamples = 1 << 20;
std::array<std::uintptr_t, kMaxSamples> samples;
std::atomic<std::size_t> num_samples = 0;

void Sample(int, siginfo_t*, void* context) {
  const auto* user = static_cast<const ucontext_t*>(context);
  const std::size_t at = num_samples.load(std::memory_order_relaxed);
  if (at == kMaxSamples) return;
#if defined(__x86_64__)
  samples[at] = static_cast<std::uintptr_t>(user->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
  samples[at] = static_cast<std::uintptr_t>(user->uc_mcontext.pc);
#endif
  num_samples.store(at + 1, std::memory_order_relaxed);
}

void SetTimer(int microseconds) {
  const itimerval timer{{0, microseconds}, {0, microseconds}};
  setitimer(ITIMER_PROF, &timer, nullptr);
}

std::uintptr_t LoadAddress() {
  std::uintptr_t base = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* out) {
        *static_cast<std::uintptr_t*>(out) = info->dlpi_addr;
        return 1;  // the program comes first
      },
      &base);
  return base;
}

// "fitd::(anonymous namespace)::Estimator::Value(int)" as "Estimator::Value".
std::string ShortName(std::string name) {
  for (const std::string cut : {"(anonymous namespace)::", "fitd::"}) {
    for (std::size_t at = name.find(cut); at != std::string::npos; at = name.find(cut)) name.erase(at, cut.size());
  }
  const std::size_t parameters = name.find('(');
  return parameters == 0 || parameters == std::string::npos ? name : name.substr(0, parameters);
}

using CountByAddress = std::map<std::uintptr_t, std::size_t>;
using CountByName = std::map<std::string, std::size_t>;

// One run of addr2line for all addresses of the program itself.
void NameOwnRoutines(const CountByAddress& own, CountByName* counts) {
  char self[PATH_MAX] = {};
  if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0) return;
  const std::filesystem::path list =
      std::filesystem::temp_directory_path() / ("fitd-profile-" + std::to_string(getpid()));
  const std::uintptr_t base = LoadAddress();
  {
    std::ofstream out(list);
    for (const auto& [address, count] : own) out << std::hex << address - base << '\n';
  }
  const std::string command = "addr2line -fC -e '" + std::string(self) + "' <'" + list.string() + "'";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe != nullptr) {
    char line[4096];
    for (auto sample = own.begin(); sample != own.end() && fgets(line, sizeof(line), pipe) != nullptr; ++sample) {
      std::string name(line);
      name.resize(name.find_last_not_of('\n') + 1);
      (*counts)[ShortName(name)] += sample->second;
      if (fgets(line, sizeof(line), pipe) == nullptr) break;  // file and line
    }
    pclose(pipe);
  }
  std::filesystem::remove(list);
}

}  // namespace

SamplingProfile::SamplingProfile() {
  num_samples = 0;
  struct sigaction action = {};
  action.sa_sigaction = Sample;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigaction(SIGPROF, &action, nullptr);
  SetTimer(500);
}

SamplingProfile::~SamplingProfile() {
  SetTimer(0);
}

std::vector<SamplingProfile::Routine> SamplingProfile::Stop() {
  SetTimer(0);
  const std::size_t total = num_samples;
  CountByAddress own;
  CountByName counts;
  Dl_info program{};
  dladdr(reinterpret_cast<void*>(&LoadAddress), &program);
  for (std::size_t i = 0; i < total; ++i) {
    Dl_info info{};
    if (dladdr(reinterpret_cast<void*>(samples[i]), &info) == 0) {
      ++counts["(kernel interface)"];
    } else if (info.dli_fbase == program.dli_fbase) {
      ++own[samples[i]];
    } else {
      const std::string library = std::filesystem::path(info.dli_fname).filename().string();
      ++counts[library.substr(0, library.find('.'))];
    }
  }
  NameOwnRoutines(own, &counts);
  std::vector<Routine> routines;
  for (const auto& [name, count] : counts) {
    routines.push_back({name, static_cast<double>(count) / static_cast<double>(total)});
  }
  std::stable_sort(routines.begin(), routines.end(),
                   [](const Routine& a, const Routine& b) { return a.share > b.share; });
  return routines;
}

}  // namespace fitd::bench
