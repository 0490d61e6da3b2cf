// fitd forecast JOB and fitd metrics: answers of the daemon passed on as they are.
#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string_view>

#include "common/atomic_file.h"
#include "common/number_format.h"
#include "common/percent.h"
#include "daemon/client/answer.h"
#include "daemon/client/client.h"
#include "daemon/client/client_commands.h"

namespace fitd {
namespace {

std::string Levels(const std::vector<double>& levels) {
  std::string text;
  for (const double level : levels) {
    if (!text.empty()) text += ',';
    AppendNumber(text, level);
  }
  return text;
}

// `| head` has seen enough: end as every tool does.
Status CannotWrite(std::FILE* out, const std::string& name) {
  if (errno == EPIPE && out == stdout) {
    std::signal(SIGPIPE, SIG_DFL);
    std::raise(SIGPIPE);
  }
  return StatusFromErrno(errno, "cannot write to " + name);
}

Status Put(std::FILE* out, std::string_view text, const std::string& name) {
  return std::fwrite(text.data(), 1, text.size(), out) == text.size() ? OkStatus() : CannotWrite(out, name);
}

Status Flush(std::FILE* out, const std::string& name) {
  return std::fflush(out) == 0 ? OkStatus() : CannotWrite(out, name);
}

}  // namespace

int ForecastCommand(const ClientOptions& client, const JobForecastOptions& options) {
  std::string target = "/v1/jobs/" + PercentEncode(options.job) + "/forecast?format=" + (options.json ? "json" : "csv");
  if (options.horizon > 0) target += "&horizon=" + std::to_string(options.horizon);
  if (!options.levels.empty()) target += "&level=" + Levels(options.levels);
  for (const std::string& model : options.models) target += "&model=" + PercentEncode(model);
  for (const std::string& one : options.targets) target += "&target=" + PercentEncode(one);
  Status written;
  const Status followed = Client(ClientSocketPath(client.socket)).Follow(target, [&](std::string_view line) {
    written = Put(stdout, line, "stdout");
    if (written.ok()) written = Put(stdout, "\n", "stdout");
    return written.ok();
  });
  if (written.ok()) written = Flush(stdout, "stdout");
  if (!followed.ok()) return Fail(followed);
  return written.ok() ? 0 : Fail(written);
}

int MetricsCommand(const ClientOptions& client, const std::string& textfile) {
  const Result<std::string> metrics = Client(ClientSocketPath(client.socket)).Get("/metrics");
  if (!metrics.ok()) return Fail(metrics.status());
  Status status;
  if (textfile.empty()) {
    status = Put(stdout, *metrics, "stdout");
  } else {
    status = WriteWholeFile(textfile, *metrics, 0644);
  }
  return status.ok() ? 0 : Fail(status);
}

}  // namespace fitd
