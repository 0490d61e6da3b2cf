#include "daemon/csv/csv_layout.h"

#include <gtest/gtest.h>

#include <string>

#include "daemon/csv/text_encoding.h"

namespace fitd::csv_layout_test {
namespace {

using Columns = std::vector<std::size_t>;

// The layout of a whole file.
CsvLayout Read(std::string_view text, const CsvOptions& options = {}) {
  Result<CsvLayout> layout = ReadLayout(text, true, options, "data.csv");
  EXPECT_TRUE(layout.ok()) << layout.status().message();
  return layout.ok() ? std::move(layout).value() : CsvLayout();
}

std::string Refusal(std::string_view text, const CsvOptions& options = {}) {
  const Result<CsvLayout> layout = ReadLayout(text, true, options, "data.csv");
  EXPECT_FALSE(layout.ok());
  return layout.ok() ? "" : std::string(layout.status().message());
}

TEST(CsvLayout, GivesColumnsTheirRolesByNameInAnyOrder) {
  const CsvLayout layout = Read("value,item_id,timestamp\n1,a,2024-01-01\n2,a,2024-01-02\n3,b,2024-01-01\n");
  EXPECT_EQ(layout.shape, CsvShape::kLong);
  EXPECT_EQ(layout.values, Columns{0});
  EXPECT_EQ(layout.targets, Columns{1});
  EXPECT_EQ(layout.times, Columns{2});
}

TEST(CsvLayout, TakesNumbersWithNothingBehindThePointForIds) {
  std::string floats = "date,store,value\n", measures = "date,store,value\n";
  for (int day = 1; day < 29; ++day) {
    const std::string date = "2024-01-" + std::string(day < 10 ? "0" : "") + std::to_string(day);
    floats += date + ",7.0," + std::to_string(day) + ".5\n" + date + ",12.0," + std::to_string(day) + "\n";
    measures += date + "," + std::to_string(day) + ".25," + std::to_string(day) + "\n";
  }
  EXPECT_EQ(Read(floats).targets, Columns{1});
  EXPECT_TRUE(Read(measures).targets.empty());
}

TEST(CsvLayout, FindsNoTargetBesideTheOnlySeries) {
  const CsvLayout layout = Read("date,x,y,temperature\n2024-01-01,1,48.1,20\n2024-01-02,1,48.1,21\n");
  EXPECT_TRUE(layout.targets.empty());
  EXPECT_EQ(layout.values, Columns{2});
  ASSERT_EQ(layout.unused.size(), 2U);
  EXPECT_EQ(layout.unused[0].first, 1U);
  EXPECT_EQ(layout.unused[1].first, 3U);
}

TEST(CsvLayout, TakesAnUnnamedFirstColumnForTheTime) {
  const CsvLayout layout = Read(",value\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n");
  EXPECT_EQ(layout.times, Columns{0});
  EXPECT_EQ(layout.values, Columns{1});
  EXPECT_EQ(layout.NameOf(0), "#1");
}

TEST(CsvLayout, ReadsTimesAcross) {
  const CsvLayout layout = Read("country,2019,2020,2021,2022\nFrance,1,2,3,4\nSpain,5,6,7,8\n");
  EXPECT_EQ(layout.shape, CsvShape::kRows);
  EXPECT_EQ(layout.targets, Columns{0});
  EXPECT_EQ(layout.header_times, (std::vector<std::string>{"2019", "2020", "2021", "2022"}));
}

TEST(CsvLayout, ReadsMonthsAcrossAndYearsDown) {
  std::string text = "year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec\n";
  for (int year = 2018; year < 2024; ++year) text += std::to_string(year) + ",1,2,3,4,5,6,7,8,9,10,11,12\n";
  const CsvLayout layout = Read(text);
  EXPECT_EQ(layout.table.size(), 12U);
  EXPECT_EQ(layout.times, Columns{0});
  EXPECT_FALSE(layout.table_first);
}

TEST(CsvLayout, JoinsATimeThatIsSplitOverColumns) {
  const CsvLayout layout = Read("date,time,v\n2024-01-01,00:00,1\n2024-01-01,01:00,2\n2024-01-01,02:00,3\n");
  EXPECT_EQ(layout.times, (Columns{0, 1}));
  EXPECT_EQ(layout.TimeText({"2024-01-01", "01:00", "2"}), "2024-01-01 01:00");
}

TEST(CsvLayout, SaysWhichColumnsMayChangeWhatARowMeans) {
  const CsvLayout layout =
      Read("date,unit,status,v\n2024-01-01,kg,actual,1\n2024-01-02,kg,actual,2\n2024-01-03,t,forecast,3\n", [] {
        CsvOptions options;
        options.value_column = "v";
        return options;
      }());
  EXPECT_EQ(layout.unit_column, 1U);
  EXPECT_EQ(layout.direction, kNoColumn);
}

TEST(CsvLayout, RefusesWithTheColumnsThereAre) {
  CsvOptions options;
  options.value_column = "price";
  const std::string refusal = Refusal("date,cost\n2024-01-01,1\n2024-01-02,2\n", options);
  EXPECT_NE(refusal.find("data.csv"), std::string::npos) << refusal;
  EXPECT_NE(refusal.find("price"), std::string::npos) << refusal;
  EXPECT_NE(refusal.find("cost"), std::string::npos) << refusal;
  EXPECT_NE(Refusal("a,b\nx,y\nz,w\n").find("time"), std::string::npos);
}

TEST(CsvLayout, KnowsWindows1252) {
  EXPECT_TRUE(Read("date,v\xe4rde\n2024-01-01,1\n2024-01-02,2\n").windows1252);
  EXPECT_FALSE(Read("date,v\xc3\xa4rde\n2024-01-01,1\n2024-01-02,2\n").windows1252);
}

TEST(CsvLayout, RefusesWhatIsNoText) {
  EXPECT_TRUE(CheckText("date,v\n", "data.csv").ok());
  EXPECT_FALSE(CheckText(std::string_view("date\0v\n", 7), "data.csv").ok());
  const std::string tar = "a.csv" + std::string(252, '\0') + "ustar" + std::string(250, '\0');
  EXPECT_NE(CheckText(tar, "my data.tar").message().find("tar -xOf 'my data.tar'"), std::string::npos);
}

}  // namespace
}  // namespace fitd::csv_layout_test
