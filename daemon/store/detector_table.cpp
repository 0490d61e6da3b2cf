#include "daemon/store/detector_table.h"

#include <array>
#include <utility>

#include "common/checksum.h"
#include "daemon/store/store_columns.h"
#include "daemon/store/store_db.h"
#include "daemon/store/store_rep.h"
#include "daemon/store/store_schema.h"

namespace fitd {
namespace {

constexpr auto kReadDetector = Pick(kDetectorColumns, {"run", "time", "checksum", "state"});
// Also selects the id stored in the row itself. Selecting `id` would return the copy in the index that the search used.
constexpr char kOwnId[] = ", (SELECT own.id FROM detectors AS own WHERE own.rowid = detectors.rowid)";
constexpr int kOwnIdPlace = static_cast<int>(kReadDetector.size());

std::int64_t DetectorChecksum(std::string_view id, const DetectorState& state) {
  const std::int64_t numbers[] = {state.run, state.time};
  const std::uint64_t sum = Checksum64({reinterpret_cast<const char*>(numbers), sizeof numbers}, Checksum64(id));
  return static_cast<std::int64_t>(Checksum64(state.state, sum));
}

}  // namespace

struct DetectorTable::Rep {
  explicit Rep(StoreDb connection) : db(std::move(connection)) {}

  StoreDb db;  // its own connection, as the transaction may last as long as the detection
  std::optional<StoreTransaction> transaction;
  std::optional<StoreStatement> get, put;
  std::optional<AnomalyWriter> anomalies;
  bool sound = false;  // ExpectNothingHidden has examined the table

  // When a target is not found, either it has no detector or the index is damaged and hides it. So the first miss
  // examines the whole table; targets that are found need no examination.
  Status ExpectNothingHidden() {
    static constexpr std::array kDetectors = {"detectors"};
    return std::exchange(sound, true) ? OkStatus() : CheckTables(db, kDetectors);
  }
};

DetectorTable::DetectorTable(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
DetectorTable::DetectorTable(DetectorTable&&) noexcept = default;
DetectorTable::~DetectorTable() = default;

Result<DetectorTable> DetectorTable::Begin(const Store& locked) {
  FITD_ASSIGN_OR_RETURN(StoreDb db, StoreDb::Open(locked.path(), StoreDb::Access::kReadWrite));
  FITD_RETURN_IF_ERROR(PrepareForWriting(db));
  auto rep = std::make_unique<Rep>(std::move(db));
  FITD_ASSIGN_OR_RETURN(StoreTransaction transaction, StoreTransaction::Begin(rep->db, StoreTransaction::Kind::kWrite));
  rep->transaction.emplace(std::move(transaction));
  FITD_RETURN_IF_ERROR(rep->db.Execute(CreateTable("IF NOT EXISTS detectors", kDetectorColumns).c_str(), "save to"));
  FITD_ASSIGN_OR_RETURN(
      StoreStatement get,
      StoreStatement::Prepare(rep->db, "SELECT " + ListColumns(kReadDetector) + kOwnId + " FROM detectors WHERE id = ?",
                              "read"));
  rep->get.emplace(std::move(get));
  FITD_ASSIGN_OR_RETURN(
      StoreStatement put,
      StoreStatement::Prepare(rep->db, InsertInto("detectors", kDetectorColumns, 1, "INSERT OR REPLACE"), "save to"));
  rep->put.emplace(std::move(put));
  FITD_ASSIGN_OR_RETURN(AnomalyWriter anomalies, AnomalyWriter::Make(rep->db));
  rep->anomalies.emplace(std::move(anomalies));
  return DetectorTable(std::move(rep));
}

Result<std::optional<DetectorState>> DetectorTable::Get(std::string_view id) {
  StoreStatement& get = *rep_->get;
  get.BindId(1, id);
  FITD_ASSIGN_OR_RETURN(const bool row, get.Step());
  std::optional<DetectorState> found;
  Status status;
  if (!row) status = rep_->ExpectNothingHidden();
  if (row && get.Bytes(kOwnIdPlace) != id) {
    status = DamagedStore(rep_->db, "the index of the detectors leads '" + std::string(id) + "' to another row");
  } else if (row) {
    found = DetectorState{get.Int(Place(kReadDetector, "run")), get.Int(Place(kReadDetector, "time")),
                          std::string(get.Bytes(Place(kReadDetector, "state")))};
    const std::int64_t checksum = get.Int(Place(kReadDetector, "checksum"));
    const bool of_earlier_release = checksum == static_cast<std::int64_t>(Checksum64(found->state));
    if (!of_earlier_release && checksum != DetectorChecksum(id, *found)) {
      status =
          Status(StatusCode::kCorrupt, "the store " + rep_->db.path() + " is damaged: the detector of '" +
                                           std::string(id) + "' does not match its checksum; restore it, or remove " +
                                           "the row from its table detectors, and the target begins anew");
    }
  }
  get.Reset();
  FITD_RETURN_IF_ERROR(status);
  return found;
}

Status DetectorTable::Put(std::string_view id, const DetectorState& state) {
  StoreStatement& put = *rep_->put;
  put.BindId(1 + Place(kDetectorColumns, "id"), id);
  put.BindInt(1 + Place(kDetectorColumns, "run"), state.run);
  put.BindInt(1 + Place(kDetectorColumns, "time"), state.time);
  put.BindInt(1 + Place(kDetectorColumns, "checksum"), DetectorChecksum(id, state));
  put.BindBlob(1 + Place(kDetectorColumns, "state"), state.state);
  return put.Run();
}

AnomalyWriter& DetectorTable::anomalies() {
  return *rep_->anomalies;
}

Status DetectorTable::Commit() {
  rep_->get.reset();
  rep_->put.reset();
  rep_->anomalies.reset();
  return rep_->transaction->Commit();
}

}  // namespace fitd
