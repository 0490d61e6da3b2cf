#include "common/detect/tail_histogram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace fitd::tail_histogram_test {
namespace {

TailHistogram Exponential(int count) {
  std::mt19937 random(7);
  TailHistogram histogram;
  for (int i = 0; i < count; ++i) histogram.Add(-std::log(1 - std::generate_canonical<double, 53>(random)));
  return histogram;
}

TEST(TailHistogram, KnowsNothingWithoutHistory) {
  const TailHistogram empty;
  EXPECT_EQ(empty.Surprise(1e9), 0);
  EXPECT_EQ(empty.Quantile(0.5), 0);
}

TEST(TailHistogram, TellsQuantilesWithinTenPercent) {
  const TailHistogram histogram = Exponential(4000);
  EXPECT_NEAR(histogram.Quantile(0.5), std::log(2.0), 0.07);
  EXPECT_NEAR(histogram.Quantile(0.9), std::log(10.0), 0.23);
}

TEST(TailHistogram, ContinuesAnExponentialTailFarBeyondTheHistory) {
  const TailHistogram histogram = Exponential(4000);
  for (const double x : {0.5, 2.0, 5.0, 12.0, 30.0}) {
    const double exact = x / std::log(10.0);
    EXPECT_NEAR(histogram.Surprise(x), exact, 0.4 * exact + 0.05) << x;  // bins make the mean excess a little small
  }
}

TEST(TailHistogram, KnowsHowOftenACountWasReached) {
  TailHistogram counts;
  for (int i = 0; i < 1000; ++i) counts.Add(i % 100 == 0 ? 2 : i % 8 == 0 ? 1 : 0.01);
  EXPECT_NEAR(counts.Surprise(2), 2, 0.1) << "ten of a thousand";
  EXPECT_GT(counts.Surprise(6), 6) << "beyond all";
}

TEST(TailHistogram, NeverFallsAsNumbersRise) {
  const TailHistogram histogram = Exponential(300);
  double before = 0;
  for (double x = 0.001; x < 100; x *= 1.05) {
    EXPECT_GE(histogram.Surprise(x), before - 0.15) << x;  // the tail meets the ranks within a bin
    before = histogram.Surprise(x);
  }
}

TEST(TailHistogram, ForgetsHalfOfAFullHistory) {
  TailHistogram histogram;
  for (std::uint32_t i = 0; i < TailHistogram::kMemory; ++i) histogram.Add(1);
  EXPECT_EQ(histogram.total(), TailHistogram::kMemory);
  histogram.Add(2);
  EXPECT_EQ(histogram.total(), TailHistogram::kMemory / 2 + 1);
}

TEST(TailHistogram, PacksIntoAFewBytesAndBack) {
  const TailHistogram histogram = Exponential(200);
  std::string bytes;
  histogram.Pack(bytes);
  EXPECT_LT(bytes.size(), 100U);
  TailHistogram back;
  std::string_view view = bytes;
  ASSERT_TRUE(back.Unpack(view));
  EXPECT_TRUE(view.empty());
  EXPECT_EQ(back, histogram);
}

TEST(TailHistogram, RefusesBytesThatEndTooEarlyOrClaimTooMuch) {
  std::string bytes;
  Exponential(200).Pack(bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::string_view view = std::string_view(bytes).substr(0, size);
    EXPECT_FALSE(TailHistogram().Unpack(view)) << size;
  }
  const std::string large(400, '\xff');
  std::string_view view = large;
  EXPECT_FALSE(TailHistogram().Unpack(view));
}

}  // namespace
}  // namespace fitd::tail_histogram_test
