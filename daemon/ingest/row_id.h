// Makes the id of a row's target from the cells of the target columns. Daemon, ingest threads; belongs to one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/ingest/file_layout.h"

namespace fitd {

class RowId {
 public:
  // `layout` outlives this and has target columns.
  explicit RowId(const FileLayout& layout) : layout_(layout) {}

  // The cell, or several joined by slashes (a slash or backslash in a cell is escaped); empty when all cells are. Valid
  // until the next call and while the fields are.
  std::string_view Read(const std::vector<std::string_view>& fields);
  // Why an id is none: it is empty, begins in a hole of NUL bytes, or is a word of another encoding than UTF-8 and
  // Windows-1252. Empty: nothing.
  static std::string_view FaultOf(std::string_view id);

 private:
  const FileLayout& layout_;
  std::string text_;
};

}  // namespace fitd
