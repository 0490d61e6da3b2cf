// Finds times that can be read but mean something else, as their order shows. Daemon, ingest threads; pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/status.h"
#include "daemon/times/time_parser.h"

namespace fitd {

// `cells` are the first times of a file, in its order. kInvalidInput when they are out of order, but in order once day
// and month change places wherever both are 12 or less: spreadsheets leave dates so when they read only those. Also
// when 00:00 comes last in the day that is written with it: it means 24:00.
Status CheckOrder(const TimeRule& rule, std::span<const std::string> cells, const std::string& path);

// Why weeks (202310) or years (2232) are codes of terms, of which each year has the same few; empty: they are none.
// `column`: what their column is called.
std::string TermsOfYears(std::span<const std::string> cells, std::string_view column);

}  // namespace fitd
