// What `fitd forecast` and the worker that runs users' forecasts say to each other: one request, one answer, over a
// channel. Any length: a message travels as several frames. Values; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/fit/algorithm_host.h"
#include "ipc/channel.h"

namespace fitd {

// First message: what to load. The answer has no forecast.
struct ForecastSetup {
  std::vector<std::string> algorithms;
  UserContext context;
};

struct ForecastRequest {
  std::string algorithm;
  std::string target;
  std::string model;  // EncodeModel
  int horizon = 1;
  std::vector<double> levels;
};

std::string EncodeForecastSetup(const ForecastSetup& setup);
Result<ForecastSetup> DecodeForecastSetup(std::string_view bytes);
std::string EncodeForecastRequest(const ForecastRequest& request);
Result<ForecastRequest> DecodeForecastRequest(std::string_view bytes);
// A forecast or why there is none.
std::string EncodeForecastAnswer(const Result<Forecast>& forecast);
Result<Forecast> DecodeForecastAnswer(std::string_view bytes);

// One message of any length. kTimeout: not whole by the deadline; kWorkerLost: the other side is gone.
Status SendLong(Channel& channel, std::string_view message, Monotonic deadline);
// Appends what arrives to `message`; true when it is whole. A caller may wait in several calls.
Result<bool> ReceiveLong(Channel& channel, std::string& message, std::optional<Monotonic> deadline);

}  // namespace fitd
