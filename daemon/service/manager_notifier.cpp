#include "daemon/service/manager_notifier.h"

#include <fmt/format.h>

#include "daemon/service/systemd.h"

namespace fitd {
namespace {

constexpr std::chrono::microseconds kStopExtension{15'000'000};  // requested repeatedly while draining

}  // namespace

void ManagerNotifier::Tell(const std::string& status, bool well, bool draining) {
  std::string message;
  if (status != told_) message = "STATUS=" + status + "\n";
  told_ = status;
  if (watchdog_ && well) message += "WATCHDOG=1\n";
  if (draining) message += fmt::format("EXTEND_TIMEOUT_USEC={}\n", kStopExtension.count());
  if (!message.empty()) NotifyManager(message);
}

std::optional<std::chrono::milliseconds> ManagerNotifier::LongestSilence() const {
  if (!watchdog_) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(*watchdog_ / 3);
}

}  // namespace fitd
