// The outcome of an update: the object that `fitd update --json` prints, and lines for people. Daemon; values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fitd {

struct Correction {
  std::string target;
  std::string time;          // of the first value that differs; empty: further back than is remembered
  std::uint64_t values = 0;  // 0: unknown, as they are further back
};

struct UpdateFailure {
  std::string target;
  std::string reason;
};

struct UpdateSeconds {
  double load = 0;
  double plan = 0;
  double advance = 0;
  double save = 0;
  double total = 0;
};

struct TakenOut {
  std::string target;
  std::string time;
  double value = 0;
};

struct UpdateSummary {
  std::string version;
  std::int64_t run = 0;   // the run that is forecast from now
  std::int64_t base = 0;  // the run that was updated; equal to `run` when nothing was new
  std::uint64_t targets = 0;
  std::uint64_t advanced = 0;     // targets whose models moved on
  std::uint64_t kept = 0;         // in store and data, without new values
  std::uint64_t vanished = 0;     // in the store but not in the data; kept
  std::uint64_t fitted = 0;       // new to the store
  std::uint64_t failed = 0;       // known ones stay as they were, new ones get a simple model
  std::uint64_t values = 0;       // new values
  std::uint64_t missing = 0;      // grid points without a value among them
  std::uint64_t skipped = 0;      // values that were known
  std::uint64_t earlier = 0;      // values before the start of their target, left out
  std::uint64_t corrections = 0;  // of the known ones, those that differ
  std::uint64_t late = 0;         // of the known ones, those of points that were missing
  std::uint64_t restated = 0;     // targets whose values differ further back than is remembered one by one
  bool many_corrected = false;    // of some target so many that a training of the old rows and these refuses them
  std::uint64_t off_step = 0;     // values on days or hours that the target's step has no point for
  std::uint64_t overruled = 0;    // values replaced by a later one at the same point
  std::uint64_t doubtful = 0;     // targets whose errors are doubtful (ErrorsAreDoubtful)
  std::string first_doubtful;
  std::uint64_t outgrown = 0;         // constant or short when trained, no longer so
  std::uint64_t outliers = 0;         // impossible new readings, taken as missing
  std::vector<TakenOut> taken_out;    // the outliers, in order; at most kMostCorrections
  std::vector<Correction> corrected;  // corrected targets, in order; at most kMostCorrections
  std::vector<UpdateFailure> failures;
  std::uint64_t resumed = 0;  // targets saved by an earlier attempt
  int workers = 0;
  std::uint64_t worker_deaths = 0;
  UpdateSeconds seconds;
  double cpu_seconds = 0;

  std::vector<std::string> newcomers, gone;  // ids of targets that are new or not in the data; at most kMostNamed

  static constexpr std::size_t kMostCorrections = 1000;
  static constexpr std::size_t kMostNamed = 20;
};

std::string FormatUpdateJson(const UpdateSummary& summary);
std::string FormatUpdateTable(const UpdateSummary& summary);
// Those lines that are warnings; empty: none.
std::string FormatUpdateWarnings(const UpdateSummary& summary);

}  // namespace fitd
