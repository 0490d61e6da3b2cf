#include "daemon/runs/metrics.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "daemon/runs/json_member.h"

namespace fitd {
namespace {

using nlohmann::json;

// Label values may hold anything; three characters are escaped.
std::string Escape(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out;
}

class Text {
 public:
  void Family(std::string_view name, std::string_view type, std::string_view help) {
    out_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  void Sample(std::string_view name, std::initializer_list<std::pair<std::string_view, std::string_view>> labels,
              double value) {
    out_ += name;
    char open = '{';
    for (const auto& [key, label] : labels) {
      out_ += fmt::format("{}{}=\"{}\"", open, key, Escape(label));
      open = ',';
    }
    if (open == ',') out_ += '}';
    out_ += fmt::format(" {}\n", value);
  }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

void WriteRuns(const ServiceCounters& counters, Text& text) {
  text.Family("fitd_runs_total", "counter", "Trainings that ended, by job and final state.");
  for (const auto& [job, states] : counters.runs) {
    for (const auto& [state, count] : states) {
      text.Sample("fitd_runs_total", {{"job", job}, {"state", state}}, static_cast<double>(count));
    }
  }
  text.Family("fitd_targets_total", "counter", "Targets of finished trainings, by job and outcome.");
  for (const auto& [job, outcomes] : counters.targets) {
    for (const auto& [status, count] : outcomes) {
      text.Sample("fitd_targets_total", {{"job", job}, {"status", status}}, static_cast<double>(count));
    }
  }
  text.Family("fitd_worker_deaths_total", "counter", "Worker processes that died during a run, by reason.");
  for (const auto& [cause, count] : counters.worker_deaths) {
    text.Sample("fitd_worker_deaths_total", {{"reason", cause}}, static_cast<double>(count));
  }
  text.Family("fitd_run_restarts_total", "counter", "Run processes started again to finish a run, by reason.");
  for (const auto& [cause, count] : counters.run_restarts) {
    text.Sample("fitd_run_restarts_total", {{"reason", cause}}, static_cast<double>(count));
  }
}

void WriteFitTimes(const ServiceCounters& counters, Text& text) {
  text.Family("fitd_fit_seconds", "histogram", "Time of a single fit, by model.");
  for (const auto& [model, times] : counters.fit_times) {
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < times.counts.size(); ++i) {
      cumulative += times.counts[i];
      std::string bound = i < kFitTimeBounds.size() ? fmt::format("{}", kFitTimeBounds[i]) : "+Inf";
      text.Sample("fitd_fit_seconds_bucket", {{"model", model}, {"le", bound}}, static_cast<double>(cumulative));
    }
    text.Sample("fitd_fit_seconds_sum", {{"model", model}}, times.sum_seconds);
    text.Sample("fitd_fit_seconds_count", {{"model", model}}, static_cast<double>(cumulative));
  }
}

void WriteJobs(const ServiceCounters& counters, Text& text) {
  auto gauge = [&](std::string_view name, std::string_view help, auto figure) {
    text.Family(name, "gauge", help);
    for (const auto& [job, figures] : counters.jobs) text.Sample(name, {{"job", job}}, figure(figures));
  };
  gauge("fitd_job_last_success_timestamp_seconds", "When a run of the job last ended well; 0: never.",
        [](const JobFigures& f) { return f.last_success_seconds; });
  gauge("fitd_job_last_end_timestamp_seconds", "When a run of the job last ended.",
        [](const JobFigures& f) { return f.last_end_seconds; });
  gauge("fitd_job_last_duration_seconds", "How long the job's last run took.",
        [](const JobFigures& f) { return f.last_duration_seconds; });
  gauge("fitd_job_last_exit_code", "Exit code of the job's last run.",
        [](const JobFigures& f) { return static_cast<double>(f.last_exit_code); });
  text.Family("fitd_job_stage_seconds", "gauge", "Time spent in each stage of the job's last run.");
  for (const auto& [job, figures] : counters.jobs) {
    for (const auto& [stage, seconds] : figures.stage_seconds) {
      text.Sample("fitd_job_stage_seconds", {{"job", job}, {"stage", stage}}, seconds);
    }
  }
  text.Family("fitd_job_peak_rss_bytes", "gauge", "Largest resident memory in the job's last run, by process.");
  for (const auto& [job, figures] : counters.jobs) {
    text.Sample("fitd_job_peak_rss_bytes", {{"job", job}, {"process", "parent"}},
                static_cast<double>(figures.parent_peak_rss_bytes));
    text.Sample("fitd_job_peak_rss_bytes", {{"job", job}, {"process", "worker"}},
                static_cast<double>(figures.worker_peak_rss_bytes));
  }
}

void WriteDetections(const ServiceCounters& counters, Text& text) {
  const auto counts = [&](std::string_view name, std::string_view help, std::string_view label, const auto& by_job) {
    text.Family(name, "counter", help);
    for (const auto& [job, by_label] : by_job) {
      for (const auto& [value, count] : by_label) {
        text.Sample(name, {{"job", job}, {label, value}}, static_cast<double>(count));
      }
    }
  };
  counts("fitd_anomalies_total", "New events that detections found, by job and kind.", "kind", counters.anomalies);
  counts("fitd_detections_total", "Detections that ended, by job and final state.", "state", counters.detections);
  const auto gauge = [&](std::string_view name, std::string_view help, auto figure) {
    text.Family(name, "gauge", help);
    for (const auto& [job, figures] : counters.detect_jobs) {
      text.Sample(name, {{"job", job}}, static_cast<double>(figure(figures)));
    }
  };
  gauge("fitd_detect_targets", "Targets that the job's last detection looked at.",
        [](const DetectFigures& f) { return f.targets; });
  gauge("fitd_detect_observations", "New observations of the job's last detection.",
        [](const DetectFigures& f) { return f.observations; });
  gauge("fitd_detect_anomalous_targets", "Targets with an event that goes on, after the job's last detection.",
        [](const DetectFigures& f) { return f.anomalous; });
  gauge("fitd_detect_anomalous_ratio", "Their share of the targets that were looked at.", [](const DetectFigures& f) {
    return f.targets > 0 ? static_cast<double>(f.anomalous) / static_cast<double>(f.targets) : 0;
  });
  gauge("fitd_detect_last_success_timestamp_seconds", "When a detection of the job last ended well; 0: never.",
        [](const DetectFigures& f) { return f.last_success_seconds; });
  gauge("fitd_detect_last_end_timestamp_seconds", "When a detection of the job last ended.",
        [](const DetectFigures& f) { return f.last_end_seconds; });
  gauge("fitd_detect_last_duration_seconds", "How long the job's last detection took.",
        [](const DetectFigures& f) { return f.last_duration_seconds; });
  gauge("fitd_detect_last_exit_code", "Exit code of the job's last detection.",
        [](const DetectFigures& f) { return f.last_exit_code; });
}

void WriteService(const ServiceCounters& counters, const ServiceGauges& gauges, Text& text) {
  auto single = [&](std::string_view name, std::string_view type, std::string_view help, double value) {
    text.Family(name, type, help);
    text.Sample(name, {}, value);
  };
  text.Family("fitd_build_info", "gauge", "Version of the daemon; always 1.");
  text.Sample("fitd_build_info", {{"version", gauges.version}}, 1);
  single("fitd_start_timestamp_seconds", "gauge", "When this daemon process started.", gauges.start_seconds);
  single("fitd_queue_runs", "gauge", "Runs waiting.", static_cast<double>(gauges.queue_length));
  single("fitd_queue_limit_runs", "gauge", "Runs that may wait.", static_cast<double>(gauges.queue_limit));
  single("fitd_runs_active", "gauge", "Runs going on.", static_cast<double>(gauges.runs_active));
  single("fitd_draining", "gauge", "1 while the daemon is stopping.", gauges.draining ? 1 : 0);
  single("fitd_healthy", "gauge", "0 while the queue cannot be saved or the configuration is not valid.",
         gauges.problem.empty() ? 1 : 0);
  single("fitd_state_saved", "gauge", "1: the queue on disk is the one in memory.", gauges.state_saved ? 1 : 0);
  single("fitd_state_save_failures_total", "counter", "Attempts to save the queue that failed.",
         static_cast<double>(gauges.state_save_failures));
  single("fitd_clients", "gauge", "Open client connections.", static_cast<double>(gauges.clients));
  single("fitd_event_streams", "gauge", "Clients following events.", static_cast<double>(gauges.streams));
  single("fitd_clients_dropped_total", "counter", "Clients disconnected by a limit or a time-out.",
         static_cast<double>(counters.clients_dropped));
  single("fitd_event_lines_dropped_total", "counter", "Lines of run processes that could not be understood.",
         static_cast<double>(counters.event_lines_dropped));
  text.Family("fitd_requests_total", "counter", "Requests answered, by HTTP status.");
  for (const auto& [status, count] : counters.requests) {
    text.Sample("fitd_requests_total", {{"code", std::to_string(status)}}, static_cast<double>(count));
  }
}

void WriteActive(const ServiceGauges& gauges, Text& text) {
  auto gauge = [&](std::string_view name, std::string_view help, auto figure) {
    text.Family(name, "gauge", help);
    for (const auto& run : gauges.active) {
      text.Sample(name, {{"job", run.job}, {"stage", run.stage}}, static_cast<double>(figure(run)));
    }
  };
  gauge("fitd_run_done", "What the current stage has done (bytes while loading, targets elsewhere).",
        [](const auto& run) { return run.done; });
  gauge("fitd_run_expected", "What the current stage has to do in all.", [](const auto& run) { return run.total; });
  gauge("fitd_run_failures", "Targets that failed so far.", [](const auto& run) { return run.failures; });
}

}  // namespace

void CountSummary(const std::string& job, const std::string& summary_json, ServiceCounters& counters) {
  const json summary = json::parse(summary_json, nullptr, false);
  if (!summary.is_object()) return;
  for (const char* status : {"fitted", "fallback", "constant", "short", "failed"}) {
    if (auto count = Member<std::uint64_t>(summary, status); count > 0) counters.targets[job][status] += count;
  }
  JobFigures& figures = counters.jobs[job];
  if (auto seconds = summary.find("seconds"); seconds != summary.end() && seconds->is_object()) {
    figures.stage_seconds.clear();
    for (const auto& [stage, value] : seconds->items()) {
      if (value.is_number() && stage != "total") figures.stage_seconds[stage] = value.get<double>();
    }
  }
  if (auto rss = summary.find("peak_rss_bytes"); rss != summary.end() && rss->is_object()) {
    figures.parent_peak_rss_bytes = Member<std::uint64_t>(*rss, "parent");
    figures.worker_peak_rss_bytes = Member<std::uint64_t>(*rss, "worker");
  }
}

namespace {

// When it began and how it ended, of whatever kind.
template <class Figures>
void CountTimes(const RunRecord& run, Figures& figures) {
  figures.last_end_seconds = static_cast<double>(run.ended_ms) / 1000;
  if (run.started_ms > 0) figures.last_duration_seconds = static_cast<double>(run.ended_ms - run.started_ms) / 1000;
  figures.last_exit_code = run.exit_code;
  if (run.state == ServiceRunState::kComplete) figures.last_success_seconds = figures.last_end_seconds;
}

void CountDetection(const RunRecord& run, ServiceCounters& counters) {
  ++counters.detections[run.job][std::string(ServiceRunStateName(run.state))];
  DetectFigures& figures = counters.detect_jobs[run.job];
  CountTimes(run, figures);
  if (run.started_ms > 0) figures.last_start_seconds = static_cast<double>(run.started_ms) / 1000;
  const json summary = json::parse(run.summary, nullptr, false);
  if (!summary.is_object()) return;
  figures.targets = Member<std::uint64_t>(summary, "targets");
  figures.observations = Member<std::uint64_t>(summary, "observations");
  figures.anomalous = Member<std::uint64_t>(summary, "anomalous");
}

}  // namespace

void CountRun(const RunRecord& run, ServiceCounters& counters) {
  if (run.kind == RunKind::kDetect) return CountDetection(run, counters);
  ++counters.runs[run.job][std::string(ServiceRunStateName(run.state))];
  CountTimes(run, counters.jobs[run.job]);
  CountSummary(run.job, run.summary, counters);
}

void CountAnomaly(const RunRecord& run, const AnomalyFound& found, ServiceCounters& counters) {
  if (!found.is_new || run.kind != RunKind::kDetect) return;
  auto& kinds = counters.anomalies[run.job];
  ++kinds[LabelOf(kinds, found.kind)];
}

std::string FormatMetrics(const ServiceCounters& counters, const ServiceGauges& gauges) {
  Text text;
  WriteService(counters, gauges, text);
  WriteActive(gauges, text);
  WriteRuns(counters, text);
  WriteFitTimes(counters, text);
  WriteJobs(counters, text);
  WriteDetections(counters, text);
  return text.Take();
}

}  // namespace fitd
