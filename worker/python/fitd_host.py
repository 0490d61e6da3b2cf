"""The Python half of a worker: what users' functions are given, and how what they return becomes bytes.

Runs inside fitd-worker-python, which embeds this text and provides the module _fitd (log, month_times, named_times).
"""
import atexit
import gc
import importlib
import importlib.machinery
import io
import os
import sys

import _fitd

# numpy takes a tenth of a second to import, others some milliseconds, in every worker: they are imported where they are
# used, for functions that do without.

_FAILED, _BYTES, _PICKLE = 0, 1, 2
_CRITERIA = ("loglik", "aic", "aicc", "bic", "sigma2")
_LONGEST_LINE, _LONGEST_TEXT = 1000, 16000
_kept = set()
_STANDARD = frozenset(getattr(sys, "stdlib_module_names", ()))  # Python 3.10 and later say them


def _plain(text, most):
    """Text that is UTF-8 (what Python makes of undecodable file names is not) and of bearable length."""
    text = text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"
    return text.encode("utf-8", "backslashreplace").decode()


class _StandardFinder:
    """Gives everybody but the files in the users' folders the standard library's own module, also where a file of that name
    stands in such a folder: a pickle.py or random.py beside an algorithm is for the algorithm, not for us and numpy."""

    def __init__(self, users):
        self.users = users

    def find_spec(self, name, path=None, target=None):
        if name not in _STANDARD or self._asked_by_users():
            return None
        return self.standard(name)

    def standard(self, name):
        return importlib.machinery.PathFinder.find_spec(name, [path for path in sys.path if path not in self.users])

    def hiding(self, text):
        """(name, file) of a module from a users' folder under a name of the standard library's that the text speaks of, or None."""
        for name in _STANDARD:
            file = getattr(sys.modules.get(name), "__file__", None)
            if isinstance(file, str) and f"'{name}'" in text and self._is_users(file):
                return name, file
        return None

    def file_of(self, name):
        """The file in the users' folders that is called as the module, or None."""
        spec = importlib.machinery.PathFinder.find_spec(name, self.users)
        return spec.origin if spec else None

    def _asked_by_users(self):
        frame = sys._getframe(2)
        while frame is not None:
            asking, file = frame.f_globals.get("__name__", ""), frame.f_code.co_filename
            if asking == __name__:
                return frame.f_code is _resolve.__code__
            if not file.startswith("<frozen importlib") and asking != "importlib":
                return self._is_users(file)
            frame = frame.f_back
        return False

    def _is_users(self, file):
        """A virtual environment or a whole Python below a users' folder is not the users' own."""
        folders = [path for path in sys.path if file.startswith(os.path.join(path, ""))]
        return bool(folders) and max(folders, key=len) in self.users


_standard = _StandardFinder([])


class _LoggingFinder:
    """Waits for the first import of logging, whoever does it, and has it write through the worker's own log, which adds
    time, pid, worker and target."""

    def __init__(self, level):
        self._level = level

    def find_spec(self, name, path=None, target=None):
        if name != "logging":
            return None
        sys.meta_path.remove(self)
        spec = _standard.standard(name)
        execute = spec.loader.exec_module

        def execute_and_set_up(module):
            execute(module)
            self.set_up(module)

        spec.loader.exec_module = execute_and_set_up
        return spec

    def set_up(self, logging):
        class Handler(logging.Handler):
            def emit(self, record):
                try:
                    _fitd.log(record.levelno, _plain(self.format(record), _LONGEST_TEXT))
                except Exception:
                    self.handleError(record)

        handler = Handler()
        handler.setFormatter(logging.Formatter("%(message)s"))
        root = logging.getLogger()
        root.handlers[:] = [handler]
        root.setLevel(self._level)
        logging.captureWarnings(True)


class Frame:
    """One target: read-only views of shared memory, valid until fit returns (copy what you keep)."""

    __slots__ = ("target", "seasons", "horizon", "_memory", "_values", "step", "_start", "_step", "_months", "_times")

    def __init__(self, target, memory, start, step, months, name, seasons=(), horizon=1):
        """`name`: the step as --frequency takes it, "1h" or "B"."""
        self.target = target
        self.step = name
        self.seasons = seasons
        self.horizon = horizon
        self._memory = memory
        self._values = None
        self._start = start
        self._step = step
        self._months = months
        self._times = None

    @property
    def values(self):
        """float64, NaN where a value is missing; a view of the shared memory itself."""
        if self._values is None:
            import numpy as np

            self._values = np.frombuffer(self._memory, dtype=np.float64)
        return self._values

    @property
    def times(self):
        """datetime64[ns], UTC, as long as values; made when asked for."""
        if self._times is None:
            import numpy as np

            n = len(self)
            if self._months:
                times = _fitd.month_times(self._start, *self._months, n)
            elif self._step == 0:
                times = _fitd.named_times(self._start, self.step, n)
            else:
                times = np.arange(n, dtype=np.int64) * self._step + self._start
            times = times.view("datetime64[ns]")
            times.flags.writeable = False
            self._times = times
        return self._times

    def __len__(self):
        return len(self._memory) // 8

    def __array__(self, dtype=None):
        return self.values if dtype is None else self.values.astype(dtype, copy=False)

    def to_pandas(self, copy=True):
        """A Series named after the target and indexed by time. A copy, which may be kept and changed (many compiled
        libraries refuse read-only memory); copy=False gives a view as values is one."""
        import pandas

        return pandas.Series(self.values.copy() if copy else self.values, index=pandas.DatetimeIndex(self.times, name="time"), name=self.target)


