// What the columns of a file mean, from its header.
// Daemon, ingest threads; values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"
#include "daemon/ingest/load_frame.h"
#include "daemon/ingest/time_parser.h"

namespace fitd {

struct CsvLayout {
  static constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);

  std::size_t columns = 0;
  std::size_t target = kNoColumn;  // kNoColumn in long format: file_target is the target of all rows
  std::size_t time = kNoColumn;
  std::size_t value = kNoColumn;  // long format only
  bool wide = false;
  std::vector<std::string> names;  // of all columns
  std::string file_target;
  std::uint64_t data_offset = 0;  // of the first byte behind the header
  std::uint64_t header_lines = 1;
  NumericTime numeric = NumericTime::kSeconds;
  bool interleaved = false;  // the first rows are of ever other targets
};

// Layout for a header record. kInvalidInput names the file, what is missing and the columns there are.
Result<CsvLayout> MakeLayout(const std::vector<std::string_view>& header, const IngestOptions& options,
                             const std::string& path);

// Why these first bytes cannot be CSV text (NUL, UTF-16); OK otherwise.
Status CheckText(std::string_view head, const std::string& path);

}  // namespace fitd
