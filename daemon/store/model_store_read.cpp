// Reading targets and their models in byte order of the ids.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "daemon/store/target_row.h"

namespace fitd {
namespace {

constexpr auto kReadModel = Pick(kModelColumns, {"key", "checksum", "seconds", "archive", "algorithm"});
constexpr auto kReadLastValues = Pick(kLastValuesColumns, {"checksum", "value"});
constexpr char kBetweenKeys[] = " WHERE key >= ? AND key < ? ORDER BY key";

// Two cursors that move together: over targets, and over the models that belong to them. Keys must be ascending and the
// models of a target numbered from 0; rows of zeros and gaps violate that.
class Cursors {
 public:
  static Result<Cursors> Prepare(const StoreDb& db, bool version1, bool with_models) {
    const std::string targets_of = "SELECT " + ListColumns(kTargetColumns, version1) + " FROM targets" + kBetweenKeys;
    const std::string models_of = "SELECT " + ListColumns(kReadModel) + " FROM models" + kBetweenKeys;
    FITD_ASSIGN_OR_RETURN(StoreStatement targets, StoreStatement::Prepare(db, targets_of, "read"));
    FITD_ASSIGN_OR_RETURN(StoreStatement models, StoreStatement::Prepare(db, models_of, "read"));
    return Cursors(std::move(targets), std::move(models), with_models);
  }

  // Starts at key `first`: targets up to `last`, models up to `end`.
  Status Seek(std::int64_t first, std::int64_t last, std::int64_t end) {
    for (StoreStatement* cursor : {&targets_, &models_}) {
      cursor->Reset();
      cursor->BindInt(1, first);
      cursor->BindInt(2, cursor == &targets_ ? last : end);
    }
    model_row_ = false;
    target_key_ = model_key_ = first - 1;
    ordered_ = true;
    return with_models_ ? NextModel() : OkStatus();
  }

  Result<bool> NextTarget() {
    FITD_ASSIGN_OR_RETURN(const bool row, targets_.Step());
    if (row)
      ordered_ = ordered_ && (targets_.Int(Place(kTargetColumns, "key")) & kStoreModelMask) == 0 &&
                 targets_.Int(Place(kTargetColumns, "key")) > target_key_;
    if (row) target_key_ = targets_.Int(Place(kTargetColumns, "key"));
    // The cursor is at models of a target that does not exist.
    if (row && model_row_ && model_key_ < target_key_) ordered_ = false;
    return row;
  }
  const StoreStatement& target() const { return targets_; }
  std::int64_t target_key() const { return target_key_; }
  const StoreStatement& model() const { return models_; }
  bool HasModelOf(std::int64_t target_key) const { return model_row_ && model_key_ >> 8 == target_key >> 8; }
  Status NextModel() {
    FITD_ASSIGN_OR_RETURN(model_row_, models_.Step());
    if (!model_row_) return OkStatus();
    const std::int64_t key = models_.Int(Place(kReadModel, "key"));
    const bool next = key == model_key_ + 1 || (key & kStoreModelMask) == 0;
    ordered_ = ordered_ && next && key > model_key_;
    model_key_ = key;
    return OkStatus();
  }
  bool model_left() const { return model_row_; }
  // False after any row was out of order.
  bool ordered() const { return ordered_; }

 private:
  Cursors(StoreStatement targets, StoreStatement models, bool with_models)
      : targets_(std::move(targets)), models_(std::move(models)), with_models_(with_models) {}

  StoreStatement targets_;
  StoreStatement models_;
  bool with_models_;
  bool model_row_ = false;
  std::int64_t target_key_ = 0;
  std::int64_t model_key_ = 0;
  bool ordered_ = true;
};

// Finds an id among a run's targets by binary search over the keys, as they are sorted by id; needs no index.
class IdSearch {
 public:
  static Result<IdSearch> Prepare(const StoreDb& db, std::int64_t run) {
    FITD_ASSIGN_OR_RETURN(
        StoreStatement select,
        StoreStatement::Prepare(db, "SELECT key, id FROM targets WHERE key >= ? AND key < ? ORDER BY key LIMIT 1",
                                "read"));
    FITD_ASSIGN_OR_RETURN(
        StoreStatement last,
        StoreStatement::Prepare(db, "SELECT key FROM targets WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT 1",
                                "read"));
    last.BindInt(1, StoreKey(run, 0));
    last.BindInt(2, StoreKey(run + 1, 0));
    FITD_ASSIGN_OR_RETURN(const bool any, last.Step());
    return IdSearch(std::move(select), StoreKey(run, 0) >> 8, any ? (last.Int(0) >> 8) + 1 : StoreKey(run, 0) >> 8);
  }

