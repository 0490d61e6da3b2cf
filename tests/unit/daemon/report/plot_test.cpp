#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/output/sparkline.h"
#include "daemon/report/axis.h"
#include "daemon/report/plot_json.h"
#include "daemon/report/svg_plot.h"
#include "daemon/report/text_plot.h"

namespace fitd::plot_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr TimeNs kHour = 3'600'000'000'000;
constexpr TimeNs kMarch2024 = 1'709'251'200'000'000'000;  // 2024-03-01

std::vector<std::string> Labels(const std::vector<AxisTick>& ticks) {
  std::vector<std::string> labels;
  for (const AxisTick& tick : ticks) labels.push_back(tick.label);
  return labels;
}

TEST(Axis, ValuesHaveRoundTicksWithCommonDecimals) {
  EXPECT_THAT(Labels(ValueTicks(0, 10, 5)), ElementsAre("0", "2", "4", "6", "8", "10"));
  EXPECT_THAT(Labels(ValueTicks(-0.3, 0.6, 5)), ElementsAre("-0.2", "0", "0.2", "0.4", "0.6"));
  EXPECT_THAT(Labels(ValueTicks(0, 2.5e6, 3)), ElementsAre("0", "1M", "2M"));
  EXPECT_TRUE(ValueTicks(1, 1, 5).empty());
}

TEST(Axis, TimesAreCalendarTimesAndNameTheYearOnce) {
  EXPECT_THAT(Labels(TimeTicks(kMarch2024, kMarch2024 + 24 * kHour, 5)),
              ElementsAre("1 Mar 2024", "06:00", "12:00", "18:00", "2 Mar"));
  const std::vector<std::string> months = Labels(TimeTicks(kMarch2024, kMarch2024 + 366 * 24 * kHour, 5));
  EXPECT_THAT(months, ElementsAre("Apr 2024", "Jul", "Oct", "Jan 2025"));
  EXPECT_THAT(Labels(TimeTicks(0, 20 * 8766 * kHour, 5)), ElementsAre("1970", "1975", "1980", "1985", "1990"));
}

TEST(Axis, NumbersAreForPeople) {
  EXPECT_EQ(HumanNumber(1234567), "1.23 M");
  EXPECT_EQ(HumanNumber(12345), "12\u202f345");
  EXPECT_EQ(HumanNumber(-1234), "-1\u202f234");
  EXPECT_EQ(HumanNumber(0.5), "0.5");
  EXPECT_EQ(HumanNumber(kNotAvailable), "–");
}

TargetPlot SamplePlot() {
  TargetPlot plot;
  plot.target = "host<1>\xff";
  plot.grid = {kMarch2024, {Step::Unit::kNanosecond, kHour}};
  plot.time_form.format = TimeFormat::kDateTime;
  plot.column = "cpu";
  plot.model = "ensemble";
  plot.history = {2, {1, 2, kNotAvailable, 4, 3}};
  plot.held_out = {5, {3.5, 3.25}};
  plot.forecast = {7, {5, 6}};
  plot.bands = {{95, {7, {3, 3}}, {7, {7, 9}}}, {80, {7, {4, 4}}, {7, {6, 8}}}};
  return plot;
}

TEST(SvgPlot, IsWellFormedEscapedAndBrokenWhereAValueIsMissing) {
  std::string svg;
  SvgPlotOptions options;
  options.standalone = true;
  AppendSvgPlot(svg, SamplePlot(), options);
  EXPECT_THAT(svg, HasSubstr("xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_THAT(svg, HasSubstr("<title>host&lt;1&gt;\\xff</title>"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  const std::size_t line = svg.find("class=\"p-history\" d=\"M", svg.find("p-origin\" d"));
  ASSERT_NE(line, std::string::npos);
  const std::string path = svg.substr(line, svg.find("/>", line) - line);
  EXPECT_EQ(std::count(path.begin(), path.end(), 'M'), 2);  // two pieces
}

TEST(SvgPlot, ABandIsBrokenWhereABoundIsMissing) {
  TargetPlot plot = SamplePlot();
  plot.forecast = {7, {5, 6, 7, 8, 9}};
  plot.bands = {{80, {7, {4, kNotAvailable, 6, 7, 8}}, {7, {6, 7, 8, kNotAvailable, 10}}},
                {95, {7, std::vector<double>(5, kNotAvailable)}, {7, std::vector<double>(5, kNotAvailable)}}};
  plot.marks = {{3, kNotAvailable, "level", 99}};
  std::string svg;
  AppendSvgPlot(svg, plot, {});
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("p-wide")));
  const std::size_t begin = svg.find("class=\"p-near\" d=\"");
  ASSERT_NE(begin, std::string::npos);
  const std::string path = svg.substr(begin, svg.find("/>", begin) - begin);
  EXPECT_EQ(std::count(path.begin(), path.end(), 'M'), 3);
  EXPECT_EQ(std::count(path.begin(), path.end(), 'Z'), 3);
}

