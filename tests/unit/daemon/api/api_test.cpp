#include "daemon/api/api.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "common/percent.h"
#include "tests/support/temp_dir.h"

namespace fitd::api_test {
namespace {

using nlohmann::json;

template <class Call>
Call Parse(const std::string& method, const std::string& target, const std::string& body = {}) {
  auto parsed = ParseApiRequest({method, target, body});
  if (auto* refusal = std::get_if<ApiRefusal>(&parsed)) {
    ADD_FAILURE() << target << ": " << refusal->status.message();
    return {};
  }
  const auto& call = std::get<ApiCall>(parsed);
  if (const auto* wanted = std::get_if<Call>(&call)) return *wanted;
  ADD_FAILURE() << target << " is another call";
  return {};
}

int Refused(const std::string& method, const std::string& target, const std::string& body = {}) {
  auto parsed = ParseApiRequest({method, target, body});
  const auto* refusal = std::get_if<ApiRefusal>(&parsed);
  return refusal == nullptr ? 0 : refusal->http_status;
}

TEST(ApiRequest, UnderstandsEveryCall) {
  Parse<api::Health>("GET", "/v1/health");
  Parse<api::Metrics>("GET", "/metrics");
  Parse<api::Metrics>("GET", "/v1/metrics");
  Parse<api::Health>("HEAD", "/v1/health");
  EXPECT_EQ(Parse<api::ListRuns>("GET", "HTTP://fitd:80/v1/runs?job=cpu").job, "cpu");
  Parse<api::ListJobs>("GET", "/v1/jobs");
  EXPECT_EQ(Parse<api::ShowJob>("GET", "/v1/jobs/c%70u").job, "cpu");
  EXPECT_EQ(Parse<api::StartJob>("POST", "/v1/jobs/cpu/start").priority, 0);
  const auto start = Parse<api::StartJob>("POST", "/v1/jobs/cpu/start", R"({"priority":-5,"fresh":true})");
  EXPECT_EQ(start.priority, -5);
  EXPECT_TRUE(start.fresh);
  EXPECT_EQ(Parse<api::ListRuns>("GET", "/v1/runs?job=cpu&state=failed&limit=3").limit, 3U);
  EXPECT_EQ(Parse<api::ShowRun>("GET", "/v1/runs/17").id, 17);
  EXPECT_EQ(Parse<api::FollowRun>("GET", "/v1/runs/17/events?from=9").from, 9U);
  EXPECT_EQ(Parse<api::CancelRun>("POST", "/v1/runs/17/cancel").id, 17);
  EXPECT_EQ(Parse<api::ShowLogs>("GET", "/v1/runs/17/logs?lines=5").lines, 5U);
  EXPECT_EQ(Parse<api::ShowModels>("GET", "/v1/jobs/cpu/targets/a%2Fb%20%ff/models").target, "a/b \xff");
  const auto forecast =
      Parse<api::ShowForecast>("GET", "/v1/jobs/cpu/targets/t/forecast?horizon=5&level=80,95&model=ets&model=arima");
  EXPECT_EQ(forecast.horizon, "5");
  EXPECT_EQ(forecast.models, (std::vector<std::string>{"ets", "arima"}));
}

TEST(ApiRequest, RefusesPathsWhereNamesBelong) {
  for (const char* name :
       {"..", "..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "a%2fb", ".hidden", "-option", "a%00b", "a%0ab"}) {
    EXPECT_EQ(Refused("POST", std::string("/v1/jobs/") + name + "/start"), 400) << name;
    EXPECT_EQ(Refused("GET", std::string("/v1/jobs/") + name), 400) << name;
  }
  EXPECT_EQ(Refused("GET", "/v1/runs/..%2f1"), 400);
  EXPECT_EQ(Refused("POST", "/v1/jobs/cpu/start", R"({"file":"/etc/passwd"})"), 400);
  EXPECT_EQ(Refused("POST", "/v1/jobs/cpu/start", R"({"store":"/tmp/x.db"})"), 400);
  EXPECT_EQ(Refused("GET", "/v1/jobs/cpu/targets/t/forecast?store=/tmp/x.db"), 400);
}

TEST(ApiRequest, RefusesWhatIsNotThereOrNotMeant) {
  EXPECT_EQ(Refused("GET", ""), 400);
  EXPECT_EQ(Refused("GET", "other://other/v1/health"), 400);
  EXPECT_EQ(Refused("GET", "http://fitd"), 404) << "the root, as with a / behind it";
  EXPECT_EQ(Refused("GET", "http://"), 400);
  EXPECT_EQ(Refused("GET", "/"), 404);
  EXPECT_EQ(Refused("GET", "/v2/health"), 404);
  EXPECT_EQ(Refused("GET", "/v1/jobs/cpu/stop"), 404);
  EXPECT_EQ(Refused("DELETE", "/v1/runs/1"), 405);
  EXPECT_EQ(Refused("GET", "/v1/jobs/cpu/start"), 405) << "nothing is changed by a GET";
  EXPECT_EQ(Refused("HEAD", "/v1/jobs/cpu/start"), 405);
  EXPECT_EQ(Refused("POST", "/v1/health"), 405);
  EXPECT_EQ(Refused("GET", "/v1/runs/0"), 400);
  EXPECT_EQ(Refused("GET", "/v1/runs/99999999999999999999"), 400);
  EXPECT_EQ(Refused("GET", "/v1/runs?limit=0"), 400);
  EXPECT_EQ(Refused("GET", "/v1/runs?surprise=1"), 400);
  EXPECT_EQ(Refused("GET", "/v1/jobs/cpu/forecast?target=a+b"), 400) << "is it \"a b\" or \"a+b\"?";
  for (const char* empty :
       {"/v1/runs?limit=", "/v1/runs?job=", "/v1/runs?state=", "/v1/jobs/cpu/forecast?level=",
        "/v1/jobs/cpu/forecast?horizon=", "/v1/jobs/cpu/forecast?format", "/v1/jobs/cpu/targets/t/forecast?level=",
        "/v1/jobs/cpu/anomalies?since=", "/v1/runs/1/events?from=", "/v1/runs/1/logs?lines="}) {
    EXPECT_EQ(Refused("GET", empty), 400) << empty << " would answer something else than was asked for";
  }
  EXPECT_EQ(Refused("GET", "/v1/%zz"), 400);
  EXPECT_EQ(Refused("GET", "/v1/%4"), 400);
  EXPECT_EQ(Refused("POST", "/v1/jobs/cpu/start", "[]"), 400);
  EXPECT_EQ(Refused("POST", "/v1/jobs/cpu/start", R"({"priority":1000})"), 400);
  EXPECT_EQ(Refused("GET", "/v1/jobs/cpu/targets//models"), 400);
  EXPECT_EQ(Refused("GET", "/v1/jobs/cpu/targets/t/forecast?horizon=-1"), 400);
  EXPECT_EQ(Refused("GET", "/v1/jobs/cpu/targets/t/forecast?level=80;rm"), 400);
}

TEST(ApiRequest, EncodesWhatItDecodes) {
  std::string all;
  for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
  auto decoded = PercentDecode(PercentEncode(all));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, all);
}

struct InlineFiles final : FileExecutor {
  void Run(std::function<void()> work, std::function<void()> done) override {
    work();
    done();
  }
};

struct FakeQueries final : QueryRunner {
  void Run(std::vector<std::string> args, std::function<void(QueryAnswer)> done) override {
    arguments = std::move(args);
    done(answer);
  }
  struct Output final : QueryOutput {
    void Next(std::function<void(Part)> then) override { then(std::move(part)); }
    Part part;
  };
  std::shared_ptr<QueryOutput> Stream(std::vector<std::string> args) override {
    arguments = std::move(args);
    auto output = std::make_shared<Output>();
    output->part = {answer.output, ends, answer};
    return output;
  }
  std::size_t num_pending() const override { return 0; }
  std::vector<std::string> arguments;
  QueryAnswer answer;
  bool ends = true;  // of a stream: all of it comes at once
};

struct NoProcesses final : RunLauncher {
  struct Handle final : RunHandle {
    pid_t pid() const override { return 1; }
    void Signal(int) override {}
    void KillAll() override {}
  };
  Result<std::unique_ptr<RunHandle>> Launch(LaunchRequest) override {
    return std::unique_ptr<RunHandle>(std::make_unique<Handle>());
  }
};

class NobodyWatches : public RunObserver {
 public:
  void OnStateChanged() override {}
  void OnNewEvents(std::int64_t) override {}
  void OnForgotten(std::int64_t) override {}
};

class ApiTest : public testing::Test {
 protected:
  ApiTest() {
    std::ofstream(dir.path() + "/cpu.toml") << "[data]\nfiles = [\"x.csv\"]\n[store]\npath = \"/srv/cpu.db\"\n";
    chmod((dir.path() + "/cpu.toml").c_str(), 0644);
  }

