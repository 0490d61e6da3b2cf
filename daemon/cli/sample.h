// Deterministic demo telemetry: hosts with a load, a latency and a request count, in long CSV (target,time,value).
// Daemon (`fitd sample`), any thread; pure except for the sink.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "common/status.h"

namespace fitd {

struct SampleOptions {
  std::uint64_t targets = 100;
  std::uint64_t length = 336;  // observations of a target, before gaps
  std::uint64_t seed = 1;
  std::string frequency = "1h";
};

// Takes text in blocks of whole lines; an error ends the sample.
using SampleSink = std::function<Status(std::string_view text)>;

// Writes the header and the rows, sorted by target, then time, from 2024-01-01 on. The same bytes on every machine.
// Daily and weekly seasons (those the frequency can show), trends, correlated noise and bursts; about one target in 25
// has missing rows, one in 50 empty values, one in 50 is constant, one in 100 is shorter than 10 observations. kUsage
// for a bad frequency or a time span that leaves the range of times.
Status WriteSample(const SampleOptions& options, const SampleSink& sink);

}  // namespace fitd
