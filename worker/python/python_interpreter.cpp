#include "worker/python/python_interpreter.h"

#include <Python.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

#include "ipc/worker_exit.h"

namespace fitd {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kEndSeconds = 5;  // numpy takes 0.03 s, pandas 0.15 s
constexpr auto kTrackersEnd = std::chrono::seconds(1);

// "3.11" of a version such as 3.11.2.
std::string MajorMinor(const std::string& version) {
  return version.substr(0, version.find('.', version.find('.') + 1));
}

// A virtual environment says in pyvenv.cfg which Python it was made by; its packages only load into that version.
Status CheckVersion(const fs::path& config) {
  std::ifstream file(config);
  for (std::string line; std::getline(file, line);) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || !line.starts_with("version")) continue;
    const std::size_t begin = line.find_first_not_of(' ', equals + 1);
    const std::string version = begin == std::string::npos ? "" : line.substr(begin);
    if (MajorMinor(version) == MajorMinor(PY_VERSION)) return {};
    return {StatusCode::kBadConfig, "the virtual environment " + config.parent_path().string() + " is of Python " +
                                        version + ", this fitd embeds " PY_VERSION "; make it with python" +
                                        MajorMinor(PY_VERSION) + " -m venv"};
  }
  return {};
}

std::string FindEnvironment(const std::vector<std::string>& python_path) {
  std::error_code error;
  for (const std::string& folder : python_path) {
    if (fs::exists(fs::path(folder) / "pyvenv.cfg", error)) return folder;
  }
  if (std::getenv("FITD_PYTHON") != nullptr) return {};
  const char* environment = std::getenv("VIRTUAL_ENV");
  return environment != nullptr ? environment : "";
}

// A path, or a name that is looked for in PATH as Python itself does.
bool IsProgram(const std::string& name) {
  const auto is = [](const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos) return is(name);
  const char* const folders = std::getenv("PATH");
  std::istringstream path(folders != nullptr ? folders : "/usr/bin:/bin");
  for (std::string folder; std::getline(path, folder, ':');) {
    if (is(fs::path(folder) / name)) return true;
  }
  return false;
}

// What the program says that it is: "3.11"; empty: no Python. Python itself takes a program that is none for a sign to
// look for its packages elsewhere.
std::string VersionOf(const std::string& program) {
  std::string quoted = "'";
  for (const char c : program) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  const std::string command =
      "exec " + quoted + "' -I -S -c 'import sys; print(\"python %d.%d\" % sys.version_info[:2])' 2>/dev/null";
  FILE* const answer = ::popen(command.c_str(), "re");
  if (answer == nullptr) return {};
  std::array<char, 64> line{};
  const bool read = std::fgets(line.data(), line.size(), answer) != nullptr;
  const bool ended_well = ::pclose(answer) == 0;
  const std::string_view text = line.data();
  constexpr std::string_view kName = "python ";
  if (!read || !ended_well || !text.starts_with(kName) || !text.ends_with('\n')) return {};
  return std::string(text.substr(kName.size(), text.size() - kName.size() - 1));
}

Status CheckGiven(const std::string& given) {
  const std::string what = "FITD_PYTHON=" + given;
  if (!IsProgram(given)) {
    return {StatusCode::kBadConfig, what + " names no program: give the path of a python3, or unset it"};
  }
  const std::string version = VersionOf(given);
  if (version == MajorMinor(PY_VERSION)) return {};
  return {StatusCode::kBadConfig,
          version.empty()
              ? what + " is no Python: give the path of a python3, or unset it"
              : what + " is Python " + version + ", this fitd embeds " PY_VERSION ", which its packages are not for"};
}

