#include "daemon/pool/death_cause.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "ipc/worker_exit.h"

namespace fitd {
namespace {

// True for signals that a process causes itself; all others were sent by somebody else.
bool OwnDoing(int signal) {
  constexpr std::array kOwn = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGXCPU, SIGXFSZ, SIGPIPE};
  return std::find(kOwn.begin(), kOwn.end(), signal) != kOwn.end();
}

}  // namespace

DeathCause CauseOfDeath(const ExitReport& report, const DeathEvidence& evidence) {
  if (evidence.verdict) return {std::string(VerdictName(*evidence.verdict)), true};
  if (report.kind != ExitReport::Kind::kSignalled) {
    if (report.code == kWorkerExitOutOfMemory) return {"oom", true};
    if (report.code == 0 && evidence.partial_frame) return {std::string(VerdictName(Verdict::kBadMessage)), true};
    return {report.Cause(), true};
  }
  if (report.signal == SIGKILL && evidence.oom_kill) return {"oom", true};
  // The kernel kills at once where the hard limit is the soft one, as ulimit -t sets both. It samples the time that it
  // judges by at its ticks, while the report has the exact one: of workers under a limit of 1 s some had less than 0.9
  // s.
  constexpr double kLeastShare = 0.8;
  const double used = report.user_seconds + report.system_seconds;
  const bool spent = evidence.cpu_limit > 0 && used >= kLeastShare * evidence.cpu_limit;
  if (spent && (report.signal == SIGKILL || report.signal == SIGXCPU)) {
    // The unit in hand used what those before it had left.
    return {
        report.Cause(), false,
        fmt::format("; it had used the {:.0f} s of CPU that a process may (ulimit -t, LimitCPU=)", evidence.cpu_limit)};
  }
  return {report.Cause(), OwnDoing(report.signal)};
}

}  // namespace fitd
