#include "daemon/times/time_guess.h"

#include <gtest/gtest.h>

#include "common/time_units.h"
#include "daemon/times/time_shape.h"

namespace fitd::time_guess_test {
namespace {

using Cells = std::vector<std::string>;

Result<TimeRule> RuleOf(const Cells& cells, const std::string& format = "", const std::string& zone = "") {
  TimeGuess guess(format, zone.empty() ? nullptr : TimeZone::Find(zone).value());
  for (const std::string& cell : cells) guess.Add(cell);
  return guess.Finish("data.csv");
}

// The last cell as it is understood, and as the times behind it would be written.
std::string Understood(const Cells& cells, const std::string& format = "") {
  const Result<TimeRule> rule = RuleOf(cells, format);
  if (!rule.ok()) return rule.status().message();
  TimeParser parser(*rule);
  TimeNs time = 0;
  TimeFormat seen = TimeFormat::kDate;
  for (const std::string& cell : cells) {
    if (const TimeError e = parser.Parse(cell, &time, &seen); e != TimeError::kNone) {
      return cell + ": " + std::string(TimeErrorText(e));
    }
  }
  const Step step = rule->form.format == TimeFormat::kDecimalYear ? Step{Step::Unit::kMonth, 1} : Step{};
  const std::string written = TimeWriter(rule->form).Write(time, step);
  return FormatTime(time, TimeFormat::kDateTime) + " " + (written == cells.back() ? "same" : written);
}

TEST(TimeGuess, ReadsTheFormsOfTheWorldAndWritesThemBack) {
  const std::pair<Cells, const char*> cases[] = {
      {{"2024-03-01", "2024-03-02"}, "2024-03-02T00:00:00 same"},
      {{"2024-03", "2024-04"}, "2024-04-01T00:00:00 same"},
      {{"1963", "1964"}, "1964-01-01T00:00:00 same"},
      {{"202312", "202401"}, "2024-01-01T00:00:00 same"},
      {{"20240301", "20240302"}, "2024-03-02T00:00:00 same"},
      {{"2024030123", "2024030200"}, "2024-03-02T00:00:00 same"},
      {{"202403012359", "202403020000"}, "2024-03-02T00:00:00 same"},
      {{"20240301235959", "20240302000000"}, "2024-03-02T00:00:00 same"},
      {{"2019.917", "2020.000", "2020.083"}, "2020-02-01T00:00:00 same"},
      {{"1958.2027", "1958.2877"}, "1958-04-16T00:15:07 1958.2917"},
      {{"45291", "45292"}, "2024-01-01T00:00:00 same"},
      {{"45292.000", "45292.500"}, "2024-01-01T12:00:00 same"},
      {{"1709294400", "1709294460"}, "2024-03-01T12:01:00 same"},
      {{"1709294400000000", "1709294460000000"}, "2024-03-01T12:01:00 same"},
      {{"1709294400000000000", "1709294460000000000"}, "2024-03-01T12:01:00 same"},
      {{"31.12.2023", "01.01.2024"}, "2024-01-01T00:00:00 same"},
      {{"31.12.2023 23:00", "1.1.2024 0:00"}, "2024-01-01T00:00:00 same"},
      {{"31.12.23 23:00:00", "01.01.24 00:00:00"}, "2024-01-01T00:00:00 same"},
      {{"2023/12/31", "2024/01/01"}, "2024-01-01T00:00:00 same"},
      {{"2023/12/31 5:04", "2024/1/1 6:04"}, "2024-01-01T06:04:00 same"},
      {{"2024-1-9", "2024-1-10"}, "2024-01-10T00:00:00 same"},
      {{"12/31/2023", "1/1/2024"}, "2024-01-01T00:00:00 same"},
      {{"31/12/2023", "01/01/2024"}, "2024-01-01T00:00:00 same"},
      {{"01/02/2024", "13/02/2024", "14/02/2024"}, "2024-02-14T00:00:00 same"},
      {{"12/31/2023 11:59 PM", "01/01/2024 12:05 AM"}, "2024-01-01T00:05:00 same"},
      {{"12/31/2023 11:59:00 PM", "01/01/2024 01:05:00 PM"}, "2024-01-01T13:05:00 same"},
      {{"31-Dec-2023", "01-Jan-2024"}, "2024-01-01T00:00:00 same"},
      {{"31 December 2023", "1 January 2024"}, "2024-01-01T00:00:00 same"},
      {{"Dec 31, 2023", "Jan 1, 2024"}, "2024-01-01T00:00:00 same"},
      {{"Sun, 31 Dec 2023 10:00:00 GMT", "Mon, 01 Jan 2024 10:00:00 GMT"}, "2024-01-01T10:00:00 same"},
      {{"31/Dec/2023:10:00:00 +0000", "01/Jan/2024:10:00:00 +0000"}, "2024-01-01T10:00:00 same"},
      {{"Dec 2023", "Jan 2024"}, "2024-01-01T00:00:00 same"},
      {{"Dec-23", "Jan-24"}, "2024-01-01T00:00:00 same"},
      {{"2023Q4", "2024Q1"}, "2024-01-01T00:00:00 same"},
      {{"2023-Q4", "2024-Q1"}, "2024-01-01T00:00:00 same"},
      {{"Q4 2023", "Q1 2024"}, "2024-01-01T00:00:00 same"},
      {{"2024-W01", "2024-W05"}, "2024-01-29T00:00:00 same"},
      {{"2024M01", "2024M02"}, "2024-02-01T00:00:00 same"},
      {{"12/2023", "01/2024"}, "2024-01-01T00:00:00 same"},
      {{"2024-03-01 12:00:00 UTC", "2024-03-01 13:00:00 UTC"}, "2024-03-01T13:00:00 same"},
      {{"2024-03-01 12:00:00", "2024-03-01 13:00:00"}, "2024-03-01T13:00:00 same"},
      {{"2024-03-01 12:00", "2024-03-01 13:00"}, "2024-03-01T13:00:00 same"},
      {{"2024-03-01T12:00:00.000Z", "2024-03-01T13:00:00.500Z"}, "2024-03-01T13:00:00.5 same"},
      {{"2024-03-01 13", "2024-03-01 14"}, "2024-03-01T14:00:00 same"},
      {{"2024 3 1 13", "2024 3 1 14"}, "2024-03-01T14:00:00 same"},
      {{"2024-03-01 24:00", "2024-03-02 01:00"}, "2024-03-02T01:00:00 same"},
      {{"1", "2", "3"}, "1970-01-01T00:00:00.000000003 same"},
  };
  for (const auto& [cells, expected] : cases) EXPECT_EQ(Understood(cells), expected) << cells.front();
}

TEST(TimeGuess, DoesNotChooseBetweenDayAndMonthByItself) {
  const Result<TimeRule> rule = RuleOf({"01/02/2024", "02/02/2024", "03/02/2024"});
  ASSERT_FALSE(rule.ok());
  EXPECT_EQ(rule.status().code(), StatusCode::kInvalidInput);
  EXPECT_NE(rule.status().message().find("--time-format '%d/%m/%Y'"), std::string::npos) << rule.status().message();
  EXPECT_NE(rule.status().message().find("2024-02-01"), std::string::npos);
  EXPECT_NE(rule.status().message().find("2024-01-02"), std::string::npos);
  EXPECT_EQ(Understood({"01/02/2024", "02/02/2024"}, "%d/%m/%Y"), "2024-02-02T00:00:00 same");
  EXPECT_EQ(Understood({"01/02/2024", "02/02/2024"}, "%m/%d/%Y"), "2024-02-02T00:00:00 same");
}

// A day above 12 decides wherever it is, behind the cells that are kept too.
TEST(TimeGuess, IsOpenUntilACellDecides) {
  TimeGuess guess("", nullptr);
  for (int i = 0; i < 500; ++i) guess.Add("01/02/2024");
  EXPECT_TRUE(guess.open());
  guess.Add("01/13/2024");
  EXPECT_FALSE(guess.open());
  const Result<TimeRule> rule = guess.Finish("data.csv");
  ASSERT_TRUE(rule.ok());
  EXPECT_EQ(rule->form.pattern, "%m/%d/%Y");
}

TEST(TimeGuess, TellsMonthsFromWeeksHoweverManyThereAre) {
  Cells cells;
  for (int i = 0; i < 300; ++i)
    cells.push_back(std::to_string(2000 + i / 12) + (i % 12 < 9 ? "-0" : "-") + std::to_string(i % 12 + 1));
  EXPECT_EQ(Understood(cells), "2024-12-01T00:00:00 same");
}

TEST(TimeGuess, TellsTheEndOfARangeFromAnOffset) {
  EXPECT_EQ(Understood({"01.01.2024 00:00-00:15", "01.01.2024 00:15-00:30"}), "2024-01-01T00:15:00 01.01.2024 00:15");
  EXPECT_EQ(Understood({"2024-01-01 22:00-23:00", "2024-01-01 23:00-24:00"}), "2024-01-01T23:00:00 2024-01-01 23:00");
  EXPECT_EQ(Understood({"2024-01-01 00:15-00:30"}), "2024-01-01T00:15:00 2024-01-01 00:15") << "no zone has -00:30";
  EXPECT_EQ(Understood({"2024-01-01 00:00-05:00", "2024-01-01 01:00-05:00"}),
            "2024-01-01T06:00:00 2024-01-01 06:00+00:00");
  EXPECT_EQ(Understood({"2024-11-03 01:00-04:00", "2024-11-03 01:00-05:00"}),
            "2024-11-03T06:00:00 2024-11-03 06:00+00:00");
}

TEST(TimeGuess, AYearAmongMonthsIsNoTimeWhereTheyAreOfOneTarget) {
  const auto reads = [](std::uint8_t fewest, const Cells& cells, const std::string& cell) {
    TimeGuess guess("", nullptr);
    guess.SetShortest(fewest);
    for (const std::string& c : cells) guess.Add(c);
    TimeParser parser(*guess.Finish("data.csv"));
    TimeNs time = 0;
    TimeFormat format = TimeFormat::kDate;
    return parser.Parse(cell, &time, &format);
  };
  EXPECT_EQ(reads(7, {"2024-01", "2024-02", "2024"}, "2024"), TimeError::kCoarser);
  EXPECT_EQ(reads(7, {"2024-01", "2024-02", "2024"}, "2024-02"), TimeError::kNone);
  EXPECT_EQ(reads(8, {"2024-01-01", "2024-01-02", "2024-01"}, "2024-01"), TimeError::kCoarser);
  EXPECT_EQ(reads(11, {"2024-01-01 00:00", "2024-01-01"}, "2024-01-01"), TimeError::kCoarser);
  EXPECT_EQ(reads(0, {"2024-01", "2024-02", "2024"}, "2024"), TimeError::kNone);
  EXPECT_EQ(reads(0, {"2024-01-01", "2024-01-02", "2024-01"}, "2024-01"), TimeError::kNone);
  EXPECT_EQ(reads(0, {"2024-01", "2024-02"}, "2024"), TimeError::kCoarser) << "no second of 1970";
}

TEST(TimeGuess, StepsThatTheFormOfTheOthersHidesAreWrittenInFull) {
  const TimeNs march = 1'709'251'200 * kNsPerSecond;
  const auto write = [&](const char* pattern, const Step& step) {
    return TimeWriter({TimeFormat::kPattern, pattern, ""}).Write(march, step);
  };
  EXPECT_EQ(write("%Y", {Step::Unit::kMonth, 12}), "2024");
  EXPECT_EQ(write("%Y", {Step::Unit::kMonth, 3}), "2024-03");
  EXPECT_EQ(write("%Y-%m", {Step::Unit::kMonth, 1}), "2024-03");
  EXPECT_EQ(write("%Y-%m", {Step::Unit::kNanosecond, kNsPerDay}), "2024-03-01");
}

TEST(TimeGuess, ARowThatContradictsTheReadingIsNotATime) {
  EXPECT_NE(Understood({"13/01/2024", "14/01/2024", "01/15/2024"}).find("no such date"), std::string::npos);
}

TEST(TimeGuess, SaysWhatIsWrongWithAFormat) {
  EXPECT_EQ(RuleOf({"x"}, "%Q").status().code(), StatusCode::kUsage);
  EXPECT_EQ(RuleOf({"x"}, "%d.%m.").status().code(), StatusCode::kUsage);
  EXPECT_EQ(RuleOf({"x"}, "%Y-%").status().code(), StatusCode::kUsage);
}

TEST(TimeGuess, NaiveTimesAreOfTheZone) {
  const Result<TimeRule> rule = RuleOf({"2024-03-30 12:00:00", "2024-03-31 12:00:00"}, "", "Europe/Berlin");
  ASSERT_TRUE(rule.ok());
  TimeParser parser(*rule);
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kDate;
  ASSERT_EQ(parser.Parse("2024-03-30 12:00:00", &time, &format), TimeError::kNone);
  EXPECT_EQ(FormatTime(time, TimeFormat::kDateTimeZ), "2024-03-30T11:00:00Z");
  ASSERT_EQ(parser.Parse("2024-03-31 12:00:00", &time, &format), TimeError::kNone);
  EXPECT_EQ(FormatTime(time, TimeFormat::kDateTimeZ), "2024-03-31T10:00:00Z");
  ASSERT_EQ(parser.Parse("2024-10-27 02:30:00", &time, &format), TimeError::kNone);  // twice: the first
  EXPECT_EQ(FormatTime(time, TimeFormat::kDateTimeZ), "2024-10-27T00:30:00Z");
  ASSERT_EQ(parser.Parse("2024-03-31 02:30:00", &time, &format), TimeError::kNone);  // never: as before the change
  EXPECT_EQ(FormatTime(time, TimeFormat::kDateTimeZ), "2024-03-31T01:30:00Z");
  EXPECT_EQ(TimeZone::Find("Europe/Berlim").status().code(), StatusCode::kUsage);
  EXPECT_NE(TimeZone::Find("Europe/Berlim").status().message().find("Europe/Berlin"), std::string::npos);
}

}  // namespace
}  // namespace fitd::time_guess_test
