// Which CPUs the workers of this process may have: one per physical core that the affinity mask (and with it the
// cpuset) allows, as many as the cgroup's CPU quota feeds. Any process, any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/status.h"

namespace fitd {

struct Topology {
  // The first allowed hardware thread of each physical core, by the kernel's numbers, neighbours in the machine next to
  // each other. Never empty.
  std::vector<int> core_cpus;
  int machine_cores = 0;            // physical cores, allowed or not
  std::optional<double> cpu_quota;  // CPUs' worth of time, from the cgroup

  // Workers that keep every allowed core busy, and no more than the quota feeds (rounded up); at least 1.
  int NumWorkers() const;
};

// Where the facts come from; by default this machine and process.
struct TopologySource {
  std::string hwloc_synthetic;              // e.g. "package:2 core:4 pu:2"
  std::string hwloc_xml;                    // a recorded machine, as lstopo writes it
  std::optional<std::vector<int>> allowed;  // instead of sched_getaffinity
  std::string root;                         // before /proc and /sys
};

Result<Topology> DetectTopology(const TopologySource& source = {});

}  // namespace fitd
