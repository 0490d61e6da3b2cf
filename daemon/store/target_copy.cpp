#include "daemon/store/target_copy.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/background_work.h"
#include "common/checksum.h"
#include "daemon/store/store_schema.h"
#include "daemon/store/target_row.h"

namespace fitd {

// A named namespace: TargetCopy::Connection has members of these types, so they need linkage.
namespace copying {

// The arguments of an SQL function, read like the row of a statement.
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

// Checks the rows of a range of targets in key order: first all targets, then all models, then all last values.
class RowCheck {
 public:
  RowCheck() = default;
  RowCheck(std::uint64_t first, std::int64_t key_shift) : first_(first), shift_(key_shift) {}

  // Each returns the key for the row in the target store, or sets problem().
  std::int64_t OnTarget(const ArgumentRow& row);
  std::int64_t OnModel(const ArgumentRow& row);
  std::int64_t OnLastValues(const ArgumentRow& row);
  // Sets problem() when rows are missing. Call after all rows; `targets`: the expected number.
  void ExpectComplete(std::uint64_t targets);
  const std::string& problem() const { return problem_; }

 private:
  bool IsTarget(std::int64_t key) const {
    return StoreIndexOf(key) >= first_ && StoreIndexOf(key) - first_ < seen_.size();
  }
  static std::string NumberOf(std::int64_t key) { return "target number " + std::to_string(StoreIndexOf(key)); }
  void Fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  std::uint64_t first_ = 0;
  std::int64_t shift_ = 0;
  TargetRecord record_;
  struct Seen {
    FitStatus status;
    TargetVerdict verdict;
    std::size_t models = 0;
    bool last_values = false;
  };
  std::vector<Seen> seen_;       // by position after first_
  std::int64_t model_key_ = -1;  // the last one seen
  std::string problem_;
};

std::int64_t RowCheck::OnTarget(const ArgumentRow& row) {
  FillTarget(row, record_);
  const std::int64_t key = row.Int(Place(kTargetColumns, "key"));
  if ((key & kStoreModelMask) != 0 || record_.index != first_ + seen_.size()) {
    Fail("rows are missing or out of order near " + NameOf(record_));
  }
  TargetVerdict verdict = JudgeTarget(row, record_);
  if (!verdict.damage.empty()) Fail(verdict.damage);
  seen_.push_back({record_.status, std::move(verdict)});
  return key + shift_;
}

std::int64_t RowCheck::OnModel(const ArgumentRow& row) {
  const std::int64_t key = row.Int(Place(kCheckedModel, "key"));
  const bool first = (key & kStoreModelMask) == 0;
  if (!IsTarget(key) || (!first && key != model_key_ + 1)) {
    Fail("models are missing, out of order or of no target near " + NumberOf(key));
  } else {
    ++seen_[StoreIndexOf(key) - first_].models;
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
  if (IsTarget(key)) seen_[StoreIndexOf(key) - first_].last_values = true;
  return key + shift_;
}

void RowCheck::ExpectComplete(std::uint64_t targets) {
  if (seen_.size() != targets) {
    Fail(std::to_string(targets - seen_.size()) + " targets are missing from number " +
         std::to_string(first_ + seen_.size()) + " on");
  }
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    const std::string name = "target number " + std::to_string(first_ + i) + " ";
    const std::string damage = ModelsDamage(seen_[i].verdict, seen_[i].status, seen_[i].models);
    if (!damage.empty()) return Fail(name + damage);
    if (seen_[i].verdict.last_values && !seen_[i].last_values) return Fail(name + "has lost its last values");
  }
}

template <std::int64_t (RowCheck::*kCheck)(const ArgumentRow&)>
void CallCheck(sqlite3_context* context, int, sqlite3_value** values) {
  auto* check = static_cast<RowCheck*>(sqlite3_user_data(context));
  const std::int64_t key = (check->*kCheck)(ArgumentRow(values));
  if (check->problem().empty()) return sqlite3_result_int64(context, key);
  sqlite3_result_error(context, check->problem().c_str(), -1);
}

// Registers SQL functions that call a check, during its lifetime.
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

// Names of the attached stores within the connection.
constexpr std::array<const char*, TargetCopy::kStoresAtOnce> kParts = {"part0", "part1", "part2", "part3",
                                                                       "part4", "part5", "part6", "part7"};

// "INSERT INTO main.t(key, a, ...) SELECT function(columns), a, ... FROM part.t WHERE ..."
std::string CopyStatement(std::string_view part, std::string_view table, std::span<const StoreColumn> columns,
                          std::string_view function, std::span<const StoreColumn> checked, bool version1) {
  const std::span<const StoreColumn> rest = columns.subspan(1);
  return "INSERT INTO main." + std::string(table) + "(" + ListColumns(columns) + ") SELECT " + std::string(function) +
         "(" + ListColumns(checked, version1) + "), " + ListColumns(rest, version1) + " FROM " + std::string(part) +
         "." + std::string(table) + " WHERE key >= ?1 AND key < ?2 ORDER BY key";
}

// An attached store that is copied from.
struct Source {
  const Store::Rep* store;
  const char* name;
  AttachedDb attached;
  std::vector<StoreStatement> copies;  // insert statements for targets, models and, if present, last values
  bool used = false;                   // since the last commit: it cannot be detached before the next one
};

// Moves committed data from the log into the store on another thread while the next batch is copied.
class Checkpoint {
 public:
  explicit Checkpoint(StoreDb db) : db_(std::move(db)) {}
  void Start() {
    running_ = StartOrDo([this] { return db_.Execute("PRAGMA wal_checkpoint(PASSIVE)", "save to"); });
  }
  Status Wait() { return running_.valid() ? running_.get() : OkStatus(); }

