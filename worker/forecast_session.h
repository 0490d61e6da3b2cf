// A worker that forecasts with models of users' algorithms instead of fitting. Worker process, main thread.
#pragma once

#include <unistd.h>

#include <memory>
#include <vector>

#include "common/fit/algorithm_host.h"
#include "ipc/channel.h"

namespace fitd {

class ForecastSession {
 public:
  // `hosts` outlives the session.
  ForecastSession(Channel channel, const AlgorithmHosts& hosts) : channel_(std::move(channel)), hosts_(hosts) {}

  // Loads the algorithms of the setup message, answers requests until the parent closes the connection, then ends the
  // hosts (OK).
  Status Run();

 private:
  Status Converse();
  Status Load();
  Result<Forecast> Answer(std::string_view request) const;

  Channel channel_;
  const AlgorithmHosts& hosts_;
  pid_t pid_ = ::getpid();
  std::vector<std::unique_ptr<UserAlgorithm>> algorithms_;
};

}  // namespace fitd
