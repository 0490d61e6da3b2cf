#include "daemon/plan/cost_model.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fitd::cost_model_test {
namespace {

TEST(CostModel, KnowsNothingAtFirst) {
  EXPECT_FALSE(CostModel().Predict("ets/12", 100).has_value());
}

TEST(CostModel, OneLengthIsScaledInProportion) {
  CostModel model;
  for (int i = 0; i < 10; ++i) model.Learn("ets/12", 100, 0.002);
  EXPECT_NEAR(*model.Predict("ets/12", 100), 0.002, 1e-9);
  EXPECT_NEAR(*model.Predict("ets/12", 200), 0.004, 1e-9);
  EXPECT_FALSE(model.Predict("arima/12", 100).has_value());
}

TEST(CostModel, FindsThePowerOfTheLength) {
  CostModel model;
  for (const std::uint64_t n : {50, 120, 700, 3000}) {
    for (int i = 0; i < 20; ++i) model.Learn("x", n, 1e-6 * std::pow(n, 1.5));
  }
  for (const std::uint64_t n : {20, 80, 400, 1000, 50000}) {
    EXPECT_NEAR(*model.Predict("x", n) / (1e-6 * std::pow(n, 1.5)), 1, 1e-6) << n;
  }
}

TEST(CostModel, ForgetsAnOldMachine) {
  CostModel model;
  for (int i = 0; i < 1000; ++i) model.Learn("x", 100, 1.0);
  for (int i = 0; i < 2000; ++i) model.Learn("x", 100, 0.1);
  EXPECT_NEAR(*model.Predict("x", 100), 0.1, 0.01);
}

TEST(CostModel, NonsenseIsNotLearned) {
  CostModel model;
  model.Learn("x", 100, -1);
  model.Learn("x", 100, std::nan(""));
  EXPECT_FALSE(model.Predict("x", 100).has_value());
}

TEST(CostModel, SurvivesTheStore) {
  CostModel model;
  for (const std::uint64_t n : {1, 50, 700}) model.Learn("ets/12", n, 0.001 * static_cast<double>(n));
  const auto back = CostModel::Decode(model.Encode());
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->Predict("ets/12", 300), model.Predict("ets/12", 300));
  std::string bytes = model.Encode();
  bytes.pop_back();
  EXPECT_EQ(CostModel::Decode(bytes).status().code(), StatusCode::kCorrupt);
}

}  // namespace
}  // namespace fitd::cost_model_test
