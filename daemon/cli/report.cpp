#include "daemon/cli/report.h"

#include <cstdio>

#include "common/text.h"

namespace fitd {

int ReportError(const Status& status) {
  std::fprintf(stderr, "fitd: %s\n", PrintableLines(status.message()).c_str());
  return ExitCode(status);
}

}  // namespace fitd
