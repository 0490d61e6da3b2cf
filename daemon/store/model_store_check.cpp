// Finds damage that SQLite does not report: a page overwritten with zeros reads as rows with key 0, so that a search
// does not miss what was there and may not find its neighbours either.
#include <algorithm>
#include <array>

#include "common/checksum.h"
#include "daemon/store/model_store.h"
#include "daemon/store/store_rep.h"

namespace fitd {

Status DamagedStore(const StoreDb& db, std::string_view what) {
  return {StatusCode::kCorrupt, "the store " + db.path() + " is damaged: " + std::string(what) +
                                    "; restore the file from a backup or train again"};
}

Status Store::Rep::Damaged(std::string_view what) const {
  return DamagedStore(db, what);
}

Status CheckTables(const StoreDb& db, std::span<const char* const> tables) {
  for (const char* table : tables) {
    FITD_ASSIGN_OR_RETURN(StoreStatement check,
                          StoreStatement::Prepare(db, "PRAGMA integrity_check(" + std::string(table) + ")", "read"));
    FITD_ASSIGN_OR_RETURN(const bool row, check.Step());
    if (row && check.Bytes(0) == "ok") continue;
    std::string_view what = row ? check.Bytes(0) : "nothing can be said of it";
    if (what.starts_with("***")) what.remove_prefix(std::min(what.size(), what.find('\n') + 1));  // "in database main"
    what = what.substr(0, what.find('\n'));
    return DamagedStore(db, "table " + std::string(table) + ": " + std::string(what));
  }
  return OkStatus();
}

Status Store::Rep::CheckSmallTables() const {
  static constexpr std::array kSmall = {"runs", "globals", "quarantine", "cost_model"};
  return CheckTables(db, kSmall);
}

Status Store::Rep::CheckLargeTables() const {
  static constexpr std::array kLarge = {"targets", "models"};
  return CheckTables(db, kLarge);
}

std::uint64_t EarlierTargetChecksum(const TargetRecord& target, std::string_view seasons) {
  const std::int64_t numbers[] = {target.grid.start,
                                  static_cast<std::int64_t>(target.grid.step.unit),
                                  target.grid.step.count,
                                  static_cast<std::int64_t>(target.num_values),
                                  static_cast<std::int64_t>(target.status),
                                  target.attempts,
                                  static_cast<std::int64_t>(target.fingerprint)};
  std::uint64_t sum = Checksum64({reinterpret_cast<const char*>(numbers), sizeof numbers});
  for (const std::string_view text : {target.id, target.reason, seasons, target.validation})
    sum = Checksum64(text, sum);
  return target.history.empty() ? sum : Checksum64(target.history, sum);
}

std::uint64_t TargetRowChecksum(const TargetRecord& target, std::string_view seasons) {
  const std::uint32_t numbers[] = {target.lost, target.filled};
  return Checksum64({reinterpret_cast<const char*>(numbers), sizeof numbers}, EarlierTargetChecksum(target, seasons));
}

std::uint64_t TargetChecksum(const TargetRecord& target, std::string_view seasons) {
  const std::uint64_t last_values = target.last_values.empty() ? 0 : kLastValuesInChecksum;
  return TargetRowChecksum(target, seasons) ^ (target.models.size() | last_values);
}

std::string RunChecksum(const RunHeader& header) {
  const std::int64_t numbers[] = {static_cast<std::int64_t>(header.num_targets), header.horizon,
                                  static_cast<std::int64_t>(header.time_format)};
  std::uint64_t sum = Checksum64({reinterpret_cast<const char*>(numbers), sizeof numbers});
  for (const std::string_view text :
       {std::string_view(header.fingerprint), std::string_view(header.target_column),
        std::string_view(header.time_column), std::string_view(header.value_column), std::string_view(header.options),
        std::string_view(header.time_pattern), std::string_view(header.time_zone)}) {
    sum = Checksum64(text, sum);
  }
  return std::to_string(sum);
}

std::string OfRun(std::int64_t run) {
  return " of run " + std::to_string(run);
}

std::string CompletionChecksum(std::string_view started, std::string_view finished, std::string_view summary) {
  return std::to_string(Checksum64(summary, Checksum64(finished, Checksum64(started))));
}

Result<std::vector<std::string>> Store::Rep::Contents(std::int64_t run) const {
  FITD_ASSIGN_OR_RETURN(
      StoreStatement note,
      StoreStatement::Prepare(db, "SELECT checksum, value FROM globals WHERE run = ? AND name = ?", "read"));
  note.BindInt(1, kOfTheStore);
  const std::string name = std::string(kContents) + OfRun(run);
  note.BindText(2, name);
  FITD_ASSIGN_OR_RETURN(const bool kept, note.Step());
  std::vector<std::string> lines;
  if (!kept) return lines;
  std::string_view text = note.Bytes(1);
  FITD_RETURN_IF_ERROR(Verify(text, note.Int(0), name));
  for (std::size_t end = 0; (end = text.find('\n')) != std::string_view::npos; text.remove_prefix(end + 1)) {
    lines.emplace_back(text.substr(0, end));
  }
  return lines;
}

Status Store::Rep::ExpectNeverThere(std::int64_t run, std::string_view name) const {
  FITD_ASSIGN_OR_RETURN(const std::vector<std::string> contents, Contents(run));
  if (std::find(contents.begin(), contents.end(), name) == contents.end()) return OkStatus();
  return Damaged("run " + std::to_string(run) + " has lost its '" + std::string(name) + "' (table globals)");
}

Status Store::Rep::ExpectEveryRun() const {
  FITD_ASSIGN_OR_RETURN(
      StoreStatement lost,
      StoreStatement::Prepare(db,
                              "SELECT noted FROM (SELECT CAST(substr(name, length(?2) + 1) AS INTEGER) AS noted FROM "
                              "globals WHERE run = ?1 AND substr(name, 1, length(?2)) = ?2) WHERE noted NOT IN "
                              "(SELECT run FROM runs) ORDER BY noted LIMIT 1",
                              "read"));
  lost.BindInt(1, kOfTheStore);
  const std::string begin = std::string(kDescription) + " of run ";
  lost.BindText(2, begin);
  FITD_ASSIGN_OR_RETURN(const bool any, lost.Step());
  if (!any) return OkStatus();
  return Damaged("run " + std::to_string(lost.Int(0)) + " is not there any more (table runs)");
}

Status Store::ExpectContents(std::int64_t run) const {
  FITD_ASSIGN_OR_RETURN(const std::vector<std::string> contents, rep_->Contents(run));
  if (contents.empty()) return OkStatus();
  FITD_ASSIGN_OR_RETURN(const std::vector<std::string> own, GlobalNames(run));
  FITD_ASSIGN_OR_RETURN(const std::vector<std::string> notes, GlobalNames(kOfTheStore));
  for (std::size_t i = 1; i < contents.size(); ++i) {
    const std::vector<std::string>& names = contents[i].ends_with(OfRun(run)) ? notes : own;
    const bool there = std::find(names.begin(), names.end(), contents[i]) != names.end();
    if (!there) return rep_->ExpectNeverThere(run, contents[i]);
  }
  return OkStatus();
}

std::int64_t LastValuesChecksum(std::string_view bytes) {
  return static_cast<std::int64_t>(Checksum64(bytes) & 0xffffffff);
}

Result<bool> Store::Rep::HasLastValues() const {
  FITD_ASSIGN_OR_RETURN(const std::int64_t tables,
                        db.QueryInt("SELECT count(*) FROM sqlite_schema WHERE name = 'last_values'", "read"));
  return tables > 0;
}

Result<std::uint64_t> Store::Rep::CountTargets(std::int64_t run) const {
  FITD_ASSIGN_OR_RETURN(StoreStatement count,
                        StoreStatement::Prepare(db, "SELECT count(*) FROM targets WHERE key >= ? AND key < ?", "read"));
  count.BindInt(1, StoreKey(run, 0));
  count.BindInt(2, StoreKey(run + 1, 0));
  FITD_RETURN_IF_ERROR(count.Step().status());
  return static_cast<std::uint64_t>(count.Int(0));
}

Status Store::ExpectAllTargets(std::int64_t run, std::uint64_t seen) const {
  FITD_ASSIGN_OR_RETURN(StoreStatement state,
                        StoreStatement::Prepare(rep_->db, "SELECT state = 'complete' FROM runs WHERE run = ?", "read"));
  state.BindInt(1, run);
  FITD_ASSIGN_OR_RETURN(const bool known, state.Step());
  if (!known || state.Int(0) == 0) return OkStatus();
  const Result<std::string> tally = GetNote(run, kTargetTally);
  if (tally.status().code() == StatusCode::kNotFound) {
    if (!GetNote(run, kDescription).ok()) return OkStatus();  // completed by a release that kept no tally
    return rep_->Damaged("run " + std::to_string(run) + " is marked as complete, but was never finished");
  }
  FITD_RETURN_IF_ERROR(tally.status());
  if (*tally == std::to_string(seen)) return OkStatus();
  return rep_->Damaged("run " + std::to_string(run) + " has " + *tally + " targets, but " + std::to_string(seen) +
                       " can be found");
}

// CheckLargeTables finds keys out of order; reading all rows finds ids that do not match their checksums.
Status Store::ExpectNothingHidden(std::int64_t run) const {
  if (rep_->searched_run == run) return OkStatus();
  FITD_RETURN_IF_ERROR(rep_->CheckLargeTables());
  TargetFilter every;
  every.with_models = false;
  FITD_RETURN_IF_ERROR(ForEachTarget(run, every, [](const TargetRecord&) { return OkStatus(); }));
  rep_->searched_run = run;
  return OkStatus();
}

Result<bool> Store::KeepsLastValues(std::int64_t run) const {
  FITD_ASSIGN_OR_RETURN(const bool table, rep_->HasLastValues());
  if (!table) return false;
  const Result<std::string> note = GetNote(run, kLastValuesNote);
  if (note.status().code() == StatusCode::kNotFound) return true;
  FITD_RETURN_IF_ERROR(note.status());
  return *note != "0";
}

Status Store::CheckLastValues() const {
  static constexpr std::array kLastValues = {"last_values"};
  FITD_ASSIGN_OR_RETURN(const bool table, rep_->HasLastValues());
  return table ? CheckTables(rep_->db, kLastValues) : OkStatus();
}

Status Store::CheckRun(std::int64_t run) const {
  FITD_ASSIGN_OR_RETURN(const std::vector<std::string> names, GlobalNames(run));
  for (const std::string& name : names) FITD_RETURN_IF_ERROR(GetGlobal(run, name).status());
  FITD_ASSIGN_OR_RETURN(const std::vector<std::string> contents, rep_->Contents(run));
  for (std::size_t i = 1; i < contents.size(); ++i) {
    const std::int64_t of = contents[i].ends_with(OfRun(run)) ? kOfTheStore : run;
    const Result<std::string> kept = GetGlobal(of, contents[i]);
    if (kept.status().code() == StatusCode::kNotFound) return rep_->ExpectNeverThere(run, contents[i]);
    FITD_RETURN_IF_ERROR(kept.status());
  }
  TargetFilter every;
  every.with_last_values = true;
  return ForEachTarget(run, every, [](const TargetRecord&) { return OkStatus(); });
}

}  // namespace fitd
