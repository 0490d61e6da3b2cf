// Copying targets from one store into another inside SQLite: rows go over as they are, and functions of this file look
// at each on its way, so that nothing damaged and nothing incomplete is copied.
#include <sqlite3.h>

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/checksum.h"
#include "daemon/store/target_row.h"

namespace fitd {
namespace {

// The arguments of an SQL function as a row that can be read like a statement's.
class ArgumentRow {
 public:
  explicit ArgumentRow(sqlite3_value** values) : values_(values) {}
  bool IsNull(int column) const { return sqlite3_value_type(values_[column]) == SQLITE_NULL; }
  std::int64_t Int(int column) const { return sqlite3_value_int64(values_[column]); }
  double Double(int column) const { return IsNull(column) ? kNotAvailable : sqlite3_value_double(values_[column]); }
  std::string_view Bytes(int column) const {
    const void* data = sqlite3_value_blob(values_[column]);
    const int size = sqlite3_value_bytes(values_[column]);
    return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
  }

 private:
  sqlite3_value** values_;
};

constexpr auto kCheckedModel = Pick(kModelColumns, {"key", "checksum", "archive"});

// Sees the rows of a range of targets in order of their keys: all targets, then all models, then last values.
class RowCheck {
 public:
  RowCheck(std::uint64_t first, std::int64_t key_shift) : first_(first), shift_(key_shift) {}

  // Each gives the key that the row has in the other store, or sets problem().
  std::int64_t OnTarget(const ArgumentRow& row);
  std::int64_t OnModel(const ArgumentRow& row);
  std::int64_t OnLastValues(const ArgumentRow& row);
  // What is missing when all rows were seen, and there should be `targets`.
  void ExpectComplete(std::uint64_t targets);
  const std::string& problem() const { return problem_; }

