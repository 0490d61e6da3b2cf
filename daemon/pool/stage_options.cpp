#include "daemon/pool/stage_options.h"

namespace fitd {

StageOptions StageOptionsOf(const Job::Workers& workers, bool user_code, const CancelSource& cancel) {
  StageOptions options;
  options.chunk_size = workers.chunk_size;
  options.target_timeout = workers.target_timeout;
  options.retries = workers.retries;
  options.cancel = &cancel;
  if (!user_code) return options;
  // The cost of users' code may vary widely: a slow target must not be taken for one that hangs.
  options.least_limit = std::chrono::minutes(5);
  // A target can break the interpreter that users' code runs in; fitd's own algorithms keep no state between targets.
  options.doubt_failures = true;
  return options;
}

}  // namespace fitd
