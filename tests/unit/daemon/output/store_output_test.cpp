// What is printed from a store: export, models, and the text helpers under them.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "common/number_format.h"
#include "common/text.h"
#include "daemon/output/export_run.h"
#include "daemon/output/models_table.h"
#include "daemon/output/output_sink.h"
#include "daemon/plan/fingerprint.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

namespace fitd::store_output_test {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kOddId("b,\"\n\0\xff", 6);

class StoreOutput : public ::testing::Test {
 protected:
  // Three targets, saved in the order given, with times and attempts that differ from one saving to the next.
  Store Save(const std::string& name, std::vector<int> order, double seconds) {
    Store store = *Store::Open(dir_.File(name), Store::Mode::kCreate);
    const std::int64_t run = *store.BeginRun(SampleHeader(3), kSampleNow + std::chrono::seconds(order[0] * 100));
    for (const int i : order) {
      SampleBatch batch;
      FitOutcome odd = SampleOutcome(1, "theta");
      odd.model.criteria.loglik = std::nan("");
      odd.model.criteria.bic = -std::numeric_limits<double>::infinity();
      odd.model.parameters[0].value = 0.1 + 0.2;
      odd.model.payload = std::string("\0\1", 2);
      odd.status = FitStatus::kFallback;
      odd.reason = "too \"short\"";
      if (i == 0) batch.Add(0, "a", {SampleOutcome(0), odd});
      if (i == 1) batch.Add(1, kOddId, {SampleOutcome(1)});
      if (i == 2) {
        batch.Add(2, "c", {}, "");
        batch.records()[0].status = FitStatus::kFailed;
        batch.records()[0].reason = "all values are missing";
        batch.records()[0].seasons.clear();
      }
      batch.records()[0].seconds = seconds;
      batch.records()[0].attempts = static_cast<std::uint32_t>(seconds);
      EXPECT_TRUE(store.Append(run, batch.records()).ok());
    }
    EXPECT_TRUE(store.PutGlobal(run, "pooled-ar", "coefficients").ok());
    EXPECT_TRUE(store.FinishRun(run, 3, json{{"seconds", seconds}}.dump(), 10, kSampleNow).ok());
    return store;
  }
  static std::string Export(const Store& store, ExportFormat format) {
    StringSink sink;
    const Status status = ExportRun(store, *store.LatestRun(), format, sink);
    EXPECT_TRUE(status.ok()) << status.message();
    return sink.written();
  }
  static std::string Models(const Store& store, const ModelsRequest& request) {
    StringSink sink;
    const Status status = WriteModels(store, *store.LatestRun(), request, sink);
    EXPECT_TRUE(status.ok()) << status.message();
    return sink.written();
  }

