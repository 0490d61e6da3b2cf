#include "ipc/child_process.h"

// Boost offers use_vfork only to pre-2008 POSIX; Linux has it all the same.
#define BOOST_POSIX_HAS_VFORK 1

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/posix.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "ipc/before_exec.h"

namespace fitd {
namespace bp = boost::process;
namespace {

constexpr int kSocketInChild = 3;
constexpr unsigned kCloseRangeCloexec = 1U << 2;

// Everything the child does between fork and exec, prepared so that it only makes system calls: with vfork it runs on
// the parent's memory, with fork in a copy whose other threads are gone.
struct ChildSetup {
  int socket = -1;
  int dev_null = -1;
  int output = -1;
  int stdout_fd = -1;
  int error_pipe = -1;
  int cgroup_procs = -1;
  pid_t parent = -1;
  std::vector<unsigned long> cpu_mask;  // empty: not pinned
  std::string oom_score_adj;
  std::string folder;
  std::uint64_t data_limit_bytes = 0;

  // Never returns after a failure: the step and errno go to the parent through the error pipe.
  [[noreturn]] void Fail(int step) const {
    const std::array<int, 2> report{step, errno};
    [[maybe_unused]] const ssize_t n = ::write(error_pipe, report.data(), sizeof(report));
    ::_exit(127);
  }

  void Run() const {
    ::setpgid(0, 0);
    if (!DieWithParent(parent)) Fail(0);
    if (!folder.empty() && ::chdir(folder.c_str()) != 0) Fail(6);
    if (cgroup_procs >= 0 && ::write(cgroup_procs, "0", 1) != 1) Fail(1);
    if (!cpu_mask.empty() && ::sched_setaffinity(0, cpu_mask.size() * sizeof(unsigned long),
                                                 reinterpret_cast<const cpu_set_t*>(cpu_mask.data())) != 0) {
      Fail(2);
    }
    RaiseOomScore();
    if (data_limit_bytes > 0) {
      const rlimit limit{data_limit_bytes, data_limit_bytes};
      if (::setrlimit(RLIMIT_DATA, &limit) != 0) Fail(3);
    }
    PlaceDescriptors();
    ResetSignals();
  }

  // Best effort: a container may forbid it, and the worker works all the same.
  void RaiseOomScore() const {
    const int fd = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    [[maybe_unused]] const ssize_t n = ::write(fd, oom_score_adj.data(), oom_score_adj.size());
    ::close(fd);
  }

  // All sources are above 9 (see AboveStandard), so no dup2 overwrites one that is still needed.
  void PlaceDescriptors() const {
    if (::dup2(dev_null, 0) < 0 || ::dup2(stdout_fd, 1) < 0 || ::dup2(output, 2) < 0 ||
        ::dup2(socket, kSocketInChild) < 0) {
      Fail(4);
    }
    if (::syscall(SYS_close_range, kSocketInChild + 1, ~0U, kCloseRangeCloexec) != 0) Fail(5);
  }
};

const char* StepName(int step) {
  constexpr std::array kNames = {
      "ask to die with its parent", "join its cgroup",         "pin itself to its CPU", "set its memory limit",
      "place its descriptors",      "close other descriptors", "enter its folder"};
  return step >= 0 && step < static_cast<int>(kNames.size()) ? kNames[static_cast<std::size_t>(step)] : "start";
}

struct SetupHandler : bp::extend::handler {
  SetupHandler(const ChildSetup* s, char** e, pid_t* failed) : setup(s), environment(e), failed_child(failed) {}
  template <class Executor>
  void on_setup(Executor& executor) const {
    executor.env = environment;
  }
  template <class Executor>
  void on_exec_setup(Executor&) const {
    setup->Run();
  }
  // In the parent, after a failed exec: Boost forgets the child without always reaping it.
  template <class Executor>
  void on_error(Executor& executor, const std::error_code&) const {
    *failed_child = executor.pid;
  }
  const ChildSetup* setup;
  char** environment;
  pid_t* failed_child;
};

// Blocks every signal while a child that shares our memory or our handlers exists.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

Result<std::pair<UniqueFd, UniqueFd>> MakePipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return StatusFromErrno(errno, "cannot create a pipe for a child");
  return std::pair(UniqueFd(fds[0]), UniqueFd(fds[1]));
}

// A close-on-exec duplicate above the numbers the child rearranges.
UniqueFd AboveStandard(int fd) {
  return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 10));
}