TEST(Plots, ValuesFartherApartThanANumberCanSayAreDrawn) {
  for (const double other : {-1.7e308, 1.7e308}) {
    TargetPlot plot = SamplePlot();
    plot.history = {2, {1.7e308, other, 1.7e308, other, 1.7e308}};
    plot.held_out = {};
    std::string svg;
    AppendSvgPlot(svg, plot, {});
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("inf")));
    std::string text;
    AppendTextPlot(text, plot, {});
    EXPECT_THAT(text, Not(HasSubstr("nan")));
  }
  EXPECT_EQ(Sparkline(std::vector<double>{-1.7e308, 1.7e308, 0}, 10), "▁█▄");
}

TEST(TextPlot, AConstantFarFromZeroHasALine) {
  TargetPlot plot = SamplePlot();
  plot.history = {2, std::vector<double>(5, 3e20)};
  plot.held_out = {};
  plot.forecast = {7, {3e20, 3e20}};
  plot.bands.clear();
  std::string text;
  AppendTextPlot(text, plot, {});
  EXPECT_THAT(text, HasSubstr("\u2524"));
}

TEST(SvgPlot, AHundredThousandValuesStayASmallPicture) {
  TargetPlot plot = SamplePlot();
  plot.history.first = 0;
  plot.history.values.assign(100'000, 1.0);
  for (std::size_t i = 0; i < plot.history.values.size(); i += 7) plot.history.values[i] = static_cast<double>(i % 13);
  plot.held_out = {};
  plot.forecast = {100'000, {5}};
  plot.bands.clear();
  std::string svg;
  AppendSvgPlot(svg, plot, {});
  EXPECT_LT(svg.size(), 60'000U);
}

TEST(TextPlot, DrawsRowsOfTheWidthAskedFor) {
  std::string text;
  TextPlotOptions options;
  options.columns = 60;
  options.rows = 8;
  AppendTextPlot(text, SamplePlot(), options);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 8 + 2);
  EXPECT_THAT(text, HasSubstr("host<1>\\xff  ensemble, 2 steps, dotted: 80 %"));
  EXPECT_THAT(text, HasSubstr("2024-03-01T02:00:00"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(Sparkline, IsOneBlockAValue) {
  EXPECT_EQ(Sparkline(std::vector<double>{0, 7, kNotAvailable, 3.5}, 10), "▁█ ▄");
  EXPECT_EQ(Sparkline(std::vector<double>{5, 5, 5}, 2), "▄▄");
}

TEST(PlotJson, EveryListHasOneEntryAPoint) {
  std::string json;
  AppendPlotJson(json, SamplePlot());
  EXPECT_THAT(json, HasSubstr("\"times\":[\"2024-03-01T02:00:00\",\"2024-03-01T03:00:00\""));
  EXPECT_THAT(json, HasSubstr("\"history\":[1,2,null,4,3,null,null]"));
  EXPECT_THAT(json, HasSubstr("\"held_out\":[null,null,null,3.5,3.25,null,null]"));
  EXPECT_THAT(json, HasSubstr("\"forecast\":[null,null,null,null,3,5,6]"));
  EXPECT_THAT(json, HasSubstr("{\"level\":80,\"lo\":[null,null,null,null,3,4,4]"));
}

}  // namespace
}  // namespace fitd::plot_test
