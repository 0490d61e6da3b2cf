// Finds the columns that hold the values, by name or as the only numbers, and those that say which way values go,
// whether they were observed and what they are measured in. Daemon, ingest threads.
#pragma once

#include "daemon/csv/role_draft.h"

namespace fitd {

class ValueColumns {
 public:
  explicit ValueColumns(RoleDraft& draft) : draft_(draft) {}

  // Wide format: every column besides the time is a target. With ids (targets that options name) the format is long,
  // and every column of numbers a value.
  Status FindWide();
  // Takes the column whose name says that it is the value, if there is one.
  void TakeNamed();
  // Takes the only column of numbers when none is named. Several are read in wide format when there are no ids and no
  // two rows share a time. kInvalidInput, with what to say, otherwise and when there is none.
  Status Find();
  // The reason to leave out a column with some numbers.
  std::string FewNumbers(std::size_t column) const;
  // The reason, if one can be said, why a column has no role.
  std::string WhyUnused(std::size_t column) const;
  // Sets CsvLayout::direction: a column of words without a role that says whether values go in or out.
  void FindSigns();
  // Sets CsvLayout::status: a column without a role that tells actual values from forecast or planned ones.
  void FindStages();
  // Sets CsvLayout::unit_column: a column without a role that is called a unit, or holds nothing but units.
  void FindUnit();
  // kInvalidInput where values end in CR or DR and others of their column do not.
  Status CheckNoAccounts() const;

 private:
  Status FindMeasures();
  void TakeValue(std::size_t column);
  bool OtherIdThanTarget() const;
  bool IsPlaceBeside(std::size_t y) const;
  bool IsOneLetterOfSeveral(std::size_t column) const;
  bool SaysSigns(std::size_t column) const;
  // True when all cells are flags that say so: yes and no, 1 and -1.
  bool HoldsSignFlags(std::size_t column) const;
  bool HoldsMultipliers(std::size_t column) const;
  bool IsAnnotated() const;
  void LeaveOutNoMeasures();

  RoleDraft& draft_;
};

}  // namespace fitd