class GlobalFrame:
    """All targets of the run, sorted by id; len(), [i] or [id], and iteration give Frames."""

    def __init__(self, frames):
        self._frames = frames
        self._by_target = None

    def __len__(self):
        return len(self._frames)

    def __iter__(self):
        return iter(self._frames)

    def __getitem__(self, key):
        if not isinstance(key, str):
            return self._frames[key]
        if self._by_target is None:
            self._by_target = {frame.target: frame for frame in self._frames}
        return self._by_target[key]

    @property
    def targets(self):
        return [frame.target for frame in self._frames]

    def to_pandas(self):
        """Long form: columns target, time, value (a copy)."""
        import numpy as np
        import pandas

        sizes = [len(frame) for frame in self._frames]
        return pandas.DataFrame({
            "target": np.repeat(np.array(self.targets, dtype=object), sizes),
            "time": np.concatenate([frame.times for frame in self._frames]),
            "value": np.concatenate([frame.values for frame in self._frames]),
        })


class Context:
    """options: the run's, a dict; global_result: what the global stage returned, or None; logger."""

    def __init__(self, options, global_result, module):
        self._text = options
        self._options = None
        self._module = module
        self._logger = None
        self.global_result = global_result

    @property
    def logger(self):
        if self._logger is None:
            import logging

            self._logger = logging.getLogger(self._module)
        return self._logger

    @property
    def options(self):
        if self._options is None:
            import json

            self._options = json.loads(self._text) if self._text else {}
        return self._options


class _Entry:
    """A user's algorithm: its fit, its forecast if it has one, the context it gets."""

    __slots__ = ("name", "fit", "forecast", "context")


def start(python_path, level):
    """Once per process: paths and logging."""
    global _standard
    _standard = _StandardFinder([path for path in python_path if path not in sys.path])
    sys.path[:0] = _standard.users
    if _standard.users:
        sys.meta_path.insert(0, _standard)
    finder = _LoggingFinder(level)
    if "logging" in sys.modules:  # a .pth file of the site imports it
        finder.set_up(sys.modules["logging"])
    else:
        sys.meta_path.insert(0, finder)


def end():
    """What the interpreter's end does, and before it can crash in some extension: threads, atexit functions, open files.

    Returns [(descriptor, pid)] of the processes that remove what users' code has left in shared memory (multiprocessing's, joblib's) once
    their pipe is closed.
    """
    if threading := sys.modules.get("threading"):
        threading._shutdown()
    atexit._run_exitfuncs()
    for one in gc.get_objects():
        if issubclass(type(one), io.IOBase):
            try:
                if not one.closed:
                    one.flush()
            except Exception as error:
                print(f"a file that was left open: {_describe(error)}", file=sys.stderr)
    found = []
    for name, module in list(sys.modules.items()):
        tracker = getattr(module, "_resource_tracker", None) if name.endswith("resource_tracker") else None
        fd, pid = getattr(tracker, "_fd", None), getattr(tracker, "_pid", None)
        if isinstance(fd, int) and isinstance(pid, int):
            found.append((fd, pid))
    return found


def _resolve(name):
    """(module, object) of "module:object" or "module:outer.inner"."""
    module_name, _, path = name.partition(":")
    if not path:
        raise ValueError(f"'{name}' is not module:object")
    module = importlib.import_module(module_name)
    if module_name in _STANDARD and (file := _standard.file_of(module_name)) and module.__spec__.origin != file:
        raise ImportError(f"{module_name} is a module of Python's own that is loaded already: give {file} another name")
    found = module
    for part in path.split("."):
        found = getattr(found, part)
    return module, found


def _shadow(error):
    """What to do about a file that is called as a module of Python's own, where that may be what went wrong, or ""."""
    if not isinstance(error, (ImportError, AttributeError)):
        return ""
    hiding = _standard.hiding(str(error))
    return f"; {hiding[1]} hides Python's own module {hiding[0]}: give the file another name" if hiding else ""


def load(name, options, global_result):
    module, found = _resolve(name)
    if isinstance(found, type):
        found = found()
    entry = _Entry()
    entry.name = name
    if callable(getattr(found, "fit", None)):
        entry.fit = found.fit
        entry.forecast = getattr(found, "forecast", None)
    elif callable(found):
        entry.fit = found
        entry.forecast = getattr(found, "forecast", None) or getattr(module, "forecast", None)
    else:
        raise TypeError(f"'{name}' is neither a function fit(target, frame, context) nor a class with fit")
    result = None
    if global_result:
        import pickle

        encoding, _, data = global_result.partition(b":")
        result = pickle.loads(data) if encoding == b"pickle" else data
    entry.context = Context(options, result, module.__name__)
    return entry


