// The store: one SQLite file that keeps the models of every run, transactional and queryable (tables: store_columns.h).
// Daemon process; one thread at a time per Store; any number of processes may read while one writes.
//
// Durability: what Append, PutGlobal, PutQuarantine or FinishRun returned OK for survives the death of the process and
// of the machine. After any error earlier batches are intact and the run can be resumed. Errors: kIo (disk full, I/O,
// the file removed or replaced under its writer: then everything is lost), kPermission, kCannotCreate, kNotFound, kBusy
// (another writer; its pid is in the message), kCorrupt (foreign, newer or damaged file; a blob that does not match its
// checksum), all naming the file and the remedy.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/fit/model_archive.h"
#include "common/series/time_grid.h"
#include "common/status.h"

namespace fitd {

struct AnomalyFilter;  // anomaly_table.h
struct StoredAnomaly;

// `fitd train` without --store saves here, and the reading commands look here.
inline constexpr const char* kDefaultStore = "fitd.db";

using WallTime = std::chrono::system_clock::time_point;

enum class RunState { kRunning, kComplete, kCancelled };
std::string_view RunStateName(RunState state);  // "running", "complete", "cancelled"

struct RunHeader {
  std::string fingerprint;        // of data and effective options (daemon/plan/fingerprint.h); equal: the same models
  std::uint64_t num_targets = 0;  // planned
  int horizon = 1;
  std::string target_column = "target";
  std::string time_column = "time";
  std::string value_column = "value";
  TimeFormat time_format = TimeFormat::kDate;
  std::string options;                  // JSON, for people
  std::string time_pattern, time_zone;  // see TimeForm
  TimeForm time_form() const { return {time_format, time_pattern, time_zone}; }
};

struct RunInfo {
  std::int64_t run = 0;
  RunState state = RunState::kRunning;
  RunHeader header;
  std::string started;   // UTC, ISO 8601
  std::string finished;  // empty while running
  std::string summary;   // JSON; empty until complete
};

// One fitted algorithm of a target. Views belong to whoever made the record.
struct ModelRecord {
  std::string_view archive;  // EncodeOutcome's bytes, kept verbatim
  double seconds = kNotAvailable;
};

// One target of a run. Views belong to whoever made the record (see Append and ForEachTarget).
struct TargetRecord {
  std::uint64_t index = 0;  // place among the run's targets sorted by id bytes; below 2^32
  std::string_view id;
  TimeGrid grid;
  std::uint64_t num_values = 0;
  FitStatus status = FitStatus::kFailed;
  std::string_view reason;
  std::vector<int> seasons;
  double seconds = kNotAvailable;
  std::uint32_t attempts = 1;
  std::uint64_t fingerprint = 0;    // of id, grid and values
  std::string_view validation;      // opaque to the store; may be empty
  std::string_view history;         // likewise: what is remembered of the values
  std::string_view last_values;     // its last values (last_values.h); may be empty; read only when asked for
  std::vector<ModelRecord> models;  // at most 256, in the order of the job
  std::uint32_t lost = 0;           // values of the input that the series does not show
  std::uint32_t filled = 0;         // of num_values, made up by the gap policy
};

// A target that killed or hung a worker. Skipped while both fingerprints are unchanged.
struct QuarantineEntry {
  std::string id;
  std::string cause;  // "signal:11", "oom", "timeout", "exit:3", "bad-message"
  std::string data_fingerprint;
  std::string algorithm_fingerprint;
  std::string time;  // UTC, ISO 8601
};

// Which targets and models a reading visits.
struct TargetFilter {
  std::vector<std::string> ids;   // exact; empty: all. Ids that are not in the run are left out.
  bool with_models = true;        // false: TargetRecord::models stays empty
  bool with_last_values = false;  // true: TargetRecord::last_values is there when the run keeps it
  // Places among the run's targets, of all of them without `ids`: [first, beyond).
  std::uint64_t first = 0;
  std::uint64_t beyond = std::uint64_t{1} << 32;
  std::uint64_t every = 1;  // of these, those whose place is a multiple of it; above 1 the others are not read
};

// The note (Store::GetNote) that tells an updated run from a trained one: the run that was trained.
inline constexpr std::string_view kTrainedRunNote = "trained base";

class Store {
 public:
  enum class Mode {
    kRead,    // the file must exist and hold a store
    kWrite,   // the same, with the write lock
    kCreate,  // as kWrite, and made when it is not there (or empty)
  };

  struct Rep;  // store_rep.h

  static Result<Store> Open(const std::string& path, Mode mode);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  const std::string& path() const;
  // Takes a store away again that this Open has made and in which no run was begun. The store is closed.
  void CloseAndRemoveIfUnused();

