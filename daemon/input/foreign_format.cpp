#include "daemon/input/foreign_format.h"

#include "common/text.h"

namespace fitd {
namespace {

using namespace std::string_view_literals;

struct Mark {
  std::string_view bytes;
  std::string_view what;     // "is ..."
  std::string_view command;  // decompresses a file to its standard output; empty: the data has to be exported
};

constexpr Mark kMarks[] = {
    {"BZh"sv, "compressed with bzip2", "bzcat"},
    {"\xfd\x37zXZ\0"sv, "compressed with xz", "xzcat"},
    {"\x5d\0\0"sv, "compressed with lzma", "lzcat"},
    {"LZIP"sv, "compressed with lzip", "lzip -dc"},
    {"\x04\x22\x4d\x18"sv, "compressed with lz4", "lz4 -dc"},
    {"\x1f\x9d"sv, "compressed with compress", "zcat"},
    {"\x89LZO"sv, "compressed with lzop", "lzop -dc"},
    {"PK\x03\x04"sv, "a zip archive or a spreadsheet (.xlsx, .ods)", "unzip -p"},
    {"7z\xbc\xaf\x27\x1c"sv, "a 7z archive", "7z x -so"},
    {"PAR1"sv, "a Parquet file", ""},
    {"ARROW1"sv, "an Arrow file", ""},
    {"FEA1"sv, "a Feather file", ""},
    {"Obj\x01"sv, "an Avro file", ""},
    {"ORC"sv, "an ORC file", ""},
    {"\x89HDF\r\n"sv, "an HDF5 file", ""},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "a spreadsheet of old Excel (.xls)", ""},
    {"SQLite format 3\0"sv, "an SQLite database", ""},
};

// True when the mark of bzip2 is followed by the size of a block and the start of the first one, or of the end of an
// empty file. "BZh" alone could begin the name of a column.
bool IsBzip2(std::string_view head) {
  return head.size() >= 10 && head[3] >= '1' && head[3] <= '9' &&
         (head.substr(4, 6) == "1AY&SY" || head.substr(4, 6) == "\x17\x72\x45\x38\x50\x90"sv);
}

// True when `head` is text. Formats whose mark is letters have bytes behind it that no text has.
bool IsText(std::string_view head) {
  for (const char c : head) {
    if (static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\r' && c != '\t') return false;
  }
  return true;
}

}  // namespace

std::string DescribeForeign(std::string_view head, std::string_view path) {
  for (const Mark& mark : kMarks) {
    if (!head.starts_with(mark.bytes)) continue;
    if (mark.bytes == "BZh" ? !IsBzip2(head) : IsText(head)) continue;
    std::string text = "is " + std::string(mark.what) + ", and fitd reads CSV text as it is or in gzip or zstd; ";
    if (mark.command.empty()) return text + "export it as CSV";
    return text + "let `" + std::string(mark.command) + " " + ShellWord(path) +
           "` write to a pipe and give fitd - for the file";
  }
  return {};
}

}  // namespace fitd
