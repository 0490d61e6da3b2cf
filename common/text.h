// Bytes as CSV fields, JSON strings, base64 and printable text. Any process; pure.
#pragma once

#include <string>
#include <string_view>

namespace fitd {

// RFC 4180: quoted only when needed; the bytes themselves are kept, whatever they are.
void AppendCsvField(std::string& out, std::string_view bytes);

// A JSON string when the bytes are UTF-8, {"bytes":"BASE64"} when they are not, so that nothing is lost.
void AppendJsonText(std::string& out, std::string_view bytes);

void AppendBase64(std::string& out, std::string_view bytes);

// For a terminal: control characters and bytes that are not UTF-8 as \n, \x1b, ...
void AppendPrintable(std::string& out, std::string_view bytes);
// The same for a message of several lines, which stay lines.
std::string PrintableLines(std::string_view text);

// At most 40 bytes of `text` in quotes, with "..." for what is left out, and otherwise as AppendPrintable() has them.
std::string QuoteForMessage(std::string_view text);

// The character in UTF-8 (RFC 3629).
void AppendUtf8(std::string& out, char32_t code);

// For the command line of a POSIX shell: in single quotes where it has to be.
std::string ShellWord(std::string_view bytes);

// True when `bytes` are well-formed UTF-8 (RFC 3629); NUL is.
bool IsUtf8(std::string_view bytes);

}  // namespace fitd
