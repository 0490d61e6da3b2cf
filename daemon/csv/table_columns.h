// Finds tables, in which every row is a stretch of one series: years down and months, quarters or weeks across, months
// down and days across, days down and times of day across; and turned: months or weeks down and years across, hours
// down and days across. Daemon, ingest threads.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/csv/role_draft.h"
#include "daemon/csv/time_part.h"
#include "daemon/periods/across_style.h"
#include "daemon/periods/fiscal_year.h"

namespace fitd {

class TableColumns {
 public:
  explicit TableColumns(RoleDraft& draft) : draft_(draft) {}

  // Gives the columns of a table their roles; false when there is none. The times must have their roles. kInvalidInput
  // when columns may be parts of a table or series, or are parts that cannot be read (seasons, ten months).
  Result<bool> Find();
  // As Find() for the transposed table: years or days across, one column of months, weeks or hours down. Picks that
  // column unless an option named it.
  bool FindTurned();

 private:
  struct Across {
    std::vector<std::size_t> columns;
    std::vector<std::string> adds;   // text that each of them adds to the time of its row
    std::vector<std::size_t> again;  // left out: the hour that a night in autumn has twice
    bool sure = true;                // their names have no other meaning
    int first_month = 0;             // of years such as 2023-24; 0: the months begin with January
    bool months = false;             // they are months of a year
    const char* parts = "";          // what they are, for messages
  };
  // True when another free numeric column has the name of `columns`, digits aside: they may be members of a longer
  // list, and not a year's periods.
  bool HasSibling(const AcrossStyle& style, const std::vector<std::size_t>& columns) const;
  std::vector<std::size_t> TakeHourAgain(const AcrossStyle& style, std::vector<std::size_t>& columns,
                                         std::vector<int>& places) const;
  // The columns for all parts of a year, a month or a day, in order; none: no table. kInvalidInput: unreadable months.
  Result<Across> FindAcross(const AcrossStyle& style) const;
  Result<bool> Take(TimeSpan span);
  // As FindAcross, in the first style of a span that has some.
  Result<Across> FindCalled(TimeSpan span) const;
  Result<bool> TakeAcross(Across& across);
  std::size_t SeasonsAcross() const;
  Status FailSeasons() const;
  Result<bool> TakeDaysOfMonth();
  bool IsYear(std::size_t column) const;
  std::vector<std::size_t> UnnamedMonths() const;

  RoleDraft& draft_;
  std::vector<std::string> called_;  // the names of all columns, or what is left of them; empty: not looked at
};

}  // namespace fitd
