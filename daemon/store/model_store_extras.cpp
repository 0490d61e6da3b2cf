// The data of a store besides models: results over all targets, cost model, quarantine.
#include <algorithm>

#include "common/checksum.h"
#include "daemon/store/model_store.h"
#include "daemon/store/store_columns.h"
#include "daemon/store/store_rep.h"

namespace fitd {
namespace {

constexpr auto kReadGlobal = Pick(kGlobalColumns, {"checksum", "value"});
constexpr auto kReadBlockSums = Pick(kBlockSumColumns, {"checksum", "sums"});

Status Absent(const std::string& path, const std::string& what) {
  return {StatusCode::kNotFound, "the store " + path + " has no " + what};
}

}  // namespace

Status Store::PutGlobal(std::int64_t run, std::string_view name, std::string_view value) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  FITD_ASSIGN_OR_RETURN(
      StoreStatement put,
      StoreStatement::Prepare(rep_->db, InsertInto("globals", kGlobalColumns, 1, "INSERT OR REPLACE"), "save to"));
  put.BindInt(1 + Place(kGlobalColumns, "run"), run);
  put.BindText(1 + Place(kGlobalColumns, "name"), name);
  put.BindInt(1 + Place(kGlobalColumns, "checksum"), static_cast<std::int64_t>(Checksum64(value)));
  put.BindBlob(1 + Place(kGlobalColumns, "value"), value);
  return put.Run();
}

Result<std::string> Store::GetGlobal(std::int64_t run, std::string_view name) const {
  FITD_ASSIGN_OR_RETURN(
      StoreStatement get,
      StoreStatement::Prepare(
          rep_->db, "SELECT " + ListColumns(kReadGlobal) + " FROM globals WHERE run = ? AND name = ?", "read"));
  get.BindInt(1, run);
  get.BindText(2, name);
  FITD_ASSIGN_OR_RETURN(const bool row, get.Step());
  if (!row) {
    if (run != kOfTheStore) FITD_RETURN_IF_ERROR(rep_->ExpectNeverThere(run, name));
    return Absent(path(), "global result " + std::string(name) + " in run " + std::to_string(run));
  }
  FITD_RETURN_IF_ERROR(rep_->Verify(get.Bytes(Place(kReadGlobal, "value")), get.Int(Place(kReadGlobal, "checksum")),
                                    "global result " + std::string(name)));
  return std::string(get.Bytes(Place(kReadGlobal, "value")));
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

Status Store::PutBlockSums(std::uint64_t superblock, std::uint64_t fingerprint, std::string_view sums) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  FITD_ASSIGN_OR_RETURN(
      StoreStatement put,
      StoreStatement::Prepare(rep_->db, InsertInto("block_sums", kBlockSumColumns, 1, "INSERT OR REPLACE"), "save to"));
  put.BindInt(1 + Place(kBlockSumColumns, "superblock"), static_cast<std::int64_t>(superblock));
  put.BindInt(1 + Place(kBlockSumColumns, "fingerprint"), static_cast<std::int64_t>(fingerprint));
  put.BindInt(1 + Place(kBlockSumColumns, "checksum"), static_cast<std::int64_t>(Checksum64(sums)));
  put.BindBlob(1 + Place(kBlockSumColumns, "sums"), sums);
  return put.Run();
}

Result<std::string> Store::GetBlockSums(std::uint64_t superblock, std::uint64_t fingerprint) const {
  FITD_ASSIGN_OR_RETURN(StoreStatement get,
                        StoreStatement::Prepare(rep_->db,
                                                "SELECT " + ListColumns(kReadBlockSums) +
                                                    " FROM block_sums WHERE superblock = ? AND fingerprint = ?",
                                                "read"));
  get.BindInt(1, static_cast<std::int64_t>(superblock));
  get.BindInt(2, static_cast<std::int64_t>(fingerprint));
  FITD_ASSIGN_OR_RETURN(const bool row, get.Step());
  const std::string what = "sums of superblock " + std::to_string(superblock);
  if (!row) return Absent(path(), what + " of these data");
  FITD_RETURN_IF_ERROR(
      rep_->Verify(get.Bytes(Place(kReadBlockSums, "sums")), get.Int(Place(kReadBlockSums, "checksum")), what));
  return std::string(get.Bytes(Place(kReadBlockSums, "sums")));
}

Status Store::PutCostModel(std::string_view value) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  FITD_ASSIGN_OR_RETURN(StoreStatement put,
                        StoreStatement::Prepare(
                            rep_->db, InsertInto("cost_model", kCostModelColumns, 1, "INSERT OR REPLACE"), "save to"));
  put.BindInt(1 + Place(kCostModelColumns, "id"), 1);
  put.BindInt(1 + Place(kCostModelColumns, "checksum"), static_cast<std::int64_t>(Checksum64(value)));
  put.BindBlob(1 + Place(kCostModelColumns, "value"), value);
  return put.Run();
}

Result<std::string> Store::GetCostModel() const {
  FITD_ASSIGN_OR_RETURN(
      StoreStatement get,
      StoreStatement::Prepare(rep_->db, "SELECT " + ListColumns(kCostModelColumns) + " FROM cost_model", "read"));
  FITD_ASSIGN_OR_RETURN(const bool row, get.Step());
  if (!row) return Absent(path(), "cost model");
  FITD_RETURN_IF_ERROR(rep_->Verify(get.Bytes(Place(kCostModelColumns, "value")),
                                    get.Int(Place(kCostModelColumns, "checksum")), "the cost model"));
  return std::string(get.Bytes(Place(kCostModelColumns, "value")));
}

Status Store::PutQuarantine(std::span<const QuarantineEntry> entries) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  FITD_ASSIGN_OR_RETURN(StoreTransaction transaction,
                        StoreTransaction::Begin(rep_->db, StoreTransaction::Kind::kWrite));
  FITD_ASSIGN_OR_RETURN(StoreStatement put,
                        StoreStatement::Prepare(
                            rep_->db, InsertInto("quarantine", kQuarantineColumns, 1, "INSERT OR REPLACE"), "save to"));
  for (const QuarantineEntry& entry : entries) {
    put.BindId(1 + Place(kQuarantineColumns, "id"), entry.id);
    put.BindText(1 + Place(kQuarantineColumns, "cause"), entry.cause);
    put.BindText(1 + Place(kQuarantineColumns, "data_fingerprint"), entry.data_fingerprint);
    put.BindText(1 + Place(kQuarantineColumns, "algorithm_fingerprint"), entry.algorithm_fingerprint);
    put.BindText(1 + Place(kQuarantineColumns, "time"), entry.time);
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
      StoreStatement::Prepare(rep_->db, "SELECT " + ListColumns(kQuarantineColumns) + " FROM quarantine", "read"));
  std::vector<QuarantineEntry> entries;
  while (true) {
    FITD_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) break;
    const auto text = [&](int column) { return std::string(select.Bytes(column)); };
    entries.push_back({text(Place(kQuarantineColumns, "id")), text(Place(kQuarantineColumns, "cause")),
                       text(Place(kQuarantineColumns, "data_fingerprint")),
                       text(Place(kQuarantineColumns, "algorithm_fingerprint")),
                       text(Place(kQuarantineColumns, "time"))});
  }
  // SQL sorts TEXT before BLOB; sort all ids as bytes.
  std::sort(entries.begin(), entries.end(),
            [](const QuarantineEntry& a, const QuarantineEntry& b) { return a.id < b.id; });
  return entries;
}

}  // namespace fitd
