// Calls about what is in a job's store: answered by a query process, whole or as its output comes.
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "daemon/api/api.h"

namespace fitd {
namespace {

// A command's error as a sentence: without its name in front and the line's end; an option is the client's parameter.
std::string WithoutPrefix(std::string text) {
  for (const std::string_view prefix : {"fitd: ", "--"}) {
    if (text.starts_with(prefix)) text.erase(0, prefix.size());
  }
  text.resize(text.find_last_not_of('\n') + 1);
  return text;
}

std::vector<std::string> ForecastArguments(const std::string& horizon, const std::string& level,
                                           const std::vector<std::string>& models) {
  std::vector<std::string> arguments = {"forecast"};
  if (!horizon.empty()) arguments.push_back("--horizon=" + horizon);
  if (!level.empty()) arguments.push_back("--level=" + level);
  for (const std::string& model : models) arguments.push_back("--model=" + model);
  return arguments;
}

// What a query process said on its way out about the store of a job, as an answer to the client.
// `some_may_fail`: the answer is of use though users' code gave no forecast.
ApiResponse FromQuery(const std::string& job, const QueryAnswer& answer, bool some_may_fail = false) {
  if (!answer.status.ok()) return ErrorResponse(HttpStatus(answer.status), answer.status);
  if (answer.exit_code == 0 || (answer.exit_code == kExitSomeFailed && some_may_fail)) {
    ApiResponse response;
    response.body = answer.output;
    return response;
  }
  std::string text = answer.error.empty() ? fmt::format("the query ended with exit code {}", answer.exit_code)
                                          : WithoutPrefix(answer.error);
  // A client does not write stores, it starts jobs.
  if (text.starts_with("there is no store")) {
    text = fmt::format("job {0} has no store yet, as it has not been trained; fitd start {0} does that", job);
  }
  // What users' code has failed at is no fault of the daemon.
  const bool users = answer.exit_code == kExitSomeFailed;
  const Status status(users ? StatusCode::kInvalidInput : CodeOfExit(answer.exit_code), text);
  return ErrorResponse(HttpStatus(status), status);
}

}  // namespace

void Api::Call(const api::ListTargets& call, const PeerCredentials&, const ApiResponder& respond) {
  StreamStore(call.job, {"models", "--targets", "--complete"}, "application/x-ndjson", respond);
}

void Api::Call(const api::ListAnomalies& call, const PeerCredentials&, const ApiResponder& respond) {
  std::vector<std::string> arguments = {"anomalies", "--json", "--limit=" + std::to_string(call.limit)};
  if (call.after > 0) arguments.push_back("--after=" + std::to_string(call.after));
  if (!call.since.empty()) arguments.push_back("--since=" + call.since);
  if (!call.until.empty()) arguments.push_back("--until=" + call.until);
  if (call.newest) arguments.emplace_back("--newest");
  for (const std::string& target : call.targets) arguments.push_back("--target=" + target);
  StreamStore(call.job, std::move(arguments), "application/x-ndjson", respond);
}

void Api::Call(const api::ForecastJob& call, const PeerCredentials&, const ApiResponder& respond) {
  std::vector<std::string> arguments = ForecastArguments(call.horizon, call.level, call.models);
  arguments.emplace_back("--complete");
  if (call.json) arguments.emplace_back("--json");
  for (const std::string& target : call.targets) arguments.push_back("--target=" + target);
  StreamStore(call.job, std::move(arguments), call.json ? "application/json" : "text/csv; charset=utf-8", respond);
}

void Api::Call(const api::ShowModels& call, const PeerCredentials&, const ApiResponder& respond) {
  QueryStore(call.job, {"models", "--format", "json", "--target=" + call.target}, respond);
}

void Api::Call(const api::ShowPlot& call, const PeerCredentials&, const ApiResponder& respond) {
  QueryStore(call.job, {"plot", "--json", "--target=" + call.target}, respond);
}

void Api::Call(const api::ShowForecast& call, const PeerCredentials&, const ApiResponder& respond) {
  std::vector<std::string> arguments = ForecastArguments(call.horizon, call.level, call.models);
  arguments.emplace_back("--json");
  arguments.push_back("--target=" + call.target);
  QueryStore(call.job, std::move(arguments), respond);
}

// What a command says beside an answer that is good, such as that users' code has changed since: the client has no
// place for it.
void Api::LogRemarks(const std::string& job, const QueryAnswer& answer) const {
  if (!answer.status.ok() || !EndedWell(answer.exit_code) || answer.error.empty()) return;
  parts_.log(LogLevel::kInfo, 0, fmt::format("an answer of job {}: {}", job, WithoutPrefix(answer.error)));
}

// The store's path comes from the administrator's job file, never from the client.
void Api::QueryStore(const std::string& job, std::vector<std::string> arguments, const ApiResponder& respond) {
  auto entry = std::make_shared<Result<JobEntry>>(Status(StatusCode::kInternal, "not read"));
  parts_.files.Run([this, entry, job] { *entry = jobs_.Load(job); },
                   [this, entry, job, arguments = std::move(arguments), respond]() mutable {
                     if (!entry->ok()) {
                       return respond(ErrorResponse(HttpStatus(entry->status()), entry->status()));
                     }
                     arguments.push_back("--store=" + (*entry)->job.store.path);
                     const bool plot = arguments.front() == "plot";
                     parts_.queries.Run(std::move(arguments), [this, job, respond, plot](const QueryAnswer& answer) {
                       LogRemarks(job, answer);
                       respond(FromQuery(job, answer, plot));
                     });
                   });
}

// The status is decided by the first part of the output, before a byte of the answer is written.
void Api::StreamStore(const std::string& job, std::vector<std::string> arguments, const std::string& content_type,
                      const ApiResponder& respond) {
  auto entry = std::make_shared<Result<JobEntry>>(Status(StatusCode::kInternal, "not read"));
  parts_.files.Run([this, entry, job] { *entry = jobs_.Load(job); },
                   [this, entry, job, arguments = std::move(arguments), content_type, respond]() mutable {
                     if (!entry->ok()) return respond(ErrorResponse(HttpStatus(entry->status()), entry->status()));
                     arguments.push_back("--store=" + (*entry)->job.store.path);
                     const std::shared_ptr<QueryOutput> output = parts_.queries.Stream(std::move(arguments));
                     output->Next([this, job, output, content_type, respond](QueryOutput::Part part) {
                       const bool well = part.answer.status.ok() && EndedWell(part.answer.exit_code);
                       if (part.end && !well) return respond(FromQuery(job, part.answer));
                       if (part.end) LogRemarks(job, part.answer);
                       ApiResponse response;
                       response.content_type = content_type;
                       response.body = std::move(part.bytes);
                       if (!part.end) response.rest = output;
                       respond(std::move(response));
                     });
                   });
}

}  // namespace fitd