 private:
  bool IsTarget(std::int64_t key) const {
    return StoreIndexOf(key) >= first_ && StoreIndexOf(key) - first_ < has_models_.size();
  }
  static std::string NumberOf(std::int64_t key) { return "target number " + std::to_string(StoreIndexOf(key)); }
  void Fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  std::uint64_t first_;
  std::int64_t shift_;
  TargetRecord record_;
  std::vector<bool> has_models_;  // or needs none; by place behind first_
  std::int64_t model_key_ = -1;   // the last one seen
  std::string problem_;
};

std::int64_t RowCheck::OnTarget(const ArgumentRow& row) {
  FillTarget(row, record_);
  const std::int64_t key = row.Int(Place(kTargetColumns, "key"));
  if ((key & kStoreModelMask) != 0 || record_.index != first_ + has_models_.size()) {
    Fail("rows are missing or out of order near " + NameOf(record_));
  }
  if (std::string damage = TargetDamage(row, record_); !damage.empty()) Fail(std::move(damage));
  has_models_.push_back(record_.status == FitStatus::kFailed);
  return key + shift_;
}

std::int64_t RowCheck::OnModel(const ArgumentRow& row) {
  const std::int64_t key = row.Int(Place(kCheckedModel, "key"));
  const bool first = (key & kStoreModelMask) == 0;
  if (!IsTarget(key) || (!first && key != model_key_ + 1)) {
    Fail("models are missing, out of order or of no target near " + NumberOf(key));
  } else {
    has_models_[StoreIndexOf(key) - first_] = true;
  }
  model_key_ = key;
  if (Checksum64(row.Bytes(Place(kCheckedModel, "archive"))) !=
      static_cast<std::uint64_t>(row.Int(Place(kCheckedModel, "checksum")))) {
    Fail("a model of " + NumberOf(key) + " does not match its checksum");
  }
  return key + shift_;
}

std::int64_t RowCheck::OnLastValues(const ArgumentRow& row) {
  const std::int64_t key = row.Int(Place(kLastValuesColumns, "key"));
  if (LastValuesChecksum(row.Bytes(Place(kLastValuesColumns, "value"))) !=
      row.Int(Place(kLastValuesColumns, "checksum"))) {
    Fail("the last values of " + NumberOf(key) + " do not match their checksum");
  }
  return key + shift_;
}

void RowCheck::ExpectComplete(std::uint64_t targets) {
  if (has_models_.size() != targets) {
    Fail(std::to_string(targets - has_models_.size()) + " targets are missing from number " +
         std::to_string(first_ + has_models_.size()) + " on");
  }
  for (std::size_t i = 0; i < has_models_.size(); ++i) {
    if (!has_models_[i]) return Fail("target number " + std::to_string(first_ + i) + " has lost its models");
  }
}

template <std::int64_t (RowCheck::*kCheck)(const ArgumentRow&)>
void CallCheck(sqlite3_context* context, int, sqlite3_value** values) {
  auto* check = static_cast<RowCheck*>(sqlite3_user_data(context));
  const std::int64_t key = (check->*kCheck)(ArgumentRow(values));
  if (check->problem().empty()) return sqlite3_result_int64(context, key);
  sqlite3_result_error(context, check->problem().c_str(), -1);
}

// SQL functions of a connection that call a check, for as long as this is there.
class CheckFunctions {
 public:
  static Result<CheckFunctions> Register(const StoreDb& db, RowCheck& check) {
    CheckFunctions functions(db);
    FITD_RETURN_IF_ERROR(functions.Add("fitd_target_key", &check, CallCheck<&RowCheck::OnTarget>));
    FITD_RETURN_IF_ERROR(functions.Add("fitd_model_key", &check, CallCheck<&RowCheck::OnModel>));
    FITD_RETURN_IF_ERROR(functions.Add("fitd_last_values_key", &check, CallCheck<&RowCheck::OnLastValues>));
    return functions;
  }
  CheckFunctions(CheckFunctions&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  CheckFunctions& operator=(CheckFunctions&&) = delete;
  ~CheckFunctions() {
    if (db_ == nullptr) return;
    for (const char* name : {"fitd_target_key", "fitd_model_key", "fitd_last_values_key"}) {
      sqlite3_create_function_v2(db_->handle(), name, -1, SQLITE_UTF8, nullptr, nullptr, nullptr, nullptr, nullptr);
    }
  }

 private:
  explicit CheckFunctions(const StoreDb& db) : db_(&db) {}
  Status Add(const char* name, RowCheck* check, void (*call)(sqlite3_context*, int, sqlite3_value**)) const {
    const int code = sqlite3_create_function_v2(db_->handle(), name, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, check, call,
                                                nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? OkStatus() : db_->Error(code, "save to");
  }

  const StoreDb* db_;
};

constexpr char kPart[] = "part";  // the other store's name within the connection

// "INSERT INTO main.t(key, a, ...) SELECT function(columns), a, ... FROM part.t WHERE ..."
std::string CopyStatement(std::string_view table, std::span<const StoreColumn> columns, std::string_view function,
                          std::span<const StoreColumn> checked, bool version1) {
  const std::span<const StoreColumn> rest = columns.subspan(1);
  return "INSERT INTO main." + std::string(table) + "(" + ListColumns(columns) + ") SELECT " + std::string(function) +
         "(" + ListColumns(checked, version1) + "), " + ListColumns(rest, version1) + " FROM " + kPart + "." +
         std::string(table) + " WHERE key >= ?1 AND key < ?2 ORDER BY key";
}

// Copies what is between two keys; the first problem that the check found, if any, becomes the error.
Status CopyRows(const StoreDb& db, const std::string& sql, std::int64_t first, std::int64_t beyond) {
  FITD_ASSIGN_OR_RETURN(StoreStatement copy, StoreStatement::Prepare(db, sql, "save to"));
  copy.BindInt(1, first);
  copy.BindInt(2, beyond);
  return copy.Run();
}

}  // namespace

Status Store::CopyTargets(std::int64_t run, const Store& from, std::int64_t from_run, std::uint64_t first,
                          std::uint64_t beyond) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  const StoreDb& db = rep_->db;
  const Store::Rep& source = *from.rep_;
  FITD_ASSIGN_OR_RETURN(const bool last_values, source.HasLastValues());
  RowCheck check(first, StoreKey(run, 0) - StoreKey(from_run, 0));
  FITD_ASSIGN_OR_RETURN(const AttachedDb attached, AttachedDb::Attach(db, source.db, kPart));
  FITD_ASSIGN_OR_RETURN(const CheckFunctions functions, CheckFunctions::Register(db, check));
  FITD_ASSIGN_OR_RETURN(StoreTransaction transaction, StoreTransaction::Begin(db, StoreTransaction::Kind::kWriteLater));
  const std::int64_t begin = StoreKey(from_run, first);
  const std::int64_t end = StoreKey(from_run, beyond);
  Status copied = CopyRows(
      db, CopyStatement("targets", kTargetColumns, "fitd_target_key", kTargetColumns, source.version1), begin, end);
  if (copied.ok()) {
    copied = CopyRows(db, CopyStatement("models", kModelColumns, "fitd_model_key", kCheckedModel, source.version1),
                      begin, end);
  }
  if (copied.ok() && last_values) {
    copied = CopyRows(
        db, CopyStatement("last_values", kLastValuesColumns, "fitd_last_values_key", kLastValuesColumns, false), begin,
        end);
  }
  if (copied.ok()) check.ExpectComplete(beyond - first);
  if (!check.problem().empty()) return source.Damaged(check.problem());
  FITD_RETURN_IF_ERROR(copied);
  FITD_RETURN_IF_ERROR(source.ExpectUnchanged());
  return transaction.Commit();
}

}  // namespace fitd
