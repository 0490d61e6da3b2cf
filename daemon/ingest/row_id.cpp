#include "daemon/ingest/row_id.h"

#include "common/text.h"
#include "daemon/csv/csv_record.h"
#include "daemon/csv/text_encoding.h"

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

std::string_view RowId::FaultOf(std::string_view id) {
  if (id.empty()) return "the target is empty";
  // With what stands behind them the NUL bytes would be a target of its own; the row may be the rest of a longer one.
  if (id.front() == '\0') {
    return "the target begins with NUL bytes, as a power cut or the rotation of a log leaves where rows were (where "
           "the row "
           "behind them is whole, cut them out with tr -d '\\000')";
  }
  if (IsAscii(id.data(), id.data() + id.size()) || IsUtf8(id) || WordOfOtherScript(id).empty()) return {};
  return "the target is in another encoding than UTF-8 and Latin-1 (write the file as UTF-8, such as with iconv -t "
         "UTF-8 -f CP1251)";
}

}  // namespace fitd
