// Forecasts of users' algorithms, made by a worker process that is started with the first one and replaced when it dies
// or hangs. Daemon; one thread, which outlives the object.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/fit/algorithm_host.h"
#include "common/models/base/model.h"
#include "common/status.h"
#include "ipc/channel.h"
#include "ipc/child_process.h"

namespace fitd {

// How long loading users' code may take, and a forecast where nobody says.
inline constexpr Duration kUserCodeLoads = std::chrono::minutes(5);

struct UserForecastOptions {
  std::vector<std::string> algorithms;  // what may be asked for
  UserContext context;
  std::string store;        // the file that names the code
  std::int64_t run = 0;     // whose models these are
  bool allow_code = false;  // run it whoever owns the store
  std::string folder;       // where it was trained: relative names in the store mean files there; empty: not known
  Duration timeout = kUserCodeLoads;  // of one forecast
};

class UserForecaster {
 public:
  explicit UserForecaster(UserForecastOptions options) : options_(std::move(options)) {}
  // Waits for the orderly end of the users' code, kHostsEnd at most.
  ~UserForecaster();
  UserForecaster(UserForecaster&&) = default;
  UserForecaster& operator=(UserForecaster&&) = default;

  // An error names the target and what the user's code said, or how its process ended; the next call may succeed.
  Result<Forecast> Predict(std::string_view target, const Model& model, int horizon, std::span<const double> levels);

 private:
  Status Start();
  // `what` is waited for, for people.
  Result<Forecast> Ask(std::string_view message, Duration timeout, std::string_view what);
  bool WaitForAnswer(Monotonic tick);
  void PassOnOutput();
  std::string Obituary();

  UserForecastOptions options_;
  std::optional<ChildProcess> process_;
  std::optional<Channel> channel_;
  bool output_ended_ = false;  // the process has closed its output
  Status broken_;              // the code cannot be loaded: said at every call
};

}  // namespace fitd