  // The key of the target; nullopt: not found.
  Result<std::optional<std::int64_t>> Find(std::string_view id) {
    std::int64_t low = first_;
    std::int64_t high = last_;  // the id is in [low, high), counted in targets (256 keys each)
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      select_.Reset();
      select_.BindInt(1, middle << 8);
      select_.BindInt(2, high << 8);
      FITD_ASSIGN_OR_RETURN(const bool row, select_.Step());
      if (!row) {
        high = middle;
        continue;
      }
      const std::int64_t key = select_.Int(0);
      const int order = select_.Bytes(1).compare(id);
      if (order == 0) return std::optional<std::int64_t>(key);
      if (order < 0) {
        low = (key >> 8) + 1;
      } else {
        high = middle;
      }
    }
    return std::optional<std::int64_t>();
  }

 private:
  IdSearch(StoreStatement select, std::int64_t first, std::int64_t last)
      : select_(std::move(select)), first_(first), last_(last) {}

  StoreStatement select_;
  std::int64_t first_;
  std::int64_t last_;
};

// Reads targets with their models through the cursors and checks that nothing is missing.
class TargetReader {
 public:
  TargetReader(const Store::Rep& rep, Cursors& cursors, const TargetFilter& filter, const Store::Visitor& visit)
      : rep_(rep), cursors_(cursors), filter_(filter), visit_(visit) {}

  Status PrepareLastValues() {
    FITD_ASSIGN_OR_RETURN(
        last_values_,
        StoreStatement::Prepare(rep_.db, "SELECT " + ListColumns(kReadLastValues) + " FROM last_values WHERE key = ?",
                                "read"));
    return OkStatus();
  }

  // Visits targets with keys in [first, last); `end`: the end of the run's keys.
  Status Visit(std::int64_t first, std::int64_t last, std::int64_t end) {
    FITD_RETURN_IF_ERROR(cursors_.Seek(first, last, end));
    while (true) {
      FITD_ASSIGN_OR_RETURN(const bool row, cursors_.NextTarget());
      if (!row) break;
      FITD_RETURN_IF_ERROR(ReadTarget());
      if (filter_.with_models) FITD_RETURN_IF_ERROR(ReadModels(cursors_.target_key()));
      if (filter_.with_last_values) FITD_RETURN_IF_ERROR(ReadLastValues(cursors_.target_key()));
      FITD_RETURN_IF_ERROR(ExpectOrder());
      ++visited_;
      FITD_RETURN_IF_ERROR(visit_(record_));
    }
    if (last == end && cursors_.model_left()) return rep_.Damaged("there are models of targets that cannot be found");
    return cursors_.ordered() ? OkStatus() : rep_.Damaged("rows are missing or out of order");
  }
  std::uint64_t visited() const { return visited_; }

 private:
  Status ExpectOrder() const {
    if (cursors_.ordered()) return OkStatus();
    return rep_.Damaged("rows are missing or out of order near " + Name());
  }
  std::string Name() const { return NameOf(record_); }
  Status ReadTarget();
  Status ReadModels(std::int64_t key);
  Status ReadLastValues(std::int64_t key);
  Status ExpectNoLastValues();

