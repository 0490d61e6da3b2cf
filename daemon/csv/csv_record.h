// Splits CSV records (RFC 4180) that may hold quoted fields, and quotes offending text for messages.
// Daemon, ingest threads; a splitter belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace fitd {

// One past the newline that ends the record at `p`, or nullptr when it does not end before `end`. A quote opens a field
// only at the field's first byte. `lines` gets the number of newlines passed.
const char* FindRecordEnd(const char* p, const char* end, std::uint64_t* lines, char separator = ',');

class RecordSplitter {
 public:
  explicit RecordSplitter(char separator = ',') : separator_(separator) {}
  // Splits the record [p, end); `end` is what FindRecordEnd returned. False when text follows a closing quote; then
  // bad_field() says in which field. Fields of Windows-1252 come out as UTF-8. Fields point into the record, or into
  // this splitter until the next Split. Where the separator is a blank, any number of them is one, and those at the
  // ends of the record are none.
  bool Split(const char* p, const char* end);

  const std::vector<std::string_view>& fields() const { return fields_; }
  // Where the fields begin in the record, quotes included.
  const std::vector<const char*>& starts() const { return starts_; }
  std::size_t bad_field() const { return bad_field_; }

 private:
  std::string_view Unquote(const char* p, const char* close);

  char separator_;
  std::vector<std::string_view> fields_;
  std::vector<const char*> starts_;
  std::string unescaped_;
  std::deque<std::string> decoded_;
  std::size_t bad_field_ = 0;
};

// The text that a spreadsheet shows for a field: 001 for ="001", and without invisible characters at its ends (no-break
// blanks, marks of the direction of writing).
std::string_view ShownOf(std::string_view field);

// True when all of them are ASCII, as nearly all are.
bool IsAscii(const char* p, const char* end);
// A field of Windows-1252 as UTF-8, kept in `decoded`; others, and bytes that are neither, as they are.
std::string_view DecodeWindows1252(std::string_view field, std::deque<std::string>& decoded);

// First byte from p on that is no blank; `end`: none.
const char* SkipBlanks(const char* p, const char* end);

}  // namespace fitd
