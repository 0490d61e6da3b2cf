#include "daemon/store/anomaly_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "common/checksum.h"
#include "daemon/store/store_columns.h"
#include "daemon/store/store_rep.h"
#include "daemon/store/store_schema.h"

namespace fitd {
namespace {

consteval int At(std::string_view name) {
  return Place(kAnomalyColumns, name);
}

// Checksum of all columns except `told`, which is marked later and does no harm when wrong.
std::int64_t AnomalyChecksum(const StoredAnomaly& a) {
  std::vector<double> numbers = {a.value, a.expected, a.lo, a.hi, a.score, a.surprise};
  for (double& number : numbers) {
    if (std::isnan(number)) number = kNotAvailable;
    if (number == 0) number = 0;  // SQLite does not keep the sign of zero
  }
  const std::int64_t whole[] = {a.event,
                                static_cast<std::int64_t>(a.scope),
                                a.start,
                                a.end,
                                a.peak,
                                a.up ? 1 : 0,
                                static_cast<std::int64_t>(a.observations),
                                a.quiet ? std::int64_t{*a.quiet} : -1};
  std::uint64_t sum = Checksum64({reinterpret_cast<const char*>(whole), sizeof whole});
  sum = Checksum64({reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(double)}, sum);
  for (const std::string* text : {&a.target, &a.kind, &a.sources, &a.found}) sum = Checksum64(*text, sum);
  return static_cast<std::int64_t>(sum);
}

Result<bool> HasChecksums(const StoreDb& db) {
  FITD_ASSIGN_OR_RETURN(
      const std::int64_t count,
      db.QueryInt("SELECT count(*) FROM pragma_table_info('anomalies') WHERE name = 'checksum'", "read"));
  return count > 0;
}

Status ExpectIntact(const StoreDb& db, const StoreStatement& row, const StoredAnomaly& a) {
  if (row.IsNull(At("checksum")) || row.Int(At("checksum")) == AnomalyChecksum(a)) return {};
  return {StatusCode::kCorrupt, "the store " + db.path() + " is damaged: event " + std::to_string(a.event) + " of '" +
                                    a.target + "' does not match its checksum; restore the file from a backup, or " +
                                    "remove the row from its table anomalies"};
}

StoredAnomaly RowOf(const StoreStatement& row) {
  StoredAnomaly a;
  a.event = row.Int(At("event"));
  a.target = row.Bytes(At("id"));
  a.scope = static_cast<AnomalyScope>(std::clamp<std::int64_t>(row.Int(At("scope")), 0, 2));
  a.start = row.Int(At("start"));
  a.end = row.Int(At("\"end\""));
  a.peak = row.Int(At("peak"));
  a.up = row.Bytes(At("direction")) == "up";
  a.kind = row.Bytes(At("kind"));
  int column = At("value");
  for (double* number : {&a.value, &a.expected, &a.lo, &a.hi, &a.score, &a.surprise}) *number = row.Double(column++);
  a.observations = static_cast<std::uint64_t>(row.Int(At("observations")));
  a.sources = row.Bytes(At("sources"));
  if (!row.IsNull(At("quiet"))) a.quiet = static_cast<std::uint32_t>(row.Int(At("quiet")));
  a.told = row.Int(At("told")) != 0;
  a.found = row.Bytes(At("found"));
  return a;
}

Result<bool> HasTable(const StoreDb& db) {
  FITD_ASSIGN_OR_RETURN(
      const std::int64_t count,
      db.QueryInt("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'anomalies'", "read"));
  return count > 0;
}

// Rows on a page of zeros have no column that a query would find them by, nor a number that the next one would follow.
Status ExpectSound(const StoreDb& db) {
  static constexpr std::array kTable = {"anomalies"};
  return CheckTables(db, kTable);
}

bool Passes(const StoredAnomaly& a, const AnomalyFilter& filter, const std::set<std::string>& targets) {
  return a.end >= filter.since && a.start <= filter.until &&
         (filter.parts_of_fleet || a.scope != AnomalyScope::kPartOfFleet) &&
         (targets.empty() || targets.contains(a.target));
}

// Only a number that an event can have is looked for by the table: all else is judged once the checksum has been, as a
// row that was damaged where it is filtered by would otherwise not be seen at all.
Status VisitRows(const StoreDb& db, const AnomalyFilter& filter,
                 const std::function<Status(const StoredAnomaly&)>& visit) {
  FITD_ASSIGN_OR_RETURN(const bool checksums, HasChecksums(db));
  const std::string sql = "SELECT " + ListColumns(kAnomalyColumns, !checksums) +
                          " FROM anomalies WHERE event > ? OR event < 1 ORDER BY event" +
                          (filter.newest_first ? " DESC" : "");
  FITD_ASSIGN_OR_RETURN(StoreStatement select, StoreStatement::Prepare(db, sql, "read"));
  select.BindInt(1, filter.after);
  const std::set<std::string> targets(filter.targets.begin(), filter.targets.end());
  std::uint64_t visited = 0;
  while (visited < filter.limit) {
    FITD_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) return {};
    const StoredAnomaly anomaly = RowOf(select);
    FITD_RETURN_IF_ERROR(ExpectIntact(db, select, anomaly));
    if (!Passes(anomaly, filter, targets)) continue;
    ++visited;
    FITD_RETURN_IF_ERROR(visit(anomaly));
  }
  return {};
}

}  // namespace

