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
  if (IsAscii(id.data(), id.data() + id.size()) || IsUtf8(id) || WordOfOtherScript(id).empty()) return {};
  return "the target is in another encoding than UTF-8 and Latin-1 (write the file as UTF-8, such as with iconv -t "
         "UTF-8 -f CP1251)";
}

}  // namespace fitd
