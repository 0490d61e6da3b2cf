// Encodings of input text: UTF-8 as it is, UTF-16 with a byte order mark, Windows-1252 (Latin-1) where a cell is not
// UTF-8, wherever in a file it stands: what a name is must not hang on what is before it. Daemon, ingest threads; pure
// functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/status.h"

namespace fitd {

// True for text that is not UTF-8 and has no control characters, so that it may be Windows-1252. A sequence cut off at
// the end of `text` does not count against UTF-8.
bool IsWindows1252(std::string_view text);
// The first run of more than three letters beyond ASCII, read as Windows-1252 and returned as UTF-8; empty: none. No
// word of Western Europe has one; Cyrillic, Greek or Chinese text in an encoding of its own looks so.
std::string WordOfOtherScript(std::string_view text);
// Whether a cell that is not UTF-8 is Windows-1252: no control characters, none that it does not have, and no word of
// another script.
bool IsWindows1252Cell(std::string_view cell);
// Windows-1252 to UTF-8.
std::string FromWindows1252(std::string_view text);

// What a stream of text must go through before it is UTF-8 with newlines.
enum class TextCoding { kPlain, kUtf16Little, kUtf16Big, kCarriageReturns };
// Judges by the first bytes. kCarriageReturns: there is a CR and no LF in `head`.
TextCoding CodingOf(std::string_view head);

// kInvalidInput when these first bytes hold a NUL and so are no CSV text.
Status CheckText(std::string_view head, const std::string& path);

}  // namespace fitd
