#include <gtest/gtest.h>

#include "daemon/times/time_guess.h"

namespace fitd::time_parser_test {
namespace {

constexpr TimeNs kSecond = 1'000'000'000;
constexpr TimeNs kNoon = 1'709'294'400 * kSecond;  // 2024-03-01T12:00:00Z
constexpr TimeNs kMidnight = kNoon - 43'200 * kSecond;

struct Case {
  const char* text;
  TimeNs time;
  TimeFormat format;
};

TEST(TimeParser, ReadsIsoAndRfc3339) {
  const Case cases[] = {
      {"2024-03-01", kMidnight, TimeFormat::kDate},
      {"2024-03", kMidnight, TimeFormat::kDate},
      {" 2024-03-01 ", kMidnight, TimeFormat::kDate},
      {"2024-03-01T12:00:00", kNoon, TimeFormat::kDateTime},
      {"2024-03-01 12:00:00", kNoon, TimeFormat::kDateTime},
      {"2024-03-01t12:00", kNoon, TimeFormat::kDateTime},
      {"2024-03-01T12:00:00Z", kNoon, TimeFormat::kDateTimeZ},
      {"2024-03-01T12:00:00z", kNoon, TimeFormat::kDateTimeZ},
      {"2024-03-01T14:00:00+02:00", kNoon, TimeFormat::kDateTimeZ},
      {"2024-03-01T14:00:00 +02:00", kNoon, TimeFormat::kDateTimeZ},
      {"2024-03-01T06:30:00-0530", kNoon, TimeFormat::kDateTimeZ},
      {"2024-03-01T13:00:00+01", kNoon, TimeFormat::kDateTimeZ},
      {"2024-03-01T12:00:00.5", kNoon + kSecond / 2, TimeFormat::kDateTime},
      {"2024-03-01T12:00:00,000000001Z", kNoon + 1, TimeFormat::kDateTimeZ},
      {"2024-03-01T12:00:00.0000000019Z", kNoon + 1, TimeFormat::kDateTimeZ},
      {"2024-03-01T11:59:60Z", kNoon, TimeFormat::kDateTimeZ},
      {"2024-02-29T24:00:00", kMidnight, TimeFormat::kDateTime},
      {"2024-03-01 12:00:00 UTC", kNoon, TimeFormat::kDateTimeZ},
      {"20240301T120000", kNoon, TimeFormat::kDateTime},
      {"20240301T120000Z", kNoon, TimeFormat::kDateTimeZ},
      {"20240301T1200", kNoon, TimeFormat::kDateTime},
      {"20240301120000", kNoon, TimeFormat::kDateTime},
      {"1969-12-31T23:59:59", -kSecond, TimeFormat::kDateTime},
  };
  TimeParser parser;
  for (const Case& c : cases) {
    TimeNs time = 0;
    TimeFormat format = TimeFormat::kEpochMillis;
    EXPECT_EQ(parser.Parse(c.text, &time, &format), TimeError::kNone) << c.text;
    EXPECT_EQ(time, c.time) << c.text;
    EXPECT_EQ(format, c.format) << c.text;
  }
}

TEST(TimeParser, SaysWhatIsWrong) {
  TimeParser parser;
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kDate;
  for (const char* text : {"", "x", "2024-3-1", "01/03/2024", "2024-03-01T", "2024-03-01T12", "2024-03-01X12:00",
                           "2024-03-01T12:00:00.", "2024-03-01T12:00:00+1", "2024-03-01T12:00:00+01:", "1e", "12.3.4",
                           "--5", "2024-03-01T12:00:00Zx", "2024-", "nan"}) {
    EXPECT_EQ(parser.Parse(text, &time, &format), TimeError::kMalformed) << text;
  }
  for (const char* text : {"2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-01-00", "2024-01-01T24:00:01",
                           "2024-01-01T00:60:00", "2024-01-01T00:00:61"}) {
    EXPECT_EQ(parser.Parse(text, &time, &format), TimeError::kNoSuchTime) << text;
  }
  for (const char* text : {"0000-01-01", "0001-01-01", "9999-12-31", "1677-09-20", "2262-04-12", "9300000000",
                           "-9300000000", "99999999999999999999999", "2262-04-11T23:00:00-05:00"}) {
    EXPECT_EQ(parser.Parse(text, &time, &format), TimeError::kOutOfRange) << text;
  }
}

TEST(TimeParser, ReadsEpochsInTheUnitOfTheFile) {
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kDate;
  TimeParser seconds(NumericTime::kSeconds);
  ASSERT_EQ(seconds.Parse("1709294400.25", &time, &format), TimeError::kNone);
  EXPECT_EQ(time, kNoon + kSecond / 4);
  EXPECT_EQ(format, TimeFormat::kEpochSeconds);
  ASSERT_EQ(seconds.Parse("-1", &time, &format), TimeError::kNone);
  EXPECT_EQ(time, -kSecond);
  ASSERT_EQ(seconds.Parse("1709294400.", &time, &format), TimeError::kNone);
  EXPECT_EQ(seconds.Parse("1709294400000", &time, &format), TimeError::kOutOfRange);
  TimeParser millis(NumericTime::kMillis);
  ASSERT_EQ(millis.Parse("1709294400000", &time, &format), TimeError::kNone);
  EXPECT_EQ(time, kNoon);
  EXPECT_EQ(format, TimeFormat::kEpochMillis);
  ASSERT_EQ(millis.Parse("1000", &time, &format), TimeError::kNone);
  EXPECT_EQ(time, kSecond);
  ASSERT_EQ(TimeParser(NumericTime::kMicros).Parse("1709294400000000", &time, &format), TimeError::kNone);
  EXPECT_EQ(time, kNoon);
  ASSERT_EQ(TimeParser(NumericTime::kNanos).Parse("1709294400000000001", &time, &format), TimeError::kNone);
  EXPECT_EQ(time, kNoon + 1);
}

TEST(TimeParser, ReadsYearsAndCompactDates) {
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kEpochMillis;
  ASSERT_EQ(TimeParser(NumericTime::kYear).Parse("1970", &time, &format), TimeError::kNone);
  EXPECT_EQ(time, 0);
  EXPECT_EQ(format, TimeFormat::kDate);
  EXPECT_EQ(TimeParser(NumericTime::kYear).Parse("0000", &time, &format), TimeError::kOutOfRange);
  ASSERT_EQ(TimeParser(NumericTime::kCompactDate).Parse("20240301", &time, &format), TimeError::kNone);
  EXPECT_EQ(time, kMidnight);
  EXPECT_EQ(TimeParser(NumericTime::kCompactDate).Parse("20240230", &time, &format), TimeError::kNoSuchTime);
  EXPECT_EQ(TimeParser(NumericTime::kCompactDate).Parse("17", &time, &format), TimeError::kMalformed);
}

NumericTime Guess(std::vector<std::string_view> cells) {
  return GuessNumericTime(cells);
}

TEST(NumericTimeGuess, FollowsTheFirstCells) {
  EXPECT_EQ(Guess({"1975", "1976"}), NumericTime::kYear);
  EXPECT_EQ(Guess({"2024-03-01", ""}), NumericTime::kSeconds);
  EXPECT_EQ(Guess({"0", "1", "2"}), NumericTime::kCount);
  EXPECT_EQ(Guess({"0", "60", "120"}), NumericTime::kSeconds);
  EXPECT_EQ(Guess({"1975", "3", "1976"}), NumericTime::kSeconds);
  EXPECT_EQ(Guess({"20240301", "20240302"}), NumericTime::kCompactDate);
  EXPECT_EQ(Guess({"20240399", "20240302"}), NumericTime::kSeconds);
  EXPECT_EQ(Guess({"1709294400"}), NumericTime::kSeconds);
  EXPECT_EQ(Guess({"0", "1709294400000"}), NumericTime::kMillis);
  EXPECT_EQ(Guess({"1709294400000000"}), NumericTime::kMicros);
  EXPECT_EQ(Guess({"1709294400000000000"}), NumericTime::kNanos);
}

TEST(TimeParser, FastPathAgreesWithTheFullParser) {
  TimeParser parser;
  for (const char* text : {"2024-03-01T12:34:56", "2024-03-01 00:00:00", "2024-03-01", "2024-02-29T23:59:59Z",
                           "1678-01-01T00:00:00", "2262-04-10T00:00:00"}) {
    const std::string line = std::string(text) + ",1.5\n                     ";
    TimeNs fast = 0;
    TimeNs full = 1;
    TimeFormat fast_format = TimeFormat::kEpochMillis;
    TimeFormat full_format = TimeFormat::kEpochMillis;
    const char* const end = parser.ParseFast(line.data(), &fast, &fast_format);
    ASSERT_EQ(end, line.data() + std::string_view(text).size()) << text;
    ASSERT_EQ(parser.Parse(text, &full, &full_format), TimeError::kNone);
    EXPECT_EQ(fast, full) << text;
    EXPECT_EQ(fast_format, full_format) << text;
  }
}

TEST(TimeParser, FastPathLeavesTheUnusualAlone) {
  TimeParser parser;
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kDate;
  for (const char* text :
       {"2024-02-30T00:00:00", "2024-03-01T24:00:00", "2024-03-01T00:00:60", "9999-01-01T00:00:00",
        "20240301T120000    ", "1709294400         ", "2024-03-01T1:00:00 ", "\"2024-03-01\"      "}) {
    const std::string line = std::string(text) + ",1.5\n         ";
    EXPECT_EQ(parser.ParseFast(line.data(), &time, &format), nullptr) << text;
  }
}

}  // namespace
}  // namespace fitd::time_parser_test
