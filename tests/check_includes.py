#!/usr/bin/env python3
"""check_includes.py ROOT: every quoted include stays inside the table of rooms, the table has no circle, the CMake
libraries link what it allows, heavy headers stay in the .cpp files, and rooms, files and classes keep their size."""
import pathlib
import re
import sys

MODELS = "common/models"
KINDS = [f"{MODELS}/{name}" for name in ("arima", "ets", "ces", "theta", "lgt", "intermittent", "combination",
                                    "pooled_ar")]
ALL_MODELS = [f"{MODELS}/numeric", f"{MODELS}/base", f"{MODELS}/season", *KINDS, MODELS]
ALL_COMMON = ["common", "common/series", "common/process", "common/detect", "common/fit", "common/job", *ALL_MODELS]


def models(*names):
    return [f"{MODELS}/{name}" for name in names]


# room -> rooms it may include besides itself, lowest floor first. No room may include one below it in this list.
TABLE = {
    "common": [],
    f"{MODELS}/numeric": ["common"],
    f"{MODELS}/base": ["common", *models("numeric")],
    f"{MODELS}/season": ["common", *models("numeric")],
    f"{MODELS}/arima": ["common", *models("base", "numeric", "season")],
    f"{MODELS}/ets": ["common", *models("base", "numeric", "season")],
    f"{MODELS}/ces": ["common", *models("base", "numeric", "season")],
    f"{MODELS}/theta": ["common", *models("base", "numeric", "season")],
    f"{MODELS}/lgt": ["common", *models("base", "numeric")],
    f"{MODELS}/intermittent": ["common", *models("base", "numeric")],
    f"{MODELS}/combination": ["common", *models("base", "numeric")],
    f"{MODELS}/pooled_ar": ["common", *models("base", "numeric")],
    MODELS: ["common", *ALL_MODELS[:-1]],
    "common/series": ["common"],
    "common/process": ["common"],
    "common/detect": ["common", "common/series", *models("numeric", "base")],
    "common/fit": ["common", "common/series", "common/process", *ALL_MODELS, "common/detect"],
    "common/job": ["common", "common/series", "common/fit", *models("base", "combination")],
    "ipc": ["common", "common/series", "common/fit"],
    "worker": ["common", "common/series", "common/process", "common/fit", "ipc"],
    "daemon/progress": ["common"],
    "daemon/client": ["common", "daemon/progress"],
    "daemon/flags": ["common", "common/job", "daemon/progress"],
    "daemon/periods": ["common"],
    "daemon/csv": ["common", "common/series", "common/job", "daemon/periods"],
    "daemon/times": ["common", "common/series"],
    "daemon/clocks": ["common", "common/series", "daemon/times"],
    "daemon/input": ["common", "daemon/csv"],
    "daemon/rows": ["common", "common/series", "daemon/times"],
    "daemon/ingest": ["common", "common/series", "common/process", "common/job", "daemon/csv", "daemon/input", "daemon/rows",
                      "daemon/periods", "daemon/times", "daemon/clocks"],
    "daemon/pool": ["common", "common/series", "common/process", "common/fit", "common/job", "ipc"],
    "daemon/store": ["common", "common/series", "common/process", "common/fit", *models("combination", "pooled_ar")],
    "daemon/user": ["common", "common/fit", "common/job", *models("base"), "ipc", "daemon/pool"],
    "daemon/runs": ["common", "common/process", "common/job", "daemon/progress"],
    "daemon/api": ["common", "daemon/runs"],
    "daemon/children": ["common", "ipc", "daemon/progress", "daemon/runs"],
    "daemon/output": ["common", "common/series", "common/fit", "common/job",
                      *models("base", "combination", "pooled_ar"), "ipc", "daemon/store", "daemon/user"],
    "daemon/report": ["common", "common/series", "common/fit", *models("base", "combination"), "daemon/store",
                      "daemon/output"],
    "daemon/ui": ["common", "daemon/report"],
    "daemon/plan": [*ALL_COMMON, "ipc", "daemon/csv", "daemon/input", "daemon/rows", "daemon/times", "daemon/ingest",
                    "daemon/store", "daemon/user", "daemon/progress"],
    "daemon/train": [*ALL_COMMON, "ipc", "daemon/csv", "daemon/ingest", "daemon/plan", "daemon/pool", "daemon/store",
                     "daemon/user", "daemon/progress"],
    "daemon/cluster": ["common", "common/series", "common/process", "common/fit", "common/job",
                       *models("combination", "pooled_ar"), "daemon/ingest", "daemon/plan", "daemon/pool",
                       "daemon/rows", "daemon/store", "daemon/train", "daemon/user", "daemon/progress"],
    "daemon/update": [*ALL_COMMON, "ipc", "daemon/csv", "daemon/rows", "daemon/times", "daemon/ingest", "daemon/pool",
                      "daemon/store", "daemon/user", "daemon/plan", "daemon/progress", "daemon/train"],
    "daemon/detect": ["common", "common/series", "common/process", "common/detect", "common/fit", "common/job",
                      "ipc", "daemon/times", "daemon/ingest", "daemon/pool", "daemon/store", "daemon/output",
                      "daemon/plan", "daemon/progress", "daemon/update"],
    "daemon/backtest": ["common", "common/series", "common/fit", "common/job", *models("base", "pooled_ar"), "ipc",
                        "daemon/ingest", "daemon/plan", "daemon/progress", "daemon/store", "daemon/output",
                        "daemon/train"],
    "daemon/service": ["common", "common/process", "common/job", "ipc", "daemon/runs", "daemon/children", "daemon/api"],
    "daemon/cli": [*ALL_COMMON, "ipc", "daemon/backtest", "daemon/client", "daemon/cluster", "daemon/csv",
                   "daemon/detect", "daemon/flags", "daemon/ingest", "daemon/output", "daemon/plan", "daemon/pool",
                   "daemon/progress", "daemon/service", "daemon/store", "daemon/train", "daemon/ui", "daemon/update",
                   "daemon/user"],
    "daemon/cli/reading": ["common", "common/series", "common/job", "daemon/times", "daemon/ingest", "daemon/plan",
                           "daemon/cli", "daemon/client", "daemon/flags", "daemon/output", "daemon/report",
                           "daemon/store"],
    "daemon": ["common", "daemon/cli", "daemon/flags"],  # main.cpp
}
# Headers that cost seconds to compile: only in the .cpp that needs them.
HEAVY = re.compile(r"#\s*include\s*<(boost/|cereal/|spdlog/|CLI/|toml\+\+/|nlohmann/json\.hpp|sqlite3\.h|pybind11/)")
# The one header with cereal in it (bounded archives, a template matter); for .cpp files and it only.
ARCHIVE = "common/archive.h"
# The numerics know no archive, no logger and no process.
FOREIGN_TO_MODELS = re.compile(r"#\s*include\s*<(boost/|cereal/|spdlog/|sys/|unistd\.h|fcntl\.h|sqlite3\.h)")
MOST_UNITS = 20   # of a room
MOST_LINES = 350  # of a .cpp or .h
MOST_CLASS_LINES = 200  # between its braces
MOST_FUNCTION_LINES = 80  # between its braces


