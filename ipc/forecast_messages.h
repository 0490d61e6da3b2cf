// Messages between `fitd forecast` and the worker that runs users' forecasts: one request, one answer, over a channel.
// A message may have any length; it is sent as several frames. Values; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/fit/algorithm_host.h"
#include "ipc/channel.h"

namespace fitd {

// The first message: what to load. Its answer has an empty forecast.
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
// A forecast, or the error that there is none.
std::string EncodeForecastAnswer(const Result<Forecast>& forecast);
Result<Forecast> DecodeForecastAnswer(std::string_view bytes);

// Sends one message of any length. kTimeout: not complete by the deadline; kWorkerLost: the peer is gone.
Status SendLong(Channel& channel, std::string_view message, Monotonic deadline);
// Appends what arrives to `message`; true when it is complete. The caller may call again to continue.
Result<bool> ReceiveLong(Channel& channel, std::string& message, std::optional<Monotonic> deadline);

}  // namespace fitd
