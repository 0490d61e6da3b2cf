// What a caller of LoadFrame says and is told. Values; daemon.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/series/gap_policy.h"
#include "common/series/time_grid.h"
#include "daemon/csv/column_report.h"
#include "daemon/csv/csv_dialect.h"
#include "daemon/input/input_stream.h"

namespace fitd {

class SlabFile;

struct IngestOptions : CsvOptions {
  std::vector<std::string> inputs;     // files, patterns, directories, "-"
  std::string timezone;                // of naive times and of days; empty: UTC
  std::string until;                   // last time that is taken
  std::optional<double> max_repaired;  // percent
  GapPolicy gaps = GapPolicy::kAuto;
  bool keep_outliers = false;      // false: a reading that cannot be one (series/lone_outlier.h) is missing
  std::string frequency = "auto";  // or a step such as 5min, for every target
  Step single_step;                // of targets seen once where none is named; count 0: that of the others
  std::uint64_t max_bad_rows = 0;
  bool refuse_repairs = true;  // false: too many repairs are told in the report, and are no error
  int threads = 0;             // 0: one per core this process may use
  // No grid: a series' values are time and value of each observation in turns (PackObservation), in order of time, none
  // filled, none left out; its grid has the step of the times.
  bool observations = false;
  int season_hint = 0;  // for GapPolicy::kSeasonal; 0: what the step suggests
  std::uint64_t max_record_bytes = 64ULL << 20;
  std::uint64_t block_bytes = 1ULL << 20;  // read at a time
  std::uint64_t range_bytes = 8ULL << 20;  // least range of a file that a thread takes; files of two are split
  ExpansionLimits expansion;
  std::shared_ptr<SlabFile> values_file;  // that values are in instead of memory; empty: memory
  // Both are called from the thread that called LoadFrame, every 50 ms; may be empty.
  std::function<bool()> cancelled;
  std::function<void(std::uint64_t bytes_done, std::uint64_t bytes_total)> progress;  // total 0: not known
};

struct DroppedTarget {
  std::string id;
  std::string reason;
};

// What was repaired of a target.
struct RepairedTarget {
  std::string id;
  bool over = false;             // more than may be
  std::uint64_t rows = 0;        // that were read
  std::uint64_t lost = 0;        // with a value that the series does not show
  std::uint64_t duplicates = 0;  // rows that a later one of the same time overruled
  std::uint64_t merged = 0;      // rows that a later one of the same point overruled
  std::uint64_t stray = 0;       // rows beyond a gap too long for a grid, or off the mask of days
  std::uint64_t unread = 0;      // cells that hold something and no number
  std::string first_unread;      // the first of them, and why it is none
  std::uint64_t values = 0;      // of the series, and of them
  std::uint64_t made_up = 0;     // by the gap policy
  std::string step;
  std::string
      finer;  // step of its last rows, where they come more often or more rarely than those before; empty: they do not
  std::string coarser;  // a step on which two rows fall on average; empty: none is known
};
// "56 of 84 rows lost (56 repeat a time), 12 of 40 values made up on step 1D".
std::string DescribeRepair(const RepairedTarget& target);

// A reading that was taken for none.
struct FoundOutlier {
  std::string id;
  TimeNs time = 0;
  double value = 0;
  std::string written = {};  // the time, as the data write theirs
};

struct IngestReport {
  std::uint64_t files = 0;
  std::uint64_t empty_files = 0;             // without a data row
  std::uint64_t bytes = 0;                   // read, as stored (compressed)
  std::uint64_t rows = 0;                    // good rows (a wide row counts once)
  std::uint64_t bad_rows = 0;                // left out
  std::uint64_t missing_values = 0;          // empty, NA, NaN, null
  std::uint64_t unordered_rows = 0;          // sorted into place
  std::uint64_t duplicates = 0;              // same target and time as a later row, which won
  std::uint64_t clock_back = 0;              // of these, in the hours that a clock shows twice when summer time ends
  std::uint64_t snapped = 0;                 // moved to the nearest grid point
  std::uint64_t merged = 0;                  // overruled by a later observation at the same grid point
  std::uint64_t stray = 0;                   // beyond a gap too long for a grid
  std::uint64_t parts = 0;                   // of first and last periods that are not whole, left out (--aggregate)
  std::uint64_t lost = 0;                    // of the three above: values that no series shows
  std::uint64_t zeros_filled = 0;            // grid points that are zero because no row says otherwise
  std::uint64_t gaps_filled = 0;             // grid points made up by the gap policy (inner missing values included)
  std::uint64_t outliers = 0;                // readings that cannot be ones, taken as missing
  FoundOutlier first_outlier;                // of the first target that has one
  std::uint64_t bad_cells = 0;               // of wide rows: taken as missing
  std::uint64_t marked_times = 0;            // read without the mark behind them: 2023p, 2023*
  std::uint64_t marked_values = 0;           // likewise
  std::vector<std::string> first_bad_cells;  // as first_bad_rows
  ColumnsTaken columns;
  std::string unit;                         // of all values, where a column of its own says it; empty: none, or several
  std::vector<std::string> first_bad_rows;  // "file:line:column: message: 'text'", at most 20, in file order
  std::vector<DroppedTarget> dropped;       // targets without any value, sorted by id
  std::vector<RepairedTarget> worst;        // at most 10, the worst first
  std::uint64_t over_limit = 0;             // targets that are more repair than data
  std::string sentinels;                    // numbers that look like missing values, and what to say; empty: none
  std::string refusal;                      // why, and what would mend it; empty when there are none
  std::string time_option;                  // what --time-format would say; empty: ISO 8601
  std::string frequency_option;             // what --frequency would say; empty: targets have several steps
  bool naive_times = true;                  // times came without offsets
  std::string time_example;                 // how a time was understood: "31.12.2024 is 2024-12-31T00:00:00Z"
};

}  // namespace fitd
