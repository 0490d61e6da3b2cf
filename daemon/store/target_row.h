// Reads a row of the table of targets into a record and checks it. The row can be any type with the reading methods of
// StoreStatement, with columns in the order of kTargetColumns. Daemon process; pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/model_store.h"
#include "daemon/store/store_columns.h"
#include "daemon/store/store_rep.h"
#include "daemon/store/validation_blob.h"

namespace fitd {

// Parses "24,168"; stops at what is not a number.
std::vector<int> SeasonsOfText(std::string_view text);
// kFailed for an unknown name.
FitStatus FitStatusOf(std::string_view name);

constexpr std::uint64_t StoreIndexOf(std::int64_t key) {
  return static_cast<std::uint64_t>(key) >> 8 & (kStoreIndexLimit - 1);
}

// Fills the record with views into the row, except models and last values, which are in other tables.
template <class Row>
void FillTarget(const Row& row, TargetRecord& record) {
  record.index = StoreIndexOf(row.Int(Place(kTargetColumns, "key")));
  record.id = row.Bytes(Place(kTargetColumns, "id"));
  record.grid.start = row.Int(Place(kTargetColumns, "start"));
  record.grid.step.unit = static_cast<Step::Unit>(row.Int(Place(kTargetColumns, "step_unit")));
  record.grid.step.count = row.Int(Place(kTargetColumns, "step"));
  record.num_values = static_cast<std::uint64_t>(row.Int(Place(kTargetColumns, "n")));
  record.status = FitStatusOf(row.Bytes(Place(kTargetColumns, "status")));
  record.reason = row.Bytes(Place(kTargetColumns, "reason"));
  record.seasons = SeasonsOfText(row.Bytes(Place(kTargetColumns, "seasons")));
  record.seconds = row.Double(Place(kTargetColumns, "seconds"));
  record.attempts = static_cast<std::uint32_t>(row.Int(Place(kTargetColumns, "attempts")));
  record.fingerprint = static_cast<std::uint64_t>(row.Int(Place(kTargetColumns, "fingerprint")));
  const ValidationBlob blob = SplitValidationBlob(row.Bytes(Place(kTargetColumns, "validation")));
  record.validation = blob.validation;
  record.history = blob.history;
  record.lost = static_cast<std::uint32_t>(row.Int(Place(kTargetColumns, "lost")));
  record.filled = static_cast<std::uint32_t>(row.Int(Place(kTargetColumns, "filled")));
}

// "target X", for messages.
std::string NameOf(const TargetRecord& record);

// What a row's checksum says about the row and about the target's rows in other tables.
struct TargetVerdict {
  std::string damage;                 // what is wrong with the row; empty: nothing
  std::optional<std::size_t> models;  // number of models; nullopt: unknown (row of an earlier release)
  bool last_values = false;           // last values exist; false for rows of earlier releases
};
// `checksum`: value of the column; nullptr: NULL.
TargetVerdict JudgeTarget(const TargetRecord& record, std::string_view seasons, const std::int64_t* checksum);

template <class Row>
TargetVerdict JudgeTarget(const Row& row, const TargetRecord& record) {
  const bool none = row.IsNull(Place(kTargetColumns, "checksum"));
  const std::int64_t checksum = none ? 0 : row.Int(Place(kTargetColumns, "checksum"));
  return JudgeTarget(record, row.Bytes(Place(kTargetColumns, "seasons")), none ? nullptr : &checksum);
}

// What is wrong with this number of models; empty: nothing. For rows of earlier releases, only that a target which did
// not fail must have one.
std::string ModelsDamage(const TargetVerdict& verdict, FitStatus status, std::size_t models);

}  // namespace fitd
