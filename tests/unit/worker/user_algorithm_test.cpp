// Users' algorithms without their processes: names, payloads, what a target gets when the code fails, the messages of
// forecasts, and what tells one version of the code from another.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "common/fit/algorithm_host.h"
#include "common/fit/local_fit.h"
#include "common/fit/model_archive.h"
#include "common/fit/stage_tasks.h"
#include "common/job/job.h"
#include "daemon/plan/model_plan.h"
#include "daemon/user/algorithm_skeleton.h"
#include "daemon/user/user_code.h"
#include "ipc/forecast_messages.h"
#include "tests/support/temp_dir.h"

namespace fitd::user_algorithm_test {
namespace {

constexpr char kName[] = "python:module:object";

// Fits the last value, or fails with a traceback.
class LastValue final : public UserAlgorithm {
 public:
  explicit LastValue(bool fails) : fails_(fails) {}
  std::string_view name() const override { return kName; }
  FitOutcome Fit(const FitRequest& request) const override {
    ++fits;
    FitOutcome outcome;
    outcome.reason = "ValueError: no\nTraceback:\n  somewhere";
    if (fails_) return outcome;
    outcome.status = FitStatus::kFitted;
    outcome.reason.clear();
    outcome.model.algorithm = kName;
    grid_size = request.grid_values.size();
    SetPayload(outcome.model, kPayloadBytes, "bytes");
    return outcome;
  }
  Result<Forecast> TryPredict(const Model&, int horizon, std::span<const double>) const override {
    return Forecast{std::vector<double>(static_cast<std::size_t>(horizon), 1.0), {}};
  }
  mutable int fits = 0;
  mutable std::size_t grid_size = 0;

