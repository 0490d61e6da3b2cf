#include "daemon/train/run_summary.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "common/fit/local_fit.h"
#include "common/text.h"
#include "daemon/plan/columns_json.h"

namespace fitd {
namespace {

constexpr std::size_t kFailuresShown = 5;

std::string FailureLines(const RunSummary& s) {
  std::string text;
  for (std::size_t i = 0; i < s.failures.size() && i < kFailuresShown; ++i) {
    text += "  ";
    AppendPrintable(text, s.failures[i].target);
    text += ": ";
    AppendPrintable(text, s.failures[i].reason);
    text += '\n';
  }
  if (s.failures.size() > kFailuresShown) {
    text += fmt::format("  ... and {} more: fitd models --failed\n", s.failures.size() - kFailuresShown);
  }
  return text;
}

using nlohmann::ordered_json;

ordered_json WorkersJson(const std::vector<WorkerSummary>& workers) {
  ordered_json list = ordered_json::array();
  for (const WorkerSummary& w : workers) {
    list.push_back({{"worker", w.worker},
                    {"cpu", w.cpu},
                    {"busy_fraction", w.busy_fraction},
                    {"cpu_seconds", w.cpu_seconds},
                    {"peak_rss_bytes", w.peak_rss_bytes},
                    {"deaths", w.deaths}});
  }
  return list;
}

ordered_json DeathsJson(const std::vector<WorkerDeath>& deaths) {
  ordered_json list = ordered_json::array();
  for (const WorkerDeath& d : deaths) {
    list.push_back({{"worker", d.worker}, {"cause", d.cause}, {"target", d.target}});
  }
  return list;
}

void AppendKind(std::string& text, std::string_view name, const TargetsOfAKind& kind, std::string_view fate) {
  if (kind.targets == 0) return;
  text += fmt::format("  {}: {} targets, such as '", name, kind.targets);
  AppendPrintable(text, kind.first);
  text += fmt::format("', {}\n", fate);
}

}  // namespace

std::string FormatSummaryJson(const RunSummary& s) {
  ordered_json busy = ordered_json::array();
  for (const WorkerSummary& w : s.workers) busy.push_back(w.busy_fraction);
  ordered_json failures = ordered_json::array();
  for (const TargetFailure& f : s.failures) failures.push_back({{"target", f.target}, {"reason", f.reason}});
  const ordered_json object = {
      {"version", s.version},
      {"run", s.run},
      {"targets", s.targets},
      {"fitted", s.fitted},
      {"fallback", s.fallback},
      {"constant", s.constant},
      {"short", s.short_series},
      {"failed", s.failed},
      {"retried", s.retried},
      {"kept", s.kept},
      {"advanced", s.advanced},
      {"refitted", s.refitted},
      {"reselected", s.reselected},
      {"workers", s.workers.size()},
      {"chunks", s.chunks},
      {"seconds",
       {{"load", s.seconds.load},
        {"global", s.seconds.global},
        {"map", s.seconds.map},
        {"fit", s.seconds.fit},
        {"postprocess", s.seconds.postprocess},
        {"save", s.seconds.save},
        {"total", s.seconds.total}}},
      {"cpu_seconds", s.cpu_seconds},
      {"busy_fraction", busy},
      {"peak_rss_bytes", {{"parent", s.peak_rss_parent_bytes}, {"worker", s.peak_rss_worker_bytes}}},
      {"worker_deaths", s.worker_deaths},
      {"failures", failures},
      {"columns", ColumnsJson(s.columns)},
      {"stage_peak_rss_bytes",
       {{"load", s.memory.load},
        {"global", s.memory.global},
        {"map", s.memory.map},
        {"fit", s.memory.fit},
        {"postprocess", s.memory.postprocess}}},
      {"worker_stats", WorkersJson(s.workers)},
      {"deaths", DeathsJson(s.deaths)},
      {"level_shifts", s.level_shifts.targets},
      {"outlier_patches", s.outlier_patches.targets},
      {"short_seasons", s.short_seasons.targets},
      {"late_starts", s.late_starts.targets},
  };
  return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string FormatBytes(std::uint64_t bytes) {
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string FormatSummaryTable(const RunSummary& s) {
  std::string text =
      fmt::format("run {}: {} targets in {:.2f} s: {} fitted", s.run, s.targets, s.seconds.total, s.fitted);
  if (s.fallback > 0) text += fmt::format(", {} fallback", s.fallback);
  if (s.constant > 0) text += fmt::format(", {} constant", s.constant);
  if (s.short_series > 0) text += fmt::format(", {} short", s.short_series);
  if (s.failed > 0) text += fmt::format(", {} failed", s.failed);
  if (s.retried > 0) text += fmt::format(", {} retried", s.retried);
  if (s.resumed > 0) text += fmt::format(" ({} of them in an earlier attempt)", s.resumed);
  text += "\n";
  text += "  ";
  AppendPrintable(text, DescribeColumns(s.columns));
  text += "\n";
  for (const std::string& note : s.columns.notes) {
    text += "  ";
    AppendPrintable(text, note);
    text += "\n";
  }
  if (s.kept + s.refitted + s.reselected > 0) {
    text += fmt::format("  from earlier models: {} kept, {} refitted, {} selected again\n", s.kept, s.refitted,
                        s.reselected);
  }
  const StageSeconds& t = s.seconds;
  text +=
      fmt::format("  load {:.2f} s, global {:.2f} s, map {:.2f} s, fit {:.2f} s, postprocess {:.2f} s, save {:.2f} s\n",
                  t.load, t.global, t.map, t.fit, t.postprocess, t.save);
  for (const WorkerSummary& w : s.workers) {
    const std::string place = w.cpu < 0 ? std::string() : fmt::format(" on cpu {}", w.cpu);
    text += fmt::format("  worker {} pid {}{}: {:.1f} % busy\n", w.worker, w.pid, place, 100 * w.busy_fraction);
  }
  text += fmt::format("  {} chunks, {:.2f} s of CPU, memory at most {} here and {} in a worker", s.chunks,
                      s.cpu_seconds, FormatBytes(s.peak_rss_parent_bytes), FormatBytes(s.peak_rss_worker_bytes));
  if (s.worker_deaths > 0) text += fmt::format(", {} workers died", s.worker_deaths);
  text += "\n";
  if (!s.combine.empty()) {
    text += fmt::format("  ensemble: {}", s.combine);
    if (s.coverage_95 >= 0) {
      text += fmt::format(", 80 % and 95 % intervals cover {:.1f} % and {:.1f} % of held-out values",
                          100 * s.coverage_80, 100 * s.coverage_95);
    }
    text += "\n";
  }
  AppendKind(text, "level shifts", s.level_shifts,
             "are fitted as if they had always been on the level of their last values (fitd models --json says where)");
  AppendKind(text, "outlier patches", s.outlier_patches,
             "are fitted as if outages and the like were missing (fitd models --json says where)");
  AppendKind(text, "short seasons", s.short_seasons,
             "hold less than two and are fitted as if the first one, or that of the others, had been there before as "
             "well");
  AppendKind(text, "late starts", s.late_starts,
             "are fitted from their first value on that is no longer the one they stood at before (fitd models --json "
             "says where)");
  if (s.horizon == 0) {
    text += fmt::format("  tuned for one season ahead, {} steps where there is none (--horizon says another)\n",
                        kHorizonWithoutSeason);
  }
  if (!s.failures.empty()) {
    text += fmt::format("  {:.1f} % of the targets have a fallback or no model:\n",
                        100.0 * static_cast<double>(s.failures.size()) / static_cast<double>(s.targets));
    text += FailureLines(s);
  }
  return text;
}

}  // namespace fitd
