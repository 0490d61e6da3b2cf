// The life of a run: finding, resuming, finishing, cancelling, removing it.
#include <limits>

#include "daemon/store/model_store.h"
#include "daemon/store/store_columns.h"
#include "daemon/store/store_rep.h"

namespace fitd {
namespace {

// Condition: the run has targets. Without them there is nothing to forecast from, whatever its state.
const std::string kHasTargets =
    "EXISTS (SELECT 1 FROM targets WHERE key BETWEEN runs.run << 40 AND (runs.run + 1 << 40) - 1)";

RunState StateOf(std::string_view name) {
  if (name == RunStateName(RunState::kComplete)) return RunState::kComplete;
  return name == RunStateName(RunState::kCancelled) ? RunState::kCancelled : RunState::kRunning;
}

RunInfo RunOf(const StoreStatement& row) {
  RunInfo info;
  info.run = row.Int(Place(kRunColumns, "run"));
  info.header.fingerprint = row.Bytes(Place(kRunColumns, "fingerprint"));
  info.state = StateOf(row.Bytes(Place(kRunColumns, "state")));
  info.started = row.Bytes(Place(kRunColumns, "started"));
  info.finished = row.Bytes(Place(kRunColumns, "finished"));
  info.header.num_targets = static_cast<std::uint64_t>(row.Int(Place(kRunColumns, "num_targets")));
  info.header.horizon = static_cast<int>(row.Int(Place(kRunColumns, "horizon")));
  info.header.target_column = row.Bytes(Place(kRunColumns, "target_column"));
  info.header.time_column = row.Bytes(Place(kRunColumns, "time_column"));
  info.header.value_column = row.Bytes(Place(kRunColumns, "value_column"));
  info.header.time_format = static_cast<TimeFormat>(row.Int(Place(kRunColumns, "time_format")));
  info.header.options = row.Bytes(Place(kRunColumns, "options"));
  info.summary = row.Bytes(Place(kRunColumns, "summary"));
  info.header.time_pattern = row.Bytes(Place(kRunColumns, "time_pattern"));
  info.header.time_zone = row.Bytes(Place(kRunColumns, "time_zone"));
  return info;
}

bool IsPossible(const RunInfo& info) {
  constexpr std::int64_t kLastTimeFormat = static_cast<std::int64_t>(TimeFormat::kSince);
  const auto format = static_cast<std::int64_t>(info.header.time_format);
  return info.run > 0 && info.run < kStoreRunLimit && info.header.num_targets <= kStoreIndexLimit &&
         info.header.horizon >= 0 && info.header.horizon <= 1'000'000'000 && format >= 0 && format <= kLastTimeFormat;
}

// True when the end of the row was overwritten by a page of zeros.
bool EndsInZeros(const RunInfo& info) {
  const std::string row = info.header.options + info.summary + info.header.time_pattern + info.header.time_zone;
  return row.ends_with('\0');
}

// True when the row is what BeginRun wrote. A changed time zone or column name is a valid value, so only the checksum
// can detect it.
Result<bool> IsAsBegun(const Store::Rep& rep, const RunInfo& info) {
  FITD_ASSIGN_OR_RETURN(
      StoreStatement note,
      StoreStatement::Prepare(rep.db, "SELECT CAST(value AS TEXT) FROM globals WHERE run = ? AND name = ?", "read"));
  note.BindInt(1, kOfTheStore);
  const std::string name = std::string(kDescription) + OfRun(info.run);
  note.BindText(2, name);
  FITD_ASSIGN_OR_RETURN(const bool kept, note.Step());
  return !kept || note.Bytes(0) == RunChecksum(info.header);
}

// True when a complete run's row is what FinishRun wrote, and when a run that is not complete has no such note
// (resuming a run removes it).
Result<bool> IsAsFinished(const Store::Rep& rep, const RunInfo& info) {
  FITD_ASSIGN_OR_RETURN(const std::vector<std::string> contents, rep.Contents(info.run));
  if (info.state != RunState::kComplete) return contents.empty();
  return contents.empty() || contents.front() == CompletionChecksum(info.started, info.finished, info.summary);
}

Status DamagedRun(const Store::Rep& rep, const RunInfo& info, std::string_view what) {
  return rep.Damaged("the description of run " + std::to_string(info.run) + " " + std::string(what));
}

Result<std::vector<RunInfo>> SelectRuns(const Store::Rep& rep, std::string_view where,
                                        std::string_view parameter = {}) {
  const StoreDb& db = rep.db;
  FITD_RETURN_IF_ERROR(rep.ExpectEveryRun());
  const std::string columns = "SELECT " + ListColumns(kRunColumns, rep.version1) + " FROM runs ";
  FITD_ASSIGN_OR_RETURN(StoreStatement select, StoreStatement::Prepare(db, columns + std::string(where), "read"));
  if (!parameter.empty()) select.BindText(1, parameter);
  std::vector<RunInfo> runs;
  while (true) {
    FITD_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) return runs;
    runs.push_back(RunOf(select));
    if (!IsPossible(runs.back())) return DamagedRun(rep, runs.back(), "is impossible");
    if (EndsInZeros(runs.back())) return DamagedRun(rep, runs.back(), "is cut off");
    FITD_ASSIGN_OR_RETURN(const bool as_begun, IsAsBegun(rep, runs.back()));
    FITD_ASSIGN_OR_RETURN(const bool as_finished, IsAsFinished(rep, runs.back()));
    if (!as_begun || !as_finished) return DamagedRun(rep, runs.back(), "does not match its checksum");
  }
}

// Runs `sql` with the run as first parameter and the non-empty texts as the next.
Status UpdateRun(const StoreDb& db, std::string_view sql, std::int64_t run, std::string_view second = {},
                 std::string_view third = {}) {
  FITD_ASSIGN_OR_RETURN(StoreStatement update, StoreStatement::Prepare(db, sql, "save to"));
  update.BindInt(1, run);
  if (!second.empty()) update.BindText(2, second);
  if (!third.empty()) update.BindText(3, third);
  return update.Run();
}

// Deletes targets with their models and last values, in the caller's transaction.
Status DeleteKeys(const StoreDb& db, std::int64_t first, std::int64_t beyond) {
  for (const char* table : {"targets", "models", "last_values"}) {
    FITD_ASSIGN_OR_RETURN(
        StoreStatement remove,
        StoreStatement::Prepare(db, "DELETE FROM " + std::string(table) + " WHERE key >= ? AND key < ?", "save to"));
    remove.BindInt(1, first);
    remove.BindInt(2, beyond);
    FITD_RETURN_IF_ERROR(remove.Run());
  }
  return OkStatus();
}

// True when the table has a row of the run.
Result<bool> AnyKeys(const StoreDb& db, const char* table, std::int64_t run) {
  FITD_ASSIGN_OR_RETURN(
      StoreStatement any,
      StoreStatement::Prepare(db, "SELECT EXISTS(SELECT 1 FROM " + std::string(table) + " WHERE key >= ? AND key < ?)",
                              "read"));
  any.BindInt(1, StoreKey(run, 0));
  any.BindInt(2, StoreKey(run + 1, 0));
  FITD_RETURN_IF_ERROR(any.Step().status());
  return any.Int(0) != 0;
}

// The text of kContents for a run that was completed in the caller's transaction.
Result<std::string> ListContents(const StoreDb& db, std::int64_t run) {
  FITD_ASSIGN_OR_RETURN(
      StoreStatement row,
      StoreStatement::Prepare(db, "SELECT started, finished, summary FROM runs WHERE run = ?", "read"));
  row.BindInt(1, run);
  FITD_RETURN_IF_ERROR(row.Step().status());
  std::string lines = CompletionChecksum(row.Bytes(0), row.Bytes(1), row.Bytes(2)) + "\n";
  FITD_ASSIGN_OR_RETURN(
      StoreStatement names,
      StoreStatement::Prepare(db,
                              "SELECT name FROM globals WHERE run = ?1 OR run = ?2 AND name <> ?3 AND "
                              "substr(name, -length(?4)) = ?4 ORDER BY run, name",
                              "read"));
  names.BindInt(1, run);
  names.BindInt(2, kOfTheStore);
  const std::string own = std::string(kContents) + OfRun(run);
  names.BindText(3, own);
  const std::string of_run = OfRun(run);
  names.BindText(4, of_run);
  while (true) {
    FITD_ASSIGN_OR_RETURN(const bool another, names.Step());
    if (!another) return lines;
    lines += std::string(names.Bytes(0)) + "\n";
  }
}

// Deletes a run, in the caller's transaction.
Status DeleteRun(const StoreDb& db, std::int64_t run) {
  FITD_RETURN_IF_ERROR(DeleteKeys(db, StoreKey(run, 0), StoreKey(run + 1, 0)));
  FITD_RETURN_IF_ERROR(UpdateRun(db, "DELETE FROM globals WHERE run = ?", run));
  // Its tally and notes, named "... of run N": if they stayed, the run would look lost (ExpectEveryRun).
  FITD_RETURN_IF_ERROR(
      UpdateRun(db, "DELETE FROM globals WHERE run = ?1 AND substr(name, -length(?2)) = ?2", kOfTheStore, OfRun(run)));
  return UpdateRun(db, "DELETE FROM runs WHERE run = ?", run);
}

Status DeleteOldRuns(const Store::Rep& rep, std::int64_t finished, int keep_runs) {
  const StoreDb& db = rep.db;
  FITD_ASSIGN_OR_RETURN(const std::vector<RunInfo> runs, SelectRuns(rep, "ORDER BY run DESC"));
  int kept = 1;  // the finished run
  for (const RunInfo& info : runs) {
    if (info.run == finished || kept++ < keep_runs) continue;
    FITD_ASSIGN_OR_RETURN(StoreTransaction transaction, StoreTransaction::Begin(db, StoreTransaction::Kind::kWrite));
    FITD_RETURN_IF_ERROR(DeleteRun(db, info.run));
    FITD_RETURN_IF_ERROR(transaction.Commit());
  }
  return OkStatus();
}

}  // namespace

