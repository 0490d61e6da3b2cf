// Events told to whoever follows a detection: its progress, the log and the journal, its summary. Daemon; one thread.
#pragma once

#include <string>

#include "common/series/time_grid.h"
#include "daemon/detect/detect_run.h"
#include "daemon/detect/event_list.h"
#include "daemon/progress/progress.h"

namespace fitd {

AnomalyFound FoundOf(const AnomalyEvent& event, const TimeForm& form);

// Each event as one of the progress, and those that are new as warnings in the log, with the fields job, event, kind,
// direction, start, value, expected, score and observations. Call when the store has them.
void VoiceEvents(const DetectSummary& summary, const std::string& job, Progress& progress);

// One JSON object, without a line's end: what a run of the service has as its summary. `seconds`: of the whole run.
std::string FormatDetectJson(const DetectSummary& summary, double seconds);

// "3 new events (2 spike, 1 fleet)"
std::string DescribeFound(const DetectSummary& summary);

}  // namespace fitd
