#include "daemon/pool/oom_watch.h"

#include <utility>

#include "common/process/cgroup.h"

namespace fitd {

OomWatch::OomWatch(std::string root) : root_(std::move(root)), last_(CgroupOomKills(root_)) {}

bool OomWatch::KillHappened() {
  const std::uint64_t now = CgroupOomKills(root_);
  const bool happened = now > last_;
  last_ = now;
  return happened;
}

}  // namespace fitd
