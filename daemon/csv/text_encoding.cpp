#include "daemon/csv/text_encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "common/text.h"

namespace fitd {
namespace {

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

// Windows-1252 where it differs from Latin-1; 0: no character there.
constexpr std::array<std::uint16_t, 32> kWindows1252 = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                                        0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                                        0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                                        0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

// Length a UTF-8 sequence has by its first byte; 0: none begins so.
std::size_t SequenceLength(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

// No control characters, and none that Windows-1252 does not have.
bool IsMadeOfWindows1252(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 && byte < 0xa0) return kWindows1252[byte - 0x80U] == 0;
    return byte == 0x7f || (byte < 0x20 && c != '\t' && c != '\r' && c != '\n');
  });
}

}  // namespace

bool IsWindows1252(std::string_view text) {
  // A sequence that the end cuts off.
  for (std::size_t back = 1; back <= 3 && back < text.size(); ++back) {
    const auto c = static_cast<unsigned char>(text[text.size() - back]);
    if (SequenceLength(c) > back) {
      text.remove_suffix(back);
      break;
    }
    if (!IsContinuation(text[text.size() - back])) break;
  }
  return !IsUtf8(text) && IsMadeOfWindows1252(text);
}

bool IsWindows1252Cell(std::string_view cell) {
  return !IsUtf8(cell) && IsMadeOfWindows1252(cell) && WordOfOtherScript(cell).empty();
}

std::string WordOfOtherScript(std::string_view text) {
  constexpr std::size_t kLongest = 3;
  std::size_t run = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && static_cast<unsigned char>(text[i]) > 0xa0) {
      ++run;
      continue;
    }
    if (run > kLongest) return FromWindows1252(text.substr(i - run, run));
    run = 0;
  }
  return {};
}

std::string FromWindows1252(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool special = byte >= 0x80 && byte < 0xa0 && kWindows1252[byte - 0x80U] != 0;
    AppendUtf8(out, special ? kWindows1252[byte - 0x80U] : byte);
  }
  return out;
}

TextCoding CodingOf(std::string_view head) {
  if (head.starts_with("\xff\xfe")) return TextCoding::kUtf16Little;
  if (head.starts_with("\xfe\xff")) return TextCoding::kUtf16Big;
  const std::size_t cr = head.find('\r');
  // The CR at the very end of a head may have its LF behind it.
  const bool only = cr != std::string_view::npos && cr + 1 < head.size() && head.find('\n') == std::string_view::npos;
  return only ? TextCoding::kCarriageReturns : TextCoding::kPlain;
}

Status CheckText(std::string_view head, const std::string& path) {
  constexpr std::size_t kTarMark = 257;
  if (head.size() > kTarMark && head.substr(kTarMark).starts_with("ustar")) {
    return {StatusCode::kInvalidInput, path + ": is a tar archive; let `tar -xOf " + ShellWord(path) +
                                           "` write to a pipe and give fitd - for the file"};
  }
  if (head.starts_with('\0') && head.find_first_not_of('\0') != std::string_view::npos) {
    return {StatusCode::kInvalidInput,
            path +
                ": begins with NUL bytes: it is binary data, not CSV text, or a log that was cut while it was written; "
                "where text follows, let `tr -d '\\000' < " +
                ShellWord(path) + "` write to a pipe and give fitd - for the file"};
  }
  if (head.find('\0') != std::string_view::npos) {
    return {StatusCode::kInvalidInput, path + ": is binary data, not CSV text (a NUL byte in the header line)"};
  }
  return OkStatus();
}

}  // namespace fitd
