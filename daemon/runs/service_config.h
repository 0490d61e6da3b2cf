// The daemon's own settings: DIR/fitd.toml beside DIR/jobs.d. Read at its start and on SIGHUP; a value, read-only
// afterwards.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/status.h"

namespace fitd {

struct ServiceConfig {
  // [service]
  // Exit after this long without run or client; 0: never; unset: 5 min when systemd holds the socket, else never.
  std::optional<std::chrono::milliseconds> idle_exit;
  std::chrono::milliseconds drain_limit{60'000};     // time for a run to stop before it is killed
  std::chrono::milliseconds stall_limit{1'800'000};  // a run without progress for this long is aborted; 0: never
  int resume_attempts = 3;                           // restarts of a run whose process was killed or aborted
  // [queue]
  std::size_t queue_limit = 16;  // waiting runs; more are refused (exit 75)
  std::size_t parallel_runs = 1;
  std::size_t history = 100;  // finished runs remembered, with their log folders
  // [clients]
  std::size_t max_clients = 2048;  // connections served at once; more wait in the listening socket's backlog
  std::size_t max_streams = 256;   // followers of events; more are answered 503
  std::chrono::milliseconds client_timeout{10'000};  // to send a request, to take an answer, and between two requests
  std::size_t max_queries = 2;                       // store queries (models, forecasts) at once
  std::size_t query_queue = 64;                      // waiting queries; more are answered 503
  std::chrono::milliseconds query_timeout{30'000};
  std::string reader_group = "fitd";
  std::string operator_group = "fitd-operators";
  // [log]
  std::string log_level = "info";                         // debug | info | warning | error | off
  std::uint64_t run_log_limit = std::uint64_t{64} << 20;  // of a run's log files together; 0: none

  // All errors, one sentence each.
  std::vector<std::string> Validate() const;
};

// A missing file gives the defaults. kBadConfig for unknown keys and bad values; the message lists all with their
// lines.
Result<ServiceConfig> ParseServiceConfig(const std::string& path);

}  // namespace fitd
