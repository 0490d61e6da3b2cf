// fitd forecast JOB and fitd metrics: answers of the daemon passed on as they are.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "common/atomic_file.h"
#include "common/number_format.h"
#include "common/percent.h"
#include "daemon/client/answer.h"
#include "daemon/client/client.h"
#include "daemon/client/client_commands.h"
#include "daemon/client/patient_output.h"

namespace fitd {
namespace {

std::string Levels(const std::vector<double>& levels) {
  std::string text;
  for (const double level : levels) {
    if (!text.empty()) text += ',';
    AppendNumber(text, level);
  }
  return text;
}

// Counts the rows in which a model has no mean: its users' code gave none, and the daemon's log says why.
class MissingMeans {
 public:
  explicit MissingMeans(bool json) : json_(json) {}

  void See(std::string_view line) {
    if (json_) {
      if (line.ends_with(',')) line.remove_suffix(1);
      const auto row = nlohmann::ordered_json::parse(line, nullptr, false);
      if (!row.is_object()) return;
      bool missing = false;
      for (const auto& [name, value] : row.items()) {
        missing = missing || (value.is_null() && !IsBound(name));
      }
      rows_ += missing ? 1 : 0;
      return;
    }
    // Nothing is quoted behind the time but names of models, which are of the header.
    std::vector<std::string> cells = CellsOf(line);
    if (names_.empty()) return void(names_ = std::move(cells));
    bool missing = false;
    for (std::size_t i = 0; i < cells.size() && i + 2 < names_.size(); ++i) {
      const std::size_t column = names_.size() - 1 - i;
      missing = missing || (cells[cells.size() - 1 - i].empty() && !IsBound(names_[column]));
    }
    rows_ += missing ? 1 : 0;
  }
  std::uint64_t rows() const { return rows_; }

 private:
  static bool IsBound(std::string_view name) {
    return name.find("-lo-") != std::string_view::npos || name.find("-hi-") != std::string_view::npos;
  }
  static std::vector<std::string> CellsOf(std::string_view line) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      if (c == ',' && !quoted) {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    return cells;
  }

  bool json_;
  std::vector<std::string> names_;
  std::uint64_t rows_ = 0;
};

}  // namespace

int ForecastCommand(const ClientOptions& client, const JobForecastOptions& options) {
  std::string target = "/v1/jobs/" + PercentEncode(options.job) + "/forecast?format=" + (options.json ? "json" : "csv");
  if (options.horizon > 0) target += "&horizon=" + std::to_string(options.horizon);
  if (!options.levels.empty()) target += "&level=" + Levels(options.levels);
  for (const std::string& model : options.models) target += "&model=" + PercentEncode(model);
  for (const std::string& one : options.targets) target += "&target=" + PercentEncode(one);
  Status written;
  PatientOutput output(STDOUT_FILENO);
  MissingMeans missing(options.json);
  const Status followed = Client(ClientSocketPath(client.socket)).Follow(target, [&](std::string_view line) {
    missing.See(line);
    written = output.Write(std::string(line) + '\n');
    return written.ok();
  });
  if (written.ok()) written = output.Finish();
  if (!followed.ok()) return Fail(followed);
  if (!written.ok()) return Fail(written);
  if (missing.rows() == 0) return 0;
  fmt::print(stderr,
             "fitd: {} rows have no forecast, as the users' algorithm gave none; fitd forecast --store FILE on "
             "the daemon's host says why\n",
             missing.rows());
  return kExitSomeFailed;
}

int MetricsCommand(const ClientOptions& client, const std::string& textfile) {
  if (client.json) {
    return Fail(Status(StatusCode::kUsage,
                       "--json: metrics are text as Prometheus reads it; fitd status --json has what the daemon does"));
  }
  const Status kept =
      CheckIsKind(textfile, "file of metrics", [](std::string_view head) { return head.starts_with("# HELP"); });
  if (!kept.ok()) return Fail(kept);
  const Result<std::string> metrics = Client(ClientSocketPath(client.socket)).Get("/metrics");
  if (!metrics.ok()) return Fail(metrics.status());
  Status status;
  if (textfile.empty()) {
    PatientOutput output(STDOUT_FILENO);
    status = output.Write(*metrics);
    if (status.ok()) status = output.Finish();
  } else {
    status = WriteWholeFile(textfile, *metrics, 0644);
  }
  return status.ok() ? 0 : Fail(status);
}

}  // namespace fitd
