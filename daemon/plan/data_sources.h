// Which files data come from, as far as it tells data apart without reading them. Daemon, main thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/status.h"

namespace fitd {

// A file by its name without folders, as hosts may see it in different ones.
struct DataSource {
  std::string name;
  std::uint64_t bytes = 0;

  friend bool operator==(const DataSource&, const DataSource&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, bytes);
  }
};

// Of a job's data (files, globs, folders), by name. Empty when some of it is no regular file: a pipe says nothing of
// what it brings. kNotFound names what does not exist.
Result<std::vector<DataSource>> FindDataSources(const std::vector<std::string>& inputs);

// What is in `given` of other data than `read`, as a text for people; empty: nothing. Files that have grown since they
// were read are the same.
std::string OtherData(const std::vector<DataSource>& read, const std::vector<DataSource>& given);

}  // namespace fitd
