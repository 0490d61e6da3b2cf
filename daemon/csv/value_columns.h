// Which columns hold the values: one by name or as the only number, all numbers of a wide file, or
// those of rows that are called like times. Daemon, ingest threads.
#pragma once

#include "daemon/csv/role_draft.h"

namespace fitd {

class ValueColumns {
 public:
  explicit ValueColumns(RoleDraft& draft) : draft_(draft) {}

  // Every column that is not the time is a target, or with ids a value of its own.
  Status FindWide();
  // The one whose name says so, if there is one.
  void TakeNamed();
  // The only column of numbers, when none is named; kInvalidInput, with what to say, when there are several.
  Status Find();
  // Why a column of some numbers is no value.
  std::string FewNumbers(std::size_t column) const;
  // The sign of the layout: a column of words without a role that says whether values go in or out.
  void FindSigns();
  // The column of words without a role that tells actual values from forecast or planned ones.
  void FindStages();
  // The column without a role that says what values are measured in: by its name, or because it holds nothing else.
  void FindUnit();

 private:
  Status FindMeasures();
  void TakeValue(std::size_t column);
  bool OtherIdThanTarget() const;
  bool IsPlaceBeside(std::size_t y) const;
  bool IsOneLetterOfSeveral(std::size_t column) const;
  bool SaysSigns(std::size_t column) const;
  bool HoldsMultipliers(std::size_t column) const;
  void LeaveOutNoMeasures();
  std::string RemedyWithoutNumbers() const;

  RoleDraft& draft_;
};

}  // namespace fitd
