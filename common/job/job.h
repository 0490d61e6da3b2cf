// Everything a run is told: what the job file says and options override. One plain struct with defaults, filled by the
// command line or by ParseJobFile, read-only afterwards. Any process, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/job/detect_values.h"
#include "common/job/job_values.h"
#include "common/series/gaps.h"
#include "common/status.h"

namespace fitd {

class KnownSteps;

struct Job {
  std::string name;  // from the file name; empty on the command line
  // Where a job file says the value of a key: "data.until" -> "FILE:LINE". What the command line says is not in it.
  std::map<std::string, std::string> said_at;

  struct Data {
    std::vector<std::string> files;    // paths, globs, "-"
    std::string target, time, value;   // columns, a list as in name_list.h; "#N" is by number; empty: found by fitd
    std::string ignore;                // columns that are none of these, a list
    bool wide = false;                 // every column but time is a target: layout = "wide"
    std::string layout = "auto";       // long | wide | rows (one series a row, times in the header)
    std::string separator = "auto";    // one character, or tab
    std::string decimal = "auto";      // "." or ","
    std::vector<std::string> missing;  // more markers of a missing value
    int skip_lines = -1;               // lines above the header; -1: found by fitd
    bool no_header = false;            // the first line is data: columns have numbers only
    std::string time_format;           // in the words of strptime; empty: recognised
    std::string timezone;              // IANA name of naive times and of days; empty: UTC
    std::string aggregate;  // sum | mean | last | first | min | max | count | median of what shares a grid point
    std::string start;      // time of the first row when there is no time column
    std::string until;      // last time of all targets; later rows are left out
    std::optional<double> max_repaired;  // percent of lost rows or of invented values that a target may have
    GapPolicy gaps = GapPolicy::kAuto;
    bool keep_outliers = false;      // false: a reading far beyond all others of its target is taken as missing
    std::string frequency = "auto";  // or a step such as "5min", "1D", "1M"
    std::string single_step;         // of targets seen once, empty: that of the others; no option, updates say it
    std::optional<std::pair<double, double>> usual_shares;  // PeriodShares of an update's base, which says them
    std::shared_ptr<const KnownSteps> known_steps;          // of an update or a detection: those of its store's targets
    std::vector<int> like_parts;                            // CsvOptions::like_parts, as numbers
    std::vector<std::string> like_no_values;                // CsvOptions::like_no_values
    bool keeps_clock = false;        // of an update that is told no zone: `timezone` is that of its base
    bool ids_name_values = false;    // of an update: ids end in the column of the value, also where it is the only one
    std::uint64_t max_bad_rows = 0;  // more malformed rows than this end the command
  } data;

  struct Models {
    std::vector<std::string> local = {"auto"};  // names, or auto: DefaultMembers by each target's seasons
    std::string global =
        "auto";  // pooled-ar | none | python:...; auto: pooled-ar when it has something to combine with
    CombineChoice combine;
    SeasonChoice season;
    int horizon = 0;                 // 0: one season, or kHorizonWithoutSeason
    std::optional<double> min, max;  // forecasts stay inside
    bool integer = false;            // and are whole numbers
    bool prior = true;               // small fleets are drawn to what a public set of series teaches
    std::vector<std::string> python_path;
  } models;

  struct Workers {
    WorkerCount count;
    ChunkSizePolicy chunk_size;
    std::chrono::nanoseconds target_timeout{0};  // 0: from the cost model alone
    std::uint64_t memory_bytes = 0;              // limit per worker; 0: none
    std::optional<int> retries;                  // nullopt: 1 after an own death, 5 after one from outside
    std::uint64_t recycle_targets = 0;           // replace a worker after so many targets; 0: never
    std::uint64_t recycle_bytes = 0;             // replace a worker whose memory grew by so much; 0: never
  } workers;

  struct Store {
    std::string path;
    int keep_runs = 10;
    KeepHistory keep_history;
  } store;

  // Forecasts of every target, written when a run is complete.
  struct Export {
    std::string path;  // of the CSV file; empty: none
    int horizon = 0;   // 0: what the run is tuned for
  } export_to;

  struct Failures {
    std::optional<double> max_count;    // absolute number of failed targets allowed
    std::optional<double> max_percent;  // or percent of all targets
    bool fail_fast = false;             // the first failure ends the run
  } failures;

  DetectChoice detect;

  // All violations, one sentence each; empty when the job can run.
  std::vector<std::string> Validate() const;
};

// Reads a TOML job file. Unknown keys are errors with the nearest known key and the line number; all errors are in the
// message (kBadConfig), a missing file is kNotFound. Sections: data, models, workers, store, export,
// failures, detect.
Result<Job> ParseJobFile(const std::string& path);

// All that a command of this job reads as files: data, what detection reads, and the job file itself.
std::vector<std::string> InputsOf(const Job& job);

// The effective job as TOML, every key present, parseable by ParseJobFile.
std::string FormatJob(const Job& job);

// "30s", "500ms", "2m", "1h30m" (also plain seconds "1.5") and "512M", "1G", "4096" (K, M, G are powers of 1024).
Result<std::chrono::nanoseconds> ParseDuration(std::string_view text);
Result<std::uint64_t> ParseSize(std::string_view text);
// "10%" or "12.5%": from 0 to 100.
Result<double> ParsePercent(std::string_view text);
// "20" or "5%"; false, with the failures as they were, when it is neither.
bool ParseFailureLimit(std::string_view text, Job::Failures& failures);

}  // namespace fitd
