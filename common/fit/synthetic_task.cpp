#include "common/fit/synthetic_task.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <new>
#include <stdexcept>

#include "common/archive.h"
#include "common/checksum.h"

namespace fitd {

template <class Archive>
void serialize(Archive& ar, SyntheticOptions::Script& s) {
  ar(s.target, s.misdeed, s.times);
}
template <class Archive>
void serialize(Archive& ar, SyntheticOptions& o) {
  ar(o.seconds_per_target, o.cost_is_first_value, o.result_bytes, o.no_checksum, o.scripts, o.marker_dir,
     o.fail_prepare);
}

namespace {

double ThreadCpuSeconds() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

void Spin(double seconds) {
  if (seconds <= 0) return;
  const double end = ThreadCpuSeconds() + seconds;
  while (ThreadCpuSeconds() < end) {
  }
}

void SpinForEver() {
  volatile bool for_ever = true;
  while (for_ever) {
  }
}

// Allocates under a limit of this process's own, so that the machine never runs out.
void HoardMemory() {
  rlimit limit{};
  ::getrlimit(RLIMIT_DATA, &limit);
  limit.rlim_cur = std::min(limit.rlim_cur, std::min<rlim_t>(limit.rlim_max, rlim_t{64} << 20));
  ::setrlimit(RLIMIT_DATA, &limit);
  std::vector<std::vector<char>> hoard;
  while (true) hoard.emplace_back(std::size_t{1} << 20, 'x');
}

void Chatter() {
  const std::string line(199, 'c');
  for (int i = 0; i < 20000; ++i) {
    const std::string text = line + "\n";
    [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
  }
}

void Commit(Misdeed misdeed) {
  switch (misdeed) {
    case Misdeed::kNone:
      return;
    case Misdeed::kSegv:
      ::raise(SIGSEGV);
      return;
    case Misdeed::kAbort:
      std::abort();
    case Misdeed::kExit0:
      ::_exit(0);
    case Misdeed::kExit3:
      ::_exit(3);
    case Misdeed::kKill:
      ::raise(SIGKILL);
      return;
    case Misdeed::kHang:
      SpinForEver();
      return;
    case Misdeed::kStop:
      ::raise(SIGSTOP);
      return;
    case Misdeed::kOutOfMemory:
      HoardMemory();
      return;
    case Misdeed::kThrow:
      throw std::runtime_error("synthetic misdeed");
    case Misdeed::kChatter:
      Chatter();
      return;
  }
}

class SyntheticTask final : public TargetTask {
 public:
  Status Prepare(std::string_view context) override {
    FITD_RETURN_IF_ERROR(Decode(context, options_, "synthetic context"));
    if (options_.fail_prepare) return {StatusCode::kInvalidInput, "synthetic task told to fail its preparation"};
    return OkStatus();
  }

  std::string Run(std::span<const SeriesView> group) override {
    for (const SeriesView& s : group) {
      if (!options_.scripts.empty()) PlayScript(s.id);
      const double cost = options_.cost_is_first_value && !s.values.empty() ? s.values[0] : options_.seconds_per_target;
      Spin(cost);
    }
    if (options_.no_checksum) return std::string(std::max<std::size_t>(options_.result_bytes, 16) * group.size(), '\0');
    return SyntheticRecord(group, options_.result_bytes);
  }

 private:
  void PlayScript(std::string_view id) const {
    for (const SyntheticOptions::Script& script : options_.scripts) {
      if (script.target == id && (script.times == 0 || CountAttempt(script) < script.times)) Commit(script.misdeed);
    }
  }

  // How often the target was tried before, by this or any other process.
  std::uint32_t CountAttempt(const SyntheticOptions::Script& script) const {
    for (std::uint32_t n = 0; n < script.times; ++n) {
      const std::string path = options_.marker_dir + "/" + script.target + "." + std::to_string(n);
      const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
      if (fd < 0) continue;
      ::close(fd);
      return n;
    }
    return script.times;
  }

  SyntheticOptions options_;
};

}  // namespace

std::string EncodeSyntheticContext(const SyntheticOptions& options) {
  return Encode(options);
}

std::string SyntheticRecord(std::span<const SeriesView> group, std::uint32_t result_bytes) {
  const std::size_t each = std::max<std::size_t>(result_bytes, 16);
  std::string record(each * group.size(), '\0');
  for (std::size_t i = 0; i < group.size(); ++i) {
    const std::string_view values(reinterpret_cast<const char*>(group[i].values.data()), group[i].values.size_bytes());
    const std::uint64_t words[2] = {Checksum64(values, Checksum64(group[i].id)), group[i].values.size()};
    std::memcpy(record.data() + i * each, words, sizeof(words));
  }
  return record;
}

std::unique_ptr<TargetTask> MakeSyntheticTask() {
  return std::make_unique<SyntheticTask>();
}

}  // namespace fitd
