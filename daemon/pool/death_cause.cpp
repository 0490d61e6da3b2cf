#include "daemon/pool/death_cause.h"

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
  return {report.Cause(), OwnDoing(report.signal)};
}

}  // namespace fitd