Result<std::vector<RunInfo>> Store::ListRuns() const {
  return SelectRuns(*rep_, "ORDER BY run DESC");
}

Result<std::optional<RunInfo>> Store::FindRun(std::string_view fingerprint) const {
  FITD_ASSIGN_OR_RETURN(std::vector<RunInfo> runs,
                        SelectRuns(*rep_, "WHERE fingerprint = ? ORDER BY run DESC LIMIT 1", fingerprint));
  if (runs.empty()) return std::optional<RunInfo>();
  return std::optional<RunInfo>(std::move(runs.front()));
}

Result<RunInfo> Store::LatestRun() const {
  if (const Result<std::string> current = GetGlobal(kOfTheStore, kCurrentRun); current.ok()) {
    FITD_ASSIGN_OR_RETURN(std::vector<RunInfo> named, SelectRuns(*rep_, "WHERE run = CAST(? AS INTEGER)", *current));
    if (!named.empty() && named.front().state == RunState::kComplete) {
      FITD_RETURN_IF_ERROR(ExpectContents(named.front().run));
      FITD_ASSIGN_OR_RETURN(const bool any, AnyKeys(rep_->db, "targets", named.front().run));
      if (any) return std::move(named.front());
      FITD_RETURN_IF_ERROR(ExpectAllTargets(named.front().run, 0));
    }
  } else if (current.status().code() != StatusCode::kNotFound) {
    return current.status();
  }
  FITD_ASSIGN_OR_RETURN(
      std::vector<RunInfo> runs,
      SelectRuns(*rep_, "WHERE " + kHasTargets + " ORDER BY state = 'complete' DESC, run DESC LIMIT 1"));
  if (!runs.empty()) {
    FITD_RETURN_IF_ERROR(ExpectContents(runs.front().run));
    return std::move(runs.front());
  }
  FITD_ASSIGN_OR_RETURN(runs, ListRuns());
  for (const RunInfo& run : runs) FITD_RETURN_IF_ERROR(ExpectAllTargets(run.run, 0));
  return Status(StatusCode::kNotFound,
                "the store " + path() + " has no trained targets yet; run `fitd train --store " + path() + "` first");
}

