#include "daemon/service/config_keeper.h"

#include <memory>
#include <utility>

namespace fitd {

HttpLimits HttpLimitsOf(const ServiceConfig& config) {
  HttpLimits limits;
  limits.max_clients = config.max_clients;
  limits.max_streams = config.max_streams;
  limits.client_timeout = config.client_timeout;
  return limits;
}

ConfigKeeper::ConfigKeeper(FileExecutor& files, std::string path, ServiceConfig config, const Status& refusal,
                           ServiceLog log)
    : files_(files), path_(std::move(path)), config_(std::move(config)), watch_(path_), log_(std::move(log)) {
  if (!refusal.ok()) Refuse(refusal);
}

bool ConfigKeeper::Reload(std::function<void(bool changed)> then) {
  if (reading_) return false;
  reading_ = true;
  auto read = std::make_shared<Result<ServiceConfig>>(Status(StatusCode::kInternal, "not read"));
  files_.Run([path = path_, read] { *read = ParseServiceConfig(path); },
             [this, read, then = std::move(then)] {
               reading_ = false;
               then(Take(*read));
             });
  return true;
}

bool ConfigKeeper::Take(const Result<ServiceConfig>& read) {
  if (read.ok()) {
    config_ = *read;
    refusal_ = not_loaded_ = OkStatus();
    return true;
  }
  if (!refusal_.ok()) {
    Refuse(read.status());
  } else {
    not_loaded_ = Status(StatusCode::kBadConfig,
                         "the configuration is not loaded, the old one stays: " + read.status().message());
    log_(LogLevel::kError, 0, not_loaded_.message());
  }
  return false;
}

void ConfigKeeper::Refuse(const Status& reason) {
  refusal_ =
      Status(StatusCode::kBadConfig, "the service waits for its configuration to be mended: " + reason.message());
  if (refusal_.message() != refusal_logged_) log_(LogLevel::kError, 0, refusal_.message());
  refusal_logged_ = refusal_.message();
}

}  // namespace fitd
