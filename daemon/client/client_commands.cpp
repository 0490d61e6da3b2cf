#include "daemon/client/client_commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "common/clock.h"
#include "common/percent.h"
#include "common/whole_number.h"
#include "daemon/client/answer.h"
#include "daemon/client/client.h"
#include "daemon/client/client_status.h"
#include "daemon/client/client_watch.h"

namespace fitd {
namespace {

using nlohmann::json;

// Answers are our own daemon's; one that cannot be read is an internal error, not a crash.
Result<json> ParseObject(const Result<std::string>& body) {
  if (!body.ok()) return body.status();
  json object = json::parse(*body, nullptr, false);
  if (object.is_object()) return object;
  return Status(StatusCode::kInternal, "the daemon's answer cannot be understood; is it of another version?");
}

Result<json> Parse(const Result<std::string>& body, const char* member) {
  FITD_ASSIGN_OR_RETURN(const json object, ParseObject(body));
  if (object.contains(member)) return object[member];
  return Status(StatusCode::kInternal,
                fmt::format("the daemon's answer lacks \"{}\"; is it of another version?", member));
}

Result<std::int64_t> ResolveRun(Client& client, const std::string& run) {
  if (const auto id = ParseWhole<std::int64_t>(run, 0)) return *id;
  FITD_ASSIGN_OR_RETURN(const json runs, Parse(client.Get("/v1/runs?limit=1&job=" + PercentEncode(run)), "runs"));
  if (!runs.is_array() || runs.empty()) {
    // Of a job that has gone runs may be known, and of one that never ran none: only then it matters which it is.
    if (const auto job = client.Get("/v1/jobs/" + PercentEncode(run)); !job.ok()) return job.status();
    return Status(StatusCode::kNotFound, "job \"" + run + "\" has had no run");
  }
  return runs[0].value("id", std::int64_t{0});
}

// The run of a job that there is something to stop of: the one that runs, else the latest that waits.
Result<std::int64_t> ResolveLiveRun(Client& client, const std::string& run) {
  if (const auto id = ParseWhole<std::int64_t>(run, 0)) return *id;
  for (const char* const state : {"running", "queued", "interrupted", "cancelling"}) {
    FITD_ASSIGN_OR_RETURN(
        const json runs,
        Parse(client.Get(fmt::format("/v1/runs?limit=1&state={}&job={}", state, PercentEncode(run))), "runs"));
    if (runs.is_array() && !runs.empty()) return runs[0].value("id", std::int64_t{0});
  }
  return ResolveRun(client, run);  // nothing of it can be stopped, which the daemon says of its latest
}

// What stands in a table; fitd status has all of it.
std::string FirstLine(const std::string& text) {
  const std::size_t end = text.find('\n');
  return end == std::string::npos ? text : text.substr(0, end) + " ...";
}

void PrintRunTable(const json& runs) {
  fmt::print("{:>6}  {:<20} {:<6} {:<12} {:<20} {:<20} {:>4}  {}\n", "RUN", "JOB", "KIND", "STATE", "STARTED", "ENDED",
             "EXIT", "MESSAGE");
  for (const json& run : runs) {
    auto time = [&](const char* key) { return AnswerText(run, key).substr(0, 19); };
    fmt::print("{:>6}  {:<20} {:<6} {:<12} {:<20} {:<20} {:>4}  {}\n", AnswerText(run, "id"), AnswerText(run, "job"),
               AnswerText(run, "kind"), AnswerText(run, "state"), time("started_at"), time("ended_at"),
               AnswerText(run, "exit"), FirstLine(AnswerText(run, "message")));
  }
}

int DaemonStatus(const ClientOptions& options, Client& client) {
  const auto health = ParseObject(client.Get("/v1/health"));
  if (!health.ok()) return Fail(health.status());
  auto jobs = Parse(client.Get("/v1/jobs"), "jobs");
  if (!jobs.ok()) return Fail(jobs.status());
  json object = *health;
  if (options.json) {
    object["jobs"] = *jobs;
    fmt::print("{}\n", object.dump());
    return 0;
  }
  fmt::print("fitd {}, {}: {}\n", AnswerText(object, "version"), AnswerText(object, "status"),
             AnswerText(object, "summary"));
  if (const std::string problem = AnswerText(object, "problem"); problem != "-") fmt::print("{}\n", problem);
  const auto runs = Parse(client.Get("/v1/runs?limit=50"), "runs");
  if (!runs.ok()) return Fail(runs.status());
  for (const json& run : *runs) {
    const std::string state = AnswerText(run, "state");
    if (state == "queued" || state == "running" || state == "cancelling") fmt::print("{}\n", FormatRunLine(run));
  }
  for (const json& job : *jobs) {
    const json last = job.value("last_run", json());
    fmt::print("job {:<20} {}", AnswerText(job, "name"),
               job.value("valid", false) ? "last run " : "INVALID: " + AnswerText(job, "error"));
    if (job.value("valid", false))
      fmt::print("{}", last.is_object() ? AnswerText(last, "id") + " " + AnswerText(last, "state") : "-");
    fmt::print("\n");
  }
  return 0;
}

// A Ctrl-C ends the watching, not the run: whoever pressed it is told. A signal handler, so plain writes of what was
// put together before.
std::array<char, 256> g_goes_on{};

void OnInterrupt(int signal) {
  [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, g_goes_on.data(), std::strlen(g_goes_on.data()));
  ::_exit(128 + signal);
}

void SayOfInterrupts(std::int64_t id, bool daemon_gone) {
  const std::string text =
      daemon_gone
          ? fmt::format("\nfitd: run {0} goes on when the daemon is back; fitd watch {0} follows it then\n", id)
          : fmt::format("\nfitd: run {0} goes on; fitd watch {0} follows it again, fitd cancel {0} stops it\n", id);
  std::array<char, g_goes_on.size()> padded{};
  text.copy(padded.data(), padded.size() - 1);
  g_goes_on = padded;  // an interrupt within this may tell half of each
}

void TellOfInterrupts(std::int64_t id) {
  SayOfInterrupts(id, false);
  // In the background of a shell without job control a Ctrl-C is for others.
  if (std::signal(SIGINT, OnInterrupt) == SIG_IGN) std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, OnInterrupt);
}

// "60 targets: 58 fitted, 2 fallback", from a run's summary; empty when it has none.
std::string Figures(const json& run) {
  const json summary = run.value("summary", json());
  if (!summary.is_object()) return {};
  std::string text = AnswerText(summary, "targets") + " targets";
  if (const auto anomalies = summary.find("anomalies"); anomalies != summary.end()) {
    return text + ", " + AnswerText(summary, "observations") + " new observations: " + DescribeAnomalies(*anomalies);
  }
  const char* before = ": ";
  for (const char* status : {"fitted", "fallback", "constant", "short", "failed"}) {
    if (summary.value(status, 0) == 0) continue;
    text += before + AnswerText(summary, status) + " " + status;
    before = ", ";
  }
  return text;
}

int Wait(const ClientOptions& options, Client& client, std::int64_t id, bool answered) {
  TellOfInterrupts(id);
  auto end = WatchRun(client, id, options, answered, [&](bool gone) {
    SayOfInterrupts(id, gone);
    if (options.quiet) return;
    std::fputs(gone ? "fitd: the daemon does not answer; waiting for it, 2 minutes at most\n"
                    : "fitd: the daemon answers again\n",
               stderr);
  });
  if (!end.ok()) return Fail(end.status());
  if (options.json) fmt::print("{}\n", *end);
  const json run = json::parse(*end, nullptr, false);
  if (!run.is_object()) return Fail({StatusCode::kInternal, "what the daemon said of the run's end cannot be read"});
  const auto code = run.find("exit");
  const int exit = code != run.end() && code->is_number_integer() ? code->get<int>() : 70;
  const std::string state = AnswerText(run, "state");
  if (!options.quiet || exit != 0) {
    const std::string message = run.contains("message") ? AnswerText(run, "message") : "";
    const std::string figures = Figures(run);
    std::fputs(fmt::format("fitd: run {} of job {} {}{}{}{}{}\n", id, AnswerText(run, "job"), state,
                           figures.empty() ? "" : ", ", figures, message.empty() ? "" : ": ", message)
                   .c_str(),
               stderr);
  }
  return exit == 0 && state != "complete" ? 70 : exit;
}

// The run of a job and kind that has not ended, if any.
std::optional<std::int64_t> RunGoingOn(Client& client, const std::string& job, const std::string& kind) {
  const auto runs = Parse(client.Get("/v1/runs?limit=100&job=" + PercentEncode(job)), "runs");
  if (!runs.ok() || !runs->is_array()) return std::nullopt;
  for (const json& run : *runs) {
    const std::string state = AnswerText(run, "state");
    const bool ended = state == "complete" || state == "failed" || state == "cancelled";
    if (!ended && AnswerText(run, "kind") == kind) return run.value("id", std::int64_t{0});
  }
  return std::nullopt;
}

}  // namespace