// The interpreter whose packages are used: its place is how Python finds them.
Result<std::string> FindExecutable(const std::vector<std::string>& python_path) {
  const std::string environment = FindEnvironment(python_path);
  if (!environment.empty()) {
    FITD_RETURN_IF_ERROR(CheckVersion(fs::path(environment) / "pyvenv.cfg"));
    return (fs::path(environment) / "bin" / "python3").string();
  }
  const char* given = std::getenv("FITD_PYTHON");
  if (given == nullptr) return std::string(FITD_PYTHON_EXECUTABLE);
  FITD_RETURN_IF_ERROR(CheckGiven(given));
  return std::string(given);
}

Status StatusOf(const PyStatus& status) {
  if (PyStatus_Exception(status) == 0) return {};
  return {StatusCode::kBadConfig,
          std::string("cannot start Python: ") + (status.err_msg != nullptr ? status.err_msg : "no reason given")};
}

Status Initialize(const std::string& executable) {
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.parse_argv = 0;
  config.install_signal_handlers = 0;  // the worker has its own
  config.buffered_stdio = 0;           // what a dying worker printed last is worth the most
  config.use_hash_seed = 1;            // the order of sets must not depend on the process
  config.hash_seed = 0;
  config.write_bytecode = 1;
  Status status = StatusOf(PyConfig_SetBytesString(&config, &config.executable, executable.c_str()));
  if (status.ok()) status = StatusOf(PyConfig_SetBytesString(&config, &config.program_name, executable.c_str()));
  if (status.ok()) status = StatusOf(Py_InitializeFromConfig(&config));
  PyConfig_Clear(&config);
  return status;
}

// Users' code hangs, or an extension does not survive the end: all they have returned is delivered. System calls only.
[[noreturn]] void EndAtOnce(int signal) {
  constexpr std::string_view kHangs =
      "fitd: Python did not end within 5 s (a thread that goes on, an atexit function) and is ended; files that users' "
      "code left open may lack their last lines\n";
  constexpr std::string_view kCrashes = "fitd: Python crashed while it ended; what it has fitted is saved\n";
  const std::string_view text = signal == SIGALRM ? kHangs : kCrashes;
  [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
  ::_exit(kWorkerExitOk);
}

void BoundTheEnd() {
  struct sigaction action {};
  action.sa_handler = &EndAtOnce;
  action.sa_flags = SA_ONSTACK;
  for (const int signal : {SIGALRM, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::sigaction(signal, &action, nullptr);
  sigset_t alarm;
  ::sigemptyset(&alarm);
  ::sigaddset(&alarm, SIGALRM);
  ::pthread_sigmask(SIG_UNBLOCK, &alarm, nullptr);
  ::alarm(kEndSeconds);
}

// They are told of the end by that of their pipe, which whatever else is left of this process's group has open, too.
// They ignore SIGTERM.
void AwaitTrackers(const PythonTrackers& trackers) {
  if (trackers.empty() || ::getpgrp() != ::getpid()) return;
  ::signal(SIGTERM, SIG_IGN);
  ::kill(0, SIGTERM);
  for (const auto& [fd, pid] : trackers) ::close(fd);
  const auto deadline = std::chrono::steady_clock::now() + kTrackersEnd;
  for (const auto& [fd, pid] : trackers) {
    while (::waitpid(pid, nullptr, WNOHANG) == 0 && std::chrono::steady_clock::now() < deadline) ::usleep(1000);
  }
}

}  // namespace

Status StartPython(const std::vector<std::string>& python_path) {
  if (Py_IsInitialized() != 0) return {};
  FITD_ASSIGN_OR_RETURN(const std::string executable, FindExecutable(python_path));
  return Initialize(executable).WithContext(executable);
}

void EndPython(const std::function<PythonTrackers()>& prepare) {
  // A crash from here on is none of a target; it would put its own handlers back later.
  PyObject* const handler = PyImport_ImportModule("faulthandler");
  Py_XDECREF(handler == nullptr ? nullptr : PyObject_CallMethod(handler, "disable", nullptr));
  Py_XDECREF(handler);
  PyErr_Clear();
  BoundTheEnd();
  const PythonTrackers trackers = prepare();
  Py_FinalizeEx();
  AwaitTrackers(trackers);
}

}  // namespace fitd
