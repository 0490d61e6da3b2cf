#include "daemon/output/models_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <set>
#include <utility>

#include "common/edit_distance.h"
#include "common/fit/algorithm_host.h"
#include "common/number_format.h"
#include "common/text.h"
#include "daemon/output/model_text.h"
#include "daemon/output/sparkline.h"
#include "daemon/store/last_values.h"

namespace fitd {
namespace {

constexpr std::string_view kColumns[] = {"target", "algorithm", "spec", "status", "n",     "loglik",
                                         "aic",    "aicc",      "bic",  "sigma2", "reason"};
// The table also shows the last values as a drawing, and what was repaired.
constexpr std::string_view kTableColumns[] = {"target", "last values", "algorithm", "spec",  "status",
                                              "n",      "loglik",      "aic",       "aicc",  "bic",
                                              "sigma2", "lost",        "filled",    "reason"};
constexpr std::size_t kNumColumns = std::size(kTableColumns);
constexpr std::size_t kDrawnValues = 24;

// The data of a row: a model, or a target without one.
struct ModelRow {
  std::string_view target;
  const FitOutcome& outcome;
  std::uint32_t lost;
  std::uint32_t filled;
  std::string_view last_values = {};  // as a drawing
};

class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void Begin(std::string& out) = 0;
  virtual void Add(std::string& out, const ModelRow& row) = 0;
  virtual void End(std::string& out) = 0;
};

class CsvWriter final : public RowWriter {
 public:
  void Begin(std::string& out) override {
    for (const std::string_view column : kColumns) out += std::string(column) + (column == "reason" ? "\n" : ",");
  }
  void Add(std::string& out, const ModelRow& row) override {
    const Model& model = row.outcome.model;
    for (const std::string_view field : {row.target, std::string_view(model.algorithm), std::string_view(model.spec),
                                         FitStatusName(row.outcome.status)}) {
      AppendCsvField(out, field);
      out += ',';
    }
    AppendUnsigned(out, model.num_observations);
    AppendCsvCriteria(out, model.criteria);
    out += ',';
    AppendCsvField(out, row.outcome.reason);
    out += '\n';
  }
  void End(std::string&) override {}
};

class JsonWriter final : public RowWriter {
 public:
  void Begin(std::string& out) override { out += '['; }
  void Add(std::string& out, const ModelRow& row) override {
    const Model& model = row.outcome.model;
    out += first_ ? "\n{\"target\":" : ",\n{\"target\":";
    first_ = false;
    AppendJsonText(out, row.target);
    out += ",\"algorithm\":";
    AppendJsonText(out, model.algorithm);
    out += ",\"spec\":";
    AppendJsonText(out, model.spec);
    out += ",\"status\":";
    AppendJsonText(out, FitStatusName(row.outcome.status));
    out += ",\"n\":";
    AppendUnsigned(out, model.num_observations);
    AppendJsonCriteria(out, model.criteria);
    out += ",\"reason\":";
    AppendJsonText(out, row.outcome.reason);
    out += ",\"lost\":";
    AppendUnsigned(out, row.lost);
    out += ",\"filled\":";
    AppendUnsigned(out, row.filled);
    out += ",\"parameters\":";
    AppendJsonParameters(out, model);
    out += ",\"states\":";
    AppendJsonStates(out, model);
    out += '}';
  }
  void End(std::string& out) override { out += "\n]\n"; }

 private:
  bool first_ = true;
};

// Width on a terminal in code points, not counting continuation bytes of UTF-8.
std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// Column widths come from the first rows; a wider field later pushes the rest of its line to the right.
class TableWriter final : public RowWriter {
 public:
  void Begin(std::string&) override {
    Cells head;
    std::copy(std::begin(kTableColumns), std::end(kTableColumns), head.begin());
    Keep(std::move(head));
  }
  void Add(std::string& out, const ModelRow& row) override {
    const Model& model = row.outcome.model;
    const Criteria& c = model.criteria;
    Cells cells;
    AppendPrintable(cells[0], row.target);
    if (const auto values = UnpackLastValues(row.last_values)) cells[1] = Sparkline(*values, kDrawnValues);
    AppendPrintable(cells[2], model.algorithm);
    AppendPrintable(cells[3], model.spec);
    cells[4] = FitStatusName(row.outcome.status);
    AppendUnsigned(cells[5], model.num_observations);
    const double numbers[] = {c.loglik, c.aic, c.aicc, c.bic, c.sigma2};
    for (std::size_t i = 0; i < std::size(numbers); ++i) cells[kFirstNumber + i] = Short(numbers[i]);
    AppendUnsigned(cells[kNumColumns - 3], row.lost);
    AppendUnsigned(cells[kNumColumns - 2], row.filled);
    AppendPrintable(cells[kNumColumns - 1], FirstLine(row.outcome.reason));
    if (!measured_ && rows_.size() < kMeasuredRows) return Keep(std::move(cells));
    PrintKept(out);
    Print(out, cells);
  }
  void End(std::string& out) override { PrintKept(out); }

 private:
  using Cells = std::array<std::string, kNumColumns>;
  static constexpr std::size_t kMeasuredRows = 1000;
  static constexpr std::size_t kFirstNumber = 6;

