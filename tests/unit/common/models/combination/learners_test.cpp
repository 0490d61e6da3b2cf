// Which targets teach which: neither names nor units decide it.
#include "common/models/combination/learners.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>

#include "tests/unit/common/models/combination/combination_samples.h"

namespace fitd::learners_test {
namespace {

// Names say where in a frame targets stand, and nothing of them.
TEST(Learners, TheOrderOfTargetsChangesNothing) {
  std::vector<Validation> fleet = MakeFleet(37, 12, 12);
  for (std::size_t i = 0; i < fleet.size(); i += 3) fleet[i].traits = Traits(1, 40 + i);
  const std::vector<double> learned = PackFleet(Learn(fleet));
  std::mt19937 bits(3);
  for (int order = 0; order < 5; ++order) {
    for (std::size_t i = fleet.size() - 1; i > 0; --i) std::swap(fleet[i], fleet[bits() % (i + 1)]);
    EXPECT_EQ(PackFleet(Learn(fleet)), learned);
  }
}

// Nor does another unit, or what is added to all values: they would else decide which fold a target is in.
TEST(Learners, AUnitAndAnOffsetChangeNoFold) {
  std::vector<Validation> fleet = MakeFleet(37, 12, 12);
  const FleetCombination learned = Learn(fleet);
  for (const auto& [times, more] : {std::pair(1000.0, 0.0), std::pair(1.0, 2000.0), std::pair(0.001, -7.0)}) {
    std::vector<Validation> other = fleet;
    const auto move = [&](double& value) { value = times * value + more; };
    for (Validation& v : other) {
      move(v.traits.level);
      v.traits.scale *= times;
      std::for_each(v.actual.begin(), v.actual.end(), move);
      for (auto& f : v.forecast) std::for_each(f.begin(), f.end(), move);
      for (auto& d : v.deviation)
        for (double& value : d) value *= times;
    }
    const FleetCombination moved = Learn(other);
    EXPECT_EQ(moved.rule(), learned.rule());
    ASSERT_EQ(moved.groups.size(), 1u);
    for (std::size_t r = 0; r < learned.groups[0].rule_error.size(); ++r) {
      EXPECT_NEAR(moved.groups[0].rule_error[r], learned.groups[0].rule_error[r], 1e-3) << times << " " << more;
    }
  }
}

}  // namespace
}  // namespace fitd::learners_test
