#include "common/process/journal.h"

#include <sys/uio.h>
#include <syslog.h>
#include <systemd/sd-journal.h>

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

namespace fitd {
namespace {

int Priority(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return LOG_DEBUG;
    case LogLevel::kInfo:
      return LOG_INFO;
    case LogLevel::kWarning:
      return LOG_WARNING;
    case LogLevel::kError:
    case LogLevel::kOff:
      break;
  }
  return LOG_ERR;
}

}  // namespace

bool RateLimit::Allow(Time now) {
  if (last_ != Time{}) {
    const double elapsed = std::chrono::duration<double>(now - last_).count();
    tokens_ = std::min(burst_, tokens_ + elapsed * per_second_);
  }
  last_ = now;
  if (tokens_ < 1) {
    ++refused_;
    return false;
  }
  tokens_ -= 1;
  return true;
}

std::uint64_t RateLimit::TakeRefused() {
  return std::exchange(refused_, 0);
}

JournalWriter::JournalWriter(int worker) : identifier_("fitd") {
  if (worker >= 0) {
    worker_ = std::to_string(worker);
    identifier_ += "-worker-" + worker_;
  }
  if (const char* run = std::getenv("FITD_RUN"); run != nullptr) run_ = run;
}

void JournalWriter::Write(LogLevel level, std::int64_t run, std::string_view target, std::string_view message,
                          std::span<const LogField> fields) {
  std::uint64_t refused = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!limit_.Allow(std::chrono::steady_clock::now())) return;
    refused = limit_.TakeRefused();
  }
  if (refused > 0)
    Send(LogLevel::kWarning, run, {}, std::to_string(refused) + " lines were too many and are not shown", {});
  Send(level, run, target, message, fields);
}

void JournalWriter::Send(LogLevel level, std::int64_t run, std::string_view target, std::string_view message,
                         std::span<const LogField> more) const {
  std::vector<std::string> fields = {"MESSAGE=" + std::string(message), "PRIORITY=" + std::to_string(Priority(level)),
                                     "SYSLOG_IDENTIFIER=" + identifier_};
  if (run > 0) {
    fields.push_back("FITD_RUN=" + std::to_string(run));
  } else if (!run_.empty()) {
    fields.push_back("FITD_RUN=" + run_);
  }
  if (!worker_.empty()) fields.push_back("FITD_WORKER=" + worker_);
  if (!target.empty()) fields.push_back("FITD_TARGET=" + std::string(target));
  for (const LogField& field : more) {
    std::string name(field.name);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
    fields.push_back("FITD_" + name + "=" + field.value);
  }
  std::vector<iovec> parts;
  parts.reserve(fields.size());
  for (std::string& field : fields) parts.push_back({field.data(), field.size()});
  sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
}

}  // namespace fitd
