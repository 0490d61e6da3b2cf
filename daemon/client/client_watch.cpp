#include "daemon/client/client_watch.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "common/clock.h"
#include "daemon/progress/run_events.h"

namespace fitd {
namespace {

using nlohmann::json;

constexpr auto kDaemonAbsence = std::chrono::seconds(120);  // an upgrade or a restart is over by then
constexpr auto kSilence = std::chrono::seconds(3);          // then it is said what is waited for
constexpr auto kReconnectPause = std::chrono::milliseconds(250);

std::unique_ptr<Progress> MakeRenderer(const ClientOptions& options, const Clock& clock) {
  ProgressStyle style = options.progress;
  if (options.quiet || options.json) style = ProgressStyle::kNone;
  return MakeProgress(style, STDERR_FILENO, clock);
}

bool HasEnded(const json& run) {
  const std::string state = run.value("state", std::string());
  return state == "complete" || state == "failed" || state == "cancelled";
}

}  // namespace

Result<std::string> WatchRun(Client& client, std::int64_t id, const ClientOptions& options, bool answered,
                             const std::function<void(bool gone)>& tell_gone) {
  const SystemClock clock;
  const std::unique_ptr<Progress> progress = MakeRenderer(options, clock);
  const std::string target = "/v1/runs/" + std::to_string(id);
  Monotonic last_answer = clock.Now();
  bool told = false;
  auto on_line = [&](std::string_view line) {
    last_answer = clock.Now();
    if (options.json) fmt::print("{}\n", line);
    auto event = ParseRunEvent(line);
    if (event) progress->On(*event);
    return !event || !std::holds_alternative<RunEnded>(*event);
  };
  for (;;) {
    auto body = client.Get(target);
    if (body.ok()) {
      answered = true;
      last_answer = clock.Now();
      if (std::exchange(told, false)) tell_gone(false);
      const json object = json::parse(*body, nullptr, false);
      if (!object.is_object() || !object.contains("run")) {
        return Status(StatusCode::kInternal, "the daemon's answer cannot be understood; is it of another version?");
      }
      if (HasEnded(object["run"])) return object["run"].dump();
      const Status followed = client.Follow(target + "/events", on_line);
      if (followed.ok()) continue;
      body = followed;
    }
    const bool gone = body.status().code() == StatusCode::kUnavailable || body.status().code() == StatusCode::kBusy;
    if (!gone || !answered || clock.Now() - last_answer >= kDaemonAbsence) return body.status();
    if (!told && clock.Now() - last_answer >= kSilence) {
      told = true;
      progress->Pause();
      tell_gone(true);
    }
    std::this_thread::sleep_for(kReconnectPause);
  }
}

}  // namespace fitd
