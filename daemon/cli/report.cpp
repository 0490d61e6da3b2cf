#include "daemon/cli/report.h"

#include <cerrno>
#include <cstdio>
#include <iostream>

#include "common/text.h"
#include "daemon/output/output_sink.h"

namespace fitd {

int ReportError(const Status& status) {
  std::fprintf(stderr, "fitd: %s\n", PrintableLines(status.message()).c_str());
  return ExitCode(status);
}

int StdoutFailed(int error) {
  EndIfPipeIsClosed(error);
  return ReportError(StatusFromErrno(error, "cannot write to stdout"));
}

int FinishStdout(int code) {
  const bool told = code != 0 && std::ferror(stdout) != 0;
  errno = 0;
  std::cout.flush();
  if ((std::fflush(stdout) == 0 && std::ferror(stdout) == 0) || told) return code;
  const int failed = StdoutFailed(errno != 0 ? errno : EIO);
  return code == 0 ? failed : code;
}

}  // namespace fitd
