// What the DATA arguments of a command stand for: files, in order, each once.
// Daemon, one thread.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <vector>

#include "common/status.h"

namespace fitd {

struct InputFile {
  std::string path;         // as given, or found by the pattern; "-" is standard input
  bool regular = false;     // otherwise a pipe, FIFO, terminal or device: read once, front to back
  std::uint64_t bytes = 0;  // size on disk; 0 when not regular
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

// Expands patterns (sorted) and directories (their *.csv, *.tsv, *.csv.gz, *.csv.zst in any case, sorted, not
// recursive). A file named twice is read once. A pattern or directory without a match is kNotFound and named.
Result<std::vector<InputFile>> ExpandInputs(const std::vector<std::string>& inputs);

// File name without folders and without .csv, .tsv, .csv.gz, .csv.zst: the target of a file that has no target column.
std::string TargetFromPath(const std::string& path);

}  // namespace fitd
