#include "daemon/api/api.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/api/api_json.h"

namespace fitd {
namespace {

using nlohmann::json;

// What a query process said on its way out, as an answer to the client.
ApiResponse FromQuery(const QueryAnswer& answer) {
  if (!answer.status.ok()) return ErrorResponse(HttpStatus(answer.status), answer.status);
  if (answer.exit_code == 0) {
    ApiResponse response;
    response.body = answer.output;
    return response;
  }
  const std::string text = answer.error.empty() ? fmt::format("the query ended with exit code {}", answer.exit_code)
                                                : answer.error.substr(0, answer.error.find_last_not_of('\n') + 1);
  const Status status(CodeOfExit(answer.exit_code), text);
  return ErrorResponse(HttpStatus(status), status);
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
    return respond(ErrorResponse(refusal->http_status, refusal->status));
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
  respond(Json(200, {{"status", gauges.draining ? "draining" : "ok"},
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
  auto jobs = std::make_shared<std::vector<JobEntry>>();
  parts_.files.Run([this, jobs] { *jobs = jobs_.List(); },
                   [this, jobs, respond] {
                     json list = json::array();
                     for (const JobEntry& entry : *jobs) {
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
  parts_.files.Run([this, entry, job = call.job] { *entry = jobs_.Load(job); },
                   [this, entry, call, peer, respond] {
                     if (!entry->ok()) {
                       // The file's owner is at fault, not the client.
                       const bool missing = entry->status().code() == StatusCode::kNotFound;
                       const Status status =
                           missing ? entry->status() : Status(StatusCode::kBadConfig, entry->status().message());
                       return respond(ErrorResponse(missing ? 404 : 422, status));
                     }
                     const bool active = parts_.runs.queue().Active(call.job) != nullptr;
                     auto id = parts_.runs.Start({call.job, call.priority, call.fresh}, {peer.uid, peer.pid});
                     if (!id.ok()) return respond(ErrorResponse(active ? 409 : 503, id.status()));
                     parts_.runs.Tick();
                     // The file thread works in order: the answer comes after the snapshot with this run is on disk.
                     parts_.files.Run([] {},
                                      [this, id = *id, respond] {
                                        respond(Json(202, {{"run", DescribeRun(*parts_.runs.queue().Find(id))}}));
                                      });
                   });
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
  respond(Json(200, {{"runs", list}}));
}

namespace {

Status NoSuchRun(std::int64_t id) {
  return {StatusCode::kNotFound, fmt::format("there is no run {}", id)};
}

}  // namespace

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
  respond(Json(202, {{"run", DescribeRun(*parts_.runs.queue().Find(call.id))}}));
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

void Api::Call(const api::ShowModels& call, const PeerCredentials&, const ApiResponder& respond) {
  QueryStore(call.job, {"models", "--format", "json", "--target=" + call.target}, respond);
}

void Api::Call(const api::ShowForecast& call, const PeerCredentials&, const ApiResponder& respond) {
  std::vector<std::string> arguments = {"forecast", "--json", "--target=" + call.target};
  if (!call.horizon.empty()) arguments.push_back("--horizon=" + call.horizon);
  if (!call.level.empty()) arguments.push_back("--level=" + call.level);
  for (const std::string& model : call.models) arguments.push_back("--model=" + model);
  QueryStore(call.job, std::move(arguments), respond);
}

// The store's path comes from the administrator's job file, never from the client.
void Api::QueryStore(const std::string& job, std::vector<std::string> arguments, const ApiResponder& respond) {
  auto entry = std::make_shared<Result<JobEntry>>(Status(StatusCode::kInternal, "not read"));
  parts_.files.Run([this, entry, job] { *entry = jobs_.Load(job); },
                   [this, entry, arguments = std::move(arguments), respond]() mutable {
                     if (!entry->ok()) {
                       return respond(ErrorResponse(HttpStatus(entry->status()), entry->status()));
                     }
                     arguments.push_back("--store=" + (*entry)->job.store.path);
                     parts_.queries.Run(std::move(arguments),
                                        [respond](const QueryAnswer& answer) { respond(FromQuery(answer)); });
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
