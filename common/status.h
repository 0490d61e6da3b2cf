// How every fallible call in fitd reports: a code to decide by and a sentence that names the thing and the remedy.
// Any process, any thread. Values; cheap to copy when OK.
#pragma once

#include <cassert>
#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace fitd {

// What the caller can decide by. Never stored, but sent between the processes of one build (StageFailedMessage).
enum class StatusCode {
  kOk,
  kUsage,         // the command line is wrong (exit 64)
  kInvalidInput,  // data that cannot be used (65)
  kNotFound,      // an input that is not there (66)
  kUnavailable,   // the daemon does not answer (69)
  kInternal,      // a broken promise of our own (70)
  kCannotCreate,  // the store cannot be created (73)
  kIo,            // disk full, I/O error (74)
  kBusy,          // try again later (75)
  kPermission,    // not allowed (77)
  kBadConfig,     // a job file that does not validate (78)
  kCorrupt,       // bytes that are not what they claim to be (65 for files)
  kTimeout,       // an answer that did not come in time (69)
  kWorkerLost,    // a worker died or lied (70)
  kCancelled,     // somebody asked for it (70; a command that a signal ends exits with 128+n)
};

class [[nodiscard]] Status {
 public:
  Status() = default;  // OK
  Status(StatusCode code, std::string message);

  bool ok() const { return rep_ == nullptr; }
  StatusCode code() const { return rep_ ? rep_->code : StatusCode::kOk; }
  const std::string& message() const;

  // The same status with "context: " put before its message; OK stays OK.
  Status WithContext(std::string_view context) const;

 private:
  struct Rep {
    StatusCode code;
    std::string message;
  };
  std::shared_ptr<const Rep> rep_;
};

inline Status OkStatus() {
  return {};
}

// "context: strerror(error)"; EACCES and EPERM are kPermission, ENOENT, ENOTDIR and ELOOP kNotFound, others kIo.
Status StatusFromErrno(int error, std::string_view context);

// A value or the reason why there is none. Taking the value of a failed result is a programming error (assert).
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Status status) : state_(std::move(status)) {
    assert(!std::get<Status>(state_).ok());
    // Without the assertion it would be passed on as a success that has no value.
    if (std::get<Status>(state_).ok()) state_ = Status(StatusCode::kInternal, "a result without a value");
  }

  bool ok() const { return std::holds_alternative<T>(state_); }
  Status status() const { return ok() ? Status() : std::get<Status>(state_); }

  T& value() & { return std::get<T>(state_); }
  const T& value() const& { return std::get<T>(state_); }
  T&& value() && { return std::get<T>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Status> state_;
};

// Exit codes that are no Status.
inline constexpr int kExitSomeFailed = 3;  // finished, some targets failed
// All that could be made or printed was.
constexpr bool EndedWell(int exit_code) {
  return exit_code == 0 || exit_code == kExitSomeFailed;
}

// Process exit code of a status or code (sysexits; the contract of the command line), and the code that an exit code of
// another fitd process stands for: kOk for 0, kInternal for what no status has.
int ExitCode(const Status& status);
int ExitCode(StatusCode code);
StatusCode CodeOfExit(int exit_code);

}  // namespace fitd

#define FITD_CONCAT_(a, b) a##b
#define FITD_CONCAT(a, b) FITD_CONCAT_(a, b)
// Returns from the enclosing function when `expr` (a Status) is not OK.
#define FITD_RETURN_IF_ERROR(expr)                                      \
  do {                                                                  \
    if (::fitd::Status fitd_s_ = (expr); !fitd_s_.ok()) return fitd_s_; \
  } while (false)
// FITD_ASSIGN_OR_RETURN(auto x, F()): x is F()'s value, or the enclosing function returns its status.
#define FITD_ASSIGN_OR_RETURN(lhs, expr) FITD_ASSIGN_OR_RETURN_(FITD_CONCAT(fitd_r_, __LINE__), lhs, expr)
// NOLINTBEGIN(bugprone-macro-parentheses): lhs may be a declaration, which parentheses would break.
#define FITD_ASSIGN_OR_RETURN_(tmp, lhs, expr) \
  auto tmp = (expr);                           \
  if (!tmp.ok()) return tmp.status();          \
  lhs = std::move(tmp).value()
// NOLINTEND(bugprone-macro-parentheses)
