// Carries out the calls of clients: checks permission, then uses the run manager, job files, logs or a store query.
// Slow work (files, processes) goes through the two executors, so no call blocks the loop. Daemon, loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "daemon/api/api_request.h"
#include "daemon/api/api_response.h"
#include "daemon/api/http_handler.h"
#include "daemon/api/peer_access.h"
#include "daemon/runs/file_executor.h"
#include "daemon/runs/job_catalog.h"
#include "daemon/runs/query_runner.h"
#include "daemon/runs/run_logs.h"
#include "daemon/runs/run_manager.h"

namespace fitd {

class Api {
 public:
  struct Parts {
    const Clock& clock;
    RunManager& runs;
    FileExecutor& files;
    QueryRunner& queries;
    std::function<ServiceGauges()> gauges;
    ServiceLog log;
    // Saves the queue to disk and calls back with the result. Empty: nothing is saved.
    std::function<void(std::function<void(const Status&)>)> save;
  };

  Api(Parts parts, JobCatalog jobs, std::string runs_log_folder)
      : parts_(std::move(parts)), jobs_(std::move(jobs)), runs_log_folder_(std::move(runs_log_folder)) {}

  // Calls `respond` exactly once, now or later.
  void Handle(const ApiRequest& request, const PeerCredentials& peer, Access access, const ApiResponder& respond);

 private:
  void Call(const api::Health&, const PeerCredentials&, const ApiResponder& respond);
  void Call(const api::Metrics&, const PeerCredentials&, const ApiResponder& respond);
  void Call(const api::ListJobs&, const PeerCredentials&, const ApiResponder& respond);
  void Call(const api::ShowJob&, const PeerCredentials&, const ApiResponder& respond);
  void Call(const api::StartJob&, const PeerCredentials&, const ApiResponder& respond);
  void Call(const api::ListRuns&, const PeerCredentials&, const ApiResponder& respond);
  void Call(const api::ShowRun&, const PeerCredentials&, const ApiResponder& respond);
  void Call(const api::FollowRun&, const PeerCredentials&, const ApiResponder& respond);
  void Call(const api::CancelRun&, const PeerCredentials&, const ApiResponder& respond);
  void Call(const api::ShowLogs&, const PeerCredentials&, const ApiResponder& respond);
  void Call(const api::ListTargets&, const PeerCredentials&, const ApiResponder& respond);
  void Call(const api::ListAnomalies&, const PeerCredentials&, const ApiResponder& respond);
  void Call(const api::ForecastJob&, const PeerCredentials&, const ApiResponder& respond);
  void Call(const api::ShowModels&, const PeerCredentials&, const ApiResponder& respond);
  void Call(const api::ShowPlot&, const PeerCredentials&, const ApiResponder& respond);
  void Call(const api::ShowForecast&, const PeerCredentials&, const ApiResponder& respond);
  void StreamStore(const std::string& job, std::vector<std::string> arguments, const std::string& content_type,
                   const ApiResponder& respond);
  void LogRemarks(const std::string& job, const QueryAnswer& answer) const;
  void QueryStore(const std::string& job, std::vector<std::string> arguments, const ApiResponder& respond);
  bool IsDetectionDue(const Job& job) const;
  nlohmann::json DescribeRun(const RunRecord& run) const;
  void AnswerStart(std::int64_t id, const Status& saved, const ApiResponder& respond);
  void WhenSaved(std::function<void(const Status&)> then);

  Parts parts_;
  JobCatalog jobs_;
  std::string runs_log_folder_;
};

}  // namespace fitd
