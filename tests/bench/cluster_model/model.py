"""What a fleet costs on many hosts, from unit costs: pure arithmetic, no measuring.

A run is a chain: plan, sums of every shard, their merge, training of every shard, merge. Every host takes one shard, all
begin together, and the slowest counts. What the workers of a step do is shared among a host's cores; what the parent does
before the first and after the last of them comes to it, and no step is faster than all that its parent does. No step is
faster than its bytes through disks and file system."""
import dataclasses

MOST_VALIDATIONS = 50_000  # that the combination learns from, evenly spaced over the fleet
SUPERBLOCK = 4096          # targets whose sums are one


@dataclasses.dataclass
class Costs:
    """CPU seconds and bytes, measured (costs.py)."""
    start: float = 0.0             # of a step that does nothing: processes, store
    plan_byte: float = 0.0         # of reading the data and writing the plan, all cores together
    sums_target: float = 0.0       # of workers
    merge_sums: float = 0.0        # for a superblock of 4096 targets
    fit_target: float = 0.0        # of workers
    parent_target: float = 0.0     # of the parent, for a target of the shard: reading, dispatch, saving
    alone_target: float = 0.0      # of the clock, while no worker runs, for a target of the shard in training
    alone_sums: float = 0.0        # so in the sums
    fleet_target: float = 0.0      # of the parent of a shard, for a target of the whole fleet
    learn: float = 0.0             # for a validation that teaches the combination
    merge_target: float = 0.0
    data_target: float = 0.0       # bytes of CSV
    plan_target: float = 0.0       # bytes in the plan
    superblock_bytes: float = 0.0  # of its sums
    store_target: float = 0.0      # bytes in a store
    merge_bytes: float = 0.0       # of memory of the merge, whatever the fleet

    @property
    def has_sums(self):
        return self.sums_target > 0


@dataclasses.dataclass
class Cluster:
    hosts: int
    cores: int = 16
    disk: float = 1e9        # bytes a second of one host, to what all see
    shared: float = 5e9      # of the file system, all hosts together
    scheduling: float = 2.0  # seconds from the end of a step to the start of the next


@dataclasses.dataclass
class Prediction:
    seconds: dict  # wall, by step
    cpu: dict      # of all hosts together, by step
    moved: float   # bytes read and written
    shard_memory: float
    plan_memory: float

    @property
    def total(self):
        return sum(self.seconds.values())


def predict(costs, targets, cluster):
    """For a fleet of equal targets."""
    hosts, cores = cluster.hosts, cluster.cores
    share = -(-targets // hosts)
    alone = min(cluster.disk, cluster.shared)                 # one host
    together = min(cluster.disk * hosts, cluster.shared)      # all of them
    data, plan, store = (costs.data_target * targets, costs.plan_target * targets, costs.store_target * targets)
    superblocks = -(-targets // SUPERBLOCK)
    sums = costs.superblock_bytes * superblocks if costs.has_sums else 0
    seconds, cpu, moved = {}, {}, []

    def step(name, parent, workers, bytes_, processes=1, before_and_after=0.0):
        """Of `processes` hosts at once: CPU of each parent, of all workers together, bytes of all together, and seconds by
        the clock in which a parent works and no worker does."""
        rate = alone if processes == 1 else together
        work = max(parent, before_and_after + workers / processes / cores)
        seconds[name] = cluster.scheduling + costs.start + max(work, bytes_ / rate)
        cpu[name] = processes * (costs.start + parent) + workers
        moved.append(bytes_)

    step("plan", 0, costs.plan_byte * data, data + plan)
    if costs.has_sums:
        step("sums", 0, costs.sums_target * targets, plan + sums, hosts, costs.alone_sums * share)
        step("merge of sums", costs.merge_sums * superblocks, 0, 2 * sums)
    learned = costs.learn * min(share, -(-MOST_VALIDATIONS * share // targets))
    step("train", costs.fleet_target * targets + costs.parent_target * share + learned, costs.fit_target * targets,
         plan + store, hosts, costs.fleet_target * (targets - share) + costs.alone_target * share)
    step("merge", costs.merge_target * targets + costs.learn * min(targets, MOST_VALIDATIONS), 0, 2 * store)
    return Prediction(seconds, cpu, sum(moved), costs.plan_target * share, costs.plan_target * targets)
