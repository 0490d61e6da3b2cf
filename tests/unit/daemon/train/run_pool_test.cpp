#include "daemon/train/run_pool.h"

#include <gtest/gtest.h>

#include "daemon/pool/worker_placement.h"

namespace fitd::run_pool_test {
namespace {

// Training, updates and detection once copied this, and the copy forgot the log limit: it is said in one place now.
TEST(RunPool, TakesWhatTheJobSaysOfWorkersAndKeepsWhatWasGiven) {
  Job job;
  job.workers.count = 3;
  job.workers.memory_bytes = std::uint64_t{1} << 30;
  job.workers.recycle_targets = 11;
  job.workers.recycle_bytes = 12;
  PoolOptions given;
  given.log_dir = "/logs";
  given.log_limit = 900;
  const Result<PoolOptions> options = PlacePool(job, {.units = 2}, given);
  ASSERT_TRUE(options.ok()) << options.status().message();
  EXPECT_LE(options->workers, 2) << "no more workers than units";
  EXPECT_EQ(options->cpus.size(), static_cast<std::size_t>(options->workers));
  EXPECT_EQ(options->memory_bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(options->recycle_targets, 11U);
  EXPECT_EQ(options->recycle_growth_bytes, 12U);
  EXPECT_EQ(options->log_dir, "/logs");
  EXPECT_EQ(options->LogLimitOfWorker() * static_cast<std::uint64_t>(options->workers), 900U);
}

TEST(RunPool, HasAWorkerForUsersCodeWhateverTheJobSays) {
  Job job;
  job.workers.count = 0;
  ModelPlan plan;
  EXPECT_EQ(RunPoolOptions(job, plan, Frame(), 5, {})->workers, 0);
  plan.user_code = "exec:./model";
  ASSERT_TRUE(plan.uses_user_code());
  EXPECT_EQ(RunPoolOptions(job, plan, Frame(), 5, {})->workers, 1);
}

TEST(RunPool, SharesALogLimitAmongWorkers) {
  PoolOptions options;
  options.workers = 4;
  EXPECT_EQ(options.LogLimitOfWorker(), 0U);
  options.log_limit = 1000;
  EXPECT_EQ(options.LogLimitOfWorker(), 250U);
  options.workers = 0;
  EXPECT_EQ(options.LogLimitOfWorker(), 1000U);
}

}  // namespace
}  // namespace fitd::run_pool_test
