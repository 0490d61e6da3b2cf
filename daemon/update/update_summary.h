// What an update did: the object `fitd update --json` prints, and the lines for people. Daemon; values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fitd {

struct Correction {
  std::string target;
  std::string time;  // of the first value that differs; empty: further back than is remembered
  std::uint64_t values = 0;
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
  std::int64_t run = 0;   // that is forecast from now
  std::int64_t base = 0;  // whose models went on; equal to `run` when nothing was new
  std::uint64_t targets = 0;
  std::uint64_t advanced = 0;  // targets whose models went on
  std::uint64_t kept = 0;      // known and in the data, without anything new
  std::uint64_t vanished = 0;  // known and not in the data; kept
  std::uint64_t fitted = 0;    // new to the store
  std::uint64_t failed = 0;    // stay as they were, or new and with a simple model
  std::uint64_t values = 0;    // new ones
  std::uint64_t missing = 0;   // grid points among them without a value
  std::uint64_t skipped = 0;   // values that were known
  std::uint64_t earlier = 0;   // values before their targets begin, which are left out
  std::uint64_t corrections = 0;
  std::uint64_t off_step = 0;   // values of days or hours that their targets' steps have no point for
  std::uint64_t overruled = 0;  // values that a later one at the same point took the place of
  std::uint64_t doubtful = 0;   // whose models miss by twice what they say since they were trained
  std::string first_doubtful;
  std::uint64_t outgrown = 0;         // were constant or short when trained, and are no longer
  std::uint64_t outliers = 0;         // new readings that cannot be ones, taken as missing
  std::vector<TakenOut> taken_out;    // they, in order; at most kMostCorrections
  std::vector<Correction> corrected;  // targets, in order; at most kMostCorrections
  std::vector<UpdateFailure> failures;
  std::uint64_t resumed = 0;  // targets that an earlier attempt had saved
  int workers = 0;
  std::uint64_t worker_deaths = 0;
  UpdateSeconds seconds;
  double cpu_seconds = 0;

  static constexpr std::size_t kMostCorrections = 1000;
};

std::string FormatUpdateJson(const UpdateSummary& summary);
std::string FormatUpdateTable(const UpdateSummary& summary);
// Of these lines those that somebody should see who asked for none; empty: there is nothing.
std::string FormatUpdateWarnings(const UpdateSummary& summary);

}  // namespace fitd
