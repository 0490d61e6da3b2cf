#include "worker/forecast_session.h"

#include <chrono>

#include "common/fit/model_archive.h"
#include "common/process/log.h"
#include "ipc/forecast_messages.h"
#include "worker/session.h"

namespace fitd {
namespace {

using std::chrono::steady_clock;

}  // namespace

Status ForecastSession::Run() {
  FITD_RETURN_IF_ERROR(Converse());
  algorithms_.clear();
  hosts_.End();
  return {};
}

Status ForecastSession::Converse() {
  const Status loaded = Load();
  if (loaded.code() == StatusCode::kWorkerLost) return {};
  Result<Forecast> answer{Forecast()};
  if (!loaded.ok()) answer = loaded;
  while (true) {
    EndUnless(pid_);
    FITD_RETURN_IF_ERROR(SendLong(channel_, EncodeForecastAnswer(answer), steady_clock::now() + kParentPatience));
    if (!loaded.ok()) return {};
    std::string request;
    const Result<bool> received = ReceiveLong(channel_, request, std::nullopt);
    if (!received.ok()) return received.status().code() == StatusCode::kWorkerLost ? OkStatus() : received.status();
    answer = Answer(request);
  }
}

Status ForecastSession::Load() {
  std::string message;
  FITD_RETURN_IF_ERROR(ReceiveLong(channel_, message, std::nullopt).status());
  FITD_ASSIGN_OR_RETURN(const ForecastSetup setup, DecodeForecastSetup(message));
  for (const std::string& name : setup.algorithms) {
    FITD_ASSIGN_OR_RETURN(AlgorithmHost * host, hosts_.Find(name));
    FITD_ASSIGN_OR_RETURN(auto algorithm, host->Load(name, setup.context));
    algorithms_.push_back(std::move(algorithm));
  }
  return {};
}

Result<Forecast> ForecastSession::Answer(std::string_view bytes) const {
  FITD_ASSIGN_OR_RETURN(const ForecastRequest request, DecodeForecastRequest(bytes));
  FITD_ASSIGN_OR_RETURN(const Model model, DecodeModel(request.model));
  SetLogTarget(request.target);
  for (const auto& algorithm : algorithms_) {
    if (algorithm->name() != request.algorithm) continue;
    Result<Forecast> forecast = algorithm->TryPredict(model, request.horizon, request.levels);
    SetLogTarget({});
    return forecast;
  }
  return Status(StatusCode::kInternal, "this worker has not loaded '" + request.algorithm + "'");
}

}  // namespace fitd
