#include "common/process/topology.h"

#include <hwloc.h>
#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <memory>
#include <system_error>

#include "common/process/cgroup.h"

namespace fitd {
namespace {

struct TopologyDestroyer {
  void operator()(hwloc_topology* topology) const { hwloc_topology_destroy(topology); }
};
using HwlocTopology = std::unique_ptr<hwloc_topology, TopologyDestroyer>;

Result<HwlocTopology> Load(const TopologySource& source) {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) return StatusFromErrno(errno, "cannot look at the machine's topology");
  HwlocTopology topology(raw);
  int result = 0;
  if (!source.hwloc_synthetic.empty()) {
    result = hwloc_topology_set_synthetic(raw, source.hwloc_synthetic.c_str());
  } else if (!source.hwloc_xml.empty()) {
    const int size = static_cast<int>(source.hwloc_xml.size()) + 1;
    result = hwloc_topology_set_xmlbuffer(raw, source.hwloc_xml.c_str(), size);
  }
  if (result != 0) return Status(StatusCode::kInvalidInput, "not a topology that hwloc understands");
  // Cores only: caches, devices and their plugins cost tens of milliseconds.
  hwloc_topology_set_io_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_NONE);
  hwloc_topology_set_icache_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_NONE);
  if (hwloc_topology_load(raw) != 0) return StatusFromErrno(errno, "cannot load the machine's topology");
  return topology;
}

// Whether this process may ask for its CPUs at all. hwloc asks again and again with larger masks until it is answered.
Status ExpectAffinityCalls() {
  cpu_set_t* set = CPU_ALLOC(1 << 20);
  const int answered = ::sched_getaffinity(0, CPU_ALLOC_SIZE(1 << 20), set);
  const int error = errno;
  CPU_FREE(set);
  if (answered == 0) return OkStatus();
  return {StatusCode::kPermission,
          "this process may not ask for its CPUs (sched_getaffinity: " + std::generic_category().message(error) +
              "); a seccomp filter refuses it: allow sched_getaffinity and sched_setaffinity"};
}

// The affinity mask of this process, whatever the number of CPUs.
std::vector<int> AllowedCpus() {
  for (int bits = 1024; bits <= (1 << 20); bits *= 2) {
    cpu_set_t* set = CPU_ALLOC(static_cast<std::size_t>(bits));
    const std::size_t size = CPU_ALLOC_SIZE(static_cast<std::size_t>(bits));
    std::vector<int> cpus;
    const bool ok = ::sched_getaffinity(0, size, set) == 0;
    for (int cpu = 0; ok && cpu < bits; ++cpu) {
      if (CPU_ISSET_S(static_cast<std::size_t>(cpu), size, set)) cpus.push_back(cpu);
    }
    CPU_FREE(set);
    if (ok) return cpus;
  }
  return {};
}

// The first allowed hardware thread below a core (or the thread itself); -1 when none is.
int FirstAllowed(hwloc_obj_t core, const std::vector<int>& allowed) {
  for (int cpu = hwloc_bitmap_first(core->cpuset); cpu >= 0; cpu = hwloc_bitmap_next(core->cpuset, cpu)) {
    if (std::binary_search(allowed.begin(), allowed.end(), cpu)) return cpu;
  }
  return -1;
}

}  // namespace

int Topology::NumWorkers() const {
  int workers = static_cast<int>(core_cpus.size());
  if (cpu_quota) workers = std::min(workers, static_cast<int>(std::ceil(*cpu_quota - 1e-9)));
  return std::max(workers, 1);
}

Result<Topology> DetectTopology(const TopologySource& source) {
  FITD_RETURN_IF_ERROR(ExpectAffinityCalls());
  std::vector<int> allowed = source.allowed ? *source.allowed : AllowedCpus();
  std::sort(allowed.begin(), allowed.end());
  FITD_ASSIGN_OR_RETURN(const HwlocTopology hwloc, Load(source));
  // Some virtual machines have no cores, only threads.
  const int cores = hwloc_get_nbobjs_by_type(hwloc.get(), HWLOC_OBJ_CORE);
  const hwloc_obj_type_t type = cores > 0 ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU;
  Topology topology;
  topology.machine_cores = hwloc_get_nbobjs_by_type(hwloc.get(), type);
  for (hwloc_obj_t core = nullptr; (core = hwloc_get_next_obj_by_type(hwloc.get(), type, core)) != nullptr;) {
    const int cpu = FirstAllowed(core, allowed);
    if (cpu >= 0) topology.core_cpus.push_back(cpu);
  }
  if (topology.core_cpus.empty()) topology.core_cpus = allowed;
  if (topology.core_cpus.empty()) {
    return Status(StatusCode::kInternal, "no CPU of this machine is in the process's affinity mask");
  }
  topology.cpu_quota = CgroupCpuQuota(source.root);
  return topology;
}

}  // namespace fitd
