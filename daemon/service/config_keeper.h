// Keeps the configuration in force. Reads the file again on request, and watches it while it is not valid. Daemon, loop
// thread; the file thread reads the file.
#pragma once

#include <functional>
#include <string>

#include "common/status.h"
#include "daemon/api/http_options.h"
#include "daemon/runs/file_executor.h"
#include "daemon/runs/service_config.h"
#include "daemon/runs/service_log.h"
#include "daemon/service/file_watch.h"

namespace fitd {

// The limits that the configuration sets for clients.
HttpLimits HttpLimitsOf(const ServiceConfig& config);

class ConfigKeeper {
 public:
  // `refusal`: why the file is not valid; then `config` has the defaults. `files` outlives the keeper.
  ConfigKeeper(FileExecutor& files, std::string path, ServiceConfig config, const Status& refusal, ServiceLog log);

  const ServiceConfig& config() const { return config_; }
  // Not OK while the configuration is not valid; nothing may be started then.
  const Status& refusal() const { return refusal_; }
  // Why the file last read is not in force: refusal(), or the error of a reload that kept the old configuration; OK
  // otherwise.
  const Status& problem() const { return refusal_.ok() ? not_loaded_ : refusal_; }
  // True when the file has changed since the last call.
  bool FileHasChanged() { return watch_.HasChanged(); }

  // Reads the file, then calls `then` on the loop with whether the configuration changed. Returns false, without
  // reading or calling, while an earlier reload is running.
  bool Reload(std::function<void(bool changed)> then);

 private:
  bool Take(const Result<ServiceConfig>& read);
  void Refuse(const Status& reason);

  FileExecutor& files_;
  std::string path_;
  ServiceConfig config_;
  Status refusal_;
  Status not_loaded_;
  std::string refusal_logged_;
  FileWatch watch_;
  ServiceLog log_;
  bool reading_ = false;
};

}  // namespace fitd
