#include "daemon/output/forecast_writer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "daemon/output/output_sink.h"

namespace fitd::forecast_writer_test {
namespace {

constexpr TimeNs kJanuary31 = 1'706'659'200'000'000'000;  // 2024-01-31

ForecastLayout Layout(ForecastFormat format) {
  ForecastLayout layout;
  layout.format = format;
  layout.target_column = "host, name";
  layout.time_column = "ds";
  layout.models = {"ets", "python:m:o"};
  layout.levels = {80, 97.5};
  layout.horizon = 2;
  return layout;
}

std::vector<Forecast> Forecasts() {
  Forecast ets;
  ets.mean = {1.5, 2.5};
  ets.intervals = {{97.5, {-1, -2}, {4, 5}}, {80, {0.1, 0.2}, {3, 1e21}}};
  Forecast user;
  user.mean = {7, kNotAvailable};
  return {ets, user};
}

TEST(ForecastOutput, CsvHasAColumnPerModelAndBound) {
  StringSink sink;
  ForecastWriter writer(Layout(ForecastFormat::kCsv), sink);
  writer.Begin();
  ASSERT_TRUE(writer.Add("a", {kJanuary31, {Step::Unit::kMonth, 1}}, 1, Forecasts()).ok());
  ASSERT_TRUE(writer
                  .Add("q\"x", {kJanuary31, {Step::Unit::kNanosecond, 86'400'000'000'000}}, 3,
                       std::vector<Forecast>{Forecasts()[0], {}})
                  .ok());
  ASSERT_TRUE(writer.End().ok());
  EXPECT_EQ(sink.written(),
            "\"host, name\",ds,ets,ets-lo-80,ets-hi-80,ets-lo-97.5,ets-hi-97.5,"
            "python:m:o,python:m:o-lo-80,python:m:o-hi-80,python:m:o-lo-97.5,python:m:o-hi-97.5\n"
            "a,2024-02-29,1.5,0.1,3,-1,4,7,,,,\n"
            "a,2024-03-31,2.5,0.2,1e+21,-2,5,,,,,\n"
            "\"q\"\"x\",2024-02-03,1.5,0.1,3,-1,4,,,,,\n"
            "\"q\"\"x\",2024-02-04,2.5,0.2,1e+21,-2,5,,,,,\n");
}

TEST(ForecastOutput, JsonHasAnObjectPerRow) {
  StringSink sink;
  ForecastLayout layout = Layout(ForecastFormat::kJson);
  layout.time_form.format = TimeFormat::kDateTimeZ;
  ForecastWriter writer(layout, sink);
  writer.Begin();
  ASSERT_TRUE(writer.Add("\xff", {kJanuary31, {Step::Unit::kMonth, 1}}, 1, Forecasts()).ok());
  ASSERT_TRUE(writer.End().ok());
  const nlohmann::json rows = nlohmann::json::parse(sink.written());
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]["host, name"]["bytes"], "/w==");
  EXPECT_EQ(rows[0]["ds"], "2024-02-29T00:00:00Z");
  EXPECT_EQ(rows[1]["ets-hi-80"], 1e21);
  EXPECT_TRUE(rows[1]["python:m:o"].is_null());
}

TEST(ForecastOutput, EpochTimesAreNumbersInJson) {
  StringSink sink;
  ForecastLayout layout = Layout(ForecastFormat::kJson);
  layout.time_form.format = TimeFormat::kEpochSeconds;
  ForecastWriter writer(layout, sink);
  writer.Begin();
  ASSERT_TRUE(writer.Add("a", {0, {Step::Unit::kNanosecond, 60'000'000'000}}, 10, Forecasts()).ok());
  ASSERT_TRUE(writer.End().ok());
  EXPECT_EQ(nlohmann::json::parse(sink.written())[1]["ds"], 660);
}

TEST(ForecastOutput, NoTargetsIsAHeaderAlone) {
  StringSink sink;
  ForecastWriter writer(Layout(ForecastFormat::kJson), sink);
  writer.Begin();
  ASSERT_TRUE(writer.End().ok());
  EXPECT_TRUE(nlohmann::json::parse(sink.written()).empty());
}

}  // namespace
}  // namespace fitd::forecast_writer_test
