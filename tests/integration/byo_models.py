"""Users' Python algorithms for byo_test.py: well-behaved ones, and one of every bad habit. Odd behaviour on target bad."""
import os
import pickle
import signal
import sys
import time

import numpy as np

kept = []


def drift(target, frame, context):
    y = frame.values
    return {"last": float(y[-1]), "slope": float((y[-1] - y[0]) / (len(y) - 1)), "sigma2": float(np.var(np.diff(y))),
            "tail": y[-3:].copy(), "end": frame.times[-1], "target": target}


def forecast(model, horizon, levels):
    steps = np.arange(1, horizon + 1)
    mean = model["last"] + model["slope"] * steps
    half = np.outer(np.array(levels) / 50, np.sqrt(model["sigma2"] * steps))
    return mean, mean - half, mean + half


def views(target, frame, context):
    """Everything that is promised about a frame; an assertion that fails is a target that fails."""
    assert not frame.values.flags.writeable and not frame.values.flags.owndata
    assert frame.values.ctypes.data % 64 == 0, "series lie at cache lines of the chunk"
    segment = [line for line in open("/proc/self/maps") if "memfd:" in line and contains(line, frame.values.ctypes.data)]
    assert len(segment) == 1 and segment[0].split()[1] == "r--s", "the values lie in shared memory, mapped read-only"
    try:
        frame.values[0] = 1
        raise AssertionError("the values could be written to")
    except ValueError:
        pass
    assert frame.times.dtype == "datetime64[ns]" and len(frame.times) == len(frame) == len(frame.values)
    try:
        series = frame.to_pandas(copy=False)
        frame.to_pandas()[:] = 0  # a copy: may be changed, and the views do not notice
    except ImportError:
        return {"times": [str(t) for t in frame.times[:3]], "threads": threads()}
    assert series.name == target and np.shares_memory(series.to_numpy(), frame.values)
    return {"times": [str(t) for t in series.index[:3].to_numpy()], "threads": threads()}


def calendar(target, frame, context):
    return {"step": frame.step, "times": [str(t)[:16] for t in frame.times]}


def contains(line, address):
    begin, end = line.split()[0].split("-")
    return int(begin, 16) <= address < int(end, 16)


def threads():
    return [os.environ[name] for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")]


def raw(target, frame, context):
    return b"as it is: " + target.encode()


def raises(target, frame, context):
    if target == "bad":
        raise ValueError("cannot fit this")
    return 1


def exits(target, frame, context):
    if target == "bad":
        raise SystemExit(3)
    return 1


def unpicklable(target, frame, context):
    return (lambda: 1) if target == "bad" else 1


def odd_text(target, frame, context):
    context.logger.warning("file \udcff.csv")
    if target == "bad":
        raise ValueError("file \udcff.csv " + "e" * 5_000_000)
    return {"\udcff": 1.0, "huge": 10**400} if target == "a00" else 1


def writes_escapes(target, frame, context):
    if target == "bad":
        raise ValueError("\x1b[31mred\x00")
    return 1


def rounds_up(target, frame, context):
    """As a library that changes how the floating-point unit rounds, or what it does with subnormals, when it is loaded."""
    import ctypes
    import platform

    upward = {"x86_64": 0x800, "aarch64": 0x400000}[platform.machine()]
    assert ctypes.CDLL("libm.so.6").fesetround(upward) == 0
    return 1


def leaves_children(target, frame, context):
    import subprocess

    children = [subprocess.Popen(["sleep", "1000"]), subprocess.Popen("sleep 1000 & sleep 1000", shell=True)]
    with open(os.environ["FITD_TEST_CHILDREN"], "a") as file:
        file.write("".join(f"{child.pid}\n" for child in children))
    while target == "bad":
        pass
    return 1


def clears_modules(target, frame, context):
    if target == "bad":
        sys.modules.clear()
        raise ValueError("all gone")
    return float(np.sort(frame.values)[0])


def patches_pickle(target, frame, context):
    if target == "bad":
        pickle.dumps = pickle.Pickler = pickle._dumps = None
    return {"of": target}


def breaks_quietly(target, frame, context):
    if hasattr(breaks_quietly, "broken"):
        raise RuntimeError("of another target's making")
    if target == "bad":
        breaks_quietly.broken = True
    return {"of": target}


def always_raises(target, frame, context):
    raise ValueError("never")


def segfaults(target, frame, context):
    if target == "bad":
        import ctypes

        ctypes.string_at(0)
    return 1


def hangs(target, frame, context):
    while target == "bad":
        pass
    return 1


def killed(target, frame, context):
    if target == "bad":
        os.kill(os.getpid(), signal.SIGKILL)
    return 1


def keeps(target, frame, context):
    kept.append(frame.values[::2])
    return 1


def talks(target, frame, context):
    context.logger.warning("careful with %d values", len(frame))
    context.logger.info("by the way")
    return 1


def with_global(target, frame, context):
    return {"fleet": context.global_result["mean"], "n": context.global_result["n"], "models": context.options["models"]}


def fleet(frame, context):
    assert [f.target for f in frame] == frame.targets and frame[frame.targets[0]] is frame[0]
    return {"n": len(frame), "mean": float(np.mean([f.values.mean() for f in frame]))}


def bad_fleet(frame, context):
    raise RuntimeError("no fleet today")


class Mean:
    instances = 0

    def __init__(self):
        Mean.instances += 1

    def fit(self, target, frame, context):
        return float(frame.values.mean()), Mean.instances

    def forecast(self, model, horizon, levels):
        return np.full(horizon, model[0])


class Outer:
    class Inner:
        @staticmethod
        def fit(target, frame, context):
            return sorted({"a", "b", "c"})


def set_of_names(target, frame, context):
    return {"alpha", "beta", "gamma", "delta"}


def bad_forecast(target, frame, context):
    return {"model": target}


bad_forecast.forecast = lambda model, horizon, levels: (
    os.kill(os.getpid(), signal.SIGSEGV) if model["model"] == "bad" else np.zeros(horizon))


def odd_forecast(target, frame, context):
    return {"model": target}


def _odd(model, horizon, levels):
    mean, low, high = np.zeros(horizon), -np.ones((len(levels), horizon)), np.ones((len(levels), horizon))
    if model["model"] == "bad":
        mean[1] = np.nan
    elif model["model"] == "a00":
        mean[0] = np.inf
    elif model["model"] == "c00":
        low, high = high, low
    elif model["model"] == "c01":
        return mean
    elif model["model"] == "c02":
        low = low * np.array([[2.0], [1.0]])  # the wider level has the narrower bounds
    return mean, low, high


odd_forecast.forecast = _odd


def no_numbers(target, frame, context):
    return {"model": target}


no_numbers.forecast = lambda model, horizon, levels: {
    "bad": np.ma.masked_all(horizon),
    "a00": np.full(horizon, np.datetime64("2024-01-01")),
    "c00": np.zeros(horizon, dtype=complex),
    "c01": np.ones(horizon, dtype=bool),
    "c02": np.ma.array(np.full(horizon, np.datetime64("2024-01-01"))),  # of dates, none of them masked
    "a01": ["1"] * horizon,
    "a02": np.ma.array(np.zeros(horizon)),  # nothing of it is masked
    "a03": list(range(horizon)),
}.get(model["model"], np.zeros(horizon))


def forks(target, frame, context):
    child = os.fork()
    if child:
        os.waitpid(child, 0)
    return {"model": target if child else "of the child"}


class NoForecast:
    def fit(self, target, frame, context):
        return 1
