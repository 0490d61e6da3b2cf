// The real processes behind QueryRunner: a reading command of fitd (models, forecast, plot, anomalies) per query, in a
// process group of its own, watched by pidfd and pipes on the loop. Daemon, loop thread; that thread must live as long
// as the processes.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "daemon/runs/query_runner.h"

namespace boost::asio {
class io_context;
}

namespace fitd {

struct QueryLimits {
  std::size_t parallel = 2;
  std::size_t waiting = 64;
  std::chrono::milliseconds timeout{30'000};
  std::size_t max_output_bytes = 16U << 20;
};

std::unique_ptr<QueryRunner> MakeQueryRunner(boost::asio::io_context& loop, std::string executable, QueryLimits limits);

}  // namespace fitd
