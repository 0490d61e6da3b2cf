// Reports events of a detection to progress, log, journal and summary. Daemon; one thread.
#pragma once

#include <string>

#include "common/series/time_grid.h"
#include "daemon/detect/detect_run.h"
#include "daemon/detect/event_list.h"
#include "daemon/progress/progress.h"

namespace fitd {

AnomalyFound FoundOf(const AnomalyEvent& event, const TimeForm& form);

// Reports each event as progress, and new ones as warnings in the log with the fields job, event, kind, direction,
// start, value, expected, score and observations. Call after the store has them, since it numbers them.
void PublishEvents(const DetectSummary& summary, const std::string& job, Progress& progress);

// One JSON object without a newline, the summary of a run of the service. `seconds`: duration of the run.
std::string FormatDetectJson(const DetectSummary& summary, double seconds);

// "3 new events (2 spike, 1 fleet)"
std::string DescribeFound(const DetectSummary& summary);

}  // namespace fitd
