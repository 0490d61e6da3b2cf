#include "daemon/cli/report.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <iostream>

#include "common/process/error_stream.h"
#include "common/process/log.h"
#include "common/text.h"
#include "daemon/output/output_sink.h"

namespace fitd {

int ReportError(const Status& status) {
  WriteErrorLine("fitd: " + PrintableLines(status.message()));
  return ExitCode(status);
}

int StdoutFailed(int error) {
  EndIfPipeIsClosed(error);
  return ReportError(StatusFromErrno(error, "cannot write to stdout"));
}

int FinishStderr(int code) {
  constexpr int kBySignal = 128;
  FlushErrorStream(std::chrono::milliseconds(code > kBySignal ? 500 : -1));
  return code;
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
