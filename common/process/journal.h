// Lines for the systemd journal with fields of their own: FITD_RUN, FITD_WORKER, FITD_TARGET, and SYSLOG_IDENTIFIER
// "fitd" for a parent, "fitd-worker-N" for a worker. Bounded in rate, because one bad input can make a line per target.
// Any process, any thread. Without a journal writing does nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "common/process/log.h"

namespace fitd {

// A bucket of tokens, refilled steadily. Pure; one thread.
class RateLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;
  RateLimit(double burst, double per_second) : burst_(burst), per_second_(per_second), tokens_(burst) {}

  bool Allow(Time now);
  // Lines refused since the last call.
  std::uint64_t TakeRefused();

 private:
  double burst_;
  double per_second_;
  double tokens_;
  Time last_{};
  std::uint64_t refused_ = 0;
};

class JournalWriter {
 public:
  // `worker` below 0: this is a parent.
  explicit JournalWriter(int worker);

  // `run` 0: the one in the environment (FITD_RUN), if any. A field "kind" is FITD_KIND.
  void Write(LogLevel level, std::int64_t run, std::string_view target, std::string_view message,
             std::span<const LogField> fields);

 private:
  void Send(LogLevel level, std::int64_t run, std::string_view target, std::string_view message,
            std::span<const LogField> fields) const;

  std::string identifier_;
  std::string worker_;  // digits; empty: none
  std::string run_;     // of the environment
  std::mutex mutex_;
  RateLimit limit_{500, 50};
};

}  // namespace fitd
