// Parses a client's HTTP request into exactly one of the calls below, or a reason to refuse it. Pure: no socket, no
// state. All input is chosen by the client.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/status.h"
#include "daemon/runs/run_queue.h"

namespace fitd {

struct ApiRequest {
  std::string method;  // "GET", "HEAD", "POST"
  std::string target;  // path and query as sent, or http://HOST before them
  std::string body;
};

// The calls. Job names are syntactically valid, run ids positive, targets any bytes but NUL.
namespace api {
struct Health {};
struct Metrics {};
struct ListJobs {};
struct ShowJob {
  std::string job;
};
struct StartJob {
  std::string job;
  int priority = 0;
  bool fresh = false;
  RunKind kind = RunKind::kTrain;
  bool if_due = false;  // start a detection only when the job's `every` has passed since the last one
};
struct ListRuns {
  std::string job;    // empty: all
  std::string state;  // empty: all
  std::size_t limit = 100;
};
struct ShowRun {
  std::int64_t id = 0;
};
struct FollowRun {
  std::int64_t id = 0;
  std::uint64_t from = 0;
};
struct CancelRun {
  std::int64_t id = 0;
};
struct ShowLogs {
  std::int64_t id = 0;
  std::size_t lines = 200;
};
struct ListTargets {
  std::string job;
};
struct ListAnomalies {
  std::string job;
  std::vector<std::string> targets;  // empty: all
  std::string since, until;          // times; empty: no bound
  std::int64_t after = 0;            // only events with larger numbers
  std::int64_t limit = 1000;
  bool newest = false;  // newest events first
};
struct ForecastJob {
  std::string job;
  std::vector<std::string> targets;  // empty: all
  bool json = false;                 // else CSV
  std::string horizon, level;        // see ShowForecast
  std::vector<std::string> models;
};
struct ShowModels {
  std::string job;
  std::string target;
};
struct ShowPlot {
  std::string job;
  std::string target;
};
struct ShowForecast {
  std::string job;
  std::string target;
  std::string horizon;  // digits; empty: the job's
  std::string level;    // "80,95"; empty: the default
  std::vector<std::string> models;
};
}  // namespace api

using ApiCall = std::variant<api::Health, api::Metrics, api::ListJobs, api::ShowJob, api::StartJob, api::ListRuns,
                             api::ShowRun, api::FollowRun, api::CancelRun, api::ShowLogs, api::ListTargets,
                             api::ListAnomalies, api::ForecastJob, api::ShowModels, api::ShowForecast, api::ShowPlot>;

// Why a request is not a call: an HTTP status, and a Status for the message and exit code.
struct ApiRefusal {
  int http_status = 400;
  Status status;
  std::string allow = {};  // allowed method; set with 405
};

std::variant<ApiCall, ApiRefusal> ParseApiRequest(const ApiRequest& request);

// True when a call changes anything; such calls are for operators only.
bool IsAction(const ApiCall& call);

}  // namespace fitd
