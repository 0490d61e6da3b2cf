// Times that can be read, in an order that says that they mean something else. Daemon, ingest threads; pure.
#pragma once

#include <span>
#include <string>

#include "common/status.h"
#include "daemon/times/time_parser.h"

namespace fitd {

// The first times of a file, in its order. kInvalidInput where its days and months change places on the first twelve
// days of each month, as spreadsheets leave them that read the others as text; and where 00:00 comes last in the day
// that is written with it, whose 24:00 it is.
Status CheckOrder(const TimeRule& rule, std::span<const std::string> cells, const std::string& path);

}  // namespace fitd
