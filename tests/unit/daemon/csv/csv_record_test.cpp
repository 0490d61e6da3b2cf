#include "daemon/csv/csv_record.h"

#include <gtest/gtest.h>

#include <cmath>

#include "daemon/csv/csv_number.h"

namespace fitd::csv_record_test {
namespace {

std::vector<std::string> SplitAll(const std::string& text, bool* good = nullptr) {
  RecordSplitter splitter;
  std::uint64_t lines = 0;
  const char* const end = FindRecordEnd(text.data(), text.data() + text.size(), &lines);
  EXPECT_NE(end, nullptr) << text;
  if (!end) return {};
  const bool ok = splitter.Split(text.data(), end);
  if (good) *good = ok;
  return {splitter.fields().begin(), splitter.fields().end()};
}

using Fields = std::vector<std::string>;

TEST(CsvRecord, SplitsPlainAndQuotedFields) {
  EXPECT_EQ(SplitAll("a,b,c\n"), (Fields{"a", "b", "c"}));
  EXPECT_EQ(SplitAll("a,b,c\r\n"), (Fields{"a", "b", "c"}));
  EXPECT_EQ(SplitAll("\"a\",\"b,c\",d\r\n"), (Fields{"a", "b,c", "d"}));
  EXPECT_EQ(SplitAll("\"say \"\"hi\"\"\",2\n"), (Fields{"say \"hi\"", "2"}));
  EXPECT_EQ(SplitAll("\"two\nlines\",2\nnext,3\n"), (Fields{"two\nlines", "2"}));
  EXPECT_EQ(SplitAll(",\n"), (Fields{"", ""}));
  EXPECT_EQ(SplitAll("\"\",\"\"\n"), (Fields{"", ""}));
  EXPECT_EQ(SplitAll("\"\"\"\"\n"), (Fields{"\""}));
  EXPECT_EQ(SplitAll("5\" disk,x\n"), (Fields{"5\" disk", "x"}));
  EXPECT_EQ(SplitAll("\n"), (Fields{""}));
}

TEST(CsvRecord, FindsTextAfterAClosingQuote) {
  bool good = true;
  SplitAll("a,\"b\"c,d\n", &good);
  EXPECT_FALSE(good);
  RecordSplitter splitter;
  const std::string text = "a,\"b\"c,d\n";
  EXPECT_FALSE(splitter.Split(text.data(), text.data() + text.size()));
  EXPECT_EQ(splitter.bad_field(), 1U);
}

TEST(CsvRecord, CountsTheLinesOfARecord) {
  std::uint64_t lines = 0;
  const std::string text = "\"a\nb\n\",1\nc,2\n";
  EXPECT_EQ(FindRecordEnd(text.data(), text.data() + text.size(), &lines), text.data() + 9);
  EXPECT_EQ(lines, 3U);
}

TEST(CsvRecord, IsIncompleteWithoutItsEnd) {
  std::uint64_t lines = 0;
  for (const std::string text : {"", "a,b", "\"a\n", "\"a\"\"\n", "\"a\"", "a,\"b\n"}) {
    EXPECT_EQ(FindRecordEnd(text.data(), text.data() + text.size(), &lines), nullptr) << text;
  }
}

double Number(std::string_view text) {
  double value = -1;
  EXPECT_EQ(ParseNumber(text, &value), NumberKind::kValue) << text;
  return value;
}

TEST(CsvNumber, ReadsDecimals) {
  EXPECT_EQ(Number("0"), 0.0);
  EXPECT_EQ(Number("-1.5"), -1.5);
  EXPECT_EQ(Number("+2"), 2.0);
  EXPECT_EQ(Number(" 3.25\t"), 3.25);
  EXPECT_EQ(Number("1e3"), 1000.0);
  EXPECT_EQ(Number("-1.25E-2"), -0.0125);
  EXPECT_EQ(Number(".5"), 0.5);
  EXPECT_EQ(Number("5."), 5.0);
  EXPECT_EQ(Number("18.090486228499998"), 18.090486228499998);
  EXPECT_EQ(Number("123456789012345678901234567890"), 123456789012345678901234567890.0);
  EXPECT_TRUE(std::signbit(Number("-0.0")));
  EXPECT_EQ(Number("1e-400"), 0.0);
  EXPECT_EQ(Number("0." + std::string(400, '0') + "1"), 0.0);
  EXPECT_EQ(Number("4.9e-324"), 4.9e-324);
  EXPECT_EQ(Number("1.7976931348623157e308"), 1.7976931348623157e308);
}

TEST(CsvNumber, ReadsWhatPeopleWrite) {
  const auto styled = [](std::string_view text, std::string_view unit) {
    NumberStyle style;
    double value = 0;
    EXPECT_EQ(UnitOf(text), unit) << text;
    EXPECT_EQ(ParseNumber(text, style, unit, &value), NumberKind::kValue) << text;
    return value;
  };
  EXPECT_EQ(styled("- 1,075.86", ""), -1075.86);
  EXPECT_EQ(styled("1 075.86 kr.", "kr."), 1075.86);
  EXPECT_EQ(styled("3.2 Mio. €", "Mio. €"), 3.2);
  EXPECT_EQ(styled("663.8 Tsd.", "Tsd."), 663.8);
  EXPECT_EQ(styled("１２３", ""), 123);
  for (const char* text : {"1.2.3", "5 a.b", "7 .", "3..", "2024-"}) {
    double value = 0;
    EXPECT_EQ(ParseNumber(text, NumberStyle(), "", &value), NumberKind::kMalformed) << text;
  }
}

TEST(CsvNumber, TellsMissingFromMalformed) {
  double value = 0;
  for (const char* text : {"",  " ",  "NA", "na",  "NaN",  "nan",  "NAN", "null", "NULL",        "Null", ".",
                           "-", "--", "?",  "N/A", "#N/A", "None", "\\N", "<NA>", "unavailable", "-nan"}) {
    EXPECT_EQ(ParseNumber(text, &value), NumberKind::kMissing) << text;
    EXPECT_TRUE(std::isnan(value));
  }
  for (const char* text : {"inf", "-inf", "+Infinity", "INF", "1e400", "-1e999"}) {
    EXPECT_EQ(ParseNumber(text, &value), NumberKind::kNotFinite) << text;
  }
  for (const char* text : {"x", "1x", "1,5", "0x10", "--1", "+-1", "1e", "e5", "+", "1 2", "nan(1)", "1_000"}) {
    EXPECT_EQ(ParseNumber(text, &value), NumberKind::kMalformed) << text;
  }
}

TEST(CsvNumber, ShortPathIsExactOrDeclines) {
  for (const char* text : {"0", "-0", "1", "28.10", "0.1", "0.3", "-99.999", "9007199254740992", "123456.789012", ".5",
                           "5.", "0.000000000000000001", "1234567890.12345678"}) {
    const std::string line = std::string(text) + "\n";
    double value = -1;
    const char* const end = ParseShortDecimal(line.data(), &value);
    if (!end) continue;
    EXPECT_EQ(end, line.data() + line.size() - 1) << text;
    const double expected = Number(text);
    EXPECT_EQ(value, expected) << text;
    EXPECT_EQ(std::signbit(value), std::signbit(expected)) << text;
  }
  double value = 0;
  for (const char* text :
       {"\n", "x\n", "-\n", ".\n", "18.090486228499998123\n", "9007199254740993\n", "99999999999999999999\n"}) {
    EXPECT_EQ(ParseShortDecimal(text, &value), nullptr) << text;
  }
}

}  // namespace
}  // namespace fitd::csv_record_test
