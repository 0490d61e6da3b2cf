#include "daemon/pool/chunk_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace fitd::chunk_plan_test {
namespace {

std::vector<PlanUnit> Units(const std::vector<double>& costs) {
  std::vector<PlanUnit> units;
  for (const double cost : costs) units.push_back({cost, 100});
  return units;
}

PlanOptions Fixed(std::uint32_t units, int workers = 2) {
  PlanOptions options;
  options.workers = workers;
  options.chunk_size = {ChunkSizePolicy::Kind::kFixed, units};
  return options;
}

void FinishAll(ChunkPlan& plan, const PlannedChunk& chunk) {
  for (std::uint32_t i = 0; i < chunk.units.size(); ++i) ASSERT_EQ(plan.OnRecord(chunk.chunk, i, 1), chunk.units[i]);
  ASSERT_TRUE(plan.OnChunkFinished(chunk.chunk));
}

TEST(ChunkPlan, GivesTheLargestUnitsFirst) {
  ChunkPlan plan(Units({1, 5, 3, 5, 2}), Fixed(2));
  EXPECT_EQ(plan.NextChunk().units, (std::vector<std::uint32_t>{1, 3}));
  EXPECT_EQ(plan.NextChunk().units, (std::vector<std::uint32_t>{2, 4}));
  EXPECT_EQ(plan.NextChunk().units, (std::vector<std::uint32_t>{0}));
  EXPECT_FALSE(plan.has_pending());
  EXPECT_FALSE(plan.finished());
}

TEST(ChunkPlan, EvenChunksAreTheCeilingOfTargetsOverWorkers) {
  PlanOptions options;
  options.workers = 3;
  options.chunk_size.kind = ChunkSizePolicy::Kind::kEven;
  ChunkPlan plan(Units(std::vector<double>(10, 1)), options);
  EXPECT_EQ(plan.NextChunk().units.size(), 4U);
  EXPECT_EQ(plan.NextChunk().units.size(), 4U);
  EXPECT_EQ(plan.NextChunk().units.size(), 2U);
}

TEST(ChunkPlan, AutomaticChunksShrinkTowardsTheEnd) {
  PlanOptions options;
  options.workers = 2;
  constexpr double kCost = 1.0 / 1024;  // exact sums
  ChunkPlan plan(Units(std::vector<double>(2000, kCost)), options);
  std::vector<std::size_t> sizes;
  while (plan.has_pending()) {
    const PlannedChunk chunk = plan.NextChunk();
    sizes.push_back(chunk.units.size());
    for (std::uint32_t i = 0; i < chunk.units.size(); ++i) {
      ASSERT_EQ(plan.OnRecord(chunk.chunk, i, kCost), chunk.units[i]);
    }
    ASSERT_TRUE(plan.OnChunkFinished(chunk.chunk));
  }
  EXPECT_LE(sizes.front(), 8U) << "nothing is known about the cost yet";
  EXPECT_EQ(*std::max_element(sizes.begin(), sizes.end()), 51U) << "50 ms at most";
  EXPECT_EQ(sizes.back(), 1U);
  EXPECT_TRUE(std::is_sorted(sizes.begin() + 1, sizes.end(), std::greater<>()));
}

TEST(ChunkPlan, AutomaticChunksStayBelowTheByteLimitAndALargerUnitTravelsAlone) {
  std::vector<PlanUnit> units(10, {1e-9, 400});
  units[3].bytes = 5000;
  PlanOptions options;
  options.max_chunk_bytes = 1000;
  ChunkPlan plan(units, options);
  std::size_t seen = 0;
  while (plan.has_pending()) {
    const PlannedChunk chunk = plan.NextChunk();
    std::uint64_t bytes = 0;
    for (const std::uint32_t unit : chunk.units) bytes += units[unit].bytes;
    EXPECT_TRUE(bytes <= 1000 || chunk.units.size() == 1);
    seen += chunk.units.size();
  }
  EXPECT_EQ(seen, 10U);
}

TEST(ChunkPlan, KeepsWhatWasFinishedAndRetriesTheUnitInHandAloneWhenItsWorkerDies) {
  ChunkPlan plan(Units(std::vector<double>(6, 1)), Fixed(4));
  const PlannedChunk chunk = plan.NextChunk();
  ASSERT_EQ(plan.OnRecord(chunk.chunk, 0, 1), chunk.units[0]);
  const std::uint32_t chunks[] = {chunk.chunk};
  EXPECT_TRUE(plan.OnWorkerDied(chunks, 1, true).empty());
  ASSERT_TRUE(plan.has_retry());
  const PlannedChunk retry = plan.NextRetry();
  EXPECT_TRUE(retry.alone);
  EXPECT_EQ(retry.units, std::vector<std::uint32_t>{chunk.units[1]});
  const PlannedChunk rest = plan.NextChunk();
  EXPECT_EQ(rest.units, (std::vector<std::uint32_t>{chunk.units[2], chunk.units[3], 4, 5}));
  EXPECT_FALSE(rest.alone);
  EXPECT_EQ(plan.num_done(), 1U);
  EXPECT_EQ(plan.num_retried(), 1U);
}

TEST(ChunkPlan, GivesUpAfterOneRetryOfItsOwnDoing) {
  ChunkPlan plan(Units({1}), Fixed(1));
  PlannedChunk chunk = plan.NextChunk();
  EXPECT_TRUE(plan.OnWorkerDied({{chunk.chunk}}, 0, true).empty());
  chunk = plan.NextRetry();
  const auto given_up = plan.OnWorkerDied({{chunk.chunk}}, 0, true);
  ASSERT_EQ(given_up.size(), 1U);
  EXPECT_EQ(given_up[0].attempts, 2);
  EXPECT_TRUE(plan.finished());
}

TEST(ChunkPlan, GivesUpAfterFiveRetriesOfOutsideDoing) {
  ChunkPlan plan(Units({1}), Fixed(1));
  PlannedChunk chunk = plan.NextChunk();
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(plan.OnWorkerDied({{chunk.chunk}}, 0, false).empty());
    chunk = plan.NextRetry();
  }
  EXPECT_EQ(plan.OnWorkerDied({{chunk.chunk}}, 0, false).size(), 1U);
  EXPECT_TRUE(plan.finished());
}