int StartCommand(const ClientOptions& options, const StartOptions& start) {
  Client client(ClientSocketPath(options.socket));
  json body = {{"priority", start.priority}, {"fresh", start.fresh}};
  if (start.detect) body["kind"] = "detect";
  if (start.if_due) body["if_due"] = true;
  auto run = Parse(client.Post("/v1/jobs/" + PercentEncode(start.job) + "/start", body.dump()), "run");
  if (start.wait && run.status().code() == StatusCode::kBusy) {
    // Two timers, or a timer and an operator, want the same: the run that is going on is the one to wait for.
    if (const auto going_on = RunGoingOn(client, start.job, start.detect ? "detect" : "train")) {
      if (!options.quiet)
        std::fputs(fmt::format("fitd: {}; waiting for that run\n", run.status().message()).c_str(), stderr);
      return Wait(options, client, *going_on, true);
    }
  }
  if (!run.ok()) return Fail(run.status());
  if (start.if_due && run->is_null()) {
    if (options.json) fmt::print("null\n");
    return 0;
  }
  const std::int64_t id = run->value("id", std::int64_t{0});
  if (start.wait) {
    if (!options.quiet)
      std::fputs(fmt::format("fitd: run {} of job {} {}\n", id, start.job, AnswerText(*run, "state")).c_str(), stderr);
    return Wait(options, client, id, true);
  }
  if (options.json) {
    fmt::print("{}\n", run->dump());
  } else if (!options.quiet) {
    fmt::print("run {} of job {} {}\n", id, start.job, AnswerText(*run, "state"));
  }
  return 0;
}

