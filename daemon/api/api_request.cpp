#include "daemon/api/api_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "common/ascii.h"
#include "common/json_depth.h"
#include "common/percent.h"
#include "common/whole_number.h"
#include "daemon/runs/job_catalog.h"
#include "daemon/runs/run_queue.h"

namespace fitd {
namespace {

using nlohmann::json;
using QueryParameters = std::multimap<std::string, std::string, std::less<>>;

// The first thing wrong with a request ends it.
ApiRefusal Refuse(int http_status, StatusCode code, std::string message) {
  return {http_status, Status(code, std::move(message))};
}

ApiRefusal BadRequest(std::string message) {
  return Refuse(400, StatusCode::kUsage, std::move(message));
}

// A request taken apart: decoded path segments below the version, decoded query.
struct Parts {
  std::vector<std::string> path;
  QueryParameters query;
};

// The path and query of a target in absolute form, http://HOST/PATH, which clients behind a proxy write and every
// server accepts (RFC 9112, 3.2.2); the host says nothing on a socket of our own. Other targets are returned as they
// are.
std::string_view OriginForm(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() <= scheme.size() || !EqualsIgnoringCase(target.substr(0, scheme.size()), scheme)) continue;
    const std::size_t path = target.find('/', scheme.size());
    return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
  }
  return target;
}

std::variant<Parts, ApiRefusal> Split(std::string_view target) {
  Parts parts;
  target = OriginForm(target);
  if (target.empty() || target.front() != '/') return BadRequest("the request target is no path");
  const std::size_t question = target.find('?');
  std::string_view path = target.substr(1, question == std::string_view::npos ? question : question - 1);
  for (;;) {
    const std::size_t slash = path.find('/');
    auto segment = PercentDecode(path.substr(0, slash));
    if (!segment.ok()) return ApiRefusal{400, segment.status()};
    parts.path.push_back(std::move(*segment));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  std::string_view query = question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  if (query.find('+') != std::string_view::npos) {  // of which the other reading may be another target
    return BadRequest("a + in a query is a blank to some and a plus to others: write %20 or %2B");
  }
  while (!query.empty()) {
    const std::size_t ampersand = query.find('&');
    const std::string_view pair = query.substr(0, ampersand);
    const std::size_t equals = pair.find('=');
    auto key = PercentDecode(pair.substr(0, equals));
    auto value = PercentDecode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (!key.ok()) return ApiRefusal{400, key.status()};
    if (!value.ok()) return ApiRefusal{400, value.status()};
    parts.query.emplace(std::move(*key), std::move(*value));
    if (ampersand == std::string_view::npos) break;
    query.remove_prefix(ampersand + 1);
  }
  return parts;
}

// The query parameters of one call: takes the known ones, then refuses what is left.
class Parameters {
 public:
  explicit Parameters(QueryParameters query) : query_(std::move(query)) {}

  std::string Text(const char* key) {
    auto it = query_.find(key);
    if (it == query_.end()) return {};
    if (query_.count(key) > 1 && error_.empty()) error_ = std::string(key) + ": given more than once";
    std::string value = std::move(it->second);
    // A variable of a script that is not set, say: its answer would be another than the one that was asked for.
    if (value.empty() && error_.empty()) error_ = std::string(key) + ": is empty; leave it out for its default";
    query_.erase(it);
    return value;
  }
  std::vector<std::string> All(const char* key) {
    std::vector<std::string> values;
    for (auto [it, end] = query_.equal_range(key); it != end; ++it) values.push_back(it->second);
    query_.erase(key);
    return values;
  }
  template <class Integer>
  Integer Whole(const char* key, Integer otherwise, Integer low, Integer high) {
    const std::string text = Text(key);
    if (text.empty()) return otherwise;
    auto value = ParseWhole(text, low, high);
    if (!value && error_.empty()) {
      error_ = std::string(key) + ": \"" + text + "\" is not a whole number from " + std::to_string(low) + " to " +
               std::to_string(high);
    }
    return value.value_or(otherwise);
  }
  // Empty when every parameter was known and right.
  std::string Error() const {
    if (!error_.empty()) return error_;
    return query_.empty() ? std::string() : "unknown parameter \"" + query_.begin()->first + "\"";
  }

 private:
  QueryParameters query_;
  std::string error_;
};

using Parsed = std::variant<ApiCall, ApiRefusal>;

Parsed Finish(ApiCall call, const Parameters& parameters) {
  if (std::string error = parameters.Error(); !error.empty()) return BadRequest(std::move(error));
  return call;
}

// The optional JSON body of a start: nothing in it can name a file.
Parsed ParseStart(const std::string& job, const std::string& body) {
  api::StartJob start{job};
  if (body.empty()) return ApiCall(start);
  if (IsNestedTooDeep(body)) return BadRequest("the body is nested too deep");
  std::set<std::string> names;
  std::string twice;
  const auto see = [&](int depth, json::parse_event_t event, const json& parsed) {
    const bool name = event == json::parse_event_t::key && depth == 1;
    if (name && !names.insert(parsed.get<std::string>()).second) twice = parsed.get<std::string>();
    return true;
  };
  const json object = json::parse(body, see, false);
  if (!object.is_object()) return BadRequest("the body is not a JSON object");
  if (!twice.empty()) return BadRequest(twice.substr(0, 64) + ": is given twice");  // the parser takes the last one
  for (const auto& [key, value] : object.items()) {
    if (key == "priority" && value.is_number_integer() && value >= -100 && value <= 100) {
      start.priority = value.get<int>();
    } else if (key == "fresh" && value.is_boolean()) {
      start.fresh = value.get<bool>();
    } else if (key == "kind" && value.is_string() && ParseRunKind(value.get<std::string>())) {
      start.kind = *ParseRunKind(value.get<std::string>());
    } else if (key == "if_due" && value.is_boolean()) {
      start.if_due = value.get<bool>();
    } else if (key == "kind") {
      return BadRequest("kind: must be train or detect");
    } else if (key == "if_due") {
      return BadRequest("if_due: must be true or false");
    } else if (key == "priority") {
      return BadRequest("priority: must be a whole number from -100 to 100");
    } else if (key == "fresh") {
      return BadRequest("fresh: must be true or false");
    } else {
      return BadRequest("unknown member \"" + key.substr(0, 64) +
                        "\" (known: priority, fresh, kind, if_due); a job's data and store " +
                        "are set in its job file only");
    }
  }
  const bool detect = start.kind == RunKind::kDetect;
  if (detect && start.fresh) return BadRequest("fresh: a detection has nothing to start over");
  if (!detect && start.if_due) return BadRequest("if_due: only a detection is due (kind: detect)");
  return ApiCall(start);
}

bool IsLevelList(const std::string& text) {
  return text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == ','; });
}

