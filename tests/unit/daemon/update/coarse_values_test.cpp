#include "daemon/update/coarse_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "common/time_units.h"

namespace fitd::coarse_values_test {
namespace {

const Step kDays{Step::Unit::kNanosecond, kNsPerDay};

NewValues ValuesAt(const std::vector<std::size_t>& places, double value) {
  NewValues placed;
  for (const std::size_t place : places) {
    placed.values.resize(place, std::nan(""));
    placed.values[place - 1] = value;
  }
  placed.observed = places.size();
  return placed;
}

std::string ProblemOf(std::size_t targets, const std::vector<std::size_t>& places, double value,
                      std::uint64_t known = 400) {
  CoarseValues coarse;
  for (std::size_t i = 0; i < targets; ++i) coarse.See(ValuesAt(places, value), kDays, known, 5, 15);
  return coarse.Problem();
}

TEST(CoarseValuesTest, FindsTotalsOfALongerStep) {
  EXPECT_NE(ProblemOf(3, {7}, 70), "") << "a week of each";
  EXPECT_NE(ProblemOf(2, {7, 14}, 70), "");
  EXPECT_NE(ProblemOf(2, {1, 8}, 70), "") << "called after their Mondays";
  EXPECT_EQ(ProblemOf(2, {7}, 70), "") << "two values may be chance";
  EXPECT_EQ(ProblemOf(3, {7}, 12), "") << "an outage";
  EXPECT_EQ(ProblemOf(3, {7}, 70, 20), "") << "too short to tell what rises from what is put together";
  EXPECT_EQ(ProblemOf(3, {1, 2, 3}, 70), "") << "a step is no longer one";
}

TEST(CoarseValuesTest, FindsAnotherStepInTheDistancesOfAll) {
  EXPECT_NE(ProblemOf(3, {7, 14}, 10), "");
  EXPECT_EQ(ProblemOf(2, {7, 14}, 10), "");
  EXPECT_EQ(ProblemOf(3, {2, 4}, 10), "");
  EXPECT_EQ(ProblemOf(3, {5, 12}, 10), "");
  CoarseValues coarse;
  for (const std::size_t first : {7, 7, 8}) coarse.See(ValuesAt({first, first + 7}, 10), kDays, 400, 5, 15);
  EXPECT_EQ(coarse.Problem(), "");
}

}  // namespace
}  // namespace fitd::coarse_values_test