Result<std::vector<bool>> Store::SavedTargets(std::int64_t run) const {
  FITD_ASSIGN_OR_RETURN(StoreStatement planned,
                        StoreStatement::Prepare(rep_->db, "SELECT num_targets FROM runs WHERE run = ?", "read"));
  planned.BindInt(1, run);
  FITD_ASSIGN_OR_RETURN(const bool found, planned.Step());
  if (!found) return Status(StatusCode::kNotFound, "the store " + path() + " has no run " + std::to_string(run));
  std::vector<bool> saved(static_cast<std::size_t>(planned.Int(0)), false);
  FITD_ASSIGN_OR_RETURN(StoreStatement select,
                        StoreStatement::Prepare(
                            rep_->db, "SELECT key >> 8 & 0xffffffff FROM targets WHERE key >= ? AND key < ?", "read"));
  select.BindInt(1, StoreKey(run, 0));
  select.BindInt(2, StoreKey(run + 1, 0));
  while (true) {
    FITD_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) return saved;
    const auto index = static_cast<std::size_t>(select.Int(0));
    if (index < saved.size()) saved[index] = true;
  }
}

Result<std::vector<std::uint64_t>> Store::CountByStatus(std::int64_t run) const {
  FITD_ASSIGN_OR_RETURN(
      StoreStatement select,
      StoreStatement::Prepare(
          rep_->db, "SELECT status, count(*) FROM targets WHERE key >= ? AND key < ? GROUP BY status", "read"));
  select.BindInt(1, StoreKey(run, 0));
  select.BindInt(2, StoreKey(run + 1, 0));
  std::vector<std::uint64_t> counts(static_cast<std::size_t>(FitStatus::kShort) + 1, 0);
  while (true) {
    FITD_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) return counts;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (select.Bytes(0) == FitStatusName(static_cast<FitStatus>(i))) {
        counts[i] = static_cast<std::uint64_t>(select.Int(1));
      }
    }
  }
}

