// What a call is answered with. A value; daemon, loop thread.
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
  std::string allow;  // the method that a resource has where it was asked with another (405)
  std::string content_type = "application/json";
  std::string body;
  // Set: the body is a chunked stream of this run's events from this number on.
  struct Stream {
    std::int64_t run = 0;
    std::uint64_t from = 0;
  };
  std::optional<Stream> stream;
  // Set: the body is `body` and what this gives after it, chunked.
  std::shared_ptr<QueryOutput> rest;
};

// An answer with this object as its body.
ApiResponse Json(int http_status, const nlohmann::json& value);
// {"error":{"code":"busy","exit":75,"message":"..."}}
ApiResponse ErrorResponse(int http_status, const Status& status);
// The HTTP status that goes with a Status where nothing more is known.
int HttpStatus(const Status& status);

}  // namespace fitd
