#include "common/status.h"

#include <cerrno>
#include <system_error>

namespace fitd {

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
  std::string message = std::string(context) + ": " + std::generic_category().message(error);
  if (error == EMFILE) message += "; raise the limit on open files (ulimit -n, LimitNOFILE=)";
  return {code, std::move(message)};
}

int ExitCode(const Status& status) {
  switch (status.code()) {
    case StatusCode::kOk:
      return 0;
    case StatusCode::kUsage:
      return 64;
    case StatusCode::kInvalidInput:
    case StatusCode::kCorrupt:
      return 65;
    case StatusCode::kNotFound:
      return 66;
    case StatusCode::kUnavailable:
    case StatusCode::kTimeout:
      return 69;
    case StatusCode::kCannotCreate:
      return 73;
    case StatusCode::kIo:
      return 74;
    case StatusCode::kBusy:
      return 75;
    case StatusCode::kPermission:
      return 77;
    case StatusCode::kBadConfig:
      return 78;
    case StatusCode::kInternal:
    case StatusCode::kWorkerLost:
    case StatusCode::kCancelled:
      return 70;
  }
  return 70;
}

}  // namespace fitd
