#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "common/process/journal.h"
#include "daemon/api/peer_access.h"
#include "daemon/children/run_cgroups.h"
#include "daemon/progress/run_events.h"
#include "daemon/runs/event_backlog.h"
#include "daemon/runs/job_catalog.h"
#include "daemon/runs/metrics.h"
#include "daemon/runs/run_logs.h"
#include "daemon/runs/service_config.h"
#include "daemon/runs/snapshot_file.h"
#include "daemon/service/crash_guard.h"
#include "daemon/service/lifetime.h"
#include "daemon/service/state_saver.h"
#include "tests/support/temp_dir.h"

namespace fitd {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

void WriteText(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST(ServiceState, LeavesWhenIdleForLongEnoughOnly) {
  ManualClock clock;
  ServiceState state({.idle_exit = seconds(300)}, clock.Now());
  state.Observe(0, 0, clock.Now());
  clock.Advance(seconds(299));
  EXPECT_FALSE(state.ShouldExitIdle(clock.Now()));
  state.Observe(1, 0, clock.Now());  // a client came
  clock.Advance(seconds(1));
  EXPECT_FALSE(state.ShouldExitIdle(clock.Now()));
  state.Observe(0, 0, clock.Now());  // and went: the time begins anew
  clock.Advance(seconds(299));
  EXPECT_FALSE(state.ShouldExitIdle(clock.Now()));
  clock.Advance(seconds(1));
  EXPECT_TRUE(state.ShouldExitIdle(clock.Now()));
}

TEST(ServiceState, StaysForARunHoweverLong) {
  ManualClock clock;
  ServiceState state({.idle_exit = seconds(1)}, clock.Now());
  for (int i = 0; i < 100; ++i) {
    clock.Advance(seconds(60));
    state.Observe(0, 1, clock.Now());
    EXPECT_FALSE(state.ShouldExitIdle(clock.Now()));
  }
}

TEST(ServiceState, NeverLeavesWithoutALimit) {
  ManualClock clock;
  ServiceState state({.idle_exit = seconds(0)}, clock.Now());
  clock.Advance(std::chrono::hours(1000));
  EXPECT_FALSE(state.ShouldExitIdle(clock.Now()));
}

TEST(ServiceState, DrainsUntilNothingRunsOrTimeIsUp) {
  ManualClock clock;
  ServiceState state({.drain_limit = seconds(60)}, clock.Now());
  state.ObserveActive(1);
  EXPECT_FALSE(state.DrainComplete());
  state.BeginDrain(clock.Now());
  EXPECT_FALSE(state.DrainComplete());
  clock.Advance(seconds(59));
  EXPECT_FALSE(state.DrainExpired(clock.Now()));
  clock.Advance(seconds(1));
  EXPECT_TRUE(state.DrainExpired(clock.Now()));
  state.ObserveActive(0);
  EXPECT_TRUE(state.DrainComplete());
  EXPECT_FALSE(state.DrainExpired(clock.Now()));
}

TEST(ServiceState, HidesFromTheWatchdogWhenAStalledRunDoesNotGo) {
  ManualClock clock;
  ServiceState state({.stall_limit = seconds(60), .stall_grace = seconds(30)}, clock.Now());
  state.ObserveProgress(clock.Now());
  clock.Advance(seconds(89));
  EXPECT_TRUE(state.WatchdogMayKnow(clock.Now()));
  clock.Advance(seconds(1));
  EXPECT_FALSE(state.WatchdogMayKnow(clock.Now()));
  state.ObserveProgress(std::nullopt);
  EXPECT_TRUE(state.WatchdogMayKnow(clock.Now()));
}

TEST(PeerAccess, DecidesByGroupOfAnyKind) {
  AccessPolicy policy{500, {10}, {20}};
  EXPECT_EQ(policy.Decide({1, 1000, 10, {}}), Access::kRead);
  EXPECT_EQ(policy.Decide({1, 1000, 1000, {4, 10}}), Access::kRead);
  EXPECT_EQ(policy.Decide({1, 1000, 1000, {4, 10, 20}}), Access::kOperate);
  EXPECT_EQ(policy.Decide({1, 1000, 20, {}}), Access::kOperate);
  EXPECT_EQ(policy.Decide({1, 1000, 1000, {4, 11}}), Access::kNone);
  EXPECT_EQ(policy.Decide({1, 0, 0, {}}), Access::kOperate);
  EXPECT_EQ(policy.Decide({1, 500, 1, {}}), Access::kOperate);
  EXPECT_EQ(AccessPolicy{}.Decide(PeerCredentials{}), Access::kNone) << "a policy that knows nobody admits nobody";
  EXPECT_EQ((AccessPolicy{500, {}, {}}).Decide(PeerCredentials{}), Access::kNone);
}

TEST(PeerAccess, ReadsWhatTheKernelRecorded) {
  int fds[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  auto peer = ReadPeerCredentials(fds[0]);
  ASSERT_TRUE(peer.ok()) << peer.status().message();
  EXPECT_EQ(peer->pid, getpid());
  EXPECT_EQ(peer->uid, geteuid());
  EXPECT_EQ(peer->groups.size(), static_cast<std::size_t>(getgroups(0, nullptr)));
  close(fds[0]);
  close(fds[1]);
}

TEST(PeerAccess, AnUnknownGroupAdmitsNobody) {
  const AccessPolicy policy = MakeAccessPolicy("no-such-group-here", "nor-this-one");
  EXPECT_TRUE(policy.readers.empty());
  EXPECT_EQ(policy.Decide({1, geteuid() + 1, 12345, {12345}}), Access::kNone);
}

TEST(EventBacklog, KeepsOnlyTheLatestOfConsecutiveProgress) {
  EventBacklog backlog;
  backlog.Append("p1", true);
  backlog.Append("p2", true);
  backlog.Append("f", false);
  backlog.Append("p3", true);
  auto batch = backlog.Read(0);
  EXPECT_EQ(batch.text, "p2\nf\np3\n");
  EXPECT_FALSE(batch.end);
  backlog.Append("p4", true);
  batch = backlog.Read(batch.next);
  EXPECT_EQ(batch.text, "p4\n") << "who saw p3 sees p4 as well";
  backlog.Close();
  EXPECT_TRUE(backlog.Read(batch.next).end);
}

TEST(EventBacklog, TellsASlowFollowerHowMuchItMissed) {
  EventBacklog backlog(3);
  for (int i = 0; i < 10; ++i) backlog.Append("line" + std::to_string(i), false);
  EXPECT_EQ(backlog.Read(2).text, "{\"event\":\"lost\",\"count\":5}\nline7\nline8\nline9\n");
  EXPECT_EQ(backlog.Read(1000).text, "") << "a number from before the daemon's restart";
}

TEST(EventBacklog, ReadsInBoundedBatches) {
  EventBacklog backlog(10'000, 1U << 24);
  for (int i = 0; i < 5000; ++i) backlog.Append(std::string(100, 'x'), false);
  std::size_t lines = 0;
  std::uint64_t from = 0;
  for (int i = 0; i < 100 && from < 5000; ++i) {
    auto batch = backlog.Read(from);
    EXPECT_LT(batch.text.size(), 70'000U);
    lines += static_cast<std::size_t>(std::count(batch.text.begin(), batch.text.end(), '\n'));
    from = batch.next;
  }
  EXPECT_EQ(lines, 5000U);
}

TEST(LineBuffer, CutsWhateverWayTheBytesCome) {
  LineBuffer buffer(8);
  EXPECT_TRUE(buffer.Append("ab").empty());
  EXPECT_EQ(buffer.Append("c\nd\n\ne"), (std::vector<std::string>{"abc", "d", ""}));
  EXPECT_TRUE(buffer.Append("123456789").empty());
  EXPECT_EQ(buffer.Append("more\nnext\n"), std::vector<std::string>{"next"});
  EXPECT_EQ(buffer.dropped(), 1U);
  EXPECT_TRUE(buffer.Append("rest").empty());
  EXPECT_EQ(buffer.TakeRest(), "rest");
}

TEST(RunEvents, SurviveTheRoundTrip) {
  for (const char* line :
       {R"({"event":"start","job":"cpu","run":3,"targets":5,"workers":[{"cpu":1,"pid":7,"worker":0}]})",
        R"({"done":1,"eta_seconds":0.5,"event":"progress","failures":2,"rate":3.0,"stage":"fit","total":9})",
        R"({"event":"failure","reason":"r","target":"a\nb"})",
        R"({"cause":"oom","event":"worker_death","pid":9,"target":"t","worker":1})",
        R"({"event":"end","exit":0,"message":"","state":"complete","summary":{"targets":5}})"}) {
    auto event = ParseRunEvent(line);
    ASSERT_TRUE(event) << line;
    EXPECT_EQ(FormatRunEvent(*event), line);
  }
}

TEST(RunEvents, TakeWrongTypesAndNumbersOutOfRangeAsAbsent) {
  auto event =
      ParseRunEvent(R"({"event":"progress","stage":"fit","done":"x","total":-3,"rate":[],"eta_seconds":null})");
  ASSERT_TRUE(event);
  const auto& progress = std::get<RunAdvanced>(*event);
  EXPECT_FALSE(ParseRunEvent(R"({"event":"progress","stage":5})"));
  EXPECT_EQ(progress.done, 0U);
  EXPECT_EQ(progress.total, 0U);
  EXPECT_EQ(progress.rate, 0);
  EXPECT_LT(progress.eta_seconds, 0);
}

TEST(RunEvents, KeepTheFirstHundredFailuresOfASummary) {
  std::string failures;
  for (int i = 0; i < 1000; ++i) failures += std::string(i == 0 ? "" : ",") + R"({"target":"t","reason":"r"})";
  auto event =
      ParseRunEvent(R"({"event":"end","state":"complete","exit":3,"summary":{"failures":[)" + failures + "]}}");
  ASSERT_TRUE(event);
  EXPECT_LT(std::get<RunEnded>(*event).summary_json.size(), 5000U);
}

TEST(StateFile, SurvivesTheRoundTrip) {
  TempDir dir;
  RunQueue queue;
  RunRecord record;
  record.job = "cpu";
  record.uid = 1000;
  record.summary = R"({"targets":3})";
  record.message = "line\nbreak";
  ASSERT_TRUE(queue.Enqueue(record, 5).ok());
  ServiceCounters counters;
  counters.worker_deaths["signal:11"] = 2;
  counters.requests[200] = 7;
  counters.fit_times["ets"].Observe(0.5);
  counters.jobs["cpu"].last_success_seconds = 12.5;
  counters.jobs["cpu"].stage_seconds["fit"] = 1.5;
  const std::string path = dir.path() + "/service.json";
  ASSERT_TRUE(WriteFileAtomically(path, FormatSnapshot(queue, counters)).ok());
  auto snapshot = ReadSnapshot(path);
  ASSERT_TRUE(snapshot.ok()) << snapshot.status().message();
  ASSERT_EQ(snapshot->runs.size(), 1U);
  EXPECT_EQ(RunRecordJson(snapshot->runs[0]), RunRecordJson(queue.runs()[0]));
  EXPECT_EQ(snapshot->next_id, 2);
  EXPECT_EQ(CountersToJson(snapshot->counters), CountersToJson(counters));
}

TEST(StateFile, TellsDamageFromAbsence) {
  TempDir dir;
  const std::string path = dir.path() + "/service.json";
  EXPECT_TRUE(ReadSnapshot(path).ok());
  for (const char* text :
       {"", "{", "{}", R"({"fitd_state":99,"runs":[]})", R"({"fitd_state":1,"runs":[{"id":"x"}]})",
        R"({"fitd_state":1,"runs":[{"id":2,"job":"a","state":"queued"},{"id":1,"job":"b","state":"queued"}]})"}) {
    WriteText(path, text);
    EXPECT_EQ(ReadSnapshot(path).status().code(), StatusCode::kCorrupt) << text;
  }
}

TEST(StateFile, LeavesTheOldFileWhenTheNewOneCannotBeWritten) {
  TempDir dir;
  const std::string path = dir.path() + "/service.json";
  WriteText(path, "old");
  std::filesystem::create_directory(path + ".new");  // in the way
  EXPECT_FALSE(WriteFileAtomically(path, "new").ok());
  std::ifstream file(path);
  std::string text;
  std::getline(file, text);
  EXPECT_EQ(text, "old");
}

TEST(Metrics, EscapeLabelsAndAddBucketsUp) {
  ServiceCounters counters;
  counters.runs["a\"b\\c\nd"]["complete"] = 1;
  counters.fit_times["ets"].Observe(0.0002);
  counters.fit_times["ets"].Observe(0.2);
  counters.fit_times["ets"].Observe(1e6);
  const std::string text = FormatMetrics(counters, {});
  EXPECT_NE(text.find(R"(fitd_runs_total{job="a\"b\\c\nd",state="complete"} 1)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"(fitd_fit_seconds_bucket{model="ets",le="0.0001"} 0)"), std::string::npos);
  EXPECT_NE(text.find(R"(fitd_fit_seconds_bucket{model="ets",le="0.25"} 2)"), std::string::npos);
  EXPECT_NE(text.find(R"(fitd_fit_seconds_bucket{model="ets",le="+Inf"} 3)"), std::string::npos);
  EXPECT_NE(text.find(R"(fitd_fit_seconds_count{model="ets"} 3)"), std::string::npos);
}

TEST(Metrics, ReadWhatASummaryHasAndNothingElse) {
  ServiceCounters counters;
  CountSummary(
      "cpu", R"({"fitted":5,"failed":1,"seconds":{"load":0.5,"total":9},"peak_rss_bytes":{"parent":10,"worker":"x"}})",
      counters);
  CountSummary("cpu", "garbage", counters);
  EXPECT_EQ(counters.targets["cpu"]["fitted"], 5U);
  EXPECT_EQ(counters.jobs["cpu"].stage_seconds, (std::map<std::string, double>{{"load", 0.5}}));
  EXPECT_EQ(counters.jobs["cpu"].parent_peak_rss_bytes, 10U);
  EXPECT_EQ(counters.jobs["cpu"].worker_peak_rss_bytes, 0U);
}

TEST(JobCatalog, AcceptsNamesAndNoPaths) {
  for (const char* name : {"cpu", "a.b", "A-1_x", "x."}) EXPECT_TRUE(IsValidJobName(name)) << name;
  for (const char* name : {"", ".", "..", ".x", "-x", "a/b", "../x", "a b", "a\n", "ä", "a%2f"}) {
    EXPECT_FALSE(IsValidJobName(name)) << name;
  }
  EXPECT_FALSE(IsValidJobName(std::string_view("a\0b", 3)));
  EXPECT_FALSE(IsValidJobName(std::string(129, 'a')));
}

TEST(JobCatalog, RefusesAFileThatOthersMayWrite) {
  TempDir dir;
  const std::string path = dir.path() + "/cpu.toml";
  WriteText(path, "[data]\nfiles = [\"x.csv\"]\n[store]\npath = \"/srv/x.db\"\n");
  const JobCatalog catalog(dir.path());
  chmod(path.c_str(), 0644);
  EXPECT_TRUE(catalog.Load("cpu").ok()) << catalog.Load("cpu").status().message();
  chmod(path.c_str(), 0666);
  EXPECT_EQ(catalog.Load("cpu").status().code(), StatusCode::kPermission);
  EXPECT_EQ(catalog.Load("none").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(catalog.Load("../cpu").status().code(), StatusCode::kUsage);
}

TEST(JobCatalog, RefusesWhatTheServiceCannotRun) {
  TempDir dir;
  const std::string path = dir.path() + "/cpu.toml";
  const auto said = [&](const std::string& text, bool private_tmp = false) {
    WriteText(path, text);
    chmod(path.c_str(), 0644);
    return JobCatalog(dir.path(), private_tmp).Load("cpu").status().message();
  };
  const std::string data = "[data]\nfiles = [\"x.csv\"]\n";
  EXPECT_NE(said("").find("data.files"), std::string::npos);
  EXPECT_NE(said(data).find("store.path is missing"), std::string::npos);
  EXPECT_NE(said(data + "[store]\npath = \"x.db\"\n").find("store.path is relative"), std::string::npos);
  EXPECT_NE(said("[data]\nfiles = [\"-\"]\n[store]\npath = \"/srv/x.db\"\n").find("standard input"), std::string::npos);
  for (const char* store : {"/tmp/x.db", "/var/tmp/a/x.db"}) {
    const std::string job = data + "[store]\npath = \"" + store + "\"\n";
    EXPECT_NE(said(job, true).find("PrivateTmp="), std::string::npos);
  }
  EXPECT_EQ(said(data + "[store]\npath = \"/srv/x.db\"\n", true), "");
  EXPECT_NE(JobCatalog(dir.path()).Load("cpi").status().message().find("did you mean cpu?"), std::string::npos);
}

TEST(CrashGuard, WaitsLongerAfterEachBadEnd) {
  TempDir dir;
  EXPECT_EQ(DelayOfStart(1), seconds(0));
  EXPECT_EQ(DelayOfStart(3), seconds(0));
  EXPECT_EQ(DelayOfStart(4), seconds(2));
  EXPECT_EQ(DelayOfStart(6), seconds(8));
  EXPECT_EQ(DelayOfStart(1000), seconds(60));
  for (int start = 1; start <= 5; ++start) EXPECT_EQ(CrashGuard(dir.File("starts")).starts(), start);
  CrashGuard last(dir.File("starts"));
  last.Forget();
  EXPECT_EQ(CrashGuard(dir.File("starts")).starts(), 1);
  EXPECT_EQ(CrashGuard("/no/such/folder/starts").starts(), 1);
}

// Runs nothing by itself: the file thread's and the loop's turns come when the test says so.
class ManualFiles final : public FileExecutor {
 public:
  void Run(std::function<void()> work, std::function<void()> done) override {
    turns_.emplace_back(std::move(work), std::move(done));
  }
  void Turn() {
    auto turn = std::move(turns_.front());
    turns_.pop_front();
    turn.first();
    turn.second();
  }

 private:
  std::deque<std::pair<std::function<void()>, std::function<void()>>> turns_;
};

TEST(StateSaver, TellsWhoeverWaitsHowTheWritingWent) {
  TempDir dir;
  ManualFiles files;
  std::string log;
  StateSaver saver(files, dir.path() + "/folder/state",
                   [&](LogLevel, std::int64_t, const std::string& text) { log += text + "\n"; });
  std::vector<bool> told;
  const auto tell = [&](const Status& status) { told.push_back(status.ok()); };
  saver.Save("first", tell);
  saver.Save("second", tell);  // written in the first one's turn, which fails for both
  files.Turn();
  files.Turn();
  EXPECT_EQ(told, (std::vector<bool>{false, false}));
  EXPECT_FALSE(saver.saved().ok());
  EXPECT_NE(log.find("the queue cannot be saved"), std::string::npos);
  std::filesystem::create_directory(dir.path() + "/folder");
  saver.Save("third", tell);
  files.Turn();
  EXPECT_TRUE(told.back());
  EXPECT_TRUE(saver.saved().ok());
  EXPECT_NE(log.find("saved again"), std::string::npos);
  std::ifstream written(dir.path() + "/folder/state");
  std::string text;
  std::getline(written, text);
  EXPECT_EQ(text, "third");
}

TEST(JobCatalog, ListsBrokenJobsWithTheReason) {
  TempDir dir;
  WriteText(dir.path() + "/bad.toml", "[data\n");
  WriteText(dir.path() + "/ignored.txt", "");
  WriteText(dir.path() + "/.hidden.toml", "");
  for (const char* name : {"/bad.toml", "/ignored.txt", "/.hidden.toml"}) chmod((dir.path() + name).c_str(), 0644);
  const auto jobs = JobCatalog(dir.path()).List();
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].name, "bad");
  EXPECT_EQ(jobs[0].status.code(), StatusCode::kBadConfig);
}

TEST(ServiceConfig, TakesDefaultsFromAnAbsentFile) {
  auto config = ParseServiceConfig("/no/such/fitd.toml");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->queue_limit, 16U);
  EXPECT_TRUE(config->Validate().empty());
}

TEST(ServiceConfig, ReadsEveryKey) {
  TempDir dir;
  const std::string path = dir.path() + "/fitd.toml";
  WriteText(path,
            "[service]\nidle_exit='90s'\ndrain_limit='2m'\nstall_limit='0s'\nresume_attempts=7\n"
            "[queue]\nlimit=3\nparallel=2\nhistory=9\n"
            "[clients]\nmax=100\nstreams=10\ntimeout='500ms'\nqueries=1\nquery_queue=2\nquery_timeout=5\n"
            "readers='r'\noperators='o'\n[log]\nlevel='debug'\n");
  auto config = ParseServiceConfig(path);
  ASSERT_TRUE(config.ok()) << config.status().message();
  EXPECT_EQ(config->idle_exit, milliseconds(90'000));
  EXPECT_EQ(config->drain_limit, milliseconds(120'000));
  EXPECT_EQ(config->stall_limit, milliseconds(0));
  EXPECT_EQ(config->resume_attempts, 7);
  EXPECT_EQ(config->parallel_runs, 2U);
  EXPECT_EQ(config->client_timeout, milliseconds(500));
  EXPECT_EQ(config->query_timeout, milliseconds(5000));
  EXPECT_EQ(config->operator_group, "o");
  EXPECT_EQ(config->log_level, "debug");
}

TEST(ServiceConfig, NamesEveryMistakeWithItsLine) {
  TempDir dir;
  const std::string path = dir.path() + "/fitd.toml";
  WriteText(path, "[service]\nidle_exti='90s'\n[queue]\nlimit=-1\n[surprise]\nx=1\n");
  auto config = ParseServiceConfig(path);
  ASSERT_EQ(config.status().code(), StatusCode::kBadConfig);
  const std::string text = config.status().message();
  EXPECT_NE(text.find("line 2: unknown key service.idle_exti"), std::string::npos) << text;
  EXPECT_NE(text.find("line 4: queue.limit: must be a whole number"), std::string::npos) << text;
  EXPECT_NE(text.find("unknown section surprise"), std::string::npos) << text;
}

TEST(RunLogs, MergesTheFilesOfARunByTime) {
  TempDir dir;
  WriteText(dir.path() + "/fitd.log",
            "2026-01-01T00:00:00.000Z info a\n  continued\n2026-01-01T00:00:02.000Z info c\n");
  WriteText(dir.path() + "/worker-0.log", "2026-01-01T00:00:01.000Z info b\n");
  auto text = ReadRunLogs(dir.path(), 100);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text,
            "2026-01-01T00:00:00.000Z info a\n  continued\n2026-01-01T00:00:01.000Z info b\n2026-01-01T00:00:02.000Z "
            "info c\n");
  EXPECT_EQ(*ReadRunLogs(dir.path(), 1), "2026-01-01T00:00:02.000Z info c\n");
  EXPECT_EQ(ReadRunLogs(dir.path() + "/none", 1).status().code(), StatusCode::kNotFound);
}

TEST(ServiceCgroup, ArrangesRunsBelowADelegatedFolder) {
  TempDir dir;  // a folder stands for the subtree; the kernel's files are plain ones here
  WriteText(dir.path() + "/cgroup.procs", "");
  WriteText(dir.path() + "/cgroup.controllers", "cpu memory");
  WriteText(dir.path() + "/cgroup.subtree_control", "");
  const ServiceCgroup group = ServiceCgroup::Enter(dir.path());
  ASSERT_TRUE(group.available());
  const std::string run = group.CreateRun(7);
  EXPECT_EQ(run, dir.path() + "/run-7");
  std::filesystem::create_directory(run + "/worker-0");
  EXPECT_FALSE(group.SawOomKill(run));
  WriteText(run + "/memory.events", "low 0\noom 1\noom_kill 1\n");
  EXPECT_TRUE(group.SawOomKill(run));
  std::filesystem::remove(run + "/memory.events");
  EXPECT_TRUE(group.Remove(run));
  EXPECT_FALSE(std::filesystem::exists(run));
}

TEST(RateLimit, LetsABurstThroughAndCountsWhatItRefused) {
  RateLimit limit(3, 1);
  RateLimit::Time now{seconds(100)};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.Allow(now));
  EXPECT_FALSE(limit.Allow(now));
  EXPECT_FALSE(limit.Allow(now));
  now += seconds(1);
  EXPECT_TRUE(limit.Allow(now));
  EXPECT_EQ(limit.TakeRefused(), 2U);
  EXPECT_EQ(limit.TakeRefused(), 0U);
}

}  // namespace
}  // namespace fitd
