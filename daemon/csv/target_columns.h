// Which columns name the target of a row: by name where the rows agree with that, else what tells the rows of one time
// apart. Daemon, ingest threads.
#pragma once

#include <set>
#include <vector>

#include "daemon/csv/key_study.h"
#include "daemon/csv/role_draft.h"

namespace fitd {

class TargetColumns {
 public:
  explicit TargetColumns(RoleDraft& draft) : draft_(draft) {}

  // Finds the targets when rows are observations. Times must have their roles, and values that are named. kInvalidInput
  // when columns tell rows apart, but not with certainty.
  Status Find();
  // Refuses (kInvalidInput) a found target that is really a part of the time: taking 'hour' as target would turn one
  // hourly series into 24 daily ones.
  Status CheckNoParts() const;
  // Refuses a found target that holds days below months or years across: such a row is no series.
  Status CheckNoDays() const;
  // True when a column is called a part of the time, and its cells are parts.
  bool IsCalledPart(std::size_t column) const;
  // IsCalledPart(), or the column cycles within each time as hours or months do (1..12, 1..24, ...) and its name is not
  // an id's.
  bool IsPart(std::size_t column) const;
  // Finds the targets when every row is a series (kRows). kInvalidInput when no columns tell the rows apart.
  Status FindRowIds();
  // Finds the targets of a table, which tell its rows of one year or day apart, and sets the units of its values.
  Status TakeOfTable();

 private:
  std::size_t CountRows() const;
  void AddTo(KeyStudy& study, std::size_t r, const std::vector<std::size_t>& times,
             const std::vector<std::size_t>& candidates) const;
  bool MayBeMeasure(std::size_t column) const;
  bool NumbersTheRows(std::size_t column) const;
  Status StudyKeys();
  bool HoldsParts(std::size_t column) const;
  bool HoldsHourSpans(std::size_t column) const;
  bool RecursEachTime(std::size_t column) const;
  bool CyclesWithinTimes(std::size_t column, int direction) const;
  bool DividesItsTime(const std::set<int>& parts) const;

  RoleDraft& draft_;
};

}  // namespace fitd
