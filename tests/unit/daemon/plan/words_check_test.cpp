#include "daemon/plan/words_check.h"

#include <gtest/gtest.h>

namespace fitd::words_check_test {
namespace {

// Of target "a", whose values went the ways `then` and go the ways `now`, Directions as numbers.
Status CheckWays(const std::string& then, Directions now) {
  ValueMeaning known;
  known.signs = {{true, "kind", then, {}}, false, "return", "sale"};
  IngestReport report;
  report.meaning.signs = {{true, "kind", std::to_string(now), {}}, false, "return", "sale"};
  WordsCheck check(known, report);
  check.See("a");
  return check.Refusal();
}

TEST(WordsCheck, RefusesWhatGoesTheOtherWay) {
  const Status refused = CheckWays(std::to_string(DirectionsOf("sale")), DirectionsOf("return"));
  EXPECT_EQ(refused.code(), StatusCode::kInvalidInput);
  EXPECT_NE(refused.message().find("--ignore kind"), std::string::npos) << refused.message();
  EXPECT_TRUE(CheckWays(std::to_string(DirectionsOf("sale")), DirectionsOf("sale")).ok());
}

// They come from the note of a store, which anybody may have written.
TEST(WordsCheck, TakesWaysThatAreNoNumberForNone) {
  const auto both = static_cast<Directions>(DirectionsOf("sale") | DirectionsOf("return"));
  for (const char* ways : {"x", "-", "99999999999999999999", " "}) {
    EXPECT_EQ(CheckWays(ways, both).code(), StatusCode::kInvalidInput) << ways;
  }
}

TEST(WordsCheck, SaysNothingOfWordsThatGoTogether) {
  ValueMeaning then;
  then.stages = {true, "type", "actual", {}};
  IngestReport now;
  now.meaning.stages = then.stages;
  WordsCheck check(then, now);
  check.See("a");
  EXPECT_TRUE(check.Refusal().ok());
  now.meaning.stages.common = "forecast";
  WordsCheck other(then, now);
  other.See("a");
  EXPECT_EQ(other.Refusal().code(), StatusCode::kInvalidInput);
}

}  // namespace
}  // namespace fitd::words_check_test
