"""Unit costs of this machine and this build, from real runs of fleets; see model.Costs."""
import json
import os
import pathlib
import subprocess

from chain import Chain
from model import SUPERBLOCK, Costs

DATA_LENGTH = 100


def sample(fitd, targets, folder):
    path = pathlib.Path(folder) / f"fleet{targets}.csv"
    if not path.exists():
        with open(path, "wb") as out:
            subprocess.run([fitd, "sample", "--targets", str(targets), "--length", str(DATA_LENGTH)], stdout=out, check=True)
    return path


def parts_of(step):
    """CPU of the parent and of the workers of a training."""
    workers = sum(worker["cpu_seconds"] for worker in json.loads(step.output)["worker_stats"])
    return step.cpu - workers, workers


def alone(step, workers):
    """Seconds by the clock that workers of so much CPU do not explain: the parent before the first and after the last."""
    return step.wall - workers / len(os.sched_getaffinity(0))


def fleet(fitd, options, targets, shards, folder):
    """The steps of a fleet in shards, and sizes of their files."""
    chain = Chain(fitd, sample(fitd, targets, folder), options, folder)
    with_global = json.loads(chain.one_host().output)["seconds"]["global"] > 0
    steps = chain.all_steps(shards, with_global)
    sizes = {"data": chain.data.stat().st_size, "plan": chain.file("plan").stat().st_size,
             "store": chain.file("merged.db").stat().st_size}
    if with_global:
        sizes["sums"] = sum(chain.file(f"{i}.sums").stat().st_size for i in range(1, shards + 1))
    return steps, sizes


def measure(fitd, options, targets, folder, plain=None):
    """From a fleet of so many targets, one that is next to nothing, and the first again as eight shards. `plain`: the costs of
    a run that combines nothing, which tell what a merge copies from what it learns; None: these options are of such."""
    few = 50
    tiny, tiny_sizes = fleet(fitd, options, few, 1, folder)
    large, sizes = fleet(fitd, options, targets, 1, folder)
    many, _ = fleet(fitd, options, targets, 8, folder)
    more = targets - few

    def slope(kind):
        return (large[kind][0].cpu - tiny[kind][0].cpu) / more

    costs = Costs()
    costs.start = tiny["train"][0].cpu
    costs.plan_byte = (large["plan"][0].cpu - tiny["plan"][0].cpu) / (sizes["data"] - tiny_sizes["data"])
    costs.data_target = sizes["data"] / targets
    costs.plan_target = sizes["plan"] / targets
    costs.store_target = (sizes["store"] - tiny_sizes["store"]) / more
    merge = (large["merge"][0].cpu - tiny["merge"][0].cpu) / more  # below 50,000 targets all are learned from
    costs.merge_target = merge if plain is None else plain.merge_target * costs.store_target / plain.store_target
    costs.learn = max(0.0, merge - costs.merge_target)
    parent, workers = parts_of(large["train"][0])
    parent_of_tiny = parts_of(tiny["train"][0])[0]
    costs.fit_target = workers / targets
    whole = (parent - parent_of_tiny) / more - costs.learn  # of a target that is of the shard and of the fleet
    parents = sum(parts_of(step)[0] for step in many["train"]) - costs.learn * targets
    costs.fleet_target = max(0.0, (parents - 8 * costs.start - whole * targets) / (7 * targets))
    costs.parent_target = whole - costs.fleet_target
    costs.alone_target = max(0.0, alone(large["train"][0], workers) -
                             alone(tiny["train"][0], parts_of(tiny["train"][0])[1])) / more
    if "sums" in large:
        costs.sums_target = slope("sums")
        costs.superblock_bytes = sizes["sums"] / -(-targets // SUPERBLOCK)
        costs.alone_sums = max(0.0, alone(large["sums"][0], large["sums"][0].cpu) -
                               alone(tiny["sums"][0], tiny["sums"][0].cpu)) / more
        costs.merge_sums = max(0.0, large["merge-sums"][0].cpu - tiny["merge-sums"][0].cpu) / -(-targets // SUPERBLOCK)
    costs.merge_bytes = large["merge"][0].memory
    return costs


def with_models(costs, fitd, options, targets, folder):
    """The same machine with other models: what a fit takes and leaves is of them, from so many targets; what is learned from
    one is as of `costs`."""
    steps, sizes = fleet(fitd, options, targets, 1, folder)
    tiny, tiny_sizes = fleet(fitd, options, 20, 1, folder)
    other = Costs(**vars(costs))
    other.fit_target = parts_of(steps["train"][0])[1] / targets
    other.store_target = (sizes["store"] - tiny_sizes["store"]) / (targets - 20)
    # The larger rows cost a merge in proportion to their bytes.
    other.merge_target = costs.merge_target * max(1.0, other.store_target / costs.store_target)
    if "sums" in steps:
        other.sums_target = (steps["sums"][0].cpu - tiny["sums"][0].cpu) / (targets - 20)
        other.superblock_bytes = sizes["sums"] / -(-targets // SUPERBLOCK)
    return other