std::vector<unsigned long> CpuMask(int cpu) {
  if (cpu < 0) return {};
  constexpr std::size_t kBits = 8 * sizeof(unsigned long);
  std::vector<unsigned long> mask(std::max<std::size_t>(static_cast<std::size_t>(cpu) / kBits + 1, 16), 0);
  mask[static_cast<std::size_t>(cpu) / kBits] |= 1UL << (static_cast<std::size_t>(cpu) % kBits);
  return mask;
}

// The parent's environment with some variables set. Boost's own reads beyond the end of short variables (1.74).
class ChildEnvironment {
 public:
  explicit ChildEnvironment(const SpawnOptions& options) {
    for (char** entry = ::environ; *entry != nullptr; ++entry) entries_.emplace_back(*entry);
    // One worker is one core: a BLAS that starts threads of its own would take its neighbours'.
    for (const char* name : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"}) Set(name, "1");
    for (const auto& [name, value] : options.env) Set(name, value);
    for (std::string& entry : entries_) pointers_.push_back(entry.data());
    pointers_.push_back(nullptr);
  }
  char** block() { return pointers_.data(); }

 private:
  void Set(const std::string& name, const std::string& value) {
    std::erase_if(entries_, [&](const std::string& entry) { return entry.starts_with(name + "="); });
    entries_.push_back(name + "=" + value);
  }

  std::vector<std::string> entries_;
  std::vector<char*> pointers_;
};

// Starts the child; its pid, or why there is none.
Result<pid_t> Launch(const SpawnOptions& options, const ChildSetup& setup) {
  try {
    std::error_code ec;
    pid_t failed_child = -1;
    ChildEnvironment environment(options);
    const SetupHandler handler(&setup, environment.block(), &failed_child);
    const AllSignalsBlocked blocked;
#if defined(__SANITIZE_THREAD__)
    bp::child child(bp::exe = options.executable, bp::args = options.args, handler, ec);
#else
    // vfork: the parent may hold gigabytes, whose page tables fork would copy while every worker waits.
    bp::child child(bp::exe = options.executable, bp::args = options.args, handler, ec, bp::posix::use_vfork);
#endif
    if (ec && failed_child > 0) ::waitpid(failed_child, nullptr, 0);
    if (ec.value() == EAGAIN) {
      return Status(StatusCode::kInternal, "cannot start " + options.executable + ": " + ec.message() +
                                               "; raise the limit on processes and threads (ulimit -u, TasksMax=)");
    }
    if (ec) return StatusFromErrno(ec.value(), "cannot start " + options.executable);
    const pid_t pid = child.id();
    child.detach();
    return pid;
  } catch (const std::exception& e) {
    return Status(StatusCode::kInternal, "cannot start " + options.executable + ": " + e.what());
  }
}

double Seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
}

}  // namespace

