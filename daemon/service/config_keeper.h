// The configuration in force: read again when it is asked for, and looked at until it is mended while it is not valid.
// Daemon, loop thread; the file is read by the file thread.
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

// What the configuration allows clients.
HttpLimits HttpLimitsOf(const ServiceConfig& config);

class ConfigKeeper {
 public:
  // `refusal`: why the file is not valid; `config` has the defaults then. `files` outlives the keeper.
  ConfigKeeper(FileExecutor& files, std::string path, ServiceConfig config, const Status& refusal, ServiceLog log);

  const ServiceConfig& config() const { return config_; }
  // Not OK while the configuration is not valid: nothing is to be started then.
  const Status& refusal() const { return refusal_; }
  // Why the file that was last read is not the one in force: not OK while `refusal` is not, and since a reload that
  // found it wrong until one that does not.
  const Status& problem() const { return refusal_.ok() ? not_loaded_ : refusal_; }
  // Whether the file is another one than at the last call.
  bool FileHasChanged() { return watch_.HasChanged(); }

  // Reads the file and calls `then` on the loop: whether another configuration is in force. Does nothing, and calls
  // nothing, while an earlier reading is on its way; returns false then.
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
