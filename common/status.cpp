#include "common/status.h"

#include <cerrno>
#include <system_error>

namespace fitd {
namespace {

// Both ways: of several codes with one exit code, the first is what the exit code stands for.
constexpr std::pair<StatusCode, int> kExitCodes[] = {
    {StatusCode::kOk, 0},         {StatusCode::kUsage, 64},        {StatusCode::kInvalidInput, 65},
    {StatusCode::kCorrupt, 65},   {StatusCode::kNotFound, 66},     {StatusCode::kUnavailable, 69},
    {StatusCode::kTimeout, 69},   {StatusCode::kInternal, 70},     {StatusCode::kWorkerLost, 70},
    {StatusCode::kCancelled, 70}, {StatusCode::kCannotCreate, 73}, {StatusCode::kIo, 74},
    {StatusCode::kBusy, 75},      {StatusCode::kPermission, 77},   {StatusCode::kBadConfig, 78},
};

}  // namespace

Status::Status(StatusCode code, std::string message)
    : rep_(code == StatusCode::kOk ? nullptr : std::make_shared<const Rep>(Rep{code, std::move(message)})) {}

const std::string& Status::message() const {
  static const std::string kEmpty;
  return rep_ ? rep_->message : kEmpty;
}

Status Status::WithContext(std::string_view context) const {
  if (ok()) return *this;
  return {rep_->code, std::string(context) + ": " + rep_->message};
}

Status StatusFromErrno(int error, std::string_view context) {
  StatusCode code = StatusCode::kIo;
  if (error == EACCES || error == EPERM) code = StatusCode::kPermission;
  if (error == ENOENT || error == ENOTDIR || error == ELOOP) code = StatusCode::kNotFound;
  if (error == ENOMEM) code = StatusCode::kInternal;
  std::string message = std::string(context) + ": " + std::generic_category().message(error);
  if (error == ENOSPC || error == EDQUOT) message += "; free some space on that file system";
  if (error == ENFILE) message += "; raise the system's limit on open files (sysctl fs.file-max)";
  if (error == EMFILE) message += "; raise the limit on open files (ulimit -n, LimitNOFILE=)";
  if (error == EFBIG) message += "; raise the limit on the size of files (ulimit -f, LimitFSIZE=)";
  if (error == ENOMEM)
    message += "; raise the limit on memory (ulimit -v, ulimit -d, LimitAS=, LimitDATA=, MemoryMax=)";
  return {code, std::move(message)};
}

int ExitCode(const Status& status) {
  return ExitCode(status.code());
}

int ExitCode(StatusCode code) {
  for (const auto& [one, exit] : kExitCodes) {
    if (one == code) return exit;
  }
  return ExitCode(StatusCode::kInternal);
}

StatusCode CodeOfExit(int exit_code) {
  for (const auto& [code, exit] : kExitCodes) {
    if (exit == exit_code) return code;
  }
  return StatusCode::kInternal;
}

}  // namespace fitd