  TempDir dir_;
};

TEST_F(StoreOutput, ExportDependsOnTheModelsAlone) {
  const Store first = Save("1.db", {0, 1, 2}, 1);
  const Store second = Save("2.db", {2, 0, 1}, 7);
  for (const ExportFormat format : {ExportFormat::kJson, ExportFormat::kCsv}) {
    EXPECT_EQ(Export(first, format), Export(second, format));
  }
}

TEST_F(StoreOutput, ExportedJsonHoldsEverythingOfTheModels) {
  const json dump = json::parse(Export(Save("1.db", {1, 2, 0}, 1), ExportFormat::kJson));
  EXPECT_EQ(dump["format"], "fitd-export");
  EXPECT_EQ(dump["target_column"], "host");
  EXPECT_EQ(dump["time_format"], "datetime-z");
  EXPECT_EQ(dump["globals"], json::parse(R"([{"name":"pooled-ar","value":"Y29lZmZpY2llbnRz"}])"));
  const json& targets = dump["targets"];
  ASSERT_EQ(targets.size(), 3U);
  EXPECT_EQ(targets[0]["target"], "a");
  EXPECT_EQ(targets[1]["target"], json::parse(R"({"bytes":"YiwiCgD/"})"));
  EXPECT_EQ(targets[1]["start"], "1970-01-02T00:00:00Z");
  EXPECT_EQ(targets[1]["step"], "1M");
  EXPECT_EQ(targets[1]["seasons"], (json{12, 24}));
  EXPECT_EQ(targets[2]["status"], "failed");
  EXPECT_EQ(targets[2]["reason"], "all values are missing");
  EXPECT_TRUE(targets[2]["models"].empty());
  const json& model = targets[0]["models"][1];
  EXPECT_EQ(model["algorithm"], "theta");
  EXPECT_EQ(model["status"], "fallback");
  EXPECT_TRUE(model["loglik"].is_null());
  EXPECT_TRUE(model["bic"].is_null());
  EXPECT_EQ(model["parameters"]["alpha"].get<double>(), 0.1 + 0.2);
  EXPECT_EQ(model["states"]["season"].size(), 12U);
  EXPECT_EQ(model["payload"], "AAE=");
}

TEST_F(StoreOutput, ExportedCsvHasOneRowPerModel) {
  const std::string csv = Export(Save("1.db", {0, 1, 2}, 1), ExportFormat::kCsv);
  EXPECT_THAT(csv,
              HasSubstr("\na,1970-01-01T00:00:00Z,1M,100,fitted,,12 24,theta,\"A,Ad,M\",fallback,\"too \"\"short\"\"\","
                        ",3.1,3.2,-inf,1.5,alpha=0.30000000000000004 beta=0.01 m=12,level=101 season=0.25|"));
  EXPECT_THAT(csv, HasSubstr("\nc,1970-01-03T00:00:00Z,1M,102,failed,all values are missing,,,,,,,,,,,,,\n"));
  const std::string header = csv.substr(0, csv.find('\n'));
  const std::string last = csv.substr(csv.rfind("\nc,") + 1);
  EXPECT_EQ(std::count(header.begin(), header.end(), ','), std::count(last.begin(), last.end(), ','));
}

TEST_F(StoreOutput, ModelsAsCsv) {
  const Store store = Save("1.db", {0, 1, 2}, 1);
  EXPECT_EQ(Models(store, {ModelsFormat::kCsv, {}, false}),
            "target,algorithm,spec,status,n,loglik,aic,aicc,bic,sigma2,reason\n"
            "a,ets,\"A,Ad,M\",fitted,100,-0,0.1,0.2,0.3,0.5,\n"
            "a,theta,\"A,Ad,M\",fallback,101,,3.1,3.2,-inf,1.5,\"too \"\"short\"\"\"\n"
            "\"b,\"\"\n" +
                std::string("\0\xff", 2) +
                "\",ets,\"A,Ad,M\",fitted,101,-1.5,3.1,3.2,3.3,1.5,\n"
                "c,,,failed,102,,,,,,all values are missing\n");
  EXPECT_EQ(Models(store, {ModelsFormat::kCsv, {"c", "a"}, true}),
            "target,algorithm,spec,status,n,loglik,aic,aicc,bic,sigma2,reason\n"
            "a,theta,\"A,Ad,M\",fallback,101,,3.1,3.2,-inf,1.5,\"too \"\"short\"\"\"\n"
            "c,,,failed,102,,,,,,all values are missing\n");
}

TEST_F(StoreOutput, ModelsAsJson) {
  const Store store = Save("1.db", {0, 1, 2}, 1);
  const json rows = json::parse(Models(store, {ModelsFormat::kJson, {}, false}));
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0]["target"], "a");
  EXPECT_EQ(rows[0]["spec"], "A,Ad,M");
  EXPECT_EQ(rows[0]["n"], 100);
  EXPECT_EQ(rows[0]["states"]["level"], json{100.0});
  EXPECT_EQ(rows[3]["status"], "failed");
  EXPECT_TRUE(rows[3]["sigma2"].is_null());
  EXPECT_TRUE(json::parse(Models(store, {ModelsFormat::kJson, {kOddId}, true})).empty());
}

TEST_F(StoreOutput, ModelsAsATableKeepsToOneLineARow) {
  const std::string table = Models(Save("1.db", {0, 1, 2}, 1), {});
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 5);
  EXPECT_THAT(table, HasSubstr("b,\"\\n\\x00\\xff               ets"));
  EXPECT_THAT(table,
              ::testing::StartsWith("target         last values  algorithm  spec    status      n  loglik  aic"));
}

TEST_F(StoreOutput, ATargetThatIsNotThereIsNamedBeforeAnythingIsWritten) {
  const Store store = Save("1.db", {0, 1, 2}, 1);
  StringSink sink;
  const Status status = WriteModels(store, *store.LatestRun(), {ModelsFormat::kCsv, {"a", "zz\n"}, false}, sink);
  EXPECT_EQ(ExitCode(status), 66);
  EXPECT_THAT(status.message(), HasSubstr("no target zz\\n"));
  EXPECT_EQ(sink.written() + sink.text(), "");
}