  ApiResponse Ask(Access access, const std::string& method, const std::string& target, const std::string& body = {}) {
    ApiResponse answer;
    int answers = 0;
    api.Handle({method, target, body}, {4711, 1000, 1000, {}}, access, [&](ApiResponse response) {
      answer = std::move(response);
      ++answers;
    });
    EXPECT_EQ(answers, 1) << target;
    return answer;
  }

  TempDir dir;
  ManualClock clock;
  NoProcesses launcher;
  InlineFiles files;
  FakeQueries queries;
  std::string log;
  ServiceLog logger = [this](LogLevel, std::int64_t, const std::string& text) { log += text + "\n"; };
  NobodyWatches observer;
  RunManager runs{clock, launcher, observer, logger, ServiceConfig{}};
  Api api{{clock, runs, files, queries, [] { return ServiceGauges{}; }, logger, {}},
          JobCatalog(dir.path()),
          dir.path() + "/runs"};
};

TEST_F(ApiTest, GivesNothingToStrangers) {
  for (const char* target : {"/v1/health", "/metrics", "/v1/jobs", "/v1/runs", "/nowhere"}) {
    EXPECT_EQ(Ask(Access::kNone, "GET", target).status, 403) << target;
  }
  EXPECT_NE(log.find("uid 1000 pid 4711"), std::string::npos);
}

TEST_F(ApiTest, LetsReadersLookAndOperatorsAct) {
  EXPECT_EQ(Ask(Access::kRead, "GET", "/v1/jobs/cpu").status, 200);
  EXPECT_EQ(Ask(Access::kRead, "POST", "/v1/jobs/cpu/start").status, 403);
  EXPECT_EQ(Ask(Access::kRead, "POST", "/v1/runs/1/cancel").status, 403);
  EXPECT_EQ(json::parse(Ask(Access::kRead, "POST", "/v1/jobs/cpu/start").body)["error"]["exit"], 77);
  const ApiResponse started = Ask(Access::kOperate, "POST", "/v1/jobs/cpu/start");
  EXPECT_EQ(started.status, 202) << started.body;
  EXPECT_EQ(json::parse(started.body)["run"]["state"], "running");
  EXPECT_EQ(Ask(Access::kOperate, "POST", "/v1/jobs/cpu/start").status, 409);
  EXPECT_EQ(Ask(Access::kOperate, "POST", "/v1/runs/1/cancel").status, 202);
  EXPECT_NE(log.find("cancelled by uid 1000 pid 4711"), std::string::npos);
}

TEST_F(ApiTest, AcknowledgesNothingThatIsNotOnDisk) {
  Status disk(StatusCode::kIo, "service.json.new: No space left on device");
  Api saving{{clock, runs, files, queries, [] { return ServiceGauges{}; }, logger,
              [&](const std::function<void(const Status&)>& then) { then(disk); }},
             JobCatalog(dir.path()),
             dir.path() + "/runs"};
  ApiResponse answer;
  const auto start = [&] {
    saving.Handle({"POST", "/v1/jobs/cpu/start", {}}, {4711, 1000, 1000, {}}, Access::kOperate,
                  [&](ApiResponse response) { answer = std::move(response); });
    return answer.status;
  };
  EXPECT_EQ(start(), 507);
  const json error = json::parse(answer.body)["error"];
  EXPECT_EQ(error["exit"], 74);
  EXPECT_NE(error["message"].get<std::string>().find("the queue cannot be saved"), std::string::npos);
  EXPECT_TRUE(runs.queue().runs().empty());
  EXPECT_EQ(runs.num_active(), 0U);
  disk = OkStatus();
  EXPECT_EQ(start(), 202);
  EXPECT_EQ(runs.num_active(), 1U);
}

TEST_F(ApiTest, NamesTheJobThatIsMissingOrBroken) {
  EXPECT_EQ(Ask(Access::kOperate, "POST", "/v1/jobs/none/start").status, 404);
  std::ofstream(dir.path() + "/bad.toml") << "[data]\nfilse = 1\n";
  chmod((dir.path() + "/bad.toml").c_str(), 0644);
  const ApiResponse broken = Ask(Access::kOperate, "POST", "/v1/jobs/bad/start");
  EXPECT_EQ(broken.status, 422);
  EXPECT_EQ(json::parse(broken.body)["error"]["exit"], 78);
  const json jobs = json::parse(Ask(Access::kRead, "GET", "/v1/jobs").body)["jobs"];
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[0]["valid"], false);
}

TEST_F(ApiTest, StreamsWhatMayBeLarge) {
  queries.answer.output = "target,time,ensemble\n";
  ApiResponse whole = Ask(Access::kRead, "GET", "/v1/jobs/cpu/forecast?horizon=3&level=80&target=a&target=b%20c");
  EXPECT_EQ(whole.content_type, "text/csv; charset=utf-8");
  EXPECT_EQ(whole.body, queries.answer.output);
  EXPECT_EQ(whole.rest, nullptr);
  EXPECT_EQ(queries.arguments, (std::vector<std::string>{"forecast", "--horizon=3", "--level=80", "--complete",
                                                         "--target=a", "--target=b c", "--store=/srv/cpu.db"}));
  queries.ends = false;
  EXPECT_NE(Ask(Access::kRead, "GET", "/v1/jobs/cpu/targets").rest, nullptr);
  EXPECT_EQ(queries.arguments, (std::vector<std::string>{"models", "--targets", "--complete", "--store=/srv/cpu.db"}));
  queries.ends = true;
  queries.answer = {OkStatus(), 66, {}, "fitd: there is no store\n"};
  const ApiResponse untrained = Ask(Access::kRead, "GET", "/v1/jobs/cpu/targets");
  EXPECT_EQ(untrained.status, 404);
  EXPECT_EQ(json::parse(untrained.body)["error"]["message"],
            "job cpu has no store yet, as it has not been trained; fitd start cpu does that");
  EXPECT_EQ(Refused("GET", "/v1/jobs/cpu/forecast?format=xml"), 400);
}

TEST_F(ApiTest, AsksTheStoreOfTheJobFileOnly) {
  queries.answer.output = "[]";
  EXPECT_EQ(Ask(Access::kRead, "GET", "/v1/jobs/cpu/targets/-x%20y/models").body, "[]");
  EXPECT_EQ(queries.arguments,
            (std::vector<std::string>{"models", "--format", "json", "--target=-x y", "--store=/srv/cpu.db"}));
  queries.answer.exit_code = 66;
  queries.answer.error = "fitd: no target \"t\"\n";
  const ApiResponse missing = Ask(Access::kRead, "GET", "/v1/jobs/cpu/targets/t/forecast?horizon=3");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(json::parse(missing.body)["error"]["message"], "no target \"t\"");
  queries.answer.status = Status(StatusCode::kTimeout, "too long");
  EXPECT_EQ(Ask(Access::kRead, "GET", "/v1/jobs/cpu/targets/t/models").status, 504);
}

TEST_F(ApiTest, StreamsTheEventsOfARun) {
  EXPECT_EQ(Ask(Access::kRead, "GET", "/v1/runs/1/events").status, 404);
  Ask(Access::kOperate, "POST", "/v1/jobs/cpu/start");
  const ApiResponse stream = Ask(Access::kRead, "GET", "/v1/runs/1/events?from=2");
  ASSERT_TRUE(stream.stream);
  EXPECT_EQ(stream.stream->run, 1);
  EXPECT_EQ(stream.stream->from, 2U);
}

}  // namespace
}  // namespace fitd::api_test
