#include "daemon/ingest/row_id.h"

namespace fitd {

std::string_view RowId::Read(const std::vector<std::string_view>& fields) {
  if (layout_.targets.size() == 1) return fields[layout_.targets[0]];
  text_.clear();
  bool any = false;
  for (const std::size_t column : layout_.targets) {
    if (column != layout_.targets[0]) text_ += '/';
    any = any || !fields[column].empty();
    // A slash or backslash inside a cell is marked, so that a/b,c and a,b/c stay two ids.
    for (const char c : fields[column]) {
      if (c == '/' || c == '\\') text_ += '\\';
      text_ += c;
    }
  }
  if (!any) return {};
  return text_;
}

}  // namespace fitd