  // --- runs ---
  // All runs, newest first.
  Result<std::vector<RunInfo>> ListRuns() const;
  // The newest run with this fingerprint, if any: resume it when its state is not kComplete.
  Result<std::optional<RunInfo>> FindRun(std::string_view fingerprint) const;
  // What to forecast from: the complete run that was last finished or asked for again (UseRun), else the newest that
  // has targets. kNotFound when there is none. kCorrupt when it has lost what it has once for all its targets
  // (ExpectContents) or all targets, or a run has lost its row: what is read from it or carried on would be of another
  // run, or look whole.
  Result<RunInfo> LatestRun() const;
  // Which of the run's targets are saved: one flag per planned target.
  Result<std::vector<bool>> SavedTargets(std::int64_t run) const;
  // How many saved targets have each status (indexed by FitStatus).
  Result<std::vector<std::uint64_t>> CountByStatus(std::int64_t run) const;

  // That of most of its targets, the shortest of several; count 0: there is none.
  Result<Step> MostCommonStep(std::int64_t run) const;

  // --- writing (kWrite, kCreate) ---
  // `with` saves what the run has from its first moment on (globals, notes), in the same transaction: whoever dies
  // behind it finds a run to go on with that lacks targets alone.
  Result<std::int64_t> BeginRun(const RunHeader& header, WallTime now,
                                const std::function<Status(std::int64_t run)>& with = {});
  // Takes up a run again: its state becomes running, and what was saved of the targets `again` (by index) is removed.
  Status ResumeRun(std::int64_t run, std::span<const std::uint32_t> again = {});
  // Saves a batch in one transaction. A target that is already saved is an error. Views must live until it returns.
  Status Append(std::int64_t run, std::span<const TargetRecord> batch);
  // Marks the run complete when it has `expected` targets, counted in the transaction that marks it: otherwise kIo, and
  // the run can be resumed. Then, in a transaction of its own, removes all but the newest `keep_runs` runs (this one
  // stays).
  Status FinishRun(std::int64_t run, std::uint64_t expected, std::string_view summary_json, int keep_runs,
                   WallTime now);
  // Makes a complete run the one to forecast from.
  Status UseRun(std::int64_t run);
  // Likewise, or the newest run that updates have made of it; false: there is one.
  Result<bool> UseRunOrItsUpdate(std::int64_t run);
  // The run stays, resumable, with what was saved.
  Status CancelRun(std::int64_t run, WallTime now);
  // Removes a run and everything of it (--fresh).
  Status DropRun(std::int64_t run);

  // --- models ---
  // Calls `visit` for every saved target of the run in byte order of the ids, from one snapshot; a visit that returns
  // an error ends the reading with it. The record's views live until visit returns. Memory: one target.
  using Visitor = std::function<Status(const TargetRecord&)>;
  Status ForEachTarget(std::int64_t run, const TargetFilter& filter, const Visitor& visit) const;
  // kCorrupt when a global or note of the complete run is gone. Reads names alone: who reads a value checks it.
  Status ExpectContents(std::int64_t run) const;
  // kCorrupt when anything saved of the run is missing or damaged: reads all of it.
  Status CheckRun(std::int64_t run) const;
  // kCorrupt when the table of the last values is damaged: reads all of it. For who keeps them without reading them.
  Status CheckLastValues() const;
  // False when it is certain that the run keeps none of its values.
  Result<bool> KeepsLastValues(std::int64_t run) const;

  // --- what detections have found ---
  // Calls `visit` for each event, from one snapshot; for none in a store that no detection has followed. An error of
  // `visit` ends the reading with it.
  Status ForEachAnomaly(const AnomalyFilter& filter, const std::function<Status(const StoredAnomaly&)>& visit) const;

  // --- blobs and lists beside the models; kNotFound when absent ---
  Status PutGlobal(std::int64_t run, std::string_view name, std::string_view value);
  Result<std::string> GetGlobal(std::int64_t run, std::string_view name) const;
  Result<std::vector<std::string>> GlobalNames(std::int64_t run) const;  // sorted
  // What is noted of a run for later runs and for people; an export has none of it. It goes with the run.
  Status PutNote(std::int64_t run, std::string_view name, std::string_view value);
  Result<std::string> GetNote(std::int64_t run, std::string_view name) const;
  // Of a superblock of targets, in the place of those that were kept of it; kNotFound when those kept are of other
  // data.
  Status PutBlockSums(std::uint64_t superblock, std::uint64_t fingerprint, std::string_view sums);
  Result<std::string> GetBlockSums(std::uint64_t superblock, std::uint64_t fingerprint) const;
  Status PutCostModel(std::string_view value);
  Result<std::string> GetCostModel() const;
  Status PutQuarantine(std::span<const QuarantineEntry> entries);  // replaces entries of the same ids
  Status RemoveQuarantine(std::span<const std::string> ids);
  Result<std::vector<QuarantineEntry>> ListQuarantine() const;  // sorted by id bytes

 private:
  friend class TargetCopy;
  explicit Store(std::unique_ptr<Rep> rep);
  // kCorrupt when the run is complete and was so with another number of targets.
  Status ExpectAllTargets(std::int64_t run, std::uint64_t seen) const;
  // kCorrupt when damage may be why an id was not found: reads the whole run, the first time.
  Status ExpectNothingHidden(std::int64_t run) const;

  std::unique_ptr<Rep> rep_;
};

// "2024-03-01T12:00:00Z"
std::string FormatUtc(WallTime time);

}  // namespace fitd