 private:
  bool fails_;
};

std::vector<double> Wave(std::size_t n) {
  std::vector<double> y(n);
  for (std::size_t i = 0; i < n; ++i) y[i] = 10 + std::sin(0.7 * static_cast<double>(i));
  return y;
}

TargetFit FitWith(const LastValue& algorithm, std::span<const double> y, std::vector<std::string> names) {
  LocalFitOptions options;
  options.algorithms = std::move(names);
  options.seasons = std::vector<int>();
  options.validate = true;
  return FitTarget(
      {"t", y, {0, {Step::Unit::kNanosecond, 1}}}, options,
      [&](std::string_view name) -> const Algorithm* { return name == kName ? &algorithm : FindAlgorithm(name); });
}

TEST(UserAlgorithm, IsKnownByItsPrefix) {
  for (const char* name : {"python:m:f", "plugin:x.so", "exec:cat"}) EXPECT_TRUE(IsUserAlgorithm(name)) << name;
  for (const char* name : {"python:", "ets", "", "exec", "mypython:x"}) EXPECT_FALSE(IsUserAlgorithm(name)) << name;
}

TEST(UserAlgorithm, PayloadIsTheEndOfTheArchiveAndItsLengthIsInTheSpec) {
  FitOutcome outcome;
  const std::string payload("a\0b", 3);
  SetPayload(outcome.model, kPayloadPickle, payload);
  EXPECT_EQ(outcome.model.spec, "pickle:3");
  EXPECT_EQ(PayloadEncoding(outcome.model), "pickle");
  EXPECT_TRUE(EncodeOutcome(outcome).ends_with(payload));
}

TEST(UserAlgorithm, FailureIsAFallbackWhoseTargetKeepsOneLineOfTheReason) {
  const std::vector<double> y = Wave(40);
  const TargetFit fit = FitWith(LastValue(true), y, {kName});
  EXPECT_EQ(fit.status, FitStatus::kFallback);
  EXPECT_EQ(fit.reason, std::string(kName) + ": ValueError: no");
  EXPECT_EQ(fit.fits[0].outcome.reason, "ValueError: no\nTraceback:\n  somewhere");
}

TEST(UserAlgorithm, IsFittedOnceWhileBuiltInOnesAreValidated) {
  const std::vector<double> y = Wave(40);
  const LastValue algorithm(false);
  const TargetFit fit = FitWith(algorithm, y, {"naive", kName, "theta"});
  EXPECT_EQ(algorithm.fits, 1);
  ASSERT_EQ(fit.validation.forecast.size(), 3U);
  EXPECT_FALSE(fit.validation.forecast[0].empty());
  EXPECT_TRUE(fit.validation.forecast[1].empty());
}

TEST(UserAlgorithm, SeesTheGridWithItsMissingValues) {
  std::vector<double> y = Wave(40);
  y[7] = std::nan("");
  const LastValue algorithm(false);
  FitWith(algorithm, y, {kName});
  EXPECT_EQ(algorithm.grid_size, 40U);
}

TEST(UserAlgorithm, ContextTravelsWithTheOptions) {
  LocalFitOptions options;
  options.algorithms = {kName};
  options.user = {{"/a", "/b"}, "{\"x\":1}", std::string("\0\1", 2)};
  const Result<LocalFitOptions> back = DecodeLocalFitOptions(EncodeLocalFitOptions(options));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->user.python_path, options.user.python_path);
  EXPECT_EQ(back->user.options, options.user.options);
  EXPECT_EQ(back->user.global_result, options.user.global_result);
}

TEST(UserAlgorithm, WorkerWithoutItsHostRefusesTheStage) {
  LocalFitOptions options;
  options.algorithms = {kName};
  const Status status = MakeLocalFitTask(AlgorithmHosts())->Prepare(EncodeLocalFitOptions(options));
  EXPECT_EQ(status.code(), StatusCode::kUsage);
  EXPECT_NE(status.message().find(kName), std::string::npos);
}

TEST(UserGlobal, ResultAndErrorSurviveTheRecord) {
  EXPECT_EQ(*DecodeUserGlobal(EncodeUserGlobal(std::string("pickle:x"))), "pickle:x");
  const Result<std::string> error = DecodeUserGlobal(EncodeUserGlobal(Status(StatusCode::kInvalidInput, "why")));
  EXPECT_EQ(error.status().code(), StatusCode::kInvalidInput);
  EXPECT_EQ(error.status().message(), "why");
  EXPECT_EQ(DecodeUserGlobal("x").status().code(), StatusCode::kCorrupt);
}

TEST(ModelPlan, CombinesOnlyWhatIsBuiltIn) {
  Job job;
  job.data.files = {"x.csv"};
  job.models.local = {"naive", kName};
  EXPECT_FALSE(MakeModelPlan(job).combine);
  job.models.local = {"naive", "theta", kName};
  EXPECT_TRUE(MakeModelPlan(job).combine);
  EXPECT_TRUE(MakeModelPlan(job).uses_python());
  job.models.local = {"exec:cat"};
  EXPECT_FALSE(MakeModelPlan(job).combine);
  EXPECT_TRUE(MakeModelPlan(job).uses_user_code());
  EXPECT_FALSE(MakeModelPlan(job).uses_python());
}

TEST(ForecastMessages, ComeBackWhole) {
  auto pair = Channel::MakePair();
  ASSERT_TRUE(pair.ok());
  Channel here(std::move(pair->first)), there(std::move(pair->second));
  const Monotonic deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  ForecastRequest request{kName, "t", std::string(100'000, 'm'), 3, {80, 95}};
  ASSERT_TRUE(SendLong(here, EncodeForecastRequest(request), deadline).ok());
  std::string bytes;
  ASSERT_TRUE(ReceiveLong(there, bytes, deadline).ok());
  const Result<ForecastRequest> back = DecodeForecastRequest(bytes);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->model, request.model);
  EXPECT_EQ(back->levels, request.levels);
}

TEST(ForecastMessages, AnswerIsAForecastOrItsError) {
  const Forecast forecast{{1, 2}, {{80, {0, 1}, {2, 3}}}};
  const Result<Forecast> back = DecodeForecastAnswer(EncodeForecastAnswer(forecast));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->mean, forecast.mean);
  EXPECT_EQ(back->intervals[0].hi, forecast.intervals[0].hi);
  const Result<Forecast> error = DecodeForecastAnswer(EncodeForecastAnswer(Status(StatusCode::kUsage, "none")));
  EXPECT_EQ(error.status().code(), StatusCode::kUsage);
  EXPECT_EQ(DecodeForecastAnswer("").status().code(), StatusCode::kCorrupt);
}

TEST(UserCode, ChangesWithTheModulesText) {
  const TempDir folder;
  const std::string path = folder.path() + "/m.py";
  const auto identify = [&] { return IdentifyUserCode({"python:m:f"}, {folder.path()}); };
  const std::string absent = identify();
  std::ofstream(path) << "one";
  const std::string one = identify();
  std::ofstream(path) << "two";
  EXPECT_NE(one, absent);
  EXPECT_NE(one, identify());
  EXPECT_EQ(IdentifyUserCode({}, {}), "");
}

TEST(UserCode, PythonPathIsKeptWithTheOptions) {
  EXPECT_EQ(PythonPathOf(WithPythonPath("{\"a\":1}", {"/x", "/y z"})), (std::vector<std::string>{"/x", "/y z"}));
  EXPECT_EQ(WithPythonPath("{\"a\":1}", {}), "{\"a\":1}");
  EXPECT_TRUE(PythonPathOf("nonsense").empty());
}

TEST(Skeleton, NamesWhatEveryLanguageTakes) {
  for (const char* name : {"a", "My_model2"}) EXPECT_TRUE(IsSkeletonName(name)) << name;
  for (const char* name : {"", "2a", "a-b", "a/b", "_a", "a.b"}) EXPECT_FALSE(IsSkeletonName(name)) << name;
}

TEST(Skeleton, LeavesNoPlaceholder) {
  for (const SkeletonKind kind : {SkeletonKind::kPython, SkeletonKind::kCpp, SkeletonKind::kExec}) {
    for (const SkeletonFile& file : MakeSkeleton(kind, "mine")) {
      EXPECT_EQ(file.text.find("CLASS"), std::string::npos) << file.name;
      EXPECT_EQ(file.text.find('\x01'), std::string::npos) << file.name;
    }
  }
}

}  // namespace
}  // namespace fitd::user_algorithm_test
