#include "daemon/client/client_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

#include "daemon/client/answer.h"
#include "daemon/progress/progress.h"

namespace fitd {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kStageNames = {
    {{"load", "load"}, {"global", "pooled regression"}, {"map", "plan"}, {"fit", "fit"}, {"postprocess", "combine"}}};
constexpr int kBarColumns = 40;
constexpr std::size_t kDeathsNamed = 5;

double NumberOf(const json& object, std::string_view key) {
  const auto it = object.find(std::string(key));
  return it != object.end() && it->is_number() ? it->get<double>() : 0;
}

json Member(const json& object, const char* key, const json& otherwise) {
  const auto it = object.find(key);
  return it != object.end() && it->type() == otherwise.type() ? *it : otherwise;
}

std::string Megabytes(double bytes) {
  return bytes > 0 ? fmt::format("{:.1f} MB", bytes / 1e6) : "-";
}

std::string Share(const json& progress) {
  const double total = NumberOf(progress, "total");
  if (!(total > 0)) return {};
  const double share = std::clamp(NumberOf(progress, "done") / total, 0.0, 1.0);
  if (AnswerText(progress, "stage") == "load") {
    return fmt::format("{:.0f} % ({} of {})", 100 * share, Megabytes(NumberOf(progress, "done")), Megabytes(total));
  }
  return fmt::format("{:.0f} % ({:.0f} of {:.0f})", 100 * share, NumberOf(progress, "done"), total);
}

// What is done, "fit" in brackets where it is now, and what comes.
std::string StageLine(std::string_view now, bool detects) {
  std::string line;
  if (detects) return now == "detect" ? "load > [detect]" : "[load] > detect";
  for (const auto& [key, name] : kStageNames) {
    line += line.empty() ? "" : " > ";
    line += key == now ? fmt::format("[{}]", name) : std::string(name);
  }
  return line;
}

void AppendProgress(std::string& out, const json& run) {
  const json progress = Member(run, "progress", json::object());
  if (progress.empty()) return;
  auto end = std::back_inserter(out);
  fmt::format_to(end, "stages     {}\n", StageLine(AnswerText(progress, "stage"), AnswerText(run, "kind") == "detect"));
  if (const double total = NumberOf(progress, "total"); total > 0) {
    const auto full = static_cast<int>(std::clamp(NumberOf(progress, "done") / total, 0.0, 1.0) * kBarColumns);
    fmt::format_to(end, "progress   {}{} {}\n", std::string(static_cast<std::size_t>(full), '#'),
                   std::string(static_cast<std::size_t>(kBarColumns - full), '.'), Share(progress));
  }
  if (const double rate = NumberOf(progress, "rate"); rate > 0)
    fmt::format_to(end, "rate       {:.0f} targets/s\n", rate);
  if (const auto eta = progress.find("eta_seconds"); eta != progress.end() && eta->is_number()) {
    fmt::format_to(end, "left       {}\n", FormatSeconds(eta->get<double>()));
  }
  fmt::format_to(end, "failures   {}\ndeaths     {}\nprocess    {}\n", AnswerText(progress, "failures"),
                 AnswerText(progress, "worker_deaths"), AnswerText(run, "process"));
  for (const json& worker : Member(progress, "workers", json::array())) {
    fmt::format_to(
        end, "worker     {} pid {}{}\n", AnswerText(worker, "worker"), AnswerText(worker, "pid"),
        worker.contains("cpu") && NumberOf(worker, "cpu") >= 0 ? " cpu " + AnswerText(worker, "cpu") : std::string());
  }
}

void AppendSummary(std::string& out, const json& summary) {
  if (summary.empty()) return;
  auto end = std::back_inserter(out);
  if (const auto anomalies = summary.find("anomalies"); anomalies != summary.end()) {
    fmt::format_to(end, "targets    {}, {} without a model, {} with an event that goes on\n",
                   AnswerText(summary, "targets"), AnswerText(summary, "without_model"),
                   AnswerText(summary, "anomalous"));
    fmt::format_to(end, "found      {} in {} new observations ({} known)\n", DescribeAnomalies(*anomalies),
                   AnswerText(summary, "observations"), AnswerText(summary, "known"));
    return;
  }
  fmt::format_to(end, "targets    {}: {} fitted, {} fallback, {} constant, {} short, {} failed\n",
                 AnswerText(summary, "targets"), AnswerText(summary, "fitted"), AnswerText(summary, "fallback"),
                 AnswerText(summary, "constant"), AnswerText(summary, "short"), AnswerText(summary, "failed"));
  const json seconds = Member(summary, "seconds", json::object());
  const json memory = Member(summary, "stage_peak_rss_bytes", json::object());
  for (const auto& [key, name] : kStageNames) {
    if (!seconds.contains(std::string(key))) continue;
    fmt::format_to(end, "stage      {:<18} {:>9.2f} s {:>12}\n", name, NumberOf(seconds, key),
                   Megabytes(NumberOf(memory, key)));
  }
  for (const json& worker : Member(summary, "worker_stats", json::array())) {
    fmt::format_to(end, "worker     {} {:.0f} % busy, {:.2f} s of CPU, {}\n", AnswerText(worker, "worker"),
                   100 * NumberOf(worker, "busy_fraction"), NumberOf(worker, "cpu_seconds"),
                   Megabytes(NumberOf(worker, "peak_rss_bytes")));
  }
  const json deaths = Member(summary, "deaths", json::array());
  for (std::size_t i = 0; i < deaths.size() && i < kDeathsNamed; ++i) {
    fmt::format_to(end, "death      {} of worker {} at {}\n", AnswerText(deaths[i], "cause"),
                   AnswerText(deaths[i], "worker"),
                   AnswerText(deaths[i], "target").empty() ? "no target" : AnswerText(deaths[i], "target"));
  }
}

}  // namespace

