// What a store keeps beside the models: results over all targets, the cost model, the quarantine.
#include <algorithm>

#include "common/checksum.h"
#include "daemon/store/model_store.h"
#include "daemon/store/store_rep.h"

namespace fitd {
namespace {

Status Absent(const std::string& path, const std::string& what) {
  return {StatusCode::kNotFound, "the store " + path + " has no " + what};
}

}  // namespace

Status Store::PutGlobal(std::int64_t run, std::string_view name, std::string_view value) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  FITD_ASSIGN_OR_RETURN(
      StoreStatement put,
      StoreStatement::Prepare(rep_->db, "INSERT OR REPLACE INTO globals(run, name, checksum, value) VALUES(?,?,?,?)",
                              "save to"));
  put.BindInt(1, run);
  put.BindText(2, name);
  put.BindInt(3, static_cast<std::int64_t>(Checksum64(value)));
  put.BindBlob(4, value);
  return put.Run();
}

Result<std::string> Store::GetGlobal(std::int64_t run, std::string_view name) const {
  FITD_ASSIGN_OR_RETURN(
      StoreStatement get,
      StoreStatement::Prepare(rep_->db, "SELECT checksum, value FROM globals WHERE run = ? AND name = ?", "read"));
  get.BindInt(1, run);
  get.BindText(2, name);
  FITD_ASSIGN_OR_RETURN(const bool row, get.Step());
  if (!row) return Absent(path(), "global result " + std::string(name) + " in run " + std::to_string(run));
  FITD_RETURN_IF_ERROR(rep_->Verify(get.Bytes(1), get.Int(0), "global result " + std::string(name)));
  return std::string(get.Bytes(1));
}

Result<std::vector<std::string>> Store::GlobalNames(std::int64_t run) const {
  FITD_ASSIGN_OR_RETURN(
      StoreStatement select,
      StoreStatement::Prepare(rep_->db, "SELECT name FROM globals WHERE run = ? ORDER BY name", "read"));
  select.BindInt(1, run);
  std::vector<std::string> names;
  while (true) {
    FITD_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) return names;
    names.emplace_back(select.Bytes(0));
  }
}

Status Store::PutCostModel(std::string_view value) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  FITD_ASSIGN_OR_RETURN(
      StoreStatement put,
      StoreStatement::Prepare(rep_->db, "INSERT OR REPLACE INTO cost_model(id, checksum, value) VALUES(1,?,?)",
                              "save to"));
  put.BindInt(1, static_cast<std::int64_t>(Checksum64(value)));
  put.BindBlob(2, value);
  return put.Run();
}

Result<std::string> Store::GetCostModel() const {
  FITD_ASSIGN_OR_RETURN(StoreStatement get,
                        StoreStatement::Prepare(rep_->db, "SELECT checksum, value FROM cost_model", "read"));
  FITD_ASSIGN_OR_RETURN(const bool row, get.Step());
  if (!row) return Absent(path(), "cost model");
  FITD_RETURN_IF_ERROR(rep_->Verify(get.Bytes(1), get.Int(0), "the cost model"));
  return std::string(get.Bytes(1));
}

Status Store::PutQuarantine(std::span<const QuarantineEntry> entries) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  FITD_ASSIGN_OR_RETURN(StoreTransaction transaction,
                        StoreTransaction::Begin(rep_->db, StoreTransaction::Kind::kWrite));
  FITD_ASSIGN_OR_RETURN(
      StoreStatement put,
      StoreStatement::Prepare(rep_->db, "INSERT OR REPLACE INTO quarantine VALUES(?,?,?,?,?)", "save to"));
  for (const QuarantineEntry& entry : entries) {
    put.BindId(1, entry.id);
    put.BindText(2, entry.cause);
    put.BindText(3, entry.data_fingerprint);
    put.BindText(4, entry.algorithm_fingerprint);
    put.BindText(5, entry.time);
    FITD_RETURN_IF_ERROR(put.Run());
  }
  return transaction.Commit();
}

Status Store::RemoveQuarantine(std::span<const std::string> ids) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  FITD_ASSIGN_OR_RETURN(StoreTransaction transaction,
                        StoreTransaction::Begin(rep_->db, StoreTransaction::Kind::kWrite));
  FITD_ASSIGN_OR_RETURN(StoreStatement remove,
                        StoreStatement::Prepare(rep_->db, "DELETE FROM quarantine WHERE id = ?", "save to"));
  for (const std::string& id : ids) {
    remove.BindId(1, id);
    FITD_RETURN_IF_ERROR(remove.Run());
  }
  return transaction.Commit();
}

Result<std::vector<QuarantineEntry>> Store::ListQuarantine() const {
  FITD_ASSIGN_OR_RETURN(
      StoreStatement select,
      StoreStatement::Prepare(
          rep_->db, "SELECT id, cause, data_fingerprint, algorithm_fingerprint, time FROM quarantine", "read"));
  std::vector<QuarantineEntry> entries;
  while (true) {
    FITD_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) break;
    const auto text = [&](int column) { return std::string(select.Bytes(column)); };
    entries.push_back({text(0), text(1), text(2), text(3), text(4)});
  }
  // TEXT sorts before BLOB in SQL; here all ids sort as bytes.
  std::sort(entries.begin(), entries.end(),
            [](const QuarantineEntry& a, const QuarantineEntry& b) { return a.id < b.id; });
  return entries;
}

}  // namespace fitd
