// Derives the clock and the step that series are laid on from the options and from how the times are written. Daemon,
// the thread of LoadFrame; pure functions.
#pragma once

#include "daemon/ingest/file_layout.h"
#include "daemon/ingest/load_frame.h"
#include "daemon/times/lay_series.h"

namespace fitd {

// How the times of all files are written.
struct WrittenTimes {
  const FileLayout* layout = nullptr;  // of the first file with rows, else of the first file; null: all files are empty
  bool any_row = false;
  OffsetsSeen offsets;
};

// The step that --frequency names; count 0: none. kUsage for options that exclude or need each other.
Result<Frequency> FrequencyOf(const IngestOptions& options);

// kUsage for an unknown zone, or when --until or --start is not a time.
Result<SeriesRules> MakeSeriesRules(const IngestOptions& options, const Frequency& frequency,
                                    const WrittenTimes& times);

// Sets in frame and report how times are written and how they were understood.
void DescribeTimes(const IngestOptions& options, const WrittenTimes& times, IngestResult& result);

}  // namespace fitd