  static std::string Short(double value) {
    if (std::isnan(value)) return "-";
    std::array<char, 32> text;
    return {text.data(), static_cast<std::size_t>(std::snprintf(text.data(), text.size(), "%.6g", value))};
  }
  void Keep(Cells cells) {
    for (std::size_t i = 0; i < kNumColumns; ++i) widths_[i] = std::max(widths_[i], Width(cells[i]));
    rows_.push_back(std::move(cells));
  }
  void PrintKept(std::string& out) {
    measured_ = true;
    for (const Cells& cells : rows_) Print(out, cells);
    rows_.clear();
  }
  void Print(std::string& out, const Cells& cells) const {
    const std::size_t start = out.size();
    for (std::size_t i = 0; i < kNumColumns; ++i) {
      const std::size_t width = Width(cells[i]);
      const std::size_t fill = widths_[i] > width ? widths_[i] - width : 0;
      const bool right = i >= kFirstNumber - 1 && i < kNumColumns - 1;
      out += (i > 0 ? "  " : "") + (right ? std::string(fill, ' ') + cells[i] : cells[i] + std::string(fill, ' '));
    }
    while (out.size() > start && out.back() == ' ') out.pop_back();
    out += '\n';
  }

  std::vector<Cells> rows_;
  std::array<std::size_t, kNumColumns> widths_ = {};
  bool measured_ = false;
};

std::unique_ptr<RowWriter> MakeWriter(ModelsFormat format) {
  if (format == ModelsFormat::kCsv) return std::make_unique<CsvWriter>();
  if (format == ModelsFormat::kJson) return std::make_unique<JsonWriter>();
  return std::make_unique<TableWriter>();
}

bool Asked(const ModelsRequest& request, FitStatus status) {
  return !request.failed_only || status == FitStatus::kFailed || status == FitStatus::kFallback;
}

}  // namespace

Status ExpectTargets(const Store& store, const RunInfo& run, const std::vector<std::string>& targets) {
  if (targets.empty()) return OkStatus();
  std::set<std::string, std::less<>> missing(targets.begin(), targets.end());
  FITD_RETURN_IF_ERROR(store.ForEachTarget(run.run, {targets, false}, [&](const TargetRecord& target) {
    missing.erase(missing.find(target.id));
    return OkStatus();
  }));
  if (missing.empty()) return OkStatus();
  std::string name;
  AppendPrintable(name, *missing.begin());
  return {StatusCode::kNotFound, "run " + std::to_string(run.run) + " of the store " + store.path() +
                                     " has no target " + name + NearestTarget(store, run, *missing.begin()) +
                                     "; `fitd models` without --target lists them"};
}

Status WriteModels(const Store& store, const RunInfo& run, const ModelsRequest& request, OutputSink& out) {
  FITD_RETURN_IF_ERROR(ExpectTargets(store, run, request.targets));
  const std::unique_ptr<RowWriter> writer = MakeWriter(request.format);
  writer->Begin(out.text());
  const bool drawn = request.format == ModelsFormat::kTable;
  const auto visit = [&](const TargetRecord& target) -> Status {
    std::string_view last_values =
        drawn ? target.last_values : std::string_view();  // only in the first of the target's rows
    if (target.models.empty() && Asked(request, target.status)) {
      FitOutcome none;
      none.status = target.status;
      none.reason = target.reason;
      none.model.num_observations = target.num_values;
      writer->Add(out.text(), {target.id, none, target.lost, target.filled, last_values});
    }
    for (const ModelRecord& record : target.models) {
      Result<FitOutcome> outcome = DecodeOutcome(record.archive);
      if (!outcome.ok()) return outcome.status().WithContext(store.path() + ": target " + std::string(target.id));
      if (!Asked(request, outcome->status)) continue;
      writer->Add(out.text(), {target.id, *outcome, target.lost, target.filled, std::exchange(last_values, {})});
    }
    return out.Drain();
  };
  FITD_RETURN_IF_ERROR(store.ForEachTarget(run.run, {request.targets, true, drawn}, visit));
  writer->End(out.text());
  return out.Flush();
}

Status WriteTargets(const Store& store, const RunInfo& run, const ModelsRequest& request, OutputSink& out) {
  FITD_RETURN_IF_ERROR(ExpectTargets(store, run, request.targets));
  FITD_RETURN_IF_ERROR(
      store.ForEachTarget(run.run, {request.targets, false}, [&](const TargetRecord& target) -> Status {
        if (!Asked(request, target.status)) return OkStatus();
        std::string& text = out.text();
        text += "{\"target\":";
        AppendJsonText(text, target.id);
        text += ",\"status\":";
        AppendJsonText(text, FitStatusName(target.status));
        text += ",\"n\":" + std::to_string(target.num_values) + ",\"reason\":";
        AppendJsonText(text, target.reason);
        text += "}\n";
        return out.Drain();
      }));
  return out.Flush();
}

std::string NearestTarget(const Store& store, const RunInfo& run, std::string_view id) {
  constexpr std::size_t kLookedAt = 100'000;
  std::vector<std::string> ids;
  const Status enough(StatusCode::kCancelled, "enough");
  const Status read = store.ForEachTarget(run.run, {{}, false}, [&](const TargetRecord& target) {
    ids.emplace_back(target.id);
    return ids.size() < kLookedAt ? OkStatus() : enough;
  });
  if (!read.ok() && read.code() != StatusCode::kCancelled) return {};
  std::string named;
  AppendPrintable(named, DidYouMean(id, std::vector<std::string_view>(ids.begin(), ids.end())));
  return named;
}

}  // namespace fitd