int RunsCommand(const ClientOptions& options, const RunsOptions& filter) {
  Client client(ClientSocketPath(options.socket));
  std::string target = "/v1/runs?limit=" + std::to_string(filter.limit);
  if (!filter.job.empty()) target += "&job=" + PercentEncode(filter.job);
  if (!filter.state.empty()) target += "&state=" + PercentEncode(filter.state);
  auto runs = Parse(client.Get(target), "runs");
  if (!runs.ok()) return Fail(runs.status());
  if (runs->empty() && !filter.job.empty()) {
    if (const auto job = client.Get("/v1/jobs/" + PercentEncode(filter.job)); !job.ok()) return Fail(job.status());
  }
  if (options.json) {
    fmt::print("{}\n", json({{"runs", *runs}}).dump());
  } else {
    PrintRunTable(*runs);
  }
  return 0;
}

int StatusCommand(const ClientOptions& options, const std::string& name) {
  Client client(ClientSocketPath(options.socket));
  if (name.empty()) return DaemonStatus(options, client);
  auto id = ResolveRun(client, name);
  if (!id.ok()) return Fail(id.status());
  auto run = Parse(client.Get("/v1/runs/" + std::to_string(*id)), "run");
  if (!run.ok()) return Fail(run.status());
  if (options.json) {
    fmt::print("{}\n", run->dump());
  } else {
    fmt::print("{}", FormatRunStatus(*run));
  }
  return 0;
}

int WatchCommand(const ClientOptions& options, const std::string& name) {
  Client client(ClientSocketPath(options.socket));
  auto id = ResolveRun(client, name);
  if (!id.ok()) return Fail(id.status());
  return Wait(options, client, *id, false);
}

int CancelCommand(const ClientOptions& options, const std::string& name) {
  Client client(ClientSocketPath(options.socket));
  auto id = ResolveLiveRun(client, name);
  if (!id.ok()) return Fail(id.status());
  auto run = Parse(client.Post("/v1/runs/" + std::to_string(*id) + "/cancel", {}), "run");
  if (!run.ok()) return Fail(run.status());
  if (options.json) {
    fmt::print("{}\n", run->dump());
  } else if (!options.quiet) {
    fmt::print("run {} of job {} {}\n", *id, AnswerText(*run, "job"), AnswerText(*run, "state"));
  }
  return 0;
}

int LogsCommand(const ClientOptions& options, const std::string& name, std::size_t lines) {
  Client client(ClientSocketPath(options.socket));
  auto id = ResolveRun(client, name);
  if (!id.ok()) return Fail(id.status());
  auto text = client.Get("/v1/runs/" + std::to_string(*id) + "/logs?lines=" + std::to_string(lines));
  if (!text.ok()) return Fail(text.status());
  if (options.json) {
    fmt::print("{}\n", json({{"run", *id}, {"text", *text}}).dump(-1, ' ', false, json::error_handler_t::replace));
  } else {
    fmt::print("{}", *text);
  }
  return 0;
}

}  // namespace fitd
