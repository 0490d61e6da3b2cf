// The answer to a call. A value; daemon, loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "common/status.h"
#include "daemon/runs/query_runner.h"

namespace fitd {

struct ApiResponse {
  int status = 200;
  std::string allow;  // with 405: the method that the resource has
  std::string content_type = "application/json";
  std::string body;
  // Set: the body is a chunked stream of the events of `run`, from number `from` on.
  struct Stream {
    std::int64_t run = 0;
    std::uint64_t from = 0;
  };
  std::optional<Stream> stream;
  // Set: the body is `body` followed by the output of this query, chunked.
  std::shared_ptr<QueryOutput> rest;
};

// An answer with this object as its body.
ApiResponse Json(int http_status, const nlohmann::json& value);
// {"error":{"code":"busy","exit":75,"message":"..."}}
ApiResponse ErrorResponse(int http_status, const Status& status);
// The HTTP status for a Status when nothing more specific is known.
int HttpStatus(const Status& status);

}  // namespace fitd
