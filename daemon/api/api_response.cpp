#include "daemon/api/api_response.h"

#include <nlohmann/json.hpp>

namespace fitd {
namespace {

using nlohmann::json;

const char* CodeName(StatusCode code) {
  switch (code) {
    case StatusCode::kUsage:
      return "usage";
    case StatusCode::kInvalidInput:
    case StatusCode::kCorrupt:
      return "invalid";
    case StatusCode::kNotFound:
      return "not_found";
    case StatusCode::kUnavailable:
    case StatusCode::kTimeout:
      return "unavailable";
    case StatusCode::kBusy:
      return "busy";
    case StatusCode::kPermission:
      return "permission";
    case StatusCode::kBadConfig:
      return "bad_config";
    case StatusCode::kIo:
    case StatusCode::kCannotCreate:
      return "io";
    default:
      return "internal";
  }
}

}  // namespace

ApiResponse Json(int status, const json& value) {
  ApiResponse response;
  response.status = status;
  response.body = value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  return response;
}

int HttpStatus(const Status& status) {
  switch (status.code()) {
    case StatusCode::kOk:
      return 200;
    case StatusCode::kUsage:
      return 400;
    case StatusCode::kNotFound:
      return 404;
    case StatusCode::kPermission:
      return 403;
    case StatusCode::kInvalidInput:
      return 409;
    case StatusCode::kBadConfig:
    case StatusCode::kCorrupt:
      return 422;
    case StatusCode::kBusy:
      return 503;
    case StatusCode::kTimeout:
      return 504;
    default:
      return 500;
  }
}

ApiResponse ErrorResponse(int http_status, const Status& status) {
  return Json(
      http_status,
      {{"error", {{"code", CodeName(status.code())}, {"exit", ExitCode(status)}, {"message", status.message()}}}});
}

}  // namespace fitd
