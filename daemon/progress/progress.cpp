#include "daemon/progress/progress.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "common/text.h"
#include "daemon/progress/fit_times.h"

namespace fitd {
namespace {

constexpr auto kBarInterval = std::chrono::milliseconds(100);
constexpr auto kPlainInterval = std::chrono::seconds(10);
constexpr auto kJsonInterval = std::chrono::milliseconds(200);

void WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;  // a cancellation's signal
    if (n <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

// A picture that is out of date a moment later: a terminal that Ctrl-S has stopped, or a pipe that nobody reads, goes
// without it, and the run goes on.
void WriteIfTaken(int fd, std::string_view text) {
  pollfd one{fd, POLLOUT, 0};
  if (::poll(&one, 1, 0) != 0) WriteAll(fd, text);
}

// True when enough time has passed since the last rendering, or when a stage begins or ends.
class Throttle {
 public:
  explicit Throttle(Duration interval) : interval_(interval) {}
  bool Due(const RunAdvanced& progress, Monotonic now) {
    const bool new_stage = !any_ || progress.stage != stage_;
    const bool finished = progress.total > 0 && progress.done >= progress.total;
    const bool due = new_stage || now - last_ >= interval_ || (finished && !finished_);
    if (!due) return false;
    any_ = true;
    stage_ = progress.stage;
    finished_ = finished;
    last_ = now;
    return true;
  }

 private:
  Duration interval_;
  bool any_ = false;
  bool finished_ = false;
  Stage stage_ = Stage::kLoad;
  Monotonic last_{};
};

std::string AdvancedText(const RunAdvanced& p) {
  if (p.stage == Stage::kLoad) {
    const double mb = static_cast<double>(p.done) / 1e6;
    if (p.total == 0) return fmt::format("{:.1f} MB", mb);
    return fmt::format("{:.1f}/{:.1f} MB", mb, static_cast<double>(p.total) / 1e6);
  }
  return p.total == 0 ? fmt::format("{}", p.done) : fmt::format("{}/{}", p.done, p.total);
}

std::string RateText(const RunAdvanced& p, const RateMeter& rate) {
  if (rate.targets_per_second() <= 0) return "";
  if (p.stage == Stage::kLoad) return fmt::format(" {:.0f} MB/s", rate.targets_per_second() / 1e6);
  return fmt::format(" {:.{}f} targets/s", rate.targets_per_second(), rate.targets_per_second() < 10 ? 1 : 0);
}

void WriteAnomaly(int fd, const AnomalyFound& found) {
  WriteAll(fd,
           PrintableLines(fmt::format("fitd: {}{}", found.is_new ? "" : "goes on: ", DescribeAnomaly(found))) + "\n");
}

class BarProgress final : public Progress {
 public:
  BarProgress(int fd, const Clock& clock) : fd_(fd), clock_(clock) {}
  ~BarProgress() override { Pause(); }

  void On(const RunEvent& event) override {
    if (const auto* advanced = std::get_if<RunAdvanced>(&event)) Draw(*advanced);
    if (std::holds_alternative<RunEnded>(event)) Pause();
    if (const auto* found = std::get_if<AnomalyFound>(&event)) {
      Pause();
      WriteAnomaly(fd_, *found);
    }
  }
  void Pause() override {
    if (drawn_) WriteIfTaken(fd_, "\r\x1b[K");
    drawn_ = false;
  }

 private:
  void Draw(const RunAdvanced& progress) {
    const Monotonic now = clock_.Now();
    rate_.Update(progress, now);
    if (!throttle_.Due(progress, now)) return;
    winsize size{};
    const int width = ::ioctl(fd_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
    WriteIfTaken(fd_, "\r" + FormatBar(progress, rate_, width - 1) + "\x1b[K");
    drawn_ = true;
  }

  int fd_;
  const Clock& clock_;
  RateMeter rate_;
  Throttle throttle_{kBarInterval};
  bool drawn_ = false;
};

class PlainProgress final : public Progress {
 public:
  PlainProgress(int fd, const Clock& clock) : fd_(fd), clock_(clock), start_(clock.Now()) {}

  void On(const RunEvent& event) override {
    if (const auto* advanced = std::get_if<RunAdvanced>(&event)) Write(*advanced);
    if (const auto* found = std::get_if<AnomalyFound>(&event)) WriteAnomaly(fd_, *found);
  }

 private:
  void Write(const RunAdvanced& progress) {
    const Monotonic now = clock_.Now();
    rate_.Update(progress, now);
    // A short run stays quiet: nothing before the first ten seconds.
    if (now - start_ < kPlainInterval || !throttle_.Due(progress, now)) return;
    std::string line = fmt::format("fitd: {} {}", StageName(progress.stage), AdvancedText(progress));
    line += RateText(progress, rate_);
    if (rate_.eta_seconds() >= 0) line += " ETA " + FormatSeconds(rate_.eta_seconds());
    if (progress.failures > 0) line += fmt::format(" {} failed", progress.failures);
    WriteIfTaken(fd_, line + "\n");
  }

  int fd_;
  const Clock& clock_;
  Monotonic start_;
  RateMeter rate_;
  Throttle throttle_{kPlainInterval};
};

class JsonProgress final : public Progress {
 public:
  JsonProgress(int fd, const Clock& clock) : fd_(fd), clock_(clock) {}

  void On(const RunEvent& event) override {
    if (const auto* advanced = std::get_if<RunAdvanced>(&event)) {
      const Monotonic now = clock_.Now();
      rate_.Update(*advanced, now);
      if (!throttle_.Due(*advanced, now)) return;
      RunAdvanced measured = *advanced;
      measured.rate = rate_.targets_per_second();
      measured.eta_seconds = rate_.eta_seconds();
      EmitFitTimes();
      Emit(measured);
      return;
    }
    if (std::holds_alternative<RunEnded>(event)) EmitFitTimes();
    Emit(event);
  }
  void Fitted(std::string_view algorithm, double seconds) override {
    auto times = fit_times_.find(algorithm);
    if (times == fit_times_.end()) times = fit_times_.emplace(std::string(algorithm), FitTimeHistogram()).first;
    times->second.Observe(seconds);
    fit_times_changed_ = true;
  }

 private:
  void Emit(const RunEvent& event) { WriteAll(fd_, FormatRunEvent(event) + "\n"); }
  void EmitFitTimes() {
    if (std::exchange(fit_times_changed_, false)) Emit(FitTimesCounted{fit_times_});
  }

  int fd_;
  const Clock& clock_;
  RateMeter rate_;
  Throttle throttle_{kJsonInterval};
  FitTimes fit_times_;
  bool fit_times_changed_ = false;
};

class TeeProgress final : public Progress {
 public:
  TeeProgress(std::unique_ptr<Progress> first, std::unique_ptr<Progress> second)
      : first_(std::move(first)), second_(std::move(second)) {}
  void On(const RunEvent& event) override {
    first_->On(event);
    second_->On(event);
  }
  void Fitted(std::string_view algorithm, double seconds) override {
    first_->Fitted(algorithm, seconds);
    second_->Fitted(algorithm, seconds);
  }
  void Pause() override {
    first_->Pause();
    second_->Pause();
  }

 private:
  std::unique_ptr<Progress> first_;
  std::unique_ptr<Progress> second_;
};

}  // namespace

void RateMeter::Update(const RunAdvanced& progress, Monotonic now) {
  if (!started_ || progress.stage != stage_ || progress.done < first_done_) {
    started_ = true;
    stage_ = progress.stage;
    start_ = now;
    first_done_ = progress.done;
    first_cost_ = progress.cost_done;
    rate_ = 0;
    eta_ = -1;
    return;
  }
  const double seconds = std::chrono::duration<double>(now - start_).count();
  if (seconds < 0.05 || progress.done <= first_done_) return;
  rate_ = static_cast<double>(progress.done - first_done_) / seconds;
  if (progress.total == 0) return;
  const double cost_done = progress.cost_done - first_cost_;
  eta_ = cost_done > 0 ? std::max(0.0, progress.cost_total - progress.cost_done) * seconds / cost_done
                       : static_cast<double>(progress.total - std::min(progress.total, progress.done)) / rate_;
}

std::string DescribeAnomaly(const AnomalyFound& found) {
  const bool fleet = found.kind == "fleet";
  const std::string who = fleet ? fmt::format("{} targets at once", found.observations)
                                : fmt::format("{} of '{}'", found.kind, found.target);
  return fmt::format("{} at {}: {:.6g}, expected {:.6g} (score {:.1f})", who, found.start, found.value, found.expected,
                     found.score);
}

std::string FormatSeconds(double seconds) {
  const auto s = static_cast<std::int64_t>(std::llround(std::clamp(seconds, 0.0, 1e9)));
  if (s >= 3600) return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
  return fmt::format("{}:{:02}", s / 60, s % 60);
}

std::string FormatBar(const RunAdvanced& p, const RateMeter& rate, int width) {
  std::string left = fmt::format("{} {}", StageName(p.stage), AdvancedText(p));
  std::string right;
  if (p.total > 0) {
    right += fmt::format(" {:3}%", 100 * std::min(p.done, p.total) / p.total);
  }
  right += RateText(p, rate);
  if (rate.eta_seconds() >= 0) right += " ETA " + FormatSeconds(rate.eta_seconds());
  if (p.failures > 0) right += fmt::format(" {} failed", p.failures);
  const int room = width - static_cast<int>(left.size() + right.size()) - 3;
  if (p.total > 0 && room >= 8) {
    const int cells = std::min(room, 40);
    const auto full = static_cast<int>(static_cast<double>(cells) * static_cast<double>(std::min(p.done, p.total)) /
                                       static_cast<double>(p.total));
    left += " |" + std::string(static_cast<std::size_t>(full), '#') +
            std::string(static_cast<std::size_t>(cells - full), ' ') + "|";
  }
  std::string line = left + right;
  if (static_cast<int>(line.size()) > width) line.resize(static_cast<std::size_t>(std::max(0, width)));
  return line;
}

std::unique_ptr<Progress> MakeProgress(ProgressStyle style, int fd, const Clock& clock) {
  if (style == ProgressStyle::kAuto) {
    const char* const term = std::getenv("TERM");
    const bool dumb = term != nullptr && std::string_view(term) == "dumb";  // as inside editors
    style = ::isatty(fd) && !dumb ? ProgressStyle::kBar : ProgressStyle::kPlain;
  }
  if (style == ProgressStyle::kBar) return std::make_unique<BarProgress>(fd, clock);
  if (style == ProgressStyle::kPlain) return std::make_unique<PlainProgress>(fd, clock);
  if (style == ProgressStyle::kJson) return MakeJsonProgress(fd, clock);
  return std::make_unique<Progress>();
}

std::unique_ptr<Progress> MakeJsonProgress(int fd, const Clock& clock) {
  return std::make_unique<JsonProgress>(fd, clock);
}

std::unique_ptr<Progress> MakeTeeProgress(std::unique_ptr<Progress> first, std::unique_ptr<Progress> second) {
  return std::make_unique<TeeProgress>(std::move(first), std::move(second));
}

}  // namespace fitd
