#include "daemon/csv/csv_dialect.h"

#include <gtest/gtest.h>

#include "daemon/csv/column_facts.h"

namespace fitd::csv_dialect_test {
namespace {

CsvDialect Found(std::string_view text) {
  return FindDialect(text, CsvOptions());
}

NumberStyle StyleOf(std::string_view text, char separator) {
  const Records records(text, 0, separator, 100, false);
  return FindNumberStyle(records.all(), 1, separator);
}

TEST(CsvDialect, FindsTheSeparator) {
  EXPECT_EQ(Found("ts,v\n2024-01-01,1\n2024-01-02,2\n").separator, ',');
  EXPECT_EQ(Found("ts;v\n2024-01-01;1,5\n2024-01-02;2,5\n").separator, ';');
  EXPECT_EQ(Found("ts\tv\n2024-01-01\t1,5\n2024-01-02\t2,5\n").separator, '\t');
  EXPECT_EQ(Found("ts|v\n2024-01-01|1\n2024-01-02|2\n").separator, '|');
  EXPECT_EQ(Found("\"ts\";\"a, b\"\n2024-01-01;1\n2024-01-02;2\n").separator, ';');
}

TEST(CsvDialect, FindsTheHeaderBelowTitles) {
  const std::string_view text = "Sales report\nall shops\n\nts,v\n2024-01-01,1\n2024-01-02,2\n";
  const CsvDialect dialect = Found(text);
  EXPECT_EQ(text.substr(dialect.header_offset, 4), "ts,v");
  EXPECT_EQ(dialect.lines_above, 3U);
  EXPECT_EQ(dialect.titles, 2U);
  EXPECT_TRUE(dialect.header);
}

TEST(CsvDialect, CountsNeitherCommentsNorALineOfTheSeparatorAsTitles) {
  const CsvDialect comments = Found("# made by a tool\n# for nobody\nts,v\n2024-01-01,1\n2024-01-02,2\n");
  EXPECT_TRUE(comments.comments);
  EXPECT_EQ(comments.lines_above, 2U);
  EXPECT_EQ(comments.titles, 0U);
  const CsvDialect told = Found("sep=;\nts;v\n2024-01-01;1\n2024-01-02;2\n");
  EXPECT_EQ(told.separator, ';');
  EXPECT_EQ(told.lines_above, 1U);
  EXPECT_EQ(told.titles, 0U);
}

TEST(CsvDialect, SeesThatThereIsNoHeader) {
  EXPECT_FALSE(Found("2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n").header);
  EXPECT_TRUE(Found("day,2024\n2024-01-01,1\n2024-01-02,2\n").header);
}

TEST(CsvDialect, DoesWhatOptionsSay) {
  CsvOptions options;
  options.separator = ";";
  options.skip_lines = 1;
  options.no_header = true;
  const CsvDialect dialect = FindDialect("x,y\n2024-01-01;1\n2024-01-02;2\n", options);
  EXPECT_EQ(dialect.separator, ';');
  EXPECT_EQ(dialect.header_offset, 4U);
  EXPECT_FALSE(dialect.header);
}

TEST(CsvDialect, ReadsTheFirstBytesOfALongerFile) {
  EXPECT_EQ(Found("ts;v\n2024-01-01;1,5\n2024-01-02;2,5\n2024-01-0").separator, ';');
}

TEST(NumberStyleOfAFile, FollowsTheProofs) {
  EXPECT_EQ(StyleOf("ts;v\n2024-01-01;1,5\n2024-01-02;1,25\n", ';').decimal, ',');
  EXPECT_EQ(StyleOf("ts;v\n2024-01-01;1.5\n2024-01-02;1.25\n", ';').decimal, '.');
  EXPECT_EQ(StyleOf("ts;v\n2024-01-01;1.234,5\n2024-01-02;1,25\n", ';').decimal, ',');
}

TEST(NumberStyleOfAFile, SaysWhetherTheMarkIsProven) {
  EXPECT_TRUE(StyleOf("ts;v\n2024-01-01;1,5\n2024-01-02;1,25\n", ';').proven);
  EXPECT_TRUE(StyleOf("ts,v\n2024-01-01,1.5\n2024-01-02,2\n", ',').proven);
  EXPECT_FALSE(StyleOf("ts;v\n2024-01-01;1,234\n2024-01-02;1,235\n", ';').proven);
  EXPECT_FALSE(StyleOf("ts;v\n2024-01-01;1,5\n2024-01-02;1.25\n", ';').proven);
  EXPECT_FALSE(StyleOf("ts;v\n2024-01-01;1\n2024-01-02;2\n", ';').proven);
}

TEST(NumberStyleOfAFile, LeavesOpenWhatMayBeAThousandOrOneAndABit) {
  EXPECT_FALSE(StyleOf("ts;v\n2024-01-01;1,234\n2024-01-02;1,235\n", ';').groups);
  EXPECT_FALSE(StyleOf("ts;v\n2024-01-01;1.234\n2024-01-02;1.235\n", ';').points);
  const NumberStyle quoted = StyleOf("ts,v\n2024-01-01,\"1,234\"\n2024-01-02,\"1,235\"\n", ',');
  EXPECT_TRUE(quoted.groups);
  double value = 0;
  EXPECT_EQ(ParseNumber("1,234", quoted, "", &value), NumberKind::kValue);
  EXPECT_EQ(value, 1234);
}

}  // namespace
}  // namespace fitd::csv_dialect_test