TEST(ChunkPlan, TheSecondChunkInTheQueueIsNotBlamed) {
  ChunkPlan plan(Units({1, 1, 1, 1}), Fixed(2));
  const PlannedChunk first = plan.NextChunk(), second = plan.NextChunk();
  EXPECT_TRUE(plan.OnWorkerDied({{first.chunk, second.chunk}}, 0, true).empty());
  EXPECT_EQ(plan.NextRetry().units, std::vector<std::uint32_t>{0});
  EXPECT_FALSE(plan.has_retry());
  EXPECT_EQ(plan.NextChunk().units, (std::vector<std::uint32_t>{1, 2}));
}

TEST(ChunkPlan, ADeathBetweenUnitsBlamesNobody) {
  ChunkPlan plan(Units({1, 1, 1}), Fixed(3));
  const PlannedChunk chunk = plan.NextChunk();
  ASSERT_TRUE(plan.OnRecord(chunk.chunk, 0, 1));
  EXPECT_TRUE(plan.OnWorkerDied({{chunk.chunk}}, 0, true).empty()) << "position 0 is done already";
  EXPECT_FALSE(plan.has_retry());
  EXPECT_EQ(plan.NextChunk().units.size(), 2U);
}

TEST(ChunkPlan, ADeathBeforeAnyUnitOfAChunkBlamesItsFirst) {
  ChunkPlan plan(Units({1, 1, 1}), Fixed(3));
  const PlannedChunk chunk = plan.NextChunk();
  EXPECT_TRUE(plan.OnWorkerDied({{chunk.chunk}}, std::nullopt, true).empty());
  EXPECT_EQ(plan.NextRetry().units, std::vector<std::uint32_t>{chunk.units[0]});
}

