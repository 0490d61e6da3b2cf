#include "worker/worker_main.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "common/process/log.h"
#include "common/whole_number.h"
#include "ipc/worker_exit.h"
#include "worker/crash_handler.h"
#include "worker/exec_host.h"
#include "worker/forecast_session.h"
#include "worker/plugin_host.h"
#include "worker/session.h"

namespace fitd {
namespace {

constexpr int kParentSocket = 3;

struct Arguments {
  LogOptions log;
  bool forecast = false;  // answers forecasts instead of fitting
};

Result<Arguments> ParseArguments(int argc, char** argv) {
  Arguments arguments;
  LogOptions& log = arguments.log;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i], value = argv[i + 1];
    if (name == "--worker") {
      const auto number = ParseWhole<int>(value);
      if (!number) {
        return Status(StatusCode::kUsage, "--worker wants a number, not " + std::string(value));
      }
      log.worker = *number;
    } else if (name == "--log-file") {
      log.file = value;
    } else if (name == "--log-format") {
      FITD_ASSIGN_OR_RETURN(log.format, ParseLogFormat(value));
    } else if (name == "--log-level") {
      FITD_ASSIGN_OR_RETURN(log.level, ParseLogLevel(value));
    } else if (name == "--forecast") {
      arguments.forecast = value == "1";
    }  // others belong to whatever this worker executable adds
  }
  return arguments;
}

bool ParentSocketIsThere() {
  int type = 0;
  socklen_t size = sizeof(type);
  return ::getsockopt(kParentSocket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

int Serve(bool forecast, const AlgorithmHosts& hosts) {
  try {
    // Nobody but this process may keep the connection open: what it starts does not inherit it.
    ::fcntl(kParentSocket, F_SETFD, FD_CLOEXEC);
    Channel channel{UniqueFd(kParentSocket)};
    const Status status =
        forecast ? ForecastSession(std::move(channel), hosts).Run() : Session(std::move(channel), hosts).Run();
    if (status.ok()) return kWorkerExitOk;
    if (status.code() == StatusCode::kWorkerLost) return kWorkerExitParentGone;
    Log(LogLevel::kError, status.message());
    return kWorkerExitException;
  } catch (const std::bad_alloc&) {
    return kWorkerExitOutOfMemory;  // a log line would want memory
  } catch (const std::exception& e) {
    Log(LogLevel::kError, std::string("uncaught exception: ") + e.what());
  } catch (...) {
    Log(LogLevel::kError, "uncaught exception of an unknown type");
  }
  return kWorkerExitException;
}

}  // namespace

int WorkerMain(int argc, char** argv, AlgorithmHosts hosts) {
  const Result<Arguments> arguments = ParseArguments(argc, argv);
  Status status = arguments.ok() ? SetUpLog(arguments->log) : arguments.status();
  if (status.ok() && !ParentSocketIsThere()) {
    status = {StatusCode::kUsage, "fitd-worker is started by fitd, not by hand (descriptor 3 is not its socket)"};
  }
  if (!status.ok()) {
    Log(LogLevel::kError, status.message());
    return kWorkerExitUsage;
  }
  const std::string& log_file = arguments->log.file;
  InstallCrashHandler(log_file.empty() ? -1 : ::open(log_file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  hosts.Add(kPluginPrefix, MakePluginHost());
  hosts.Add(kExecPrefix, MakeExecHost());
  return Serve(arguments->forecast, hosts);
}

}  // namespace fitd
