// From what the user says and how the times were written to the clock and the steps that series are laid on.
// Daemon, the thread of LoadFrame; pure functions.
#pragma once

#include "daemon/ingest/file_layout.h"
#include "daemon/ingest/load_frame.h"
#include "daemon/times/lay_series.h"

namespace fitd {

// How the times of all files of a reading are written.
struct WrittenTimes {
  const FileLayout* layout = nullptr;  // of the first file, with rows if any has; null: there is none
  bool any_row = false;
  OffsetsSeen offsets;
};

// The step that was named; count 0: none was. kUsage for options that do not go together.
Result<Frequency> FrequencyOf(const IngestOptions& options);

// kUsage for an unknown zone, or a time of --until or --start that is none.
Result<SeriesRules> MakeSeriesRules(const IngestOptions& options, const Frequency& frequency,
                                    const WrittenTimes& times);

// Says in frame and report how times are written and were understood.
void DescribeTimes(const IngestOptions& options, const WrittenTimes& times, IngestResult& result);

}  // namespace fitd
