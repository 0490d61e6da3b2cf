// The layout of a file and how its times are written. Daemon, ingest threads; a value.
#pragma once

#include <string>

#include "daemon/csv/csv_layout.h"
#include "daemon/times/time_parser.h"

namespace fitd {

struct FileLayout : CsvLayout {
  TimeRule rule;
  bool counted = false;  // times are numbers from 1 on, a nanosecond each: rows without a time, headers such as d_1
};

}  // namespace fitd
