#include <gtest/gtest.h>

#include <string>

#include "common/series/step.h"

namespace fitd::step_text_test {
namespace {

TEST(StepText, ReadsPandasAliases) {
  const std::pair<const char*, const char*> cases[] = {
      {"B", "B"},
      {"D", "1D"},
      {"W", "7D"},
      {"W-MON", "7D"},
      {"MS", "1M"},
      {"ME", "1M"},
      {"M", "1M"},
      {"QS", "1Q"},
      {"QE", "1Q"},
      {"Q", "1Q"},
      {"QS-JAN", "1Q"},
      {"QE-DEC", "1Q"},
      {"YS", "1Y"},
      {"YE", "1Y"},
      {"A", "1Y"},
      {"AS-JAN", "1Y"},
      {"h", "1h"},
      {"H", "1h"},
      {"15min", "15min"},
      {"15T", "15min"},
      {"T", "1min"},
      {"30S", "30s"},
      {"500L", "500ms"},
      {"2W-FRI", "14D"},
      {"Mon-Sat", "Mon-Sat"},
      {"sun-thu", "Sun-Thu"},
      {"Mon+Wed+Fri", "Mon+Wed+Fri"},
      {"5min@Mon-Fri@09:30-15:55", "5min@Mon-Fri@09:30-15:55"},
      {"1h@Sun-Thu@22:00-21:00", "1h@Sun-Thu@22:00-21:00"},
      {"1h@Mon-Fri@22:00-23:00+02:00-05:00", "1h@Mon-Fri@22:00-23:00+02:00-05:00"},
      {"1h@Mon-Sun@08:00-20:00", "1h@Mon-Sun@08:00-20:00"}};
  for (const auto& [text, canonical] : cases) {
    const Result<Step> step = ParseStep(text);
    ASSERT_TRUE(step.ok()) << text;
    EXPECT_EQ(FormatStep(*step), canonical) << text;
    EXPECT_EQ(ParseStep(canonical).value(), *step) << text;
  }
  for (const char* text : {"W-XXX", "Q-FOO", "Mon-", "5min@Mon-Fri", "7min@Mon-Fri@09:00-09:30", "1h@@", "0B"}) {
    EXPECT_FALSE(ParseStep(text).ok()) << text;
  }
}

TEST(StepText, KeepsTheMonthThatPeriodsBeginWith) {
  const struct {
    const char* text;
    int first_month;
    bool at_end;
  } cases[] = {{"QS", -1, false},    {"QS-JAN", 0, false}, {"QS-OCT", 0, false}, {"QS-FEB", 1, false},
               {"QS-DEC", 2, false}, {"QE-DEC", 0, true},  {"QE-JAN", 1, true},  {"Q-NOV", 2, true},
               {"YS-APR", 3, false}, {"YE-MAR", 3, true},  {"A-MAR", 3, true},   {"AS-JUL", 6, false},
               {"YE-DEC", 0, true},  {"2QS-JAN", 0, false}};
  for (const auto& [text, first_month, at_end] : cases) {
    const Result<Frequency> frequency = ParseFrequency(text);
    ASSERT_TRUE(frequency.ok()) << text;
    EXPECT_EQ(frequency->first_month, first_month) << text;
    EXPECT_EQ(frequency->at_end, at_end) << text;
  }
  for (const char* text : {"MS-FEB", "5min-FEB", "D-MON", "2QS-FEB", "BM", "BQS-FEB", "QS-", "M-MAR"}) {
    EXPECT_FALSE(ParseFrequency(text).ok()) << text;
  }
}

}  // namespace
}  // namespace fitd::step_text_test
