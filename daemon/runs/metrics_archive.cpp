// The counters in the state file.
#include <nlohmann/json.hpp>

#include "daemon/runs/json_member.h"
#include "daemon/runs/metrics.h"

namespace fitd {
namespace {

using nlohmann::json;

json HistogramJson(const FitTimeHistogram& times) {
  return {{"sum", times.sum_seconds}, {"counts", times.counts}};
}

json FiguresJson(const DetectFigures& f) {
  return {{"last_start", f.last_start_seconds}, {"last_success", f.last_success_seconds},
          {"last_end", f.last_end_seconds},     {"last_duration", f.last_duration_seconds},
          {"last_exit", f.last_exit_code},      {"targets", f.targets},
          {"observations", f.observations},     {"anomalous", f.anomalous}};
}

DetectFigures DetectFiguresFrom(const json& object) {
  DetectFigures f;
  f.last_start_seconds = Member<double>(object, "last_start");
  f.last_success_seconds = Member<double>(object, "last_success");
  f.last_end_seconds = Member<double>(object, "last_end");
  f.last_duration_seconds = Member<double>(object, "last_duration");
  f.last_exit_code = Member<int>(object, "last_exit");
  f.targets = Member<std::uint64_t>(object, "targets");
  f.observations = Member<std::uint64_t>(object, "observations");
  f.anomalous = Member<std::uint64_t>(object, "anomalous");
  return f;
}

json FiguresJson(const JobFigures& f) {
  return {{"last_success", f.last_success_seconds},
          {"last_end", f.last_end_seconds},
          {"last_duration", f.last_duration_seconds},
          {"last_exit", f.last_exit_code},
          {"parent_peak_rss", f.parent_peak_rss_bytes},
          {"worker_peak_rss", f.worker_peak_rss_bytes},
          {"stages", f.stage_seconds}};
}

JobFigures FiguresFrom(const json& object) {
  JobFigures f;
  f.last_success_seconds = Member<double>(object, "last_success");
  f.last_end_seconds = Member<double>(object, "last_end");
  f.last_duration_seconds = Member<double>(object, "last_duration");
  f.last_exit_code = Member<int>(object, "last_exit");
  f.parent_peak_rss_bytes = Member<std::uint64_t>(object, "parent_peak_rss");
  f.worker_peak_rss_bytes = Member<std::uint64_t>(object, "worker_peak_rss");
  f.stage_seconds = object.value("stages", std::map<std::string, double>());
  return f;
}

}  // namespace

json CountersToJson(const ServiceCounters& counters) {
  json fits = json::object();
  for (const auto& [model, times] : counters.fit_times) fits[model] = HistogramJson(times);
  json jobs = json::object();
  for (const auto& [job, figures] : counters.jobs) jobs[job] = FiguresJson(figures);
  json detect_jobs = json::object();
  for (const auto& [job, figures] : counters.detect_jobs) detect_jobs[job] = FiguresJson(figures);
  json requests = json::object();
  for (const auto& [status, count] : counters.requests) requests[std::to_string(status)] = count;
  return {{"runs", counters.runs},
          {"targets", counters.targets},
          {"worker_deaths", counters.worker_deaths},
          {"run_restarts", counters.run_restarts},
          {"requests", requests},
          {"clients_dropped", counters.clients_dropped},
          {"event_lines_dropped", counters.event_lines_dropped},
          {"fit_times", fits},
          {"jobs", jobs},
          {"detections", counters.detections},
          {"anomalies", counters.anomalies},
          {"detect_jobs", detect_jobs}};
}

ServiceCounters CountersFromJson(const json& object) {
  using Counts = std::map<std::string, std::uint64_t>;
  ServiceCounters counters;
  if (!object.is_object()) return counters;
  try {
    counters.runs = object.value("runs", std::map<std::string, Counts>());
    counters.targets = object.value("targets", std::map<std::string, Counts>());
    counters.worker_deaths = object.value("worker_deaths", Counts());
    counters.run_restarts = object.value("run_restarts", Counts());
    counters.clients_dropped = Member<std::uint64_t>(object, "clients_dropped");
    counters.event_lines_dropped = Member<std::uint64_t>(object, "event_lines_dropped");
    for (const auto& [status, count] : object.value("requests", Counts())) counters.requests[std::stoi(status)] = count;
    const json none = json::object();
    const json& fits = object.contains("fit_times") ? object.at("fit_times") : none;
    for (const auto& [model, times] : fits.items()) {
      FitTimeHistogram& histogram = counters.fit_times[model];
      histogram.sum_seconds = Member<double>(times, "sum");
      histogram.counts = times.value("counts", histogram.counts);
    }
    const json& jobs = object.contains("jobs") ? object.at("jobs") : none;
    for (const auto& [job, figures] : jobs.items()) counters.jobs[job] = FiguresFrom(figures);
    counters.detections = object.value("detections", std::map<std::string, Counts>());
    counters.anomalies = object.value("anomalies", std::map<std::string, Counts>());
    const json& detect_jobs = object.contains("detect_jobs") ? object.at("detect_jobs") : none;
    for (const auto& [job, figures] : detect_jobs.items()) counters.detect_jobs[job] = DetectFiguresFrom(figures);
  } catch (const std::exception&) {
    return counters;  // what was read up to the damage; totals are no reason not to start
  }
  return counters;
}

}  // namespace fitd
