// The store: one SQLite file with the models of every run, transactional and queryable (tables: store_columns.h).
// Daemon process; one thread at a time per Store; any number of processes may read while one writes.
//
// Durability: once Append, PutGlobal, PutQuarantine or FinishRun has returned OK, the data survive the death of the
// process and of the machine. After any error earlier batches are intact and the run can be resumed. Errors, all naming
// the file and the remedy: kIo (disk full, I/O, or the file was removed or replaced while open, which loses
// everything), kPermission, kCannotCreate, kNotFound, kBusy (another writer; the message has its pid), kCorrupt
// (foreign, newer or damaged file; a blob that does not match its checksum).
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

// Default of `fitd train --store` and of the commands that read a store.
inline constexpr const char* kDefaultStore = "fitd.db";

using WallTime = std::chrono::system_clock::time_point;

enum class RunState { kRunning, kComplete, kCancelled };
std::string_view RunStateName(RunState state);  // "running", "complete", "cancelled"

struct RunHeader {
  std::string fingerprint;  // of data and effective options (daemon/plan/fingerprint.h); equal fingerprints give the
                            // same models
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

// One fitted algorithm of a target. The owner of the record determines how long the view lives.
struct ModelRecord {         // bytes of EncodeOutcome, kept verbatim
  std::string_view archive;  // EncodeOutcome's bytes, kept verbatim
  double seconds = kNotAvailable;
};

// One target of a run. The owner of the record determines how long the views live (Append, ForEachTarget).
struct TargetRecord {
  std::uint64_t index = 0;  // position among the run's targets sorted by id (bytes); below 2^32
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
  std::string_view history;         // what is remembered of the values; opaque to the store, may be empty
  std::string_view last_values;     // packed (last_values.h); may be empty; only read when asked for
  std::vector<ModelRecord> models;  // at most 256, in the order of the job
  std::uint32_t lost = 0;           // input values that the series does not show
  std::uint32_t filled = 0;         // of num_values, those filled by the gap policy
};

// A target that killed or hung a worker. It is skipped while both fingerprints are unchanged.
struct QuarantineEntry {
  std::string id;
  std::string cause;  // "signal:11", "oom", "timeout", "exit:3", "bad-message"
  std::string data_fingerprint;
  std::string algorithm_fingerprint;
  std::string time;  // UTC, ISO 8601
};

// Which targets ForEachTarget visits, and what it reads of them.
struct TargetFilter {
  std::vector<std::string> ids;   // exact ids; empty: all. Unknown ids are ignored.
  bool with_models = true;        // false: TargetRecord::models stays empty
  bool with_last_values = false;  // true: TargetRecord::last_values is set if the run keeps them
  // Visits only positions in [first, beyond) among the run's targets; only without `ids`.
  std::uint64_t first = 0;
  std::uint64_t beyond = std::uint64_t{1} << 32;
  std::uint64_t every = 1;  // visits only positions that are multiples of it; others are not read
};

// Name of the note (Store::GetNote) that an updated run has: the number of the trained run it comes from.
inline constexpr std::string_view kTrainedRunNote = "trained base";

class Store {
 public:
  enum class Mode {
    kRead,    // the file must exist and hold a store
    kWrite,   // like kRead, and takes the write lock
    kCreate,  // like kWrite, and creates the store when the file is missing or empty
  };

  struct Rep;  // store_rep.h

  static Result<Store> Open(const std::string& path, Mode mode);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  const std::string& path() const;
  // Deletes the file when this Open created it and no run was begun. The store is closed afterwards.
  void CloseAndRemoveIfUnused();

  // --- runs ---
  // All runs, newest first.
  Result<std::vector<RunInfo>> ListRuns() const;
  // The newest run with this fingerprint; nullopt: none. It can be resumed when its state is not kComplete.
  Result<std::optional<RunInfo>> FindRun(std::string_view fingerprint) const;
  // The run to forecast from: the complete run that was last finished or selected (UseRun), else the newest run with
  // targets. kNotFound when there is none. kCorrupt when the run has lost its targets or its globals and notes
  // (ExpectContents), or when any run has lost its row, since another run would be used in its place.
  Result<RunInfo> LatestRun() const;
  // One flag per planned target: true when it is saved.
  Result<std::vector<bool>> SavedTargets(std::int64_t run) const;
  // Number of saved targets by status (index: FitStatus).
  Result<std::vector<std::uint64_t>> CountByStatus(std::int64_t run) const;

