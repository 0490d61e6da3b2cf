// What a store says of a model may be anything. One thing wrong at a time, in every place, for every algorithm: it is
// called damaged, or a forecast, a filter and a refit of it can be asked for.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "common/models/base/algorithm.h"
#include "common/models/base/filter.h"
#include "tests/support/awkward_series.h"

namespace fitd::damage_test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

class DamageTest : public testing::TestWithParam<std::string_view> {
 protected:
  const Algorithm& algorithm() const { return *FindAlgorithm(GetParam()); }

  // How many of the changed models were called damaged.
  int Use(const Model& changed) const {
    if (!algorithm().Damage(changed).empty()) return 1;
    const std::vector<double> levels = {80};
    EXPECT_EQ(algorithm().Predict(changed, 30, levels).mean.size(), 30U);
    if (const std::unique_ptr<ModelFilter> filter = algorithm().Resume(changed)) {
      for (int i = 0; i < 30; ++i) filter->Observe(filter->Expect() + 1);
    }
    FitRequest request{.y = y_, .seasons = seasons_, .horizon = 12};
    request.like = &changed;
    algorithm().Fit(request);
    return 0;
  }

  std::vector<double> y_ = awkward::Seasonal(96, 12, 50, 0.1, 6, 3);
  std::vector<int> seasons_ = {12};
};

TEST_P(DamageTest, IsSeenOrHarmlessWhereverItIs) {
  if (GetParam() == "pooled-ar") GTEST_SKIP() << "is fitted by a run, not by itself; pooled_ar_test has its damage";
  const FitOutcome outcome = algorithm().Fit({.y = y_, .seasons = seasons_, .horizon = 12});
  ASSERT_EQ(outcome.status, FitStatus::kFitted) << outcome.reason;
  const Model& whole = outcome.model;
  ASSERT_EQ(algorithm().Damage(whole), "");
  int seen = 0;
  const auto change = [&](const std::function<void(Model&)>& how) {
    Model changed = whole;
    how(changed);
    seen += Use(changed);
  };
  for (std::size_t i = 0; i < whole.states.size(); ++i) {
    const auto at = static_cast<std::ptrdiff_t>(i);
    change([&](Model& m) { m.states.erase(m.states.begin() + at); });
    change([&](Model& m) { m.states[i].values.clear(); });
    change([&](Model& m) { m.states[i].values.pop_back(); });
    change([&](Model& m) { m.states[i].values.resize(m.states[i].values.size() + 7, 1); });
    change([&](Model& m) { m.states[i].values[0] = kNan; });
    change([&](Model& m) { m.states[i].values.back() = kInf; });
    change([&](Model& m) { m.states.push_back({m.states[i].name, {}}); });
    change([&](Model& m) { m.states.insert(m.states.begin(), {m.states[i].name, {}}); });
  }
  for (std::size_t i = 0; i < whole.parameters.size(); ++i) {
    change([&](Model& m) { m.parameters.erase(m.parameters.begin() + static_cast<std::ptrdiff_t>(i)); });
    for (const double value : {kNan, kInf, -kInf, 0.0, -1.0, 1e300, 4e9, 1e19}) {
      change([&](Model& m) { m.parameters[i].value = value; });
    }
  }
  for (const char* spec : {"", "none", "full[24]", "partial[7]", "A,Ad,A", "M,N,M", "(2,1,1)(0,1,1)[12] drift",
                           "[24] A,N,N", "(0,1,0)[2000000000]", "[0]", "dotm,M[24]"}) {
    change([&](Model& m) { m.spec = spec; });
  }
  for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX}) {
    change([&](Model& m) { m.num_observations = n; });
  }
  EXPECT_GT(seen, 0);
}

INSTANTIATE_TEST_SUITE_P(All, DamageTest, testing::ValuesIn(AlgorithmNames()), [](const auto& info) {
  std::string name(info.param);
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
});

}  // namespace
}  // namespace fitd::damage_test
