#!/usr/bin/env python3
"""check_includes.py ROOT: every quoted include stays inside the include table; heavy headers stay in the .cpp files."""
import pathlib
import re
import sys

# folder -> folders it may include (its own is always allowed)
TABLE = {
    "common/models": set(),
    "common": {"common/models"},
    "ipc": {"common", "common/models"},
    "worker": {"common", "common/models", "ipc"},
    "daemon": {"common", "common/models", "ipc"},
    "tests": {"common", "common/models", "ipc", "worker", "daemon"},
}
# Headers that cost seconds to compile: only in the .cpp that needs them.
HEAVY = re.compile(r"#\s*include\s*<(boost/|cereal/|spdlog/|CLI/|toml\+\+/|nlohmann/json\.hpp|sqlite3\.h|pybind11/)")
# The one header with cereal in it (bounded archives, a template matter); for .cpp files and it only.
ARCHIVE = "common/archive.h"
# The numerics know no archive, no logger and no process.
FOREIGN_TO_MODELS = re.compile(r"#\s*include\s*<(boost/|cereal/|spdlog/|sys/|unistd\.h|fcntl\.h|sqlite3\.h)")


def folder_of(path):
    parts = pathlib.PurePosixPath(path).parts
    if parts[:2] == ("common", "models"):
        return "common/models"
    return parts[0] if parts else ""


def main(root):
    root = pathlib.Path(root)
    errors = []
    for top in ("common", "ipc", "worker", "daemon", "tests"):
        for path in sorted(root.joinpath(top).rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            rel = path.relative_to(root).as_posix()
            own = folder_of(rel)
            for number, line in enumerate(path.read_text().splitlines(), 1):
                quoted = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
                if quoted and "/" in quoted.group(1):
                    other = folder_of(quoted.group(1))
                    if other != own and other in TABLE and other not in TABLE[own]:
                        errors.append(f"{rel}:{number}: {own}/ may not include {other}/: {line.strip()}")
                if path.suffix == ".h" and rel != ARCHIVE and top != "tests" and (
                    HEAVY.match(line) or (quoted and quoted.group(1) == ARCHIVE)
                ):
                    errors.append(f"{rel}:{number}: keep this header in the .cpp: {line.strip()}")
                if own == "common/models" and FOREIGN_TO_MODELS.match(line):
                    errors.append(f"{rel}:{number}: models are pure numerics: {line.strip()}")
    print("\n".join(errors) if errors else "include table holds")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