def room_of(path):
    """The room a file belongs to: the longest folder that the table names."""
    folder = pathlib.PurePosixPath(path).parent
    while folder.as_posix() not in (".", "") and folder.as_posix() not in TABLE:
        folder = folder.parent
    return folder.as_posix()


def check_table(errors):
    order = list(TABLE)
    for room, allowed in TABLE.items():
        for other in allowed:
            if other not in TABLE:
                errors.append(f"the table lets {room} include {other}, which is no room")
            elif order.index(other) >= order.index(room):
                errors.append(f"the table lets {room} include {other}, a room above it: an arrow up, or a circle")


LIBRARY = {room: "fitd_" + {"common": "common_root", "worker": "worker_lib"}.get(room, room.replace("/", "_"))
           for room in TABLE}


def check_links(root, errors):
    """Every fitd_room() of a CMakeLists.txt links exactly rooms that the table allows."""
    for room in TABLE:
        if room == "daemon":
            continue
        cmake = root.joinpath(room, "CMakeLists.txt")
        call = re.search(r"fitd_room\(\s*(\w+)(?:\s+ROOMS\s+([\w\s]*?))?(?:\s+LIBRARIES[^)]*)?\)", cmake.read_text()) if cmake.exists() else None
        if not call:
            errors.append(f"{room}/CMakeLists.txt: no fitd_room() there")
            continue
        head = re.match(r"(?:#.*\n)*", cmake.read_text()).group(0).count("\n")
        if room.startswith("daemon/") and not 3 <= head <= 8:
            errors.append(f"{room}/CMakeLists.txt: opens with {head} lines of comment, not 3 to 8: what the room is for, "
                          "what it may use, where to start")
        if call.group(1) != LIBRARY[room]:
            errors.append(f"{room}/CMakeLists.txt: the library is {call.group(1)}, not {LIBRARY[room]}")
        allowed = {LIBRARY[other] for other in TABLE[room]}
        for linked in (call.group(2) or "").split():
            if linked not in allowed:
                errors.append(f"{room}/CMakeLists.txt: links {linked}, which the table does not allow")


