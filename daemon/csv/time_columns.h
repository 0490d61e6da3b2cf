// Which columns hold the time: by name and content, one or several that belong together. Daemon, ingest threads.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "daemon/csv/column_facts.h"
#include "daemon/csv/csv_layout.h"
#include "daemon/csv/role_draft.h"
#include "daemon/periods/part_names.h"

namespace fitd {

class TimeColumns {
 public:
  // All arguments must outlive this. Columns with taken[i] have a role or are left out.
  TimeColumns(const CsvLayout& layout, const std::vector<ColumnFacts>& facts,
              const std::vector<Records::Record>& records, std::size_t from, const std::vector<bool>& taken)
      : layout_(layout), facts_(facts), records_(records), from_(from), taken_(taken) {}

  // The columns in the order in which their cells make a time; empty when rows are to be numbered. kInvalidInput when
  // none is found, or several that do not belong together.
  Result<std::vector<std::size_t>> Find(const RoleDraft& draft) const;
  // How each of these columns is read.
  std::vector<TimePart> PartsOf(const std::vector<std::size_t>& columns) const;
  // Message for times that may mean something else: months of fiscal years, or quarters that are written like months
  // (2021-1). Empty: there is no doubt. All columns must have their roles.
  std::string Doubt() const;

 private:
  std::size_t FindOne(std::string* problem) const;
  std::vector<std::size_t> FindPeriods(const RoleDraft& draft, std::string* problem) const;
  bool IsSerial(std::size_t column) const;
  void LeaveConstantsOut(std::vector<std::size_t>& dates) const;
  std::vector<std::size_t> FindSplit() const;
  std::vector<std::size_t> FindSplitByPlace() const;
  std::vector<int> NumbersDown(std::size_t column) const;
  std::size_t FindRunning(std::size_t coarser) const;
  bool HasNumbersBehind(std::size_t column) const;
  bool AllCells(std::size_t column, bool (*is)(std::string_view)) const;
  std::size_t CountDistinct(std::size_t column, std::size_t* rows = nullptr) const;
  std::size_t FindPart(std::span<const std::string_view> names, PartName part, std::string_view shared, double least,
                       double most) const;
  std::size_t FindFiscalYear() const;
  std::size_t FindMonthNames(std::string_view shared) const;
  std::size_t FindPartInWords(std::string_view shared) const;
  TimePart YearPartOf(std::size_t column) const;
  std::string QuartersAsMonths() const;
  void AddFiner(std::vector<std::size_t>& columns) const;
  bool IsPart(std::size_t column, PartName part) const;
  bool HasOffsets(std::size_t column) const;
  std::size_t FindClockFor(std::size_t date) const;
  std::size_t ClockCalledLike(std::size_t date) const;
  std::size_t FindClockOfDays(std::size_t day) const;
  std::size_t FindMeridiem() const;
  std::size_t FindZone(const std::vector<std::size_t>& columns) const;
  bool IsNamed(std::size_t column, std::span<const std::string_view> names) const;
  bool HaveOwnValues(const std::vector<std::size_t>& dates) const;
  std::string SayAllTimes(const std::vector<std::size_t>& dates) const;
  std::string SayPair(const std::vector<std::size_t>& dates) const;
  bool IsDatePart(std::size_t column) const;
  bool Repeats(std::size_t column) const;

  const CsvLayout& layout_;
  const std::vector<ColumnFacts>& facts_;
  const std::vector<Records::Record>& records_;
  std::size_t from_;
  const std::vector<bool>& taken_;
};

}  // namespace fitd
