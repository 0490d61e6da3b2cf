#include "common/series/time_grid.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "daemon/times/time_parser.h"

namespace fitd::time_grid_test {
namespace {

TimeNs Time(std::string_view text) {
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kDate;
  TimeParser parser;
  EXPECT_EQ(parser.Parse(text, &time, &format), TimeError::kNone) << text;
  return time;
}

std::string DateAt(std::string_view start, std::int64_t months, std::int64_t index) {
  const TimeGrid grid{Time(start), {Step::Unit::kMonth, months}};
  return FormatTime(grid.At(index), TimeFormat::kDate);
}

TEST(TimeGrid, MonthStepsKeepTheDayAndClampIt) {
  EXPECT_EQ(DateAt("2024-01-15", 1, 1), "2024-02-15");
  EXPECT_EQ(DateAt("2024-01-30", 1, 1), "2024-02-29");
  EXPECT_EQ(DateAt("2024-01-30", 1, 2), "2024-03-30");
  EXPECT_EQ(DateAt("2024-01-15", 1, -1), "2023-12-15");
  EXPECT_EQ(DateAt("2024-01-15", 1, -13), "2022-12-15");
  EXPECT_EQ(DateAt("1960-03-01", 3, 2), "1960-09-01");
  EXPECT_EQ(DateAt("1969-12-31", 12, 1), "1970-12-31");
}

TEST(TimeGrid, MonthEndsStayMonthEnds) {
  EXPECT_EQ(DateAt("2024-01-31", 1, 1), "2024-02-29");
  EXPECT_EQ(DateAt("2024-01-31", 1, 2), "2024-03-31");
  EXPECT_EQ(DateAt("2023-02-28", 1, 1), "2023-03-31");
  EXPECT_EQ(DateAt("2023-06-30", 3, 1), "2023-09-30");
  EXPECT_EQ(DateAt("2023-06-30", 3, 2), "2023-12-31");
}

TEST(TimeGrid, DaysOfTheMonthComeInEveryMonth) {
  const Step halves = ParseStep("M@15+end").value();
  const TimeGrid grid{Time("2024-01-15"), halves};
  const std::vector<std::string> expected = {"2024-01-15", "2024-01-31", "2024-02-15", "2024-02-29", "2024-03-15"};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto index = static_cast<std::int64_t>(i);
    EXPECT_EQ(FormatTime(grid.At(index), TimeFormat::kDate), expected[i]);
    const TimeGrid back{Time(expected[4]), halves};
    EXPECT_EQ(FormatTime(back.At(index - 4), TimeFormat::kDate), expected[i]);
  }
  EXPECT_EQ(FormatTime(TimeGrid{Time("2023-12-21"), ParseStep("M@1+11+21").value()}.At(1), TimeFormat::kDate),
            "2024-01-01");
}

TEST(Step, CountsStepsByThePointsOfItsDays) {
  const auto between = [](std::string_view step, std::string_view from, std::string_view to) {
    return StepsBetween(ParseStep(step).value(), Time(from), Time(to));
  };
  EXPECT_EQ(between("B", "2024-01-05", "2024-01-08"), 1);
  EXPECT_EQ(between("B", "2024-01-05T17:30:00Z", "2024-01-08T17:00:00Z"), 1);
  EXPECT_EQ(between("B", "2024-01-05", "2024-01-12"), 5);
  EXPECT_EQ(between("2h", "2024-01-05", "2024-01-06"), 12);
  EXPECT_NEAR(between("1M", "2024-01-01", "2024-07-01"), 6, 0.1);
  EXPECT_EQ(between("M@1+15", "2024-01-15", "2024-02-01"), 1);
  EXPECT_EQ(between("M@15+end", "2023-12-15", "2024-02-29"), 5);
  EXPECT_EQ(between("30min@Mon-Fri@09:30-11:00+13:00-14:30", "2024-01-05T11:00:00Z", "2024-01-05T13:00:00Z"), 1);
  EXPECT_EQ(between("30min@Mon-Fri@09:30-11:00+13:00-14:30", "2024-01-05T12:00:00Z", "2024-01-05T13:00:00Z"), 1);
  EXPECT_EQ(between("30min@Mon-Fri@09:30-11:00+13:00-14:30", "2024-01-05T14:30:00Z", "2024-01-08T09:30:00Z"), 1);
  EXPECT_NEAR(ParseStep("B").value().mean_nanoseconds(), 1.4 * 86400e9, 1);
  EXPECT_NEAR(ParseStep("30min@Mon-Fri@09:30-11:00+13:00-14:30").value().mean_nanoseconds(), 1.4 * 86400e9 / 8, 1);
  EXPECT_NEAR(ParseStep("M@1+15").value().mean_nanoseconds(), 15.2 * 86400e9, 0.1 * 86400e9);
}

TEST(TimeGrid, ASessionGoesOnBehindItsBreak) {
  const Step lunch = ParseStep("1h@Mon-Fri@10:30-11:30+14:00-15:00").value();
  const TimeGrid grid{Time("2024-03-01T10:30:00"), lunch};  // a Friday
  const std::vector<std::string> expected = {"2024-03-01T10:30:00", "2024-03-01T11:30:00", "2024-03-01T14:00:00",
                                             "2024-03-01T15:00:00", "2024-03-04T10:30:00"};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto index = static_cast<std::int64_t>(i);
    EXPECT_EQ(FormatTime(grid.At(index), TimeFormat::kDateTime), expected[i]);
    EXPECT_EQ(FormatTime(TimeGrid{Time(expected[4]), lunch}.At(index - 4), TimeFormat::kDateTime), expected[i]);
  }
}