std::string FormatRunStatus(const json& run) {
  std::string out = fmt::format(
      "run        {}\njob        {}\nkind       {}\nstate      {}\nqueued     {} by uid {}\nstarted    {}\nended      "
      "{}\nexit       {}\n",
      AnswerText(run, "id"), AnswerText(run, "job"), AnswerText(run, "kind"), AnswerText(run, "state"),
      AnswerText(run, "queued_at"), AnswerText(run, "uid"), AnswerText(run, "started_at"), AnswerText(run, "ended_at"),
      AnswerText(run, "exit"));
  if (const std::string message = AnswerText(run, "message"); !message.empty() && message != "-") {
    out += "message    " + message + "\n";
  }
  AppendProgress(out, run);
  AppendSummary(out, Member(run, "summary", json::object()));
  return out;
}

std::string DescribeAnomalies(const json& by_kind) {
  double total = 0;
  std::string kinds;
  for (const auto& [kind, count] : by_kind.items()) {
    if (!count.is_number()) continue;
    total += count.get<double>();
    kinds += (kinds.empty() ? "" : ", ") + count.dump() + " " + kind;
  }
  return fmt::format("{:.0f} new event{}{}", total, total == 1 ? "" : "s", kinds.empty() ? "" : " (" + kinds + ")");
}

std::string FormatRunLine(const json& run) {
  std::string line =
      fmt::format("run {} of {}, {}", AnswerText(run, "id"), AnswerText(run, "job"), AnswerText(run, "state"));
  const json progress = Member(run, "progress", json::object());
  if (progress.empty()) return line;
  line += ": " + AnswerText(progress, "stage") + " " + Share(progress);
  if (const double rate = NumberOf(progress, "rate"); rate > 0) line += fmt::format(", {:.0f} targets/s", rate);
  if (const auto eta = progress.find("eta_seconds"); eta != progress.end() && eta->is_number()) {
    line += ", " + FormatSeconds(eta->get<double>()) + " left";
  }
  if (const double failures = NumberOf(progress, "failures"); failures > 0)
    line += fmt::format(", {:.0f} failures", failures);
  if (const double deaths = NumberOf(progress, "worker_deaths"); deaths > 0)
    line += fmt::format(", {:.0f} deaths", deaths);
  return line;
}

}  // namespace fitd
