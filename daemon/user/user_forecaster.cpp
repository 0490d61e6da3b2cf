#include "daemon/user/user_forecaster.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <utility>

#include "common/fit/model_archive.h"
#include "daemon/pool/pool_options.h"
#include "daemon/user/user_code.h"
#include "ipc/forecast_messages.h"

namespace fitd {
namespace {

using std::chrono::steady_clock;

constexpr auto kPollTick = std::chrono::milliseconds(200);  // the worker's output is read so often
constexpr auto kSilence = std::chrono::seconds(10);         // then it is said what is waited for

void Say(std::string_view text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

// Bounds of a lower level that reach beyond those of a higher one, by more than rounding: levels were mixed up.
bool IsInside(const ForecastInterval& inner, const ForecastInterval& outer, std::size_t step) {
  constexpr double kRounding = 1e-9;
  const double room = kRounding * (std::abs(outer.lo[step]) + std::abs(outer.hi[step]));
  return !(outer.lo[step] > inner.lo[step] + room) && !(outer.hi[step] < inner.hi[step] - room);
}

// What no forecast is: empty when it is one. Bounds may be missing (NaN); a mean may lie outside of them, as quantiles
// of skewed distributions have it.
std::string FaultOf(const Forecast& forecast) {
  for (std::size_t i = 0; i < forecast.mean.size(); ++i) {
    if (!std::isfinite(forecast.mean[i])) {
      return fmt::format("its mean {} steps ahead is no number ({})", i + 1, forecast.mean[i]);
    }
    for (const ForecastInterval& interval : forecast.intervals) {
      const bool both = i < interval.lo.size() && i < interval.hi.size();
      if (both && interval.lo[i] > interval.hi[i]) {
        return fmt::format("its bounds at {} % are crossed {} steps ahead ({} above {})", interval.level, i + 1,
                           interval.lo[i], interval.hi[i]);
      }
      for (const ForecastInterval& wider : forecast.intervals) {
        if (!both || wider.level <= interval.level || i >= wider.lo.size() || i >= wider.hi.size()) continue;
        if (IsInside(interval, wider, i)) continue;
        return fmt::format("its bounds at {} % ({} to {}) do not hold those at {} % ({} to {}) {} steps ahead",
                           wider.level, wider.lo[i], wider.hi[i], interval.level, interval.lo[i], interval.hi[i],
                           i + 1);
      }
    }
  }
  return "";
}

}  // namespace

UserForecaster::~UserForecaster() {
  if (!process_ || process_->pid() <= 0) return;  // none, or moved from
  channel_.reset();
  const Monotonic deadline = steady_clock::now() + kHostsEnd;
  while (!process_->TryReap() && steady_clock::now() < deadline) {
    pollfd end{process_->pidfd(), POLLIN, 0};
    ::poll(&end, 1, 50);
    PassOnOutput();
  }
  PassOnOutput();
}

Result<Forecast> UserForecaster::Predict(std::string_view target, const Model& model, int horizon,
                                         std::span<const double> levels) {
  FITD_RETURN_IF_ERROR(broken_);
  if (!process_) FITD_RETURN_IF_ERROR(broken_ = Start());
  ForecastRequest request;
  request.algorithm = model.algorithm;
  request.target = target;
  request.model = EncodeModel(model);
  request.horizon = horizon;
  request.levels.assign(levels.begin(), levels.end());
  Result<Forecast> forecast =
      Ask(EncodeForecastRequest(request), options_.timeout, fmt::format("the forecast of target '{}'", target));
  if (forecast.ok()) {
    const std::string fault = FaultOf(*forecast);
    if (fault.empty()) return forecast;
    forecast = Status(StatusCode::kInvalidInput, fault);
  }
  return forecast.status().WithContext(fmt::format("forecast of target '{}'", target));
}

Status UserForecaster::Start() {
  const bool python = std::any_of(options_.algorithms.begin(), options_.algorithms.end(),
                                  [](const std::string& name) { return name.starts_with(kPythonPrefix); });
  FITD_RETURN_IF_ERROR(ExpectTrustedCode(options_.store, options_.algorithms, options_.allow_code));
  SpawnOptions spawn;
  FITD_ASSIGN_OR_RETURN(spawn.folder, FolderOfCode(options_.folder, options_.algorithms, options_.allow_code));
  // A forecast by new code may be what is wanted of old models, where an update by it would mix two kinds of them.
  if (CodeHasChanged(options_.context.options, options_.context.python_path, spawn.folder)) {
    Say(fmt::format("fitd: {}\n", DescribeChangedCode(options_.run)));
  }
  spawn.executable = FindWorkerExecutable();
  if (python) {
    FITD_ASSIGN_OR_RETURN(spawn.executable, FindPythonWorker());
  }
  std::error_code ignored;
  spawn.executable = std::filesystem::absolute(spawn.executable, ignored).string();  // it starts in another folder
  spawn.args = {"--worker", "0", "--log-level", "warning", "--forecast", "1"};
  FITD_ASSIGN_OR_RETURN(auto pair, Channel::MakePair());
  FITD_ASSIGN_OR_RETURN(process_, ChildProcess::Spawn(spawn, std::move(pair.second)));
  channel_.emplace(std::move(pair.first));
  output_ended_ = false;
  return Ask(EncodeForecastSetup({options_.algorithms, options_.context}), kUserCodeLoads, "the users' code to load")
      .status();
}

Result<Forecast> UserForecaster::Ask(std::string_view message, Duration timeout, std::string_view what) {
  const double seconds = std::chrono::duration<double>(timeout).count();
  const Monotonic begin = steady_clock::now();
  const Monotonic deadline = begin + timeout;
  bool told = false;
  std::string answer;
  Status status = SendLong(*channel_, message, deadline);
  while (status.ok()) {
    // Code that prints much waits until that is read, so both are waited for.
    const Monotonic tick = std::min(deadline, steady_clock::now() + kPollTick);
    Result<bool> whole = Status(StatusCode::kTimeout, "");
    if (WaitForAnswer(tick)) whole = ReceiveLong(*channel_, answer, tick);
    PassOnOutput();
    if (whole.ok()) return DecodeForecastAnswer(answer);
    const Monotonic now = steady_clock::now();
    if (whole.status().code() != StatusCode::kTimeout || now >= deadline) status = whole.status();
    if (status.ok() && now >= begin + kSilence && !std::exchange(told, true)) {
      Say(fmt::format("fitd: waiting for {}, {:g} s at most\n", what, seconds));
    }
  }
  const std::string end =
      status.code() == StatusCode::kTimeout ? fmt::format("took longer than {:g} s", seconds) : Obituary();
  channel_.reset();
  process_.reset();
  return Status(StatusCode::kWorkerLost, end);
}

// False when there is only output to pass on, or nothing by `tick`.
bool UserForecaster::WaitForAnswer(Monotonic tick) {
  pollfd both[] = {{channel_->fd(), POLLIN, 0}, {output_ended_ ? -1 : process_->stderr_fd(), POLLIN, 0}};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(tick - steady_clock::now());
  ::poll(both, std::size(both), static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
  return both[0].revents != 0;
}

void UserForecaster::PassOnOutput() {
  constexpr int kMostAtOnce = 256;  // reads, so that whoever prints without end does not outlast a time limit
  std::array<char, 4096> buffer;
  for (int i = 0; i < kMostAtOnce; ++i) {
    const ssize_t n = ::read(process_->stderr_fd(), buffer.data(), buffer.size());
    output_ended_ = n == 0;
    if (n <= 0) return;
    Say({buffer.data(), static_cast<std::size_t>(n)});
  }
}

std::string UserForecaster::Obituary() {
  // Its socket is closed, so it is ending: the reaping kill comes after its own end or does no harm.
  const Monotonic deadline = steady_clock::now() + std::chrono::seconds(2);
  std::optional<ExitReport> report = process_->TryReap();
  while (!report && steady_clock::now() < deadline) {
    ::usleep(1000);
    report = process_->TryReap();
  }
  PassOnOutput();
  return report ? "its worker ended with " + report->Cause() : "its worker closed its connection";
}

}  // namespace fitd
