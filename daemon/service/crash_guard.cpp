#include "daemon/service/crash_guard.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <thread>
#include <utility>

#include "daemon/service/systemd.h"

namespace fitd {
namespace {

constexpr int kFreeStarts = 3;
constexpr int kLongestSeconds = 60;  // below systemd's 90 s for a start
constexpr std::time_t kMemorySeconds = 600;

int EarlierStarts(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || ::time(nullptr) - info.st_mtime > kMemorySeconds) return 0;
  int starts = 0;
  std::ifstream(path) >> starts;
  return std::clamp(starts, 0, 1000);
}

}  // namespace

std::chrono::seconds DelayOfStart(int starts) {
  if (starts <= kFreeStarts) return std::chrono::seconds(0);
  return std::chrono::seconds(std::min(kLongestSeconds, 1 << std::min(starts - kFreeStarts, 6)));
}

CrashGuard::CrashGuard(std::string path) : path_(std::move(path)), starts_(EarlierStarts(path_) + 1) {
  std::ofstream(path_) << starts_ << "\n";
}

void CrashGuard::Wait(const ServiceLog& log) const {
  const std::chrono::seconds delay = DelayOfStart(starts_);
  if (delay.count() == 0) return;
  const std::string text = "waiting " + std::to_string(delay.count()) + " s: this is start " + std::to_string(starts_) +
                           " in a row after bad ends";
  log(LogLevel::kWarning, 0, text);
  NotifyManager("STATUS=" + text);
  std::this_thread::sleep_for(delay);
}

void CrashGuard::Forget() {
  ::unlink(path_.c_str());
}

}  // namespace fitd