std::string ForecastError(const std::string& level, const std::vector<std::string>& models) {
  if (!IsLevelList(level)) return "level: must be percentages such as 80,95";
  if (models.size() > 16) return "model: at most 16";
  for (const std::string& model : models) {
    if (model.empty() || model.size() > 256) return "model: 1 to 256 bytes";
  }
  return {};
}

Parsed ParseJobForecast(const Parts& parts) {
  Parameters parameters(parts.query);
  api::ForecastJob forecast{parts.path[2],          parameters.All("target"), false, {}, parameters.Text("level"),
                            parameters.All("model")};
  if (int horizon = parameters.Whole("horizon", 0, 1, 100'000); horizon > 0) forecast.horizon = std::to_string(horizon);
  const std::string format = parameters.Text("format");
  if (!format.empty() && format != "csv" && format != "json") return BadRequest("format: must be csv or json");
  forecast.json = format == "json";
  for (const std::string& target : forecast.targets) {
    if (target.empty() || target.size() > 4096) return BadRequest("a target's name has 1 to 4096 bytes");
  }
  if (std::string error = ForecastError(forecast.level, forecast.models); !error.empty()) return BadRequest(error);
  return Finish(forecast, parameters);
}

Parsed ParseAnomalies(const Parts& parts) {
  Parameters parameters(parts.query);
  api::ListAnomalies list{parts.path[2], parameters.All("target"), parameters.Text("since"), parameters.Text("until")};
  list.after = parameters.Whole<std::int64_t>("after", 0, 0, std::int64_t{1} << 53);
  list.limit = parameters.Whole<std::int64_t>("limit", 1000, 1, 100'000);
  const std::string order = parameters.Text("order");
  if (!order.empty() && order != "newest" && order != "oldest") return BadRequest("order: must be newest or oldest");
  list.newest = order == "newest";
  for (const std::string& target : list.targets) {
    if (target.empty() || target.size() > 4096) return BadRequest("a target's name has 1 to 4096 bytes");
  }
  for (const std::string& time : {list.since, list.until}) {
    if (time.size() > 64) return BadRequest("since, until: must be times such as 2024-12-01 or 2024-12-01T06:00:00Z");
  }
  return Finish(list, parameters);
}

Parsed ParseTarget(const Parts& parts) {
  Parameters parameters(parts.query);
  const std::string& job = parts.path[2];
  const std::string& target = parts.path[4];
  if (target.empty() || target.size() > 4096) return BadRequest("a target's name has 1 to 4096 bytes");
  if (parts.path[5] == "models") return Finish(api::ShowModels{job, target}, parameters);
  if (parts.path[5] == "plot") return Finish(api::ShowPlot{job, target}, parameters);
  api::ShowForecast forecast{job, target, {}, parameters.Text("level"), parameters.All("model")};
  if (int horizon = parameters.Whole("horizon", 0, 1, 100'000); horizon > 0) forecast.horizon = std::to_string(horizon);
  if (std::string error = ForecastError(forecast.level, forecast.models); !error.empty()) return BadRequest(error);
  return Finish(forecast, parameters);
}

Parsed ParseJobs(const ApiRequest& request, const Parts& parts) {
  const auto& path = parts.path;
  Parameters parameters(parts.query);
  if (path.size() == 2) return Finish(api::ListJobs{}, parameters);
  if (!IsValidJobName(path[2])) {
    return BadRequest("\"" + path[2].substr(0, 64) +
                      "\" is no job name (letters, digits, . _ -); a path cannot be given");
  }
  if (path.size() == 3) return Finish(api::ShowJob{path[2]}, parameters);
  if (path.size() == 4 && path[3] == "start") {
    Parsed start = ParseStart(path[2], request.body);
    return std::holds_alternative<ApiCall>(start) ? Finish(std::get<ApiCall>(start), parameters) : start;
  }
  if (path.size() == 4 && path[3] == "targets") return Finish(api::ListTargets{path[2]}, parameters);
  if (path.size() == 4 && path[3] == "anomalies") return ParseAnomalies(parts);
  if (path.size() == 4 && path[3] == "forecast") return ParseJobForecast(parts);
  if (path.size() == 6 && path[3] == "targets" && (path[5] == "models" || path[5] == "forecast" || path[5] == "plot"))
    return ParseTarget(parts);
  return Refuse(404, StatusCode::kNotFound, "there is no such resource");
}

Parsed ParseRuns(const Parts& parts) {
  const auto& path = parts.path;
  Parameters parameters(parts.query);
  if (path.size() == 2) {
    api::ListRuns list{parameters.Text("job"), parameters.Text("state"),
                       parameters.Whole<std::size_t>("limit", 100, 1, 10'000)};
    if (!list.job.empty() && !IsValidJobName(list.job)) return BadRequest("job: no job name");
    if (!list.state.empty() && !ParseServiceRunState(list.state)) return BadRequest("state: no state of a run");
    return Finish(list, parameters);
  }
  auto id = ParseWhole<std::int64_t>(path[2], 1, std::int64_t{1} << 53);
  if (!id) return BadRequest("\"" + path[2].substr(0, 64) + "\" is no run number");
  if (path.size() == 3) return Finish(api::ShowRun{*id}, parameters);
  if (path.size() == 4 && path[3] == "events") {
    return Finish(api::FollowRun{*id, parameters.Whole<std::uint64_t>("from", 0, 0, std::uint64_t{1} << 53)},
                  parameters);
  }
  if (path.size() == 4 && path[3] == "cancel") return Finish(api::CancelRun{*id}, parameters);
  if (path.size() == 4 && path[3] == "logs") {
    return Finish(api::ShowLogs{*id, parameters.Whole<std::size_t>("lines", 200, 1, 10'000)}, parameters);
  }
  return Refuse(404, StatusCode::kNotFound, "there is no such resource");
}

Parsed ParsePath(const ApiRequest& request, const Parts& parts) {
  const auto& path = parts.path;
  Parameters parameters(parts.query);
  if (path.size() == 1 && path[0] == "metrics") return Finish(api::Metrics{}, parameters);
  if (path.size() >= 2 && path[0] == "v1") {
    if (path.size() == 2 && path[1] == "health") return Finish(api::Health{}, parameters);
    if (path.size() == 2 && path[1] == "metrics") return Finish(api::Metrics{}, parameters);
    if (path[1] == "jobs") return ParseJobs(request, parts);
    if (path[1] == "runs") return ParseRuns(parts);
  }
  return Refuse(404, StatusCode::kNotFound, "there is no such resource; the API is below /v1");
}

}  // namespace

bool IsAction(const ApiCall& call) {
  return std::holds_alternative<api::StartJob>(call) || std::holds_alternative<api::CancelRun>(call);
}

std::variant<ApiCall, ApiRefusal> ParseApiRequest(const ApiRequest& request) {
  const bool head = request.method == "HEAD";  // a GET whose answer goes without its body
  if (request.method != "GET" && request.method != "POST" && !head) {
    return ApiRefusal{405, Status(StatusCode::kUsage, "only GET, HEAD and POST are served"), "GET, HEAD, POST"};
  }
  auto parts = Split(request.target);
  if (auto* refusal = std::get_if<ApiRefusal>(&parts)) return *refusal;
  Parsed parsed = ParsePath(request, std::get<Parts>(parts));
  const auto* call = std::get_if<ApiCall>(&parsed);
  if (call == nullptr) return parsed;
  if (IsAction(*call) != (request.method == "POST")) {
    const std::string method = IsAction(*call) ? "POST" : "GET";
    return ApiRefusal{405, Status(StatusCode::kUsage, "this needs " + method), IsAction(*call) ? method : "GET, HEAD"};
  }
  return parsed;
}

}  // namespace fitd