Status Store::ForEachAnomaly(const AnomalyFilter& filter,
                             const std::function<Status(const StoredAnomaly&)>& visit) const {
  const StoreDb& db = rep_->db;
  FITD_ASSIGN_OR_RETURN(StoreTransaction snapshot, StoreTransaction::Begin(db, StoreTransaction::Kind::kRead));
  FITD_ASSIGN_OR_RETURN(const bool there, HasTable(db));
  if (!there) return {};
  FITD_RETURN_IF_ERROR(ExpectSound(db));
  FITD_RETURN_IF_ERROR(VisitRows(db, filter, visit));
  return rep_->ExpectUnchanged();
}

Result<AnomalyWriter> AnomalyWriter::Make(const StoreDb& db) {
  // Stores of earlier releases lack the table or its checksums.
  const std::string create = CreateTable("IF NOT EXISTS anomalies", kAnomalyColumns, kAnomalyConstraints);
  FITD_RETURN_IF_ERROR(db.Execute(create.c_str(), "save to"));
  FITD_ASSIGN_OR_RETURN(const bool checksums, HasChecksums(db));
  if (!checksums) {
    FITD_RETURN_IF_ERROR(db.Execute(AddColumnsOfVersion2("anomalies", kAnomalyColumns).c_str(), "save to"));
  }
  FITD_ASSIGN_OR_RETURN(
      StoreStatement put,
      StoreStatement::Prepare(db, InsertInto("anomalies", kAnomalyColumns, 1, "INSERT OR REPLACE"), "save to"));
  return AnomalyWriter(db, std::move(put));
}

Result<std::vector<StoredAnomaly>> AnomalyWriter::Open() {
  FITD_RETURN_IF_ERROR(ExpectSound(*db_));
  FITD_ASSIGN_OR_RETURN(
      StoreStatement select,
      StoreStatement::Prepare(
          *db_, "SELECT " + ListColumns(kAnomalyColumns) + " FROM anomalies WHERE quiet IS NOT NULL", "read"));
  std::vector<StoredAnomaly> open;
  while (true) {
    FITD_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) return open;
    open.push_back(RowOf(select));
    FITD_RETURN_IF_ERROR(ExpectIntact(*db_, select, open.back()));
  }
}

Status AnomalyWriter::Put(StoredAnomaly& a) {
  if (a.event == 0) {
    FITD_ASSIGN_OR_RETURN(const std::int64_t last,
                          db_->QueryInt("SELECT ifnull(max(event), 0) FROM anomalies", "read"));
    a.event = last + 1;
  }
  put_.BindInt(At("event") + 1, a.event);
  put_.BindId(At("id") + 1, a.target);
  put_.BindInt(At("scope") + 1, static_cast<std::int64_t>(a.scope));
  put_.BindInt(At("start") + 1, a.start);
  put_.BindInt(At("\"end\"") + 1, a.end);
  put_.BindInt(At("peak") + 1, a.peak);
  put_.BindText(At("direction") + 1, a.up ? "up" : "down");
  put_.BindText(At("kind") + 1, a.kind);
  int column = At("value") + 1;
  for (const double number : {a.value, a.expected, a.lo, a.hi, a.score, a.surprise}) put_.BindDouble(column++, number);
  put_.BindInt(At("observations") + 1, static_cast<std::int64_t>(a.observations));
  put_.BindText(At("sources") + 1, a.sources);
  a.quiet ? put_.BindInt(At("quiet") + 1, *a.quiet) : put_.BindNull(At("quiet") + 1);
  put_.BindInt(At("told") + 1, a.told ? 1 : 0);
  put_.BindText(At("found") + 1, a.found);
  put_.BindInt(At("checksum") + 1, AnomalyChecksum(a));
  return put_.Run();
}

Status AnomalyWriter::Trim() {
  const std::string sql =
      "DELETE FROM anomalies WHERE quiet IS NULL AND event <= (SELECT max(event) FROM anomalies) - " +
      std::to_string(kAnomaliesKept);
  return db_->Execute(sql.c_str(), "save to");
}

Status MarkAnomaly(const Store& opened, std::int64_t event, bool told) {
  FITD_ASSIGN_OR_RETURN(StoreDb db, StoreDb::Open(opened.path(), StoreDb::Access::kReadWrite));
  FITD_RETURN_IF_ERROR(PrepareForWriting(db));
  FITD_ASSIGN_OR_RETURN(StoreTransaction transaction, StoreTransaction::Begin(db, StoreTransaction::Kind::kWrite));
  FITD_ASSIGN_OR_RETURN(StoreStatement mark,
                        StoreStatement::Prepare(db, "UPDATE anomalies SET told = ? WHERE event = ?", "save to"));
  mark.BindInt(1, told ? 1 : 0);
  mark.BindInt(2, event);
  FITD_RETURN_IF_ERROR(mark.Run());
  return transaction.Commit();
}

}  // namespace fitd
