// The sections of a report that are numbers and tables, a file each (report_accuracy.cpp, report_data.cpp, ...). Each
// appends HTML, or nothing when there is nothing to tell. Daemon; pure.
#pragma once

#include <string>

#include "daemon/report/run_report.h"

namespace fitd {

void AppendOverview(std::string& out, const RunReport& report);
void AppendAccuracy(std::string& out, const RunReport& report);
void AppendBacktest(std::string& out, const RunReport& report);
void AppendAnomalies(std::string& out, const RunReport& report);
void AppendData(std::string& out, const RunReport& report);
void AppendRun(std::string& out, const RunReport& report);

// "Run 3 of 2026-11-26 17:40 UTC · 200 targets · ets, arima, ces, theta, pooled-ar · horizon 24"
std::string DescribeRun(const RunReport& report);
std::string StatusPill(FitStatus status);

}  // namespace fitd