 private:
  StoreDb db_;
  std::future<Status> running_;
};

// SQLite reuses the log only when a transaction begins with all of the log in the store. So after this many batches,
// wait for the checkpoint; it bounds the log.
constexpr int kBatchesInLog = 4;

}  // namespace copying

class TargetCopy::Connection {
 public:
  ~Connection();
  static Result<std::unique_ptr<Connection>> Open(const Store::Rep& to, std::int64_t run);
  Status Copy(const Store::Rep& from, std::int64_t from_run, std::uint64_t first, std::uint64_t beyond);
  Status Commit();

 private:
  Connection(const Store::Rep& to, std::int64_t run) : to_(to), run_(run) {}
  Result<copying::Source*> Attach(const Store::Rep& from);

  const Store::Rep& to_;
  std::int64_t run_;
  copying::RowCheck check_;  // checks the rows being copied
  std::optional<copying::CheckFunctions> functions_;
  std::vector<std::unique_ptr<copying::Source>> sources_;  // the most recently used one is last
  std::optional<copying::Checkpoint> checkpoint_;
  int batches_ = 0;
  std::optional<StoreTransaction> transaction_;  // destroyed before the other members
};

Result<std::unique_ptr<TargetCopy::Connection>> TargetCopy::Connection::Open(const Store::Rep& to, std::int64_t run) {
  std::unique_ptr<Connection> connection(new Connection(to, run));
  FITD_ASSIGN_OR_RETURN(copying::CheckFunctions functions,
                        copying::CheckFunctions::Register(to.db, connection->check_));
  connection->functions_.emplace(std::move(functions));
  FITD_ASSIGN_OR_RETURN(StoreDb db, StoreDb::Open(to.db.path(), StoreDb::Access::kReadWrite));
  connection->checkpoint_.emplace(std::move(db));
  FITD_RETURN_IF_ERROR(PrepareForCopying(to.db));
  return connection;
}

TargetCopy::Connection::~Connection() {
  transaction_.reset();
  // A failure is harmless: commits stay commits, and the next user of the store opens it anew.
  (void)PrepareForWriting(to_.db);
}

Result<copying::Source*> TargetCopy::Connection::Attach(const Store::Rep& from) {
  const auto known =
      std::find_if(sources_.begin(), sources_.end(), [&](const auto& one) { return one->store == &from; });
  if (known != sources_.end()) {
    std::rotate(known, known + 1, sources_.end());
    return sources_.back().get();
  }
  const char* name = sources_.size() < copying::kParts.size() ? copying::kParts[sources_.size()] : nullptr;
  if (name == nullptr) {
    if (sources_.front()->used) FITD_RETURN_IF_ERROR(Commit());
    name = sources_.front()->name;
    sources_.erase(sources_.begin());
  }
  FITD_ASSIGN_OR_RETURN(AttachedDb attached, AttachedDb::Attach(to_.db, from.db, name));
  auto source = std::make_unique<copying::Source>(copying::Source{&from, name, std::move(attached), {}, false});
  const auto add = [&](std::string_view table, std::span<const StoreColumn> columns, std::string_view function,
                       std::span<const StoreColumn> checked, bool version1) -> Status {
    const std::string sql = copying::CopyStatement(name, table, columns, function, checked, version1);
    FITD_ASSIGN_OR_RETURN(StoreStatement copy, StoreStatement::Prepare(to_.db, sql, "save to"));
    source->copies.push_back(std::move(copy));
    return {};
  };
  FITD_RETURN_IF_ERROR(add("targets", kTargetColumns, "fitd_target_key", kTargetColumns, from.version1));
  FITD_RETURN_IF_ERROR(add("models", kModelColumns, "fitd_model_key", copying::kCheckedModel, from.version1));
  FITD_ASSIGN_OR_RETURN(const bool last_values, from.HasLastValues());
  if (last_values) {
    FITD_RETURN_IF_ERROR(add("last_values", kLastValuesColumns, "fitd_last_values_key", kLastValuesColumns, false));
  }
  sources_.push_back(std::move(source));
  return sources_.back().get();
}

Status TargetCopy::Connection::Copy(const Store::Rep& from, std::int64_t from_run, std::uint64_t first,
                                    std::uint64_t beyond) {
  FITD_RETURN_IF_ERROR(to_.ExpectWritable());
  FITD_ASSIGN_OR_RETURN(copying::Source * source, Attach(from));
  if (!transaction_) {
    FITD_ASSIGN_OR_RETURN(StoreTransaction begun, StoreTransaction::Begin(to_.db, StoreTransaction::Kind::kWriteLater));
    transaction_.emplace(std::move(begun));
  }
  source->used = true;
  check_ = copying::RowCheck(first, StoreKey(run_, 0) - StoreKey(from_run, 0));
  Status copied;
  for (StoreStatement& copy : source->copies) {
    copy.BindInt(1, StoreKey(from_run, first));
    copy.BindInt(2, StoreKey(from_run, beyond));
    if (copied.ok()) copied = copy.Run();
  }
  if (copied.ok()) check_.ExpectComplete(beyond - first);
  if (!check_.problem().empty()) copied = from.Damaged(check_.problem());
  if (!copied.ok()) transaction_.reset();
  return copied;
}

Status TargetCopy::Connection::Commit() {
  if (!transaction_) return {};
  for (const auto& source : sources_) {
    if (source->used) FITD_RETURN_IF_ERROR(source->store->ExpectUnchanged());
    source->used = false;
  }
  FITD_RETURN_IF_ERROR(transaction_->Commit());
  transaction_.reset();
  FITD_RETURN_IF_ERROR(checkpoint_->Wait());
  checkpoint_->Start();
  return ++batches_ % copying::kBatchesInLog == 0 ? checkpoint_->Wait() : OkStatus();
}

TargetCopy::TargetCopy(Store& to, std::int64_t run) : to_(to), run_(run) {}
TargetCopy::~TargetCopy() = default;

Status TargetCopy::Copy(const Store& from, std::int64_t from_run, std::uint64_t first, std::uint64_t beyond) {
  if (!connection_) {
    FITD_ASSIGN_OR_RETURN(connection_, Connection::Open(*to_.rep_, run_));
  }
  return connection_->Copy(*from.rep_, from_run, first, beyond);
}

Status TargetCopy::Commit() {
  return connection_ ? connection_->Commit() : OkStatus();
}

}  // namespace fitd