Result<ChildProcess> ChildProcess::Spawn(const SpawnOptions& options, UniqueFd socket) {
  FITD_ASSIGN_OR_RETURN(auto output, MakePipe());
  FITD_ASSIGN_OR_RETURN(auto error, MakePipe());
  const UniqueFd dev_null_low(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const UniqueFd dev_null = AboveStandard(dev_null_low.get());
  const UniqueFd child_socket = AboveStandard(socket.get());
  const UniqueFd child_output = AboveStandard(output.second.get());
  const UniqueFd child_stdout = AboveStandard(options.stdout_fd < 0 ? output.second.get() : options.stdout_fd);
  UniqueFd child_error = AboveStandard(error.second.get());
  UniqueFd cgroup;
  if (!options.cgroup_dir.empty()) {
    cgroup = UniqueFd(::open((options.cgroup_dir + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
    if (!cgroup.valid()) return StatusFromErrno(errno, "cannot open " + options.cgroup_dir + "/cgroup.procs");
  }
  if (!dev_null.valid() || !child_socket.valid() || !child_output.valid() || !child_stdout.valid() ||
      !child_error.valid()) {
    return StatusFromErrno(errno, "cannot prepare the descriptors of a child");
  }
  ChildSetup setup;
  setup.socket = child_socket.get();
  setup.dev_null = dev_null.get();
  setup.output = child_output.get();
  setup.stdout_fd = child_stdout.get();
  setup.error_pipe = child_error.get();
  setup.cgroup_procs = cgroup.get();
  setup.parent = ::getpid();
  setup.cpu_mask = CpuMask(options.cpu);
  setup.oom_score_adj = std::to_string(options.oom_score_adj);
  setup.folder = options.folder;
  setup.data_limit_bytes = options.data_limit_bytes;
  FITD_ASSIGN_OR_RETURN(const pid_t pid, Launch(options, setup));

  // From here on an early return kills and reaps the child.
  ChildProcess process(pid, UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))), std::move(output.first));
  if (!process.pidfd_.valid()) return StatusFromErrno(errno, "cannot watch pid " + std::to_string(pid));
  child_error.Reset();
  error.second.Reset();
  std::array<int, 2> report{};
  ssize_t n = 0;
  do n = ::read(error.first.get(), report.data(), sizeof(report));
  while (n < 0 && errno == EINTR);
  if (n == static_cast<ssize_t>(sizeof(report))) {
    return StatusFromErrno(report[1], options.executable + " cannot " + StepName(report[0]) +
                                          (report[0] == 2 ? " " + std::to_string(options.cpu) : ""));
  }
  ::fcntl(process.stderr_.get(), F_SETFL, O_RDONLY | O_NONBLOCK);
  return process;
}

ChildProcess::ChildProcess(pid_t pid, UniqueFd pidfd, UniqueFd stderr_pipe)
    : pid_(pid), pidfd_(std::move(pidfd)), stderr_(std::move(stderr_pipe)) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::move(other.pidfd_)),
      stderr_(std::move(other.stderr_)),
      report_(other.report_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    if (pid_ > 0) Reap();
    pid_ = std::exchange(other.pid_, -1);
    pidfd_ = std::move(other.pidfd_);
    stderr_ = std::move(other.stderr_);
    report_ = other.report_;
  }
  return *this;
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) Reap();
}

void ChildProcess::Kill(int signal) {
  if (pid_ > 0 && !report_) ::kill(pid_, signal);
}

std::optional<ExitReport> ChildProcess::TryReap() {
  return WaitFor(WNOHANG);
}

ExitReport ChildProcess::Reap() {
  Kill(SIGKILL);
  return WaitFor(0).value_or(ExitReport{});
}

std::optional<ExitReport> ChildProcess::WaitFor(int flags) {
  if (report_ || pid_ <= 0) return report_;
  // While the dead worker is a zombie its number means nobody else: whatever it has started goes with it.
  siginfo_t dead{};
  int failed = 0;
  do failed = ::waitid(P_PID, static_cast<id_t>(pid_), &dead, WEXITED | WNOWAIT | flags);
  while (failed != 0 && errno == EINTR);
  if (failed == 0 && dead.si_pid == pid_) ::kill(-pid_, SIGKILL);
  int status = 0;
  rusage usage{};
  pid_t got = 0;
  do got = ::wait4(pid_, &status, flags, &usage);
  while (got < 0 && errno == EINTR);
  if (got == 0) return std::nullopt;
  ExitReport report;
  if (got == pid_) {
    report = ExitReportOf(status);
    report.user_seconds = Seconds(usage.ru_utime);
    report.system_seconds = Seconds(usage.ru_stime);
  }
  report_ = report;
  return report_;
}

}  // namespace fitd
