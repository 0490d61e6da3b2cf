// The layout of one input file, with the rule for parsing its times. Daemon, ingest threads; a value.
#pragma once

#include <string>

#include "daemon/csv/csv_layout.h"
#include "daemon/times/time_parser.h"

namespace fitd {

struct FileLayout : CsvLayout {
  TimeRule rule;
  // True when the file has no readable times: rows are numbered from 1, or columns by their names (d_1) or places. Each
  // count stands for that many nanoseconds.
  bool counted = false;
};

}  // namespace fitd
