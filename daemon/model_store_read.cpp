// Reading targets and their models in byte order of the ids.
#include <algorithm>
#include <charconv>

#include "daemon/model_store.h"
#include "daemon/store_rep.h"

namespace fitd {
namespace {

constexpr char kSelectTargets[] =
    "SELECT key, id, start, step_unit, step, n, status, reason, seasons, seconds, attempts, fingerprint, checksum, "
    "validation FROM targets WHERE key >= ? AND key < ? ORDER BY key";
constexpr char kSelectModels[] =
    "SELECT key, checksum, seconds, archive, algorithm FROM models WHERE key >= ? AND key < ? ORDER BY key";

std::vector<int> ParseSeasons(std::string_view text) {
  std::vector<int> seasons;
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p < end) {
    int season = 0;
    const auto [next, error] = std::from_chars(p, end, season);
    if (error != std::errc()) break;
    seasons.push_back(season);
    p = next < end ? next + 1 : next;
  }
  return seasons;
}

FitStatus StatusOf(std::string_view name) {
  for (const FitStatus status : {FitStatus::kFitted, FitStatus::kFallback, FitStatus::kConstant, FitStatus::kShort}) {
    if (name == FitStatusName(status)) return status;
  }
  return FitStatus::kFailed;
}

// Two cursors that move together: targets, and the models that belong to them.
class Cursors {
 public:
  static Result<Cursors> Prepare(const StoreDb& db, bool with_models) {
    FITD_ASSIGN_OR_RETURN(StoreStatement targets, StoreStatement::Prepare(db, kSelectTargets, "read"));
    FITD_ASSIGN_OR_RETURN(StoreStatement models, StoreStatement::Prepare(db, kSelectModels, "read"));
    return Cursors(std::move(targets), std::move(models), with_models);
  }

  // Rows with keys in [first, last).
  Status Seek(std::int64_t first, std::int64_t last) {
    for (StoreStatement* cursor : {&targets_, &models_}) {
      cursor->Reset();
      cursor->BindInt(1, first);
      cursor->BindInt(2, last);
    }
    model_row_ = false;
    return with_models_ ? NextModel() : OkStatus();
  }

  Result<bool> NextTarget() { return targets_.Step(); }
  const StoreStatement& target() const { return targets_; }
  const StoreStatement& model() const { return models_; }
  bool HasModelOf(std::int64_t target_key) const { return model_row_ && models_.Int(0) >> 8 == target_key >> 8; }
  Status NextModel() {
    FITD_ASSIGN_OR_RETURN(model_row_, models_.Step());
    return OkStatus();
  }

 private:
  Cursors(StoreStatement targets, StoreStatement models, bool with_models)
      : targets_(std::move(targets)), models_(std::move(models)), with_models_(with_models) {}

  StoreStatement targets_;
  StoreStatement models_;
  bool with_models_;
  bool model_row_ = false;
};

void FillTarget(const StoreStatement& row, TargetRecord& record) {
  record.index = static_cast<std::uint64_t>(row.Int(0)) >> 8 & (kStoreIndexLimit - 1);
  record.id = row.Bytes(1);
  record.grid.start = row.Int(2);
  record.grid.step.unit = static_cast<Step::Unit>(row.Int(3));
  record.grid.step.count = row.Int(4);
  record.num_values = static_cast<std::uint64_t>(row.Int(5));
  record.status = StatusOf(row.Bytes(6));
  record.reason = row.Bytes(7);
  record.seasons = ParseSeasons(row.Bytes(8));
  record.seconds = row.Double(9);
  record.attempts = static_cast<std::uint32_t>(row.Int(10));
  record.fingerprint = static_cast<std::uint64_t>(row.Int(11));
  record.validation = row.Bytes(13);
}

// The place of an id among a run's targets: they are sorted, so a binary search over the keys finds it without an
// index.
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

  // The key, or nothing.
  Result<std::optional<std::int64_t>> Find(std::string_view id) {
    std::int64_t low = first_;
    std::int64_t high = last_;  // the id is in [low, high), in units of 256 keys
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

}  // namespace

Status Store::ForEachTarget(std::int64_t run, const TargetFilter& filter, const Visitor& visit) const {
  const StoreDb& db = rep_->db;
  FITD_ASSIGN_OR_RETURN(const StoreTransaction snapshot, StoreTransaction::Begin(db, StoreTransaction::Kind::kRead));
  FITD_ASSIGN_OR_RETURN(Cursors cursors, Cursors::Prepare(db, filter.with_models));

  TargetRecord record;
  std::vector<std::string> archives;  // model rows move on before the target is visited, so their bytes are copied
  const auto read_models = [&](std::int64_t key) -> Status {
    std::size_t count = 0;
    record.models.clear();
    for (; cursors.HasModelOf(key); ++count) {
      const StoreStatement& row = cursors.model();
      FITD_RETURN_IF_ERROR(rep_->Verify(row.Bytes(3), row.Int(1),
                                        "model " + std::string(row.Bytes(4)) + " of target " + std::string(record.id)));
      if (count == archives.size()) archives.emplace_back();
      archives[count] = row.Bytes(3);
      record.models.push_back({{}, row.Double(2)});
      FITD_RETURN_IF_ERROR(cursors.NextModel());
    }
    for (std::size_t i = 0; i < count; ++i) record.models[i].archive = archives[i];
    return OkStatus();
  };
  const auto visit_range = [&](std::int64_t first, std::int64_t last) -> Status {
    FITD_RETURN_IF_ERROR(cursors.Seek(first, last));
    while (true) {
      FITD_ASSIGN_OR_RETURN(const bool row, cursors.NextTarget());
      if (!row) return OkStatus();
      FillTarget(cursors.target(), record);
      if (!record.validation.empty()) {
        FITD_RETURN_IF_ERROR(rep_->Verify(record.validation, cursors.target().Int(12),
                                          "validation of target " + std::string(record.id)));
      }
      FITD_RETURN_IF_ERROR(read_models(cursors.target().Int(0)));
      FITD_RETURN_IF_ERROR(visit(record));
    }
  };

  if (filter.ids.empty()) {
    FITD_RETURN_IF_ERROR(visit_range(StoreKey(run, 0), StoreKey(run + 1, 0)));
  } else {
    std::vector<std::string_view> ids(filter.ids.begin(), filter.ids.end());
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    FITD_ASSIGN_OR_RETURN(IdSearch search, IdSearch::Prepare(db, run));
    for (const std::string_view id : ids) {
      FITD_ASSIGN_OR_RETURN(const std::optional<std::int64_t> key, search.Find(id));
      if (key) FITD_RETURN_IF_ERROR(visit_range(*key, *key + 256));
    }
  }
  return rep_->ExpectUnchanged();
}

}  // namespace fitd