TEST_F(StoreOutput, AFullDiskOnStandardOutputIsAnError) {
  const Store store = Save("1.db", {0, 1, 2}, 1);
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  DescriptorSink sink(full, "standard output");
  const Status status = ExportRun(store, *store.LatestRun(), ExportFormat::kJson, sink);
  close(full);
  EXPECT_EQ(ExitCode(status), 74);
  EXPECT_THAT(status.message(), HasSubstr("standard output"));
}

TEST_F(StoreOutput, AClosedPipeIsAnError) {
  const Store store = Save("1.db", {0, 1, 2}, 1);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  const auto before = signal(SIGPIPE, SIG_IGN);
  DescriptorSink sink(ends[1], "standard output");
  EXPECT_EQ(ExportRun(store, *store.LatestRun(), ExportFormat::kCsv, sink).code(), StatusCode::kIo);
  signal(SIGPIPE, before);
  close(ends[1]);
}

TEST(NumberFormat, ReadsBackToTheSameBits) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t bits = random();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    std::string text;
    AppendNumber(text, value);
    ASSERT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
    ASSERT_LE(text.size(), 24U);
  }
  std::string text;
  AppendNumber(text, 0.1);
  AppendNumber(text, std::nan(""));
  AppendJsonNumber(text, std::nan(""));
  AppendJsonNumber(text, -0.0);
  AppendInteger(text, std::numeric_limits<std::int64_t>::min());
  AppendUnsigned(text, UINT64_MAX);
  EXPECT_EQ(text, "0.1null-0-922337203685477580818446744073709551615");
}

TEST(ExportText, JsonTextsAreWhatAJsonParserReads) {
  std::string ascii;
  for (int c = 0; c < 128; ++c) ascii += static_cast<char>(c);
  for (const std::string& text : {ascii, std::string("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), std::string()}) {
    std::string out;
    AppendJsonText(out, text);
    EXPECT_EQ(json::parse(out).get<std::string>(), text);
  }
  for (const char* bad : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "a\x80"}) {
    EXPECT_FALSE(IsUtf8(bad)) << bad;
    std::string out;
    AppendJsonText(out, bad);
    EXPECT_TRUE(json::parse(out).contains("bytes"));
  }
}

TEST(ExportText, Base64) {
  const auto encode = [](std::string_view bytes) {
    std::string out;
    AppendBase64(out, bytes);
    return out;
  };
  EXPECT_EQ(encode(""), "");
  EXPECT_EQ(encode("f"), "Zg==");
  EXPECT_EQ(encode("fo"), "Zm8=");
  EXPECT_EQ(encode("foo"), "Zm9v");
  EXPECT_EQ(encode("foob"), "Zm9vYg==");
}

TEST(Fingerprint, ChangesWithEveryPartOfTheInput) {
  const std::vector<double> values = {1, 2, 3};
  const TimeGrid grid{100, {Step::Unit::kMonth, 1}};
  const auto frame_of = [](std::string_view id, const std::vector<double>& v, TimeGrid g) {
    Frame frame;
    frame.Append(id, v, g);
    return frame;
  };
  const auto of = [&](std::string_view id, const std::vector<double>& v, TimeGrid g) {
    return FingerprintTargets(frame_of(id, v, g)).at(0);
  };
  const std::uint64_t base = of("a", values, grid);
  EXPECT_EQ(base, of("a", values, grid));
  EXPECT_NE(base, of("b", values, grid));
  EXPECT_NE(base, of("a", {1, 2, 3, 4}, grid));
  EXPECT_NE(base, of("a", {1, 2, std::nextafter(3, 4)}, grid));
  EXPECT_NE(of("a", {0.0}, grid), of("a", {-0.0}, grid));
  EXPECT_NE(base, of("a", values, {101, {Step::Unit::kMonth, 1}}));
  EXPECT_NE(base, of("a", values, {100, {Step::Unit::kNanosecond, 1}}));
  EXPECT_NE(base, of("a", values, {100, {Step::Unit::kMonth, 3}}));

  Frame frame = frame_of("a", values, grid);
  const std::vector<std::uint64_t> targets = {base};
  const std::string run = FingerprintRun(frame, targets, "horizon=1");
  EXPECT_EQ(run.size(), 32U);
  EXPECT_EQ(run, FingerprintRun(frame, targets, "horizon=1"));
  EXPECT_NE(run, FingerprintRun(frame, targets, "horizon=2"));
  EXPECT_NE(run, FingerprintRun(frame, std::vector<std::uint64_t>{base, base}, "horizon=1"));
  frame.target_column = "host";
  EXPECT_NE(run, FingerprintRun(frame, targets, "horizon=1"));
}

}  // namespace
}  // namespace fitd::store_output_test
