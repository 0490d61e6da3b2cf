#include "daemon/csv/column_names.h"

#include <gtest/gtest.h>

#include <string>

namespace fitd {
namespace {

std::string Parts(std::string_view name) {
  const WordedTime found = TimeBesideWord(name);
  return found.time.empty() ? "" : std::string(found.time) + " of " + std::string(found.word);
}

TEST(ColumnNames, ATimeStandsBehindOrBeforeAWord) {
  EXPECT_EQ(Parts("pop2019M01"), "2019M01 of pop");
  EXPECT_EQ(Parts("cases_2023-01-01"), "2023-01-01 of cases");
  EXPECT_EQ(Parts("Folkm\u00e4ngd 2018M01"), "2018M01 of Folkm\u00e4ngd");
  EXPECT_EQ(Parts("1990 pop"), "1990 of pop");
  EXPECT_EQ(Parts("Store 1 2020"), "2020 of Store 1");
}

TEST(ColumnNames, NamesWithoutATimeHaveNone) {
  for (const char* const name : {"", " ", "a", "2020", "d_1", "region", "  ,  ", "     abc", "(((((", "12345"}) {
    EXPECT_EQ(Parts(name), "") << name;
  }
  EXPECT_EQ(Parts(std::string(100'000, 'a') + " 2020"), "");
}

}  // namespace
}  // namespace fitd
