// Which columns name the target of a row: by name where the rows agree with that, else what tells the rows of one time
// apart. Daemon, ingest threads.
#pragma once

#include <vector>

#include "daemon/csv/key_study.h"
#include "daemon/csv/role_draft.h"

namespace fitd {

class TargetColumns {
 public:
  explicit TargetColumns(RoleDraft& draft) : draft_(draft) {}

  // Finds those of rows that are observations; values and times have their roles. kInvalidInput when columns tell rows
  // apart, but not with certainty.
  Status Find();
  // kInvalidInput when what was found is a part of the time: 24 series of days would be made of one of hours, or four
  // of years of one of quarters.
  Status CheckNoParts() const;
  Status CheckNoDays() const;
  // Whether a column is called a part of the time, and holds nothing else.
  bool IsCalledPart(std::size_t column) const;
  // Or holds nothing else and goes as the parts of a time do, whatever it is called, and is called no id.
  bool IsPart(std::size_t column) const;
  // Finds those of rows that are series.
  Status FindRowIds();
  // Finds what tells the rows of one year or day of a table apart.
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

  RoleDraft& draft_;
};

}  // namespace fitd
