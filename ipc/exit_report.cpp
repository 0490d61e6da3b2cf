#include "ipc/exit_report.h"

#include <sys/wait.h>

namespace fitd {

std::string ExitReport::Cause() const {
  switch (kind) {
    case Kind::kExited:
      return "exit:" + std::to_string(code);
    case Kind::kSignalled:
      return "signal:" + std::to_string(signal);
    case Kind::kUnknown:
      break;
  }
  return "unknown";
}

ExitReport ExitReportOf(int status) {
  ExitReport report;
  if (WIFSIGNALED(status)) {
    report.kind = ExitReport::Kind::kSignalled;
    report.signal = WTERMSIG(status);
    report.core = WCOREDUMP(status);
  } else {
    report.kind = ExitReport::Kind::kExited;
    report.code = WEXITSTATUS(status);
  }
  return report;
}

}  // namespace fitd