TEST(TimeGrid, SaturatesAtTheEndsOfTheRange) {
  const TimeGrid hours{0, {Step::Unit::kNanosecond, 3'600'000'000'000}};
  EXPECT_EQ(hours.At(std::numeric_limits<std::int64_t>::max()), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(hours.At(std::numeric_limits<std::int64_t>::min()), std::numeric_limits<std::int64_t>::min());
  const TimeGrid years{0, {Step::Unit::kMonth, 12}};
  EXPECT_EQ(years.At(500), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(years.At(-500), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(years.At(std::numeric_limits<std::int64_t>::max()), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(hours.At(5), 18'000'000'000'000);
}

TEST(StepText, ReadsBackWhatItWrites) {
  for (const char* text :
       {"1ns", "250ms", "7us", "1s", "90s", "5min", "1h", "36h", "1D", "7D", "1M", "2M", "1Q", "1Y"}) {
    const Result<Step> step = ParseStep(text);
    ASSERT_TRUE(step.ok()) << text;
    EXPECT_EQ(FormatStep(*step), text);
  }
}

TEST(StepText, TakesTheCanonicalUnit) {
  EXPECT_EQ(FormatStep(*ParseStep("60min")), "1h");
  EXPECT_EQ(FormatStep(*ParseStep("W")), "7D");
  EXPECT_EQ(FormatStep(*ParseStep("2W")), "14D");
  EXPECT_EQ(FormatStep(*ParseStep("3M")), "1Q");
  EXPECT_EQ(FormatStep(*ParseStep("4Q")), "1Y");
  EXPECT_EQ(FormatStep(*ParseStep("h")), "1h");
  EXPECT_EQ(FormatStep(Step{}), "unknown");
}

TEST(StepText, RefusesWhatIsNoStep) {
  for (const char* text :
       {"", "0h", "-1h", "5", "5x", "h5", "1 h", "99999999999999999999h", "9999999999D", "9999999Y", "m"}) {
    const Result<Step> step = ParseStep(text);
    ASSERT_FALSE(step.ok()) << text;
    EXPECT_EQ(step.status().code(), StatusCode::kUsage);
    EXPECT_NE(step.status().message().find("units"), std::string::npos);
  }
}

TEST(TimeText, IsWrittenInTheFormatOfTheInput) {
  const TimeNs t = Time("2024-03-01T12:30:05");
  EXPECT_EQ(FormatTime(t, TimeFormat::kDateTime), "2024-03-01T12:30:05");
  EXPECT_EQ(FormatTime(t, TimeFormat::kDateTimeZ), "2024-03-01T12:30:05Z");
  EXPECT_EQ(FormatTime(t, TimeFormat::kEpochSeconds), "1709296205");
  EXPECT_EQ(FormatTime(t, TimeFormat::kEpochMillis), "1709296205000");
  EXPECT_EQ(FormatTime(t, TimeFormat::kDate), "2024-03-01T12:30:05");  // a date alone would lose the time
  EXPECT_EQ(FormatTime(Time("2024-03-01"), TimeFormat::kDate), "2024-03-01");
}

TEST(TimeText, ShowsFractionsAndTimesBefore1970) {
  EXPECT_EQ(FormatTime(1, TimeFormat::kDateTimeZ), "1970-01-01T00:00:00.000000001Z");
  EXPECT_EQ(FormatTime(-1, TimeFormat::kDateTime), "1969-12-31T23:59:59.999999999");
  EXPECT_EQ(FormatTime(500'000'000, TimeFormat::kEpochSeconds), "0.5");
  EXPECT_EQ(FormatTime(-500'000'000, TimeFormat::kEpochSeconds), "-0.5");
  EXPECT_EQ(FormatTime(-1'500'000, TimeFormat::kEpochMillis), "-1.5");
  EXPECT_EQ(FormatTime(std::numeric_limits<TimeNs>::min(), TimeFormat::kDate), "1677-09-21T00:12:43.145224192");
  EXPECT_EQ(FormatTime(std::numeric_limits<TimeNs>::max(), TimeFormat::kDate), "2262-04-11T23:47:16.854775807");
}

}  // namespace
}  // namespace fitd::time_grid_test