TEST(ChunkPlan, RefusesRecordsOutOfTurn) {
  ChunkPlan plan(Units({1, 1, 1}), Fixed(2));
  const PlannedChunk chunk = plan.NextChunk();
  EXPECT_FALSE(plan.OnRecord(chunk.chunk, 1, 1));
  EXPECT_FALSE(plan.OnRecord(chunk.chunk + 1, 0, 1));
  ASSERT_TRUE(plan.OnRecord(chunk.chunk, 0, 1));
  EXPECT_FALSE(plan.OnRecord(chunk.chunk, 0, 1));
  EXPECT_FALSE(plan.OnChunkFinished(chunk.chunk));
  ASSERT_TRUE(plan.OnRecord(chunk.chunk, 1, 1));
  EXPECT_FALSE(plan.OnRecord(chunk.chunk, 2, 1));
  EXPECT_TRUE(plan.OnChunkFinished(chunk.chunk));
  EXPECT_FALSE(plan.OnChunkFinished(chunk.chunk));
}

TEST(ChunkPlan, EveryUnitIsGivenOutExactlyOnce) {
  std::vector<double> costs(777);
  for (std::size_t i = 0; i < costs.size(); ++i) costs[i] = static_cast<double>(1 + i * 7919 % 101);
  for (const auto kind : {ChunkSizePolicy::Kind::kAuto, ChunkSizePolicy::Kind::kEven, ChunkSizePolicy::Kind::kFixed}) {
    PlanOptions options = Fixed(13, 4);
    options.chunk_size.kind = kind;
    ChunkPlan plan(Units(costs), options);
    std::set<std::uint32_t> seen;
    while (plan.has_pending()) {
      const PlannedChunk chunk = plan.NextChunk();
      for (const std::uint32_t unit : chunk.units) EXPECT_TRUE(seen.insert(unit).second);
      FinishAll(plan, chunk);
    }
    EXPECT_EQ(seen.size(), costs.size());
    EXPECT_TRUE(plan.finished());
  }
}

TEST(ChunkPlan, LearnsSecondsPerCost) {
  ChunkPlan plan(Units({2, 2, 4}), Fixed(2));
  const PlannedChunk chunk = plan.NextChunk();
  EXPECT_EQ(plan.seconds_per_cost(), 0);
  ASSERT_TRUE(plan.OnRecord(chunk.chunk, 0, 0.4));
  EXPECT_DOUBLE_EQ(plan.seconds_per_cost(), 0.1);
  EXPECT_DOUBLE_EQ(plan.remaining_seconds(), 0.4);
  EXPECT_DOUBLE_EQ(plan.slowest_seconds(), 0.4);
}

TEST(ChunkPlan, BelievesAnExpectationUntilThereAreRecords) {
  PlanOptions options;
  options.workers = 1;
  ChunkPlan unknown(std::vector<PlanUnit>(1000, {1e-3, 8}), options);
  EXPECT_EQ(unknown.NextChunk().units.size(), 4U);
  options.seconds_per_cost = 1;
  ChunkPlan expected(std::vector<PlanUnit>(1000, {1e-3, 8}), options);
  EXPECT_DOUBLE_EQ(expected.remaining_seconds(), 1);
  const PlannedChunk chunk = expected.NextChunk();
  EXPECT_NEAR(static_cast<double>(chunk.units.size()), 50, 1);  // 50 ms
  ASSERT_TRUE(expected.OnRecord(chunk.chunk, 0, 2e-3));
  EXPECT_DOUBLE_EQ(expected.seconds_per_cost(), 2);
  EXPECT_EQ(expected.UnitAt(chunk.chunk, 1), chunk.units[1]);
  EXPECT_FALSE(expected.UnitAt(chunk.chunk, 99).has_value());
  EXPECT_FALSE(expected.UnitAt(99, 0).has_value());
}

TEST(ChunkPlan, AUnitIsTriedAsOftenAsWasAskedFor) {
  PlanOptions options = Fixed(1);
  options.own_retries = 1000;
  ChunkPlan plan(Units({1}), options);
  const PlannedChunk first = plan.NextChunk();
  std::vector<GivenUp> given_up = plan.OnWorkerDied({{first.chunk}}, 0, true);
  while (given_up.empty()) {
    const PlannedChunk again = plan.NextRetry();
    given_up = plan.OnWorkerDied({{again.chunk}}, 0, true);
  }
  EXPECT_EQ(given_up[0].attempts, 1001);
}

}  // namespace
}  // namespace fitd::chunk_plan_test
