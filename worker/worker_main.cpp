#include "worker/worker_main.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "common/log.h"
#include "ipc/worker_exit.h"
#include "worker/crash_handler.h"
#include "worker/session.h"

namespace fitd {
namespace {

constexpr int kParentSocket = 3;

Result<LogOptions> ParseArguments(int argc, char** argv) {
  LogOptions log;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i], value = argv[i + 1];
    if (name == "--worker") {
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), log.worker);
      if (error != std::errc() || end != value.data() + value.size()) {
        return Status(StatusCode::kUsage, "--worker wants a number, not " + std::string(value));
      }
    } else if (name == "--log-file") {
      log.file = value;
    } else if (name == "--log-format") {
      FITD_ASSIGN_OR_RETURN(log.format, ParseLogFormat(value));
    } else if (name == "--log-level") {
      FITD_ASSIGN_OR_RETURN(log.level, ParseLogLevel(value));
    }  // others belong to whatever this worker executable adds
  }
  return log;
}

bool ParentSocketIsThere() {
  int type = 0;
  socklen_t size = sizeof(type);
  return ::getsockopt(kParentSocket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

int Serve() {
  try {
    const Status status = Session(Channel(UniqueFd(kParentSocket))).Run();
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

int WorkerMain(int argc, char** argv) {
  const Result<LogOptions> log = ParseArguments(argc, argv);
  Status status = log.ok() ? SetUpLog(*log) : log.status();
  if (status.ok() && !ParentSocketIsThere()) {
    status = {StatusCode::kUsage, "fitd-worker is started by fitd, not by hand (descriptor 3 is not its socket)"};
  }
  if (!status.ok()) {
    Log(LogLevel::kError, status.message());
    return kWorkerExitUsage;
  }
  InstallCrashHandler(log->file.empty() ? -1 : ::open(log->file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  return Serve();
}

}  // namespace fitd