def _describe(error):
    """First line: what and where. Then the traceback without our own frames."""
    import traceback

    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_globals.get("__name__") == __name__:
        trace = trace.tb_next
    first = _plain(" ".join(traceback.format_exception_only(type(error), error)[-1].split()), _LONGEST_LINE) + _shadow(error)
    if trace is None:
        return first
    last = traceback.extract_tb(trace)[-1]
    if not last.filename.startswith("<"):
        first += f" ({last.filename}:{last.lineno} in {last.name})"
    whole = "".join(traceback.format_exception(type(error), error, trace)).rstrip()
    return _plain(first + "\n" + whole, _LONGEST_TEXT)


def _as_bytes(result, what):
    """(kind, bytes) or (_FAILED, reason)."""
    if type(result) is bytes:
        return _BYTES, result
    import pickle

    try:
        return _PICKLE, pickle.dumps(result, 5)
    except Exception as error:
        return _FAILED, f"{what} returned a {type(result).__name__} that cannot be pickled: {_describe(error)}"


def _numbers(result):
    """The plain numbers and number arrays of a dict, for tables and exports; the pickle holds everything."""
    np = sys.modules.get("numpy")  # what is not imported is not in the result either
    plain, arrays = [], []
    for key, value in result.items():
        if type(key) is not str or isinstance(value, bool):
            continue
        key = _plain(key, _LONGEST_LINE)
        if isinstance(value, (int, float)) or np and isinstance(value, (np.integer, np.floating)):
            try:
                plain.append((key, float(value)))
            except OverflowError:  # an integer too large for a table
                continue
        elif np and isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "fiu" and value.size <= 4096:
            arrays.append((key, value.astype(np.float64).tolist()))
    return plain, arrays


def _warn_kept(entry):
    """The view outlived the call: say so once, it will show other data soon."""
    if entry.name not in _kept:
        _kept.add(entry.name)
        entry.context.logger.warning(
            "%s keeps frame.values after fit has returned; it is only valid until then, keep frame.values.copy()",
            entry.name)


def _is_kept(frame):
    """Somebody holds the frame or its values, beyond fit's own names and the ones of the questions here."""
    return sys.getrefcount(frame) > 3 or frame._values is not None and sys.getrefcount(frame._values) > 2


def fit(entry, target, memory, start, step, months, name, seasons, horizon):
    """(kind, bytes or reason, numbers). `memory`: a read-only memoryview of the target's values."""
    frame = Frame(target, memory, start, step, months, name, seasons, horizon)
    try:
        result = entry.fit(target, frame, entry.context)
    except BaseException as error:
        return _FAILED, _describe(error), None
    kind, data = _as_bytes(result, "fit")
    numbers_of = None
    if kind == _PICKLE and isinstance(result, dict):
        try:
            numbers_of = _numbers(result)
        except Exception as error:
            return _FAILED, _describe(error), None
    del result
    if _is_kept(frame):
        _warn_kept(entry)
    return kind, data, numbers_of


def fit_global(entry, series):
    frames = GlobalFrame([Frame(*one) for one in series])
    try:
        result = entry.fit(frames, entry.context)
    except BaseException as error:
        return _FAILED, _describe(error)
    kind, data = _as_bytes(result, "the global algorithm")
    if kind == _FAILED:
        return kind, data
    return kind, (b"pickle:" if kind == _PICKLE else b"bytes:") + data


def _real_numbers(np, values, name):
    """float64, NaN where an array is masked; dates, truth values and complex numbers have no place on the scale of the data."""
    array = np.asanyarray(values)
    if array.dtype.kind not in "iufO":
        raise TypeError(f"forecast returned {name} of type {array.dtype}, which are no real numbers")
    return np.asarray(np.ma.filled(array.astype(np.float64), np.nan))


def forecast(entry, kind, data, horizon, levels):
    """(True, mean, lo, hi) with lists of floats, or (False, reason)."""
    try:
        import numpy as np
        import pickle

        model = pickle.loads(data) if kind == _PICKLE else data
        result = entry.forecast(model, horizon, levels)
        lo = hi = ()
        if isinstance(result, dict):
            mean, lo, hi = result["mean"], result.get("lo", ()), result.get("hi", ())
        elif isinstance(result, tuple):
            mean, lo, hi = result
        else:
            mean = result
        mean = _real_numbers(np, mean, "means")
        if mean.shape != (horizon,):
            raise ValueError(f"forecast returned means of shape {mean.shape}, not ({horizon},)")
        bounds = []
        for name, bound in (("lower", lo), ("upper", hi)):
            bound = _real_numbers(np, bound, f"{name} bounds")
            if bound.size and bound.shape != (len(levels), horizon):
                raise ValueError(f"forecast returned {name} bounds of shape {bound.shape}, "
                                 f"not ({len(levels)}, {horizon}): one row for each level")
            bounds.append(bound.tolist())
        return True, mean.tolist(), *bounds
    except BaseException as error:
        return False, _describe(error)
