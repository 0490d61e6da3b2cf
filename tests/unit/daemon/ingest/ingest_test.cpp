#include <fcntl.h>
#include <sys/stat.h>

#include <cmath>
#include <thread>

#include "daemon/ingest/load_frame.h"
#include "test_paths.h"
#include "tests/unit/daemon/ingest/ingest_fixture.h"

namespace fitd::ingest_test {
namespace {

std::vector<double> Values(const Frame& frame, std::size_t i) {
  return {frame[i].values.begin(), frame[i].values.end()};
}

TEST_F(IngestTest, ReadsLongFormat) {
  const auto r = Load("target,time,value\nb,2024-01-01,1\nb,2024-01-02,2\na,2024-01-01,3.5\na,2024-01-02,-4\n");
  ASSERT_TRUE(r.ok()) << r.status().message();
  ASSERT_EQ(r->frame.size(), 2U);
  EXPECT_EQ(r->frame[0].id, "a");
  EXPECT_EQ(Values(r->frame, 0), (std::vector<double>{3.5, -4}));
  EXPECT_EQ(r->frame[1].id, "b");
  EXPECT_EQ(FormatStep(r->frame[0].grid.step), "1D");
  EXPECT_EQ(r->frame.time_format, TimeFormat::kDate);
  EXPECT_EQ(r->report.rows, 4U);
  EXPECT_EQ(r->report.bytes, std::filesystem::file_size(Path("data.csv")));
}

TEST_F(IngestTest, FindsColumnsByDefaultNamesInAnyOrderAndCase) {
  const auto r = Load("extra,Y,unique_id,DS\nx,1,a,2024-01-01T00:00:00Z\ny,2,a,2024-01-01T01:00:00Z\n");
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(Values(r->frame, 0), (std::vector<double>{1, 2}));
  EXPECT_EQ(r->frame.target_column, "unique_id");
  EXPECT_EQ(r->frame.time_column, "DS");
  EXPECT_EQ(r->frame.value_column, "Y");
  EXPECT_EQ(r->frame.time_format, TimeFormat::kDateTimeZ);
}

TEST_F(IngestTest, NamesTheColumnsWhenOneIsMissing) {
  IngestOptions options = OptionsFor("host,when,cpu\na,soon,1\n");
  auto r = LoadFrame(options);
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.status().code(), StatusCode::kInvalidInput);
  EXPECT_NE(r.status().message().find("'host', 'when', 'cpu'"), std::string::npos) << r.status().message();
  options = OptionsFor("host,when,cpu\na,2024-01-01,1\n");
  options.target_column = "host";
  options.time_column = "when";
  options.value_column = "memory";
  r = LoadFrame(options);
  ASSERT_FALSE(r.ok());
  EXPECT_NE(r.status().message().find("no value column named 'memory'"), std::string::npos) << r.status().message();
  options.value_column = "cpu";
  r = LoadFrame(options);
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(r->frame.target_column, "host");
}

TEST_F(IngestTest, TwoColumnsOfOneNameAreAnError) {
  for (const char* header : {"target,time,value,value\n", "time,time,target,value\n", "target,value,target,time\n"}) {
    const auto r = LoadFrame(OptionsFor(header + std::string("2024-01-01,2024-01-01,1,2024-01-01\n")));
    ASSERT_FALSE(r.ok()) << header;
    EXPECT_EQ(r.status().code(), StatusCode::kInvalidInput);
    EXPECT_NE(r.status().message().find("are both named"), std::string::npos) << r.status().message();
  }
}

TEST_F(IngestTest, ReadsWideFormat) {
  IngestOptions options = OptionsFor("b,time,a\n1,2024-01-01,10\n2,2024-01-02,\n3,2024-01-03,30\n");
  options.wide = true;
  const auto r = LoadFrame(options);
  ASSERT_TRUE(r.ok()) << r.status().message();
  ASSERT_EQ(r->frame.size(), 2U);
  EXPECT_EQ(Values(r->frame, 0), (std::vector<double>{10, 20, 30}));
  EXPECT_EQ(Values(r->frame, 1), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(r->report.missing_values, 1U);
  EXPECT_EQ(r->report.gaps_filled, 1U);
}

TEST_F(IngestTest, RefusesWideColumnsThatCannotBeTargets) {
  IngestOptions options = OptionsFor("time,a,a\n2024-01-01,1,2\n");
  options.wide = true;
  EXPECT_EQ(LoadFrame(options).status().code(), StatusCode::kInvalidInput);
  options = OptionsFor("time,a,\n2024-01-01,1,2\n");
  options.wide = true;
  EXPECT_EQ(LoadFrame(options).status().code(), StatusCode::kInvalidInput);
  options = OptionsFor("time\n2024-01-01\n");
  options.wide = true;
  EXPECT_EQ(LoadFrame(options).status().code(), StatusCode::kInvalidInput);
}

TEST_F(IngestTest, NamesTheTargetAfterTheFile) {
  const std::string text = "time,value\n2024-01-01,1\n2024-01-02,2\n";
  const auto r = LoadFrame(Options({Write("plain.csv", text), WriteGzip("packed.csv.gz", text),
                                    WriteZstd("small.csv.zst", text), Write("x", text)}));
  ASSERT_TRUE(r.ok()) << r.status().message();
  ASSERT_EQ(r->frame.size(), 4U);
  EXPECT_EQ(r->frame[0].id, "packed");
  EXPECT_EQ(r->frame[1].id, "plain");
  EXPECT_EQ(r->frame[2].id, "small");
  EXPECT_EQ(r->frame[3].id, "x");
}

TEST_F(IngestTest, JoinsTheRowsOfATargetFromSeveralFiles) {
  Write("1.csv", "target,time,value\na,2024-01-01,1\na,2024-01-02,2\n");
  Write("2.csv", "target,time,value\na,2024-01-02,20\na,2024-01-03,3\n");
  const auto r = LoadFrame(Options({Path("*.csv")}));
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(Values(r->frame, 0), (std::vector<double>{1, 20, 3}));
  EXPECT_EQ(r->report.duplicates, 1U);
  EXPECT_EQ(r->report.files, 2U);
}

TEST_F(IngestTest, ReadsQuotesLineEndsAndBom) {
  const auto r = Load(
      "\xef\xbb\xbf\"target\",time,\"value\"\r\n\"a,\"\"b\"\"\",2024-01-01,\"1\"\r\n\r\n\"a,\"\"b\"\"\",2024-01-02,"
      "2\r\n"
      "\"two\nlines\",2024-01-01,3\r\n\"two\nlines\",2024-01-02,4");
  ASSERT_TRUE(r.ok()) << r.status().message();
  ASSERT_EQ(r->frame.size(), 2U);
  EXPECT_EQ(r->frame[0].id, "a,\"b\"");
  EXPECT_EQ(r->frame[1].id, "two\nlines");
  EXPECT_EQ(Values(r->frame, 1), (std::vector<double>{3, 4}));
}

TEST_F(IngestTest, KeepsIdsByteForByte) {
  const std::string id("\xff\xfe\0\x01 x", 6);
  std::string text = "target,time,value\n";
  for (const char* day : {"01", "02", "03"}) text += id + ",2024-01-" + day + ",1\n";
  const auto r = Load(text);
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(r->frame[0].id, id);
  EXPECT_EQ(r->frame[0].values.size(), 3U);
}

TEST_F(IngestTest, ReportsBadRowsWithTheirPlace) {
  IngestOptions options = OptionsFor(
      "target,time,value\na,2024-01-01,1\na,yesterday,2\na,2024-01-02,x\x01y\na,2024-01-03\n\"a\"b,2024-01-04,1\n"
      ",2024-01-05,1\na,9999-01-01,1\na,2024-01-06,inf\na,2024-01-07,1,2\n\"two\nlines\",2024-01-02,z\n");
  auto r = LoadFrame(options);
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(ExitCode(r.status()), 65);
  EXPECT_NE(r.status().message().find("9 rows cannot be used"), std::string::npos) << r.status().message();
  EXPECT_NE(r.status().message().find("--max-bad-rows 9"), std::string::npos);
  options.max_bad_rows = 9;
  r = LoadFrame(options);
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(r->report.bad_rows, 9U);
  EXPECT_EQ(r->report.rows, 1U);
  const std::string path = Path("data.csv");
  const std::vector<std::string> expected = {
      path +
          ":3:3: not a time (write 2024-03-01, 2024-03-01T12:00:00Z, or seconds or milliseconds since 1970, or say how "
          "it is written with --time-format): 'yesterday'",
      path + ":4:14: not a number: 'x\\x01y'",
      path + ":5:1: 2 fields where the header has 3: 'a,2024-01-03'",
      path + ":6:1: text after a closing quote: '\"a\"b,2024-01-04,1'",
      path + ":7:1: the target is empty: ''",
      path + ":8:3: time outside the years 1678 to 2261 that nanoseconds can hold: '9999-01-01'",
      path + ":9:14: not a finite number: 'inf'",
      path + ":10:16: 4 fields where the header has 3: 'a,2024-01-07,1,2'",
      path + ":12:19: not a number: 'z'",
  };
  EXPECT_EQ(r->report.first_bad_rows, expected);
}

TEST_F(IngestTest, CountsLinesAcrossRanges) {
  std::string text = "target,time,value\n";
  for (int i = 0; i < 400; ++i) text += i % 100 == 57 ? "bad\n" : "a," + std::to_string(1'700'000'000 + i) + ",1\n";
  IngestOptions options = OptionsFor(text);
  options.range_bytes = 64;
  options.max_bad_rows = 10;
  const auto r = LoadFrame(options);
  ASSERT_TRUE(r.ok()) << r.status().message();
  ASSERT_EQ(r->report.first_bad_rows.size(), 4U);
  for (int i = 0; i < 4; ++i) {
    const std::string line = std::to_string(57 + 100 * i + 2);
    EXPECT_NE(r->report.first_bad_rows[static_cast<std::size_t>(i)].find(".csv:" + line + ":1:"), std::string::npos)
        << r->report.first_bad_rows[static_cast<std::size_t>(i)];
  }
}

TEST_F(IngestTest, IsTheSameHoweverTheFileIsCut) {
  std::string text = "target,time,value\n";
  for (int i = 0; i < 300; ++i) {
    for (int t = 0; t < 3; ++t) {
      if ((i * 7 + t) % 11 == 0) continue;
      const std::string id = t == 2 ? "\"two\nlines \"\"x\"\"\"" : "plain" + std::to_string(t);
      text += id + "," + std::to_string(1'700'000'000 + i / 2 * 60) + "," + std::to_string(i * t) + ".25\n";
    }
  }
  IngestOptions options = OptionsFor(text);
  options.threads = 1;
  options.refuse_repairs = false;
  const auto whole = LoadFrame(options);
  ASSERT_TRUE(whole.ok()) << whole.status().message();
  EXPECT_GT(whole->report.duplicates, 100U);
  for (const int threads : {2, 3, 8}) {
    for (const std::uint64_t range : {16, 33, 100, 1000, 5000}) {
      options.threads = threads;
      options.range_bytes = range;
      options.block_bytes = range;
      const auto cut = LoadFrame(options);
      ASSERT_TRUE(cut.ok()) << cut.status().message();
      EXPECT_EQ(Dump(cut->frame), Dump(whole->frame)) << threads << " " << range;
      EXPECT_EQ(cut->report.rows, whole->report.rows);
      EXPECT_EQ(cut->report.duplicates, whole->report.duplicates);
    }
  }
}

TEST_F(IngestTest, SortsUnorderedRows) {
  const auto r = Load("target,time,value\na,2024-01-03,3\na,2024-01-01,1\na,2024-01-02,2\n");
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(Values(r->frame, 0), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(r->report.unordered_rows, 1U);
}

TEST_F(IngestTest, TrimsTheEndsAndDropsTargetsWithoutValues) {
  const auto r = Load(
      "target,time,value\na,2024-01-01,NA\na,2024-01-02,2\na,2024-01-03,null\na,2024-01-04,4\na,2024-01-05,\n"
      "gone,2024-01-01,NaN\ngone,2024-01-02,\n");
  ASSERT_TRUE(r.ok()) << r.status().message();
  ASSERT_EQ(r->frame.size(), 1U);
  EXPECT_EQ(Values(r->frame, 0), (std::vector<double>{2, 3, 4}));
  EXPECT_EQ(FormatTime(r->frame[0].grid.start, TimeFormat::kDate), "2024-01-02");
  EXPECT_EQ(r->report.missing_values, 5U);
  ASSERT_EQ(r->report.dropped.size(), 1U);
  EXPECT_EQ(r->report.dropped[0].id, "gone");
  EXPECT_EQ(r->report.dropped[0].reason, "all values are missing");
}

TEST_F(IngestTest, LeavesGapsWithPolicyNone) {
  IngestOptions options = OptionsFor("target,time,value\na,2024-01-01,1\na,2024-01-02,2\na,2024-01-05,5\n");
  options.gaps = GapPolicy::kNone;
  const auto r = LoadFrame(options);
  ASSERT_TRUE(r.ok()) << r.status().message();
  ASSERT_EQ(r->frame[0].values.size(), 5U);
  EXPECT_TRUE(std::isnan(r->frame[0].values[2]));
  EXPECT_EQ(r->report.gaps_filled, 0U);
}

TEST_F(IngestTest, TakesTheFrequencyItIsGiven) {
  IngestOptions options = OptionsFor("target,time,value\na,2024-01-01,1\na,2024-01-03,3\nb,2024-01-01,1\n");
  options.frequency = "1D";
  auto r = LoadFrame(options);
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(Values(r->frame, 0), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(FormatStep(r->frame[1].grid.step), "1D");
  options.frequency = "often";
  EXPECT_EQ(LoadFrame(options).status().code(), StatusCode::kUsage);
}

TEST_F(IngestTest, GivesASingleObservationTheStepOfADay) {
  const auto r = Load("target,time,value\na,2024-01-01,1\n");
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(FormatStep(r->frame[0].grid.step), "1D");
  EXPECT_EQ(r->frame[0].values.size(), 1U);
}

TEST_F(IngestTest, ReadsEpochsYearsAndMonths) {
  auto r = Load("target,time,value\na,1700000000000,1\na,1700000060000,2\n");
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(r->frame.time_format, TimeFormat::kEpochMillis);
  EXPECT_EQ(FormatStep(r->frame[0].grid.step), "1min");
  r = Load("target,time,value\na,1999,1\na,2000,2\na,2001,3\n");
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(FormatStep(r->frame[0].grid.step), "1Y");
  r = Load("target,time,value\na,1999-11,1\na,1999-12,2\na,2000-01,3\n");
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(FormatStep(r->frame[0].grid.step), "1M");
  r = Load("target,time,value\na,2024-01-01T00:00:00.000000001,1\na,2024-01-01T00:00:00.000000002,2\n");
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(FormatStep(r->frame[0].grid.step), "1ns");
}

TEST_F(IngestTest, SaysWhenThereIsNoData) {
  for (const char* text : {"", "\n\n", "target,time,value", "target,time,value\n", "\xef\xbb\xbf"}) {
    const auto r = Load(text);
    ASSERT_FALSE(r.ok());
    EXPECT_EQ(r.status().code(), StatusCode::kInvalidInput) << text;
    EXPECT_NE(r.status().message().find("no values"), std::string::npos) << r.status().message();
  }
  Write("empty.csv", "");
  Write("full.csv", "target,time,value\na,2024-01-01,1\n");
  const auto r = LoadFrame(Options({Path("empty.csv"), Path("full.csv")}));
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(r->report.empty_files, 1U);
}

TEST_F(IngestTest, ReadsALineOfTenMegabytes) {
  const std::string id(10 << 20, 'x');
  const auto r = Load("target,time,value\n" + id + ",2024-01-01,1\n" + id + ",2024-01-02,2\n");
  ASSERT_TRUE(r.ok()) << r.status().message();
  ASSERT_EQ(r->frame.size(), 1U);
  EXPECT_EQ(r->frame[0].id, id);
}

TEST_F(IngestTest, ManyTargetsInManyOrders) {
  constexpr int kTargets = 700;
  constexpr int kLength = 60;
  std::string by_target = "target,time,value\n";
  std::string by_time = "target,time,value\n";
  const auto row = [](int t, int i) {
    return "t" + std::to_string(t) + "," + std::to_string(1'700'000'000 + 60 * i) + "," + std::to_string(t * i % 97) +
           "\n";
  };
  for (int t = 0; t < kTargets; ++t) {
    for (int i = 0; i < kLength; ++i) by_target += row(t, i);
  }
  for (int i = 0; i < kLength; ++i) {
    for (int t = kTargets - 1; t >= 0; --t) by_time += row(t, i);
  }
  IngestOptions options = Options({Write("target.csv", by_target)});
  options.range_bytes = 20'000;
  const auto a = LoadFrame(options);
  options.inputs = {Write("time.csv", by_time)};
  const auto b = LoadFrame(options);
  ASSERT_TRUE(a.ok() && b.ok());
  ASSERT_EQ(a->frame.size(), static_cast<std::size_t>(kTargets));
  EXPECT_EQ(Dump(a->frame), Dump(b->frame));
}

TEST_F(IngestTest, RepeatsAreSharesOfTheValuesOfRows) {
  std::string twice = "c,2020,2021,2022,2023,2024\n";
  for (int i = 0; i < 30; ++i) {
    const std::string row = "t" + std::to_string(i) + ",1,2,3,4," + std::to_string(i) + "\n";
    twice += row + row + row;
  }
  const auto r = Load(twice);
  const std::string refusal = r.ok() ? r->report.refusal : r.status().message();
  EXPECT_NE(refusal.find("300 of 450 values repeat"), std::string::npos) << refusal;
  EXPECT_NE(refusal.find("--max-repaired 67%"), std::string::npos) << refusal;
}

}  // namespace
}  // namespace fitd::ingest_test
