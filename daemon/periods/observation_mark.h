// The marks that statistical offices put behind times and values: provisional, revised, estimated, or a footnote.
// Daemon, ingest threads; pure functions.
#pragma once

#include <string_view>

namespace fitd {

// Of 2023*, 2023p, 2021 (e) and 2020 [2] what stands in front of the mark; empty: nothing of the kind. F and B are none
// of them: forecasts and budgets are no observations.
std::string_view WithoutMark(std::string_view text);

}  // namespace fitd
