#include "common/fit/algorithm_host.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "common/process/log.h"
#include "common/text.h"

namespace fitd {
namespace {

bool IsExecutable(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

bool IsUserAlgorithm(std::string_view name) {
  for (const std::string_view prefix : {kPythonPrefix, kPluginPrefix, kExecPrefix}) {
    if (name.size() > prefix.size() && name.starts_with(prefix)) return true;
  }
  return false;
}

Status ExpectCommand(const std::string& command) {
  const std::string word = command.substr(0, command.find_first_of(" \t"));
  // Quotes, assignments and the like are the shell's business.
  if (word.find_first_of("='\"$`\\;&|<>(){}*?~") != std::string::npos) return {};
  if (word.find('/') != std::string::npos) {
    if (IsExecutable(word)) return {};
    return {StatusCode::kBadConfig, "exec:" + command + ": " + word + " is not there or not executable"};
  }
  const char* path = std::getenv("PATH");
  std::string_view folders = path != nullptr ? path : "/usr/bin:/bin";
  while (!folders.empty()) {
    const std::size_t end = std::min(folders.find(':'), folders.size());
    if (IsExecutable(std::filesystem::path(folders.substr(0, end)) / word)) return {};
    folders.remove_prefix(std::min(end + 1, folders.size()));
  }
  return {StatusCode::kBadConfig,
          "exec:" + command + ": " + word + " is in no folder of PATH; give its path, such as ./" + word};
}

void SetPayload(Model& model, std::string_view encoding, std::string payload) {
  model.spec = std::string(encoding) + ":" + std::to_string(payload.size());
  model.payload = std::move(payload);
}

FitOutcome UserAlgorithm::Fitted(const FitRequest& request, Model model) const {
  FitOutcome outcome;
  outcome.status = FitStatus::kFitted;
  outcome.reason.clear();
  outcome.model = std::move(model);
  outcome.model.algorithm = name();
  outcome.model.num_observations = request.grid_values.size();
  return outcome;
}

FitOutcome UserAlgorithm::Failed(const FitRequest& request, const std::string& reason) const {
  Log(LogLevel::kError, std::string(name()) + ": " + reason, request.target);
  FitOutcome outcome;
  outcome.reason = PrintableLines(reason);  // it is shown wherever a store is read, by sqlite3 too
  return outcome;
}

std::string_view PayloadEncoding(const Model& model) {
  const std::string_view spec = model.spec;
  const std::size_t colon = spec.find(':');
  return colon == std::string_view::npos ? std::string_view() : spec.substr(0, colon);
}

Forecast UserAlgorithm::Predict(const Model& model, int horizon, std::span<const double> levels) const {
  Result<Forecast> forecast = TryPredict(model, horizon, levels);
  return forecast.ok() ? *std::move(forecast) : Forecast();
}

double UserAlgorithm::ExpectedSeconds(std::size_t n, std::span<const int> /*seasons*/) const {
  constexpr double kPerCall = 1e-5, kPerValue = 1e-8;  // what it costs to call anything; the rest nobody knows
  return kPerCall + kPerValue * static_cast<double>(n);
}

Result<std::string> AlgorithmHost::FitGlobal(const std::string& name, const UserContext& /*context*/,
                                             std::span<const SeriesView> /*frame*/) {
  return Status(StatusCode::kBadConfig, "'" + name + "' cannot be a global model; only python: algorithms can");
}

void AlgorithmHosts::Add(std::string_view prefix, std::unique_ptr<AlgorithmHost> host) {
  // Reachable to the end, so that no leak checker takes what is left on purpose for a loss.
  static auto& left = *new std::vector<std::unique_ptr<AlgorithmHost>>;
  left.push_back(std::move(host));
  hosts_.emplace_back(prefix, left.back().get());
}

Result<AlgorithmHost*> AlgorithmHosts::Find(const std::string& name) const {
  for (const auto& [prefix, host] : hosts_) {
    if (name.starts_with(prefix)) return host;
  }
  return Status(StatusCode::kUsage, "this worker knows no algorithm '" + name + "'");
}

void AlgorithmHosts::TellComingUp(const std::function<void(bool)>& tell) const {
  for (const auto& [prefix, host] : hosts_) host->TellComingUp(tell);
}

void AlgorithmHosts::End() const {
  // Python last: what takes too long there ends the process.
  for (auto host = hosts_.rbegin(); host != hosts_.rend(); ++host) host->second->End();
}

std::string_view FirstLine(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace fitd
