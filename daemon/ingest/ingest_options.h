// Options of LoadFrame and the report that it returns. Daemon; values.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/series/gaps.h"
#include "common/series/time_grid.h"
#include "daemon/csv/column_report.h"
#include "daemon/csv/csv_dialect.h"
#include "daemon/ingest/word_watch.h"
#include "daemon/input/input_stream.h"
#include "daemon/rows/repeated_rows.h"
#include "daemon/times/aggregate.h"

namespace fitd {

class KnownSteps;
class SlabFile;

struct IngestOptions : CsvOptions {
  std::vector<std::string> inputs;     // files, patterns, directories, "-"
  std::string timezone;                // time zone of times without an offset and of days; empty: UTC
  bool targets_found = false;          // target_column was found by an earlier reading, and not said by the user
  std::string until;                   // rows after this time are ignored; empty: none are
  std::optional<double> max_repaired;  // percent of a target that may be lost or made up; empty: RepairLimits
  GapPolicy gaps = GapPolicy::kAuto;
  bool keep_outliers = false;      // false: a lone impossible reading (series/lone_outlier.h) is taken as missing
  std::string frequency = "auto";  // "auto", or a step such as 5min that holds for every target
  bool keeps_clock = false;        // of an update: `timezone` is that of its base, or UTC, and none is searched for
  std::optional<PeriodShares> usual_shares;  // of an update that puts rows together: those of its base
  Step single_step;  // step of targets with one row when `frequency` names none; count 0: the most common one
  // Of an update: the steps of targets that are known. Their rows are kept beside the series (SeriesView::rows), and
  // none of them is cut off, moved or taken for a repair. Null: no target is known.
  std::shared_ptr<const KnownSteps> known_steps;
  std::uint64_t max_bad_rows = 0;
  bool refuse_repairs = true;  // false: too many repairs are only described in the report, not an error
  int threads = 0;             // 0: one per core that this process may use
  // No grid: values alternate time, value (PackObservation), sorted by time, nothing filled or dropped (except after
  // `until`, and parts of periods where rows are put together). grid.step is the step that the times suggest.
  bool observations = false;
  int season_hint = 0;  // season length in steps for GapPolicy::kSeasonal; 0: the usual one of the step
  std::uint64_t max_record_bytes = 64ULL << 20;
  std::uint64_t block_bytes = 1ULL << 20;  // read from an input at a time
  std::uint64_t range_bytes = 8ULL << 20;  // least range that a thread reads; files of twice this are split
  ExpansionLimits expansion;
  std::shared_ptr<SlabFile> values_file;  // holds values on disk instead of in memory; null: memory
  // Called from the thread that called LoadFrame, every 50 ms; may be empty.
  std::function<bool()> cancelled;
  std::function<void(std::uint64_t bytes_done, std::uint64_t bytes_total)> progress;  // total 0: unknown
};

struct DroppedTarget {
  std::string id;
  std::string reason;
};

// How much of one target was repaired.
struct RepairedTarget {
  std::string id;
  bool over = false;       // more repair than the limits allow (RepairLog), or a repair that needs the user's decision
  std::uint64_t rows = 0;  // rows read; when some cells were unreadable, only those with a value or an unreadable cell
  std::uint64_t lost = 0;  // rows with a value that the series does not show, unreadable cells included
  std::uint64_t duplicates = 0;  // rows overruled by a later row of the same time
  std::uint64_t merged = 0;      // rows overruled by a later row at the same grid point
  std::uint64_t stray = 0;       // rows beyond a gap too long for a grid, or off the mask of days
  std::uint64_t unread = 0;      // cells that are neither a number nor a missing value
  std::string first_unread;      // the first unread cell, and why it is not a number
  std::uint64_t values = 0;      // length of the series
  std::uint64_t made_up = 0;     // of `values`, those filled by the gap policy
  std::string step;
  std::string finer;         // step of the last rows when it differs from that of the earlier ones; empty: it does not
  std::string rarer_before;  // step of the first rows when it is longer than that of the later ones; empty: it is not
  std::string coarser;       // step at which rows average about two a point, to suggest for --aggregate; empty: unknown
};
// "56 of 84 rows lost (56 repeat a time), 12 of 40 values made up on step 1D".
std::string DescribeRepair(const RepairedTarget& target);

// A lone impossible reading that was taken as missing.
struct FoundOutlier {
  std::string id;
  TimeNs time = 0;
  double value = 0;
  std::string written = {};  // `time` as the data write times
};

// What a column of values is measured in, as UnitInFile has it.
struct ColumnMeasure {
  std::string column;  // its name; empty: that of all values of a table
  std::string cells, said, scale;
};

// What the data say of their values beside the numbers. A store keeps it, so that an update sees what a training of
// the old data and the new ones together would see.
struct ValueMeaning {
  std::vector<ColumnMeasure> measures;  // of the columns of values of all files
  WordsSaid units, stages;              // of columns of their own
  SignsSaid signs;
  std::vector<std::string> unused;  // names of columns without a role, of all files: words in them are no such words
  std::vector<std::pair<std::string, std::string>> lone_ids;  // CsvLayout::lone_ids by name, alike in all files
  bool files_observed = false, files_to_come = false;  // some file is called after what was observed, or is to come
};

struct IngestReport {
  std::uint64_t files = 0;
  std::uint64_t empty_files = 0;     // without a data row
  std::uint64_t bytes = 0;           // read, as stored (compressed)
  std::uint64_t rows = 0;            // good rows (a wide row counts once)
  std::uint64_t cells = 0;           // values in them, missing ones too: what the counts below are of
  std::uint64_t bad_rows = 0;        // left out
  std::uint64_t missing_values = 0;  // empty, NA, NaN, null
  std::uint64_t unordered_rows = 0;  // sorted into place
  std::uint64_t duplicates = 0;      // same target and time as a later row, which won
  std::uint64_t clock_back = 0;  // of the duplicates, those in the hour that a clock shows twice when summer time ends
  std::uint64_t snapped = 0;     // moved to the nearest grid point
  std::uint64_t merged = 0;      // overruled by a later observation at the same grid point
  std::uint64_t stray = 0;       // left out: beyond a gap too long for a grid, or off the mask of days
  std::uint64_t parts = 0;       // left out by --aggregate: rows of incomplete first and last periods
  std::optional<PeriodShares> usual_shares;  // of periods of --aggregate, of the target that shows most; empty: unknown
  std::set<TimeNs> part_periods;             // points, in UTC, of those periods, of any target
  std::uint64_t lost = 0;  // values of duplicates, merged and stray rows that differ from the ones shown
  std::optional<RepeatedRows::Found> repeated;  // two files with the same rows, which are added up
  std::uint64_t zeros_filled = 0;            // points set to 0 because no row means 0 (--gaps zero, --aggregate count)
  std::uint64_t gaps_filled = 0;             // points filled by the gap policy, for missing cells as well
  std::uint64_t outliers = 0;                // lone impossible readings, taken as missing
  FoundOutlier first_outlier;                // that of the first target, by id, that has one
  std::uint64_t bad_cells = 0;               // unreadable cells of rows with a value per column, taken as missing
  std::uint64_t marked_times = 0;            // times read after removing a mark: 2023p, 2023*
  std::uint64_t marked_values = 0;           // values read after removing a mark: 46.5*, 46.5 p
  std::vector<std::string> first_bad_cells;  // like first_bad_rows, for bad_cells
  ColumnsTaken columns;                      // which column is what
  ValueMeaning meaning;
  std::string unit;  // of all values, from a column of units; empty: there is none, or units differ
  std::vector<std::string> first_bad_rows;  // "file:line:column: message: 'text'", at most 20, in file order
  std::vector<DroppedTarget> dropped;       // targets without a value, sorted by id
  std::vector<RepairedTarget> worst;        // at most 10, the worst first
  std::uint64_t over_limit = 0;             // targets with RepairedTarget::over
  std::string sentinels;         // numbers that look like codes for missing values, with the option to set; empty: none
  std::string refusal;           // why the data are refused and how to fix it; empty: they are not
  std::string time_option;       // value for --time-format that reads them so; empty: ISO 8601
  bool clock_ranges = false;     // times are ranges of clocks, whose second one is no offset
  std::string frequency_option;  // value for --frequency; empty: targets have different steps
  bool naive_times = true;       // no time had an offset
  std::string time_example;      // how a time was understood: "31.12.2024 is 2024-12-31T00:00:00Z"
};

}  // namespace fitd
