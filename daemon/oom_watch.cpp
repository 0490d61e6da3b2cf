#include "daemon/oom_watch.h"

#include <fstream>
#include <sstream>

namespace fitd {
namespace {

// The number after "oom_kill " in a counter file; 0 when there is none.
std::uint64_t OomKills(const std::string& path) {
  std::ifstream file(path);
  std::string name;
  std::uint64_t number = 0;
  while (file >> name >> number) {
    if (name == "oom_kill") return number;
  }
  return 0;
}

bool Readable(const std::string& path) {
  return std::ifstream(path).good();
}

}  // namespace

OomWatch::OomWatch(const std::string& root) {
  std::ifstream cgroups(root + "/proc/self/cgroup");
  std::string line;
  while (std::getline(cgroups, line)) {
    // hierarchy:controllers:path
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    for (const std::string& where : {path, std::string()}) {  // a container may see its own group as the root
      std::string file;
      if (controllers.empty()) file = root + "/sys/fs/cgroup" + where + "/memory.events";
      if (controllers == "memory") file = root + "/sys/fs/cgroup/memory" + where + "/memory.oom_control";
      if (file.empty() || !Readable(file)) continue;
      counters_.push_back(file);
      break;
    }
  }
  last_ = Count();
}

std::uint64_t OomWatch::Count() const {
  std::uint64_t sum = 0;
  for (const std::string& counter : counters_) sum += OomKills(counter);
  return sum;
}

bool OomWatch::KillHappened() {
  const std::uint64_t now = Count();
  const bool happened = now > last_;
  last_ = now;
  return happened;
}

}  // namespace fitd
