#include "daemon/plan/columns_json.h"

#include <nlohmann/json.hpp>

namespace fitd {

nlohmann::ordered_json ColumnsJson(const ColumnsTaken& columns) {
  using nlohmann::ordered_json;
  ordered_json unused = ordered_json::array();
  for (const auto& [name, why] : columns.unused) unused.push_back({{"column", name}, {"why", why}});
  return {{"layout", columns.layout},   {"target", columns.targets}, {"time", columns.times},
          {"value", columns.values},    {"unused", unused},          {"separator", columns.separator},
          {"decimal", columns.decimal}, {"header", columns.header},  {"skip_lines", columns.lines_above},
          {"notes", columns.notes}};
}

}  // namespace fitd