def hidden_names(text):
    """What the anonymous namespaces of a .cpp declare in the first column: constants, types, functions, variables."""
    for body in re.findall(r"^namespace \{\n(.*?)^\}  // namespace$", text, re.S | re.M):
        for line in body.split("\n"):
            found = (re.match(r"constexpr .*?\b(k[A-Z]\w*)\b", line) or re.match(r"(?:struct|class|enum class) (\w+)", line) or
                     re.match(r"[A-Za-z][\w:<>,&* \[\]]*[ &*](\w+)\(", line) or
                     re.match(r"(?:const |thread_local )[\w:<>, ]* (\w+)", line))
            if found and not line.startswith("using "):
                yield found.group(1)


def check_together(root, errors):
    """Rooms that CMake compiles together hide no two things under one name: a call might mean the other's."""
    room_of = {name: room for room, name in LIBRARY.items()}
    for group, rooms in re.findall(r"^fitd_together\((\w+) ([\w\s]+)\)", root.joinpath("CMakeLists.txt").read_text(), re.M):
        of_name = {}
        for name in rooms.split():
            for path in sorted(root.joinpath(room_of[name]).glob("*.cpp")):
                text = path.read_text()
                space = re.search(r"^namespace (\S+) \{", text, re.M)
                for hidden in set(hidden_names(text)):
                    other = of_name.setdefault((space and space.group(1), hidden), path)
                    if other != path:
                        errors.append(f"{path.relative_to(root)}: {hidden} is in {other.relative_to(root)} too, and "
                                      f"fitd_together({group}) compiles both as one: give it another name")


def check_sizes(root, errors):
    for room in TABLE:
        units = {path.stem for path in root.joinpath(room).glob("*") if path.suffix in (".cpp", ".h")}
        if len(units) > MOST_UNITS:
            errors.append(f"{room}/ holds {len(units)} units, {MOST_UNITS} at most: give what it has become rooms")
    for top in ("common", "ipc", "worker", "daemon"):
        for path in sorted(root.joinpath(top).rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            lines = path.read_text().splitlines()
            if len(lines) > MOST_LINES:
                errors.append(f"{path.relative_to(root)}: {len(lines)} lines, {MOST_LINES} at most: split it by noun")
            for name, length in classes(lines):
                if length > MOST_CLASS_LINES:
                    errors.append(f"{path.relative_to(root)}: {name} has {length} lines, {MOST_CLASS_LINES} at "
                                  "most: give parts of what it does a class of their own")
            for name, length in functions(lines):
                if length > MOST_FUNCTION_LINES:
                    errors.append(f"{path.relative_to(root)}: {name} has {length} lines, {MOST_FUNCTION_LINES} at most: "
                                  "give its steps functions of their own")


def functions(lines):
    """(name, lines) of every function that begins in the first column, as clang-format leaves those of a file."""
    begin = None
    for number, line in enumerate(lines):
        if begin is None and re.match(r"[A-Za-z\[].*\(", line) and not re.match(r"(namespace|class|struct|enum|extern)\b", line):
            name, begin = re.sub(r"\(.*", "", line).split()[-1], number
        if begin is not None and line.endswith((";", ",")) and line[:1].strip():
            begin = None  # a declaration, or a call of a macro
        if line == "}" and begin is not None:
            yield name, number - begin - 1
            begin = None


def classes(lines):
    """(name, lines) of every class or struct that begins in the first column, as clang-format leaves those of a file."""
    name = begin = None
    for number, line in enumerate(lines):
        head = re.match(r"(?:class|struct) ([\w:]+)[^;]*\{\s*$", line)
        if head:
            name, begin = head.group(1), number
        elif line.startswith("};") and name:
            yield name, number - begin + 1
            name = None


def check_includes(root, errors):
    for top in ("common", "ipc", "worker", "daemon", "tests"):
        for path in sorted(root.joinpath(top).rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            rel = path.relative_to(root).as_posix()
            own = room_of(rel)
            for number, line in enumerate(path.read_text().splitlines(), 1):
                quoted = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
                if quoted and "/" in quoted.group(1) and top != "tests":
                    other = room_of(quoted.group(1))
                    if quoted.group(1).startswith("tests/"):
                        errors.append(f"{rel}:{number}: nothing includes tests/: {line.strip()}")
                    elif other != own and other in TABLE and other not in TABLE.get(own, []):
                        errors.append(f"{rel}:{number}: {own}/ may not include {other}/: {line.strip()}")
                if path.suffix == ".h" and rel != ARCHIVE and top != "tests" and (
                    HEAVY.match(line) or (quoted and quoted.group(1) == ARCHIVE)
                ):
                    errors.append(f"{rel}:{number}: keep this header in the .cpp: {line.strip()}")
                if own.startswith(MODELS) and FOREIGN_TO_MODELS.match(line):
                    errors.append(f"{rel}:{number}: models are pure numerics: {line.strip()}")


def main(root):
    root = pathlib.Path(root)
    errors = []
    check_table(errors)
    check_links(root, errors)
    check_together(root, errors)
    check_includes(root, errors)
    check_sizes(root, errors)
    print("\n".join(errors) if errors else "the table of rooms holds")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