  // The step of most targets of the run; the shortest one on a tie; count 0: there is none.
  Result<Step> MostCommonStep(std::int64_t run) const;

  // --- writing (kWrite, kCreate) ---
  // Begins a run and returns its number. `with` saves globals and notes that the run has from the start, in the same
  // transaction, so that a process that dies later leaves a run that only lacks targets.
  Result<std::int64_t> BeginRun(const RunHeader& header, WallTime now,
                                const std::function<Status(std::int64_t run)>& with = {});
  // Resumes a run: sets its state to running and removes the saved targets `again` (by index).
  Status ResumeRun(std::int64_t run, std::span<const std::uint32_t> again = {});
  // Saves a batch in one transaction. Saving a target twice is an error. Views must live until it returns.
  Status Append(std::int64_t run, std::span<const TargetRecord> batch);
  // Marks the run complete when it has `expected` targets, counted in the same transaction; otherwise kIo, and the run
  // can be resumed. Then, in another transaction, removes all but the newest `keep_runs` runs; this run stays.
  Status FinishRun(std::int64_t run, std::uint64_t expected, std::string_view summary_json, int keep_runs,
                   WallTime now);
  // Makes a complete run the one that LatestRun returns.
  Status UseRun(std::int64_t run);
  // Like UseRun, unless updates were made from the run; then selects the newest of these and returns false.
  Result<bool> UseRunOrItsUpdate(std::int64_t run);
  // Marks the run cancelled. What was saved stays and can be resumed.
  Status CancelRun(std::int64_t run, WallTime now);
  // Removes a run and all its data (--fresh).
  Status DropRun(std::int64_t run);

  // --- models ---
  // Calls `visit` for every saved target in byte order of the ids, from one snapshot. An error from `visit` ends the
  // reading and is returned. The record's views live until `visit` returns. Memory: one target.
  using Visitor = std::function<Status(const TargetRecord&)>;
  Status ForEachTarget(std::int64_t run, const TargetFilter& filter, const Visitor& visit) const;
  // kCorrupt when the complete run has lost a global or note. Checks names only: the reader of a value checks the
  // value.
  Status ExpectContents(std::int64_t run) const;
  // kCorrupt when anything of the run is missing or damaged; reads all of it.
  Status CheckRun(std::int64_t run) const;
  // kCorrupt when the table of last values is damaged; reads all of it. For callers that keep the rows without reading
  // them.
  Status CheckLastValues() const;
  // False when the run certainly keeps no last values.
  Result<bool> KeepsLastValues(std::int64_t run) const;

  // --- what detections have found ---
  // Calls `visit` for each event, from one snapshot; does nothing in a store without detections. An error from `visit`
  // ends the reading and is returned.
  Status ForEachAnomaly(const AnomalyFilter& filter, const std::function<Status(const StoredAnomaly&)>& visit) const;

  // --- blobs and lists beside the models; kNotFound when absent ---
  Status PutGlobal(std::int64_t run, std::string_view name, std::string_view value);
  Result<std::string> GetGlobal(std::int64_t run, std::string_view name) const;
  Result<std::vector<std::string>> GlobalNames(std::int64_t run) const;  // sorted
  // Notes of a run, for later runs and for people; not part of an export. Removed with the run.
  Status PutNote(std::int64_t run, std::string_view name, std::string_view value);
  Result<std::string> GetNote(std::int64_t run, std::string_view name) const;
  // Sums of a superblock of targets; PutBlockSums replaces the old ones. GetBlockSums returns kNotFound when the stored
  // sums have another fingerprint.
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
  // kCorrupt when the run is complete but was completed with another number of targets than `seen`.
  Status ExpectAllTargets(std::int64_t run, std::uint64_t seen) const;
  // kCorrupt when damage may be why an id was not found. The first call reads the whole run.
  Status ExpectNothingHidden(std::int64_t run) const;

  std::unique_ptr<Rep> rep_;
};

// "2024-03-01T12:00:00Z"
std::string FormatUtc(WallTime time);

}  // namespace fitd
