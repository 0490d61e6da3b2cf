// Identifies the files that data come from, without reading them. Daemon, main thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/status.h"

namespace fitd {

// A file, by its name without folders, since hosts may see it in different folders.
struct DataSource {
  std::string name;
  std::uint64_t bytes = 0;

  friend bool operator==(const DataSource&, const DataSource&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, bytes);
  }
};

// The files of a job's data (files, globs, folders), sorted by name. Empty when one of them is not a regular file, as a
// pipe cannot be identified. kNotFound names what does not exist.
Result<std::vector<DataSource>> FindDataSources(const std::vector<std::string>& inputs);

// Describes which of `given` are other files than those in `read`; empty: none. A file that has grown is the same.
std::string OtherData(const std::vector<DataSource>& read, const std::vector<DataSource>& given);

}  // namespace fitd