Status Store::ResumeRun(std::int64_t run, std::span<const std::uint32_t> again) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  FITD_ASSIGN_OR_RETURN(StoreTransaction transaction,
                        StoreTransaction::Begin(rep_->db, StoreTransaction::Kind::kWrite));
  for (const std::uint32_t target : again) {
    FITD_RETURN_IF_ERROR(DeleteKeys(rep_->db, StoreKey(run, target), StoreKey(run, target + 1)));
  }
  FITD_RETURN_IF_ERROR(UpdateRun(rep_->db, "DELETE FROM globals WHERE run = ?1 AND name = ?2", kOfTheStore,
                                 std::string(kContents) + OfRun(run)));
  FITD_RETURN_IF_ERROR(UpdateRun(rep_->db, "UPDATE runs SET state = 'running', finished = NULL WHERE run = ?", run));
  return transaction.Commit();
}

Status Store::UseRun(std::int64_t run) {
  return PutGlobal(kOfTheStore, kCurrentRun, std::to_string(run));
}

Result<bool> Store::UseRunOrItsUpdate(std::int64_t run) {
  FITD_ASSIGN_OR_RETURN(const std::vector<RunInfo> runs, ListRuns());
  for (const RunInfo& later : runs) {
    if (later.run <= run || later.state != RunState::kComplete) continue;
    const Result<std::string> trained = GetNote(later.run, kTrainedRunNote);
    if (!trained.ok() || *trained != std::to_string(run)) continue;
    FITD_RETURN_IF_ERROR(UseRun(later.run));
    FITD_RETURN_IF_ERROR(rep_->db.MoveLog());
    return false;
  }
  FITD_RETURN_IF_ERROR(UseRun(run));
  FITD_RETURN_IF_ERROR(rep_->db.MoveLog());
  return true;
}

Status Store::FinishRun(std::int64_t run, std::uint64_t expected, std::string_view summary_json, int keep_runs,
                        WallTime now) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  {
    FITD_ASSIGN_OR_RETURN(StoreTransaction transaction,
                          StoreTransaction::Begin(rep_->db, StoreTransaction::Kind::kWrite));
    FITD_ASSIGN_OR_RETURN(const std::uint64_t targets, rep_->CountTargets(run));
    if (targets != expected) {
      return {StatusCode::kIo, "run " + std::to_string(run) + " is not complete: the store " + path() + " has " +
                                   std::to_string(targets) + " of its " + std::to_string(expected) +
                                   " targets; the same command fits the others"};
    }
    FITD_RETURN_IF_ERROR(PutNote(run, kTargetTally, std::to_string(targets)));
    FITD_ASSIGN_OR_RETURN(const bool last_values, AnyKeys(rep_->db, "last_values", run));
    FITD_RETURN_IF_ERROR(PutNote(run, kLastValuesNote, last_values ? "1" : "0"));
    FITD_RETURN_IF_ERROR(UseRun(run));
    FITD_RETURN_IF_ERROR(UpdateRun(rep_->db,
                                   "UPDATE runs SET state = 'complete', finished = ?2, summary = ?3 WHERE run = ?1",
                                   run, FormatUtc(now), summary_json.empty() ? "{}" : summary_json));
    FITD_ASSIGN_OR_RETURN(const std::string contents, ListContents(rep_->db, run));
    FITD_RETURN_IF_ERROR(PutNote(run, kContents, contents));
    FITD_RETURN_IF_ERROR(transaction.Commit());
  }
  FITD_RETURN_IF_ERROR(
      DeleteOldRuns(*rep_, run, keep_runs)
          .WithContext("run " + std::to_string(run) + " is complete, but older runs could not be removed"));
  FITD_RETURN_IF_ERROR(rep_->db.MoveLog());
  return rep_->ExpectWritable();  // detects that the file was replaced while it was written
}

Status Store::PutNote(std::int64_t run, std::string_view name, std::string_view value) {
  return PutGlobal(kOfTheStore, std::string(name) + OfRun(run), value);
}

Result<std::string> Store::GetNote(std::int64_t run, std::string_view name) const {
  const std::string full_name = std::string(name) + OfRun(run);
  Result<std::string> note = GetGlobal(kOfTheStore, full_name);
  if (note.status().code() == StatusCode::kNotFound) FITD_RETURN_IF_ERROR(rep_->ExpectNeverThere(run, full_name));
  return note;
}

Status Store::CancelRun(std::int64_t run, WallTime now) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  return UpdateRun(rep_->db, "UPDATE runs SET state = 'cancelled', finished = ?2 WHERE run = ?1", run, FormatUtc(now));
}

Status Store::DropRun(std::int64_t run) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  FITD_ASSIGN_OR_RETURN(StoreTransaction transaction,
                        StoreTransaction::Begin(rep_->db, StoreTransaction::Kind::kWrite));
  FITD_RETURN_IF_ERROR(DeleteRun(rep_->db, run));
  return transaction.Commit();
}

}  // namespace fitd
