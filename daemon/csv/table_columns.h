// Tables with years down and months or quarters across, or days down and times of day across: every row is a stretch of
// one series. Daemon, ingest threads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/csv/role_draft.h"

namespace fitd {

class TableColumns {
 public:
  explicit TableColumns(RoleDraft& draft) : draft_(draft) {}

  // Gives the columns of a table their roles; false when there is none. Times have their roles.
  bool Find();
  // What tells the rows of one year or day apart.
  Status TakeTargets();

 private:
  // All columns of a year or a day, in their order, and what each adds to the time of its row; empty: no table.
  std::vector<std::size_t> Across(bool years, std::vector<std::string>* adds) const;

  RoleDraft& draft_;
};

}  // namespace fitd
