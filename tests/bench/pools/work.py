"""The functions that are fitted through every pool: fit(target, frame, context), as fitd calls them."""
import os
import signal
import time
import zlib


def burn(seconds):
    """CPU time, so that a busy machine does not make the work shorter."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def empty(target, frame, context):
    return None


def ms1(target, frame, context):
    burn(0.001)


def ms20(target, frame, context):
    burn(0.020)


def skewed(target, frame, context):
    """One target in fifty takes 50 ms, the others half a millisecond: 1.5 ms in the mean."""
    burn(0.050 if zlib.crc32(target.encode()) % 50 == 0 else 0.0005)


def read(target, frame, context):
    """Reads every value, as a fit would."""
    return float(frame.values.sum())


def touch(target, frame, context):
    """Reads next to nothing: what is left is the way of the data."""
    return float(frame.values[0] + frame.values[-1])


def statsmodels_fit(target, frame, context):
    import warnings

    import numpy as np
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = ExponentialSmoothing(np.array(frame.values), trend="add").fit()
        return {"params": {k: float(v) for k, v in fitted.params.items() if np.isscalar(v)}, "sse": float(fitted.sse)}


def is_bad(target):
    return target == "bad"


def killed(target, frame, context):
    if is_bad(target):
        os.kill(os.getpid(), signal.SIGKILL)
    burn(0.001)
    return 1


def hangs(target, frame, context):
    while is_bad(target):
        time.sleep(1)
    burn(0.001)
    return 1


def raises(target, frame, context):
    if is_bad(target):
        raise ValueError("no")
    burn(0.001)
    return 1


def unpicklable(target, frame, context):
    burn(0.001)
    return (x for x in ()) if is_bad(target) else 1  # a lambda would do, but dill and cloudpickle can pickle it


def segfaults(target, frame, context):
    if is_bad(target):
        import ctypes

        ctypes.string_at(0)
    burn(0.001)
    return 1
