#include "daemon/api/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/api/api_json.h"

namespace fitd {
namespace {

using nlohmann::json;

constexpr int kInsufficientStorage = 507;  // RFC 4918

Status NoSuchRun(std::int64_t id) {
  return {StatusCode::kNotFound, fmt::format("there is no run {}", id)};
}

}  // namespace

void Api::Handle(const ApiRequest& request, const PeerCredentials& peer, Access access, const ApiResponder& respond) {
  if (access == Access::kNone) {
    parts_.log(LogLevel::kWarning, 0, fmt::format("refused a request of uid {} pid {}", peer.uid, peer.pid));
    const Status status(StatusCode::kPermission,
                        fmt::format("uid {} is in none of the groups that may use this service", peer.uid));
    return respond(ErrorResponse(403, status));
  }
  auto parsed = ParseApiRequest(request);
  if (auto* refusal = std::get_if<ApiRefusal>(&parsed)) {
    ApiResponse response = ErrorResponse(refusal->http_status, refusal->status);
    response.allow = refusal->allow;
    return respond(std::move(response));
  }
  const ApiCall& call = std::get<ApiCall>(parsed);
  if (IsAction(call) && access != Access::kOperate) {
    parts_.log(LogLevel::kWarning, 0,
               fmt::format("refused {} {} to uid {} pid {}: no operator", request.method, request.target.substr(0, 200),
                           peer.uid, peer.pid));
    const Status status(StatusCode::kPermission,
                        fmt::format("uid {} may look, but only operators may start and cancel", peer.uid));
    return respond(ErrorResponse(403, status));
  }
  std::visit([&](const auto& c) { Call(c, peer, respond); }, call);
}

void Api::Call(const api::Health&, const PeerCredentials&, const ApiResponder& respond) {
  const ServiceGauges gauges = parts_.gauges();
  json problem = gauges.problem.empty() ? json(nullptr) : json(gauges.problem);
  const char* status = gauges.draining ? "draining" : gauges.problem.empty() ? "ok" : "degraded";
  respond(Json(200, {{"status", status},
                     {"problem", std::move(problem)},
                     {"version", gauges.version},
                     {"started_at", TimeOrNull(static_cast<std::int64_t>(gauges.start_seconds * 1000))},
                     {"runs_active", gauges.runs_active},
                     {"runs_queued", gauges.queue_length},
                     {"queue_limit", gauges.queue_limit},
                     {"summary", parts_.runs.Describe()}}));
}

void Api::Call(const api::Metrics&, const PeerCredentials&, const ApiResponder& respond) {
  ApiResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = FormatMetrics(parts_.runs.counters(), parts_.gauges());
  respond(std::move(response));
}

void Api::Call(const api::ListJobs&, const PeerCredentials&, const ApiResponder& respond) {
  auto jobs = std::make_shared<std::optional<std::vector<JobEntry>>>();
  parts_.files.Run([this, jobs] { *jobs = jobs_.List(); },
                   [this, jobs, respond] {
                     if (!*jobs) return respond(ErrorResponse(500, {StatusCode::kInternal, "the jobs were not read"}));
                     json list = json::array();
                     for (const JobEntry& entry : **jobs) {
                       list.push_back(JobJson(entry, parts_.runs.queue(), parts_.runs.counters()));
                     }
                     respond(Json(200, {{"jobs", list}}));
                   });
}

void Api::Call(const api::ShowJob& call, const PeerCredentials&, const ApiResponder& respond) {
  auto entry = std::make_shared<Result<JobEntry>>(Status(StatusCode::kInternal, "not read"));
  parts_.files.Run([this, entry, job = call.job] { *entry = jobs_.Load(job); },
                   [this, entry, job = call.job, respond] {
                     if (entry->status().code() == StatusCode::kNotFound) {
                       return respond(ErrorResponse(404, entry->status()));
                     }
                     const JobEntry shown = entry->ok() ? **entry : JobEntry{job, {}, entry->status(), {}};
                     json object = JobJson(shown, parts_.runs.queue(), parts_.runs.counters());
                     if (entry->ok()) object["definition"] = FormatJob((*entry)->job);
                     respond(Json(200, {{"job", object}}));
                   });
}

void Api::Call(const api::StartJob& call, const PeerCredentials& peer, const ApiResponder& respond) {
  auto entry = std::make_shared<Result<JobEntry>>(Status(StatusCode::kInternal, "not read"));
  parts_.files.Run(
      [this, entry, job = call.job] { *entry = jobs_.Load(job); },
      [this, entry, call, peer, respond] {
        if (!entry->ok()) {
          // The file's owner is at fault, not the client.
          const bool missing = entry->status().code() == StatusCode::kNotFound;
          const Status status = missing ? entry->status() : Status(StatusCode::kBadConfig, entry->status().message());
          return respond(ErrorResponse(missing ? 404 : 422, status));
        }
        const bool active = parts_.runs.queue().Active(call.job, call.kind) != nullptr;
        if (call.if_due && !active && !IsDetectionDue((*entry)->job)) {
          return respond(Json(200, {{"run", nullptr}}));
        }
        auto id = parts_.runs.Start({call.job, call.priority, call.fresh, true, call.kind}, {peer.uid, peer.pid});
        if (!id.ok()) return respond(ErrorResponse(active ? 409 : 503, id.status()));
        WhenSaved([this, id = *id, respond](const Status& saved) { AnswerStart(id, saved, respond); });
      });
}

bool Api::IsDetectionDue(const Job& job) const {
  const auto& figures = parts_.runs.counters().detect_jobs;
  const auto found = figures.find(job.name);
  if (found == figures.end()) return true;
  const std::chrono::duration<double> last(found->second.last_start_seconds);
  return IsDue(
      job.detect.every,
      std::chrono::system_clock::time_point(std::chrono::duration_cast<std::chrono::system_clock::duration>(last)),
      parts_.clock.WallNow());
}

// Nothing is acknowledged, or started, that a restart of the daemon would not know of.
void Api::AnswerStart(std::int64_t id, const Status& saved, const ApiResponder& respond) {
  if (!saved.ok()) {
    parts_.runs.Withdraw(id);
    // Whatever the reason: that of the file is not the client's.
    const Status status(StatusCode::kIo,
                        "the run is not started, because the queue cannot be saved: " + saved.message());
    return respond(ErrorResponse(kInsufficientStorage, status));
  }
  parts_.runs.Release(id);
  parts_.runs.Tick();
  const RunRecord* run = parts_.runs.queue().Find(id);
  if (run == nullptr) return respond(ErrorResponse(404, NoSuchRun(id)));
  respond(Json(202, {{"run", DescribeRun(*run)}}));
}

void Api::WhenSaved(std::function<void(const Status&)> then) {
  if (!parts_.save) return then(OkStatus());
  parts_.save(std::move(then));
}

void Api::Call(const api::ListRuns& call, const PeerCredentials&, const ApiResponder& respond) {
  json list = json::array();
  const auto& runs = parts_.runs.queue().runs();
  for (auto run = runs.rbegin(); run != runs.rend() && list.size() < call.limit; ++run) {
    if (!call.job.empty() && run->job != call.job) continue;
    if (!call.state.empty() && ServiceRunStateName(run->state) != call.state) continue;
    list.push_back(DescribeRun(*run));
    list.back().erase("summary");
  }
  const bool known = std::any_of(runs.begin(), runs.end(), [&](const RunRecord& run) { return run.job == call.job; });
  if (call.job.empty() || known) return respond(Json(200, {{"runs", list}}));
  // No run of it: a job that has not run yet, or a name that is none.
  auto missing = std::make_shared<Status>();
  parts_.files.Run(
      [this, missing, job = call.job] {
        if (const auto entry = jobs_.Load(job); entry.status().code() == StatusCode::kNotFound) {
          *missing = entry.status();
        }
      },
      [missing, respond] {
        respond(missing->ok() ? Json(200, {{"runs", json::array()}}) : ErrorResponse(404, *missing));
      });
}

void Api::Call(const api::ShowRun& call, const PeerCredentials&, const ApiResponder& respond) {
  const RunRecord* run = parts_.runs.queue().Find(call.id);
  if (run == nullptr) return respond(ErrorResponse(404, NoSuchRun(call.id)));
  respond(Json(200, {{"run", DescribeRun(*run)}}));
}

void Api::Call(const api::FollowRun& call, const PeerCredentials&, const ApiResponder& respond) {
  const RunRecord* run = parts_.runs.queue().Find(call.id);
  if (run == nullptr) return respond(ErrorResponse(404, NoSuchRun(call.id)));
  ApiResponse response;
  response.content_type = "application/x-ndjson";
  if (IsFinished(run->state) && parts_.runs.events(call.id) == nullptr) {
    // It ended before this daemon started: its end is all there is to tell.
    response.body = FormatRunEvent(RunEnded{std::string(ServiceRunStateName(run->state)), run->exit_code, run->message,
                                            run->summary}) +
                    "\n";
  } else {
    response.stream = ApiResponse::Stream{call.id, call.from};
  }
  respond(std::move(response));
}

void Api::Call(const api::CancelRun& call, const PeerCredentials& peer, const ApiResponder& respond) {
  const Status status = parts_.runs.Cancel(call.id, {peer.uid, peer.pid});
  if (!status.ok()) return respond(ErrorResponse(HttpStatus(status), status));
  WhenSaved([this, id = call.id, respond](const Status& saved) {
    if (!saved.ok()) {
      const Status unsaved(StatusCode::kIo,
                           "the run is told to stop, but that cannot be saved, so that it may be resumed "
                           "after a restart: " +
                               saved.message());
      return respond(ErrorResponse(kInsufficientStorage, unsaved));
    }
    const RunRecord* run = parts_.runs.queue().Find(id);
    if (run == nullptr) return respond(ErrorResponse(404, NoSuchRun(id)));
    respond(Json(202, {{"run", DescribeRun(*run)}}));
  });
  parts_.runs.Tick();
}

void Api::Call(const api::ShowLogs& call, const PeerCredentials&, const ApiResponder& respond) {
  if (parts_.runs.queue().Find(call.id) == nullptr) return respond(ErrorResponse(404, NoSuchRun(call.id)));
  auto text = std::make_shared<Result<std::string>>(Status(StatusCode::kInternal, "not read"));
  parts_.files.Run([text, folder = runs_log_folder_ + "/" + std::to_string(call.id),
                    lines = call.lines] { *text = ReadRunLogs(folder, lines); },
                   [text, respond] {
                     if (!text->ok()) return respond(ErrorResponse(HttpStatus(text->status()), text->status()));
                     ApiResponse response;
                     response.content_type = "text/plain; charset=utf-8";
                     response.body = std::move(**text);
                     respond(std::move(response));
                   });
}

json Api::DescribeRun(const RunRecord& run) const {
  json object = RunJson(run);
  object["progress"] = nullptr;
  object["process"] = nullptr;
  if (const RunProgress* progress = parts_.runs.progress(run.id)) {
    object["progress"] = ProgressJson(*progress);
    object["process"] = parts_.runs.pid(run.id);
  }
  return object;
}

}  // namespace fitd
