// A run's report as one HTML file that needs nothing else: style, plots and the little script are inside. Daemon; pure.
#pragma once

#include <string>
#include <string_view>

#include "daemon/report/run_report.h"

namespace fitd {

// `made_at`: when, in UTC, for the foot of the page; `version`: fitd's.
std::string FormatReportPage(const RunReport& report, std::string_view made_at, std::string_view version);

// fitd's mark, for the heads of pages.
std::string_view BrandMark();
// The style sheet that all pages begin with.
std::string_view BaseStyle();

}  // namespace fitd
