"""embed_bytecode.py IN.py OUT.h: writes the compiled module as a C++ array. Run by the Python whose library is linked."""
import marshal
import pathlib
import sys

source, header = map(pathlib.Path, sys.argv[1:])
code = marshal.dumps(compile(source.read_bytes(), "<fitd_host>", "exec", optimize=0))
rows = "".join("  " + ",".join(map(str, code[at:at + 30])) + ",\n" for at in range(0, len(code), 30))
header.parent.mkdir(parents=True, exist_ok=True)
header.write_text(f"// Made from {source.name} by embed_bytecode.py for Python {sys.version.split()[0]}.\n#pragma once\nnamespace fitd {{\n"
                  f"inline constexpr unsigned char kFitdHostBytecode[] = {{\n{rows}}};\n}}  // namespace fitd\n")
