// Tables of which every row is a stretch of one series: years down and months, quarters or weeks across, months down
// and days across, days down and times of day across; and the other way round, months or weeks down and years across,
// hours down and days across. Daemon, ingest threads.
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

  // Gives the columns of a table their roles; false when there is none. Times have their roles. kInvalidInput where
  // columns may be its parts or series, or are parts that cannot be read.
  Result<bool> Find();
  // The same where the header holds the years or days, and one column the months, weeks or hours of them; the role of a
  // time is its to give unless it was said.
  bool FindTurned();

 private:
  struct Across {
    std::vector<std::size_t> columns;
    std::vector<std::string> adds;
    std::vector<std::size_t> again;  // left out
    bool sure = true;
    int first_month = 0;  // of years such as 2023-24
    const char* parts = "";
  };
  // Whether a column that none of these is goes on where they end.
  bool HasSibling(const AcrossStyle& style, const std::vector<std::size_t>& columns) const;
  std::vector<std::size_t> TakeHourAgain(const AcrossStyle& style, std::vector<std::size_t>& columns,
                                         std::vector<int>& places) const;
  // All columns of a year, a month or a day, in their order; empty: no table. kInvalidInput for what looks like one and
  // is none that can be read.
  Result<Across> FindAcross(const AcrossStyle& style) const;
  Result<bool> Take(TimeSpan span);
  std::size_t SeasonsAcross() const;
  Status FailSeasons() const;
  Result<bool> TakeDaysOfMonth();
  bool IsYear(std::size_t column) const;
  // What a column says within the years, or the days, of a header; nullopt: it is no part of them.
  std::optional<TimePart> PartDown(std::size_t column, bool years) const;
  std::optional<TimePart> WordsDown(std::size_t column) const;
  std::vector<std::size_t> UnnamedMonths() const;

  RoleDraft& draft_;
};

}  // namespace fitd
