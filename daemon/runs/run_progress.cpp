#include "daemon/runs/run_progress.h"

#include <fmt/format.h>

#include "daemon/progress/progress.h"

namespace fitd {

void RunProgress::Apply(const RunEvent& event, Monotonic now) {
  if (const auto* start = std::get_if<RunStarted>(&event)) {
    store_run_ = start->run;
    targets_ = start->targets;
    if (!start->workers.empty()) workers_ = start->workers;
    last_progress_ = now;
  } else if (const auto* progress = std::get_if<RunAdvanced>(&event)) {
    if (!latest_ || progress->stage != latest_->stage || progress->done != latest_->done ||
        progress->failures != latest_->failures) {
      last_progress_ = now;
    }
    latest_ = *progress;
  } else if (std::holds_alternative<WorkerLost>(event)) {
    ++worker_deaths_;
    last_progress_ = now;
  } else if (const auto* fits = std::get_if<FitTimesCounted>(&event)) {
    fit_times_ = fits->times;
  } else {
    last_progress_ = now;
  }
}

std::string RunProgress::Describe(const std::string& job) const {
  if (!latest_) return job + ": starting";
  std::string text = fmt::format("{}: {}", job, StageName(latest_->stage));
  const bool bytes = latest_->stage == Stage::kLoad;
  if (latest_->total > 0) {
    double percent = 100.0 * static_cast<double>(latest_->done) / static_cast<double>(latest_->total);
    text += bytes ? fmt::format(" {:.0f}%", percent)
                  : fmt::format(" {}/{} {:.0f}%", latest_->done, latest_->total, percent);
  }
  if (!bytes && latest_->rate > 0) text += fmt::format(" {:.0f} targets/s", latest_->rate);
  if (latest_->eta_seconds >= 0 && latest_->done < latest_->total)
    text += " ETA " + FormatSeconds(latest_->eta_seconds);
  if (latest_->failures > 0) text += fmt::format(", {} failed", latest_->failures);
  return text;
}

}  // namespace fitd
