#include "common/series/counted_since.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "common/series/time_form.h"

namespace fitd::counted_since_test {
namespace {

std::string TimeOf(std::string_view text, std::int64_t whole, std::int64_t billionths = 0) {
  const auto counted = CountedSince::Parse(text);
  TimeNs time = 0;
  if (!counted || counted->TimeOf(whole, billionths, false, &time) != TimeError::kNone) return "none";
  return FormatTime(time, TimeFormat::kDateTimeZ);
}

TEST(CountedSince, ReadsWhatScientificDataSay) {
  EXPECT_EQ(TimeOf("hours since 1900-01-01", 1'088'424), "2024-03-02T00:00:00Z");
  EXPECT_EQ(TimeOf("days since 1970-01-01", 19'723), "2024-01-01T00:00:00Z");
  EXPECT_EQ(TimeOf("days since 1899-12-30 00:00:00", 45'292, 41'666'667), "2024-01-01T01:00:00Z");
  EXPECT_EQ(TimeOf("seconds since 1904-01-01T00:00:00Z", 3'786'912'000), "2024-01-01T00:00:00Z");
  EXPECT_EQ(TimeOf("filetime", 133'537'248'000'000'000), "2024-03-01T00:00:00Z");
  EXPECT_EQ(TimeOf("ticks", 638'448'480'000'000'000), "2024-03-01T00:00:00Z");
  EXPECT_EQ(TimeOf("webkit", 13'353'724'800'000'000), "2024-03-01T00:00:00Z");
  EXPECT_EQ(TimeOf("days since 0001-01-01", 1), "none");  // before nanoseconds can say it
  for (const char* const text :
       {"", "hours", "fortnights since 1900-01-01", "hours since 1900-13-01", "hours since 1900",
        "hours since 1900-01-01x", "hours since 1900-01-01/", "hours since 1900-01-01/13"}) {
    EXPECT_FALSE(CountedSince::Parse(text)) << text;
  }
}

TEST(CountedSince, WritesWhatItRead) {
  for (const auto& [text, whole, billionths, expected] :
       {std::tuple{"ticks", std::int64_t{638'448'480'000'000'000}, std::int64_t{0}, "638448480000000000"},
        {"days since 1970-01-01/6", std::int64_t{19'723}, std::int64_t{41'666'667}, "19723.041667"},
        {"hours since 1900-01-01", std::int64_t{1'088'424}, std::int64_t{500'000'000}, "1088424.5"}}) {
    const auto counted = CountedSince::Parse(text);
    ASSERT_TRUE(counted);
    TimeNs time = 0;
    ASSERT_EQ(counted->TimeOf(whole, billionths, false, &time), TimeError::kNone);
    EXPECT_EQ(counted->Format(time), expected);
  }
}

}  // namespace
}  // namespace fitd::counted_since_test