  const Store::Rep& rep_;
  Cursors& cursors_;
  const TargetFilter& filter_;
  const Store::Visitor& visit_;
  TargetRecord record_;
  TargetVerdict verdict_;
  std::optional<StoreStatement> last_values_;
  bool last_values_sound_ = false;     // CheckTables has examined the table
  std::vector<std::string> archives_;  // copies, since the model cursor moves on before the target is visited
  std::uint64_t visited_ = 0;
};

Status TargetReader::ReadTarget() {
  FillTarget(cursors_.target(), record_);
  FITD_RETURN_IF_ERROR(ExpectOrder());
  verdict_ = JudgeTarget(cursors_.target(), record_);
  return verdict_.damage.empty() ? OkStatus() : rep_.Damaged(verdict_.damage);
}

Status TargetReader::ReadModels(std::int64_t key) {
  std::size_t count = 0;
  record_.models.clear();
  for (; cursors_.HasModelOf(key); ++count) {
    const StoreStatement& row = cursors_.model();
    FITD_RETURN_IF_ERROR(
        rep_.Verify(row.Bytes(Place(kReadModel, "archive")), row.Int(Place(kReadModel, "checksum")),
                    "model " + std::string(row.Bytes(Place(kReadModel, "algorithm"))) + " of " + Name()));
    if (count == archives_.size()) archives_.emplace_back();
    archives_[count] = row.Bytes(Place(kReadModel, "archive"));
    record_.models.push_back({{}, row.Double(Place(kReadModel, "seconds"))});
    FITD_RETURN_IF_ERROR(cursors_.NextModel());
  }
  for (std::size_t i = 0; i < count; ++i) record_.models[i].archive = archives_[i];
  const std::string damage = ModelsDamage(verdict_, record_.status, count);
  return damage.empty() ? OkStatus() : rep_.Damaged(Name() + " " + damage);
}

Status TargetReader::ReadLastValues(std::int64_t key) {
  record_.last_values = {};
  if (!last_values_) return ExpectNoLastValues();
  last_values_->Reset();
  last_values_->BindInt(1, key);
  FITD_ASSIGN_OR_RETURN(const bool row, last_values_->Step());
  if (!row) return ExpectNoLastValues();
  record_.last_values = last_values_->Bytes(Place(kReadLastValues, "value"));
  if (LastValuesChecksum(record_.last_values) == last_values_->Int(Place(kReadLastValues, "checksum")))
    return OkStatus();
  return rep_.Damaged("the last values of " + Name() + " does not match its checksum");
}

// Either no last values were kept for the target, as in a run continued with other options, or damage hides the row.
Status TargetReader::ExpectNoLastValues() {
  if (verdict_.last_values) return rep_.Damaged(Name() + " has lost its last values");
  if (!last_values_) return OkStatus();
  static constexpr std::array kLastValues = {"last_values"};
  if (!std::exchange(last_values_sound_, true)) return CheckTables(rep_.db, kLastValues);
  return OkStatus();
}

Status VisitEvery(const StoreDb& db, std::int64_t run, const TargetFilter& filter, TargetReader& reader) {
  const std::int64_t end = StoreKey(run + 1, 0);
  FITD_ASSIGN_OR_RETURN(StoreStatement last,
                        StoreStatement::Prepare(db, "SELECT max(key) FROM targets WHERE key < ?", "read"));
  last.BindInt(1, end);
  FITD_RETURN_IF_ERROR(last.Step().status());
  if (last.IsNull(0) || last.Int(0) < StoreKey(run, 0)) return {};
  const std::uint64_t beyond = std::min(filter.beyond, StoreIndexOf(last.Int(0)) + 1);
  const std::uint64_t first = (filter.first + filter.every - 1) / filter.every * filter.every;
  for (std::uint64_t index = first; index < beyond; index += filter.every) {
    FITD_RETURN_IF_ERROR(reader.Visit(StoreKey(run, index), StoreKey(run, index + 1), end));
  }
  return {};
}

// Sets `all` to whether every id of the filter was found.
Status VisitTargets(const Store::Rep& rep, std::int64_t run, const TargetFilter& filter, TargetReader& reader,
                    bool& all) {
  const std::int64_t end = StoreKey(run + 1, 0);
  const bool whole = filter.first == 0 && filter.beyond >= kStoreIndexLimit;
  if (filter.ids.empty() && filter.every > 1) return VisitEvery(rep.db, run, filter, reader);
  if (filter.ids.empty()) {
    return reader.Visit(StoreKey(run, filter.first), whole ? end : StoreKey(run, filter.beyond), end);
  }
  std::vector<std::string_view> ids(filter.ids.begin(), filter.ids.end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  FITD_ASSIGN_OR_RETURN(IdSearch search, IdSearch::Prepare(rep.db, run));
  for (const std::string_view id : ids) {
    FITD_ASSIGN_OR_RETURN(const std::optional<std::int64_t> key, search.Find(id));
    all = all && key;
    if (key) FITD_RETURN_IF_ERROR(reader.Visit(*key, *key + 256, end));
  }
  return OkStatus();
}

}  // namespace

Result<Step> Store::MostCommonStep(std::int64_t run) const {
  FITD_ASSIGN_OR_RETURN(StoreStatement select,
                        StoreStatement::Prepare(rep_->db,
                                                "SELECT step_unit, step FROM targets WHERE key >= ? AND key < ? AND "
                                                "step > 0 GROUP BY step_unit, step ORDER BY count(*) DESC, step_unit, "
                                                "step LIMIT 1",
                                                "read"));
  select.BindInt(1, StoreKey(run, 0));
  select.BindInt(2, StoreKey(run + 1, 0));
  FITD_ASSIGN_OR_RETURN(const bool row, select.Step());
  if (!row) return Step();
  return Step{static_cast<Step::Unit>(select.Int(0)), select.Int(1)};
}

Status Store::ForEachTarget(std::int64_t run, const TargetFilter& filter, const Visitor& visit) const {
  Status status;
  bool all = true;
  {
    FITD_ASSIGN_OR_RETURN(const StoreTransaction snapshot,
                          StoreTransaction::Begin(rep_->db, StoreTransaction::Kind::kRead));
    FITD_ASSIGN_OR_RETURN(Cursors cursors, Cursors::Prepare(rep_->db, rep_->version1, filter.with_models));
    TargetReader reader(*rep_, cursors, filter, visit);
    if (filter.with_last_values) {
      FITD_ASSIGN_OR_RETURN(const bool kept, KeepsLastValues(run));
      if (kept) FITD_RETURN_IF_ERROR(reader.PrepareLastValues());
    }
    status = VisitTargets(*rep_, run, filter, reader, all);
    const bool whole =
        filter.ids.empty() && filter.first == 0 && filter.beyond >= kStoreIndexLimit && filter.every == 1;
    if (status.ok() && whole) status = ExpectAllTargets(run, reader.visited());
    FITD_RETURN_IF_ERROR(rep_->ExpectUnchanged());  // checked first: a concurrent write looks like damage
  }
  return status.ok() && !all ? ExpectNothingHidden(run) : status;
}

}  // namespace fitd
