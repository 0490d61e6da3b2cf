#include "common/text.h"

#include <algorithm>
#include <cstddef>

namespace fitd {
namespace {

constexpr char kHex[] = "0123456789abcdef";

// Length of the well-formed UTF-8 sequence at p, 0 when there is none. The second byte's range excludes overlong forms,
// surrogates and code points past U+10FFFF.
int SequenceLength(const unsigned char* p, const unsigned char* end) {
  if (*p < 0x80) return 1;
  const int more = *p < 0xc2 ? 0 : *p < 0xe0 ? 1 : *p < 0xf0 ? 2 : *p < 0xf5 ? 3 : 0;
  if (more == 0 || end - p <= more) return 0;
  const unsigned char low = *p == 0xe0 ? 0xa0 : *p == 0xf0 ? 0x90 : 0x80;
  const unsigned char high = *p == 0xed ? 0x9f : *p == 0xf4 ? 0x8f : 0xbf;
  if (p[1] < low || p[1] > high) return 0;
  for (int i = 2; i <= more; ++i) {
    if ((p[i] & 0xc0) != 0x80) return 0;
  }
  return more + 1;
}

void AppendJsonEscape(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
  }
}

}  // namespace

void AppendCsvField(std::string& out, std::string_view bytes) {
  const bool quote = bytes.find_first_of(",\"\r\n") != std::string_view::npos ||
                     (!bytes.empty() && (bytes.front() == ' ' || bytes.back() == ' '));
  if (!quote) {
    out += bytes;
    return;
  }
  out += '"';
  for (const char c : bytes) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void AppendJsonText(std::string& out, std::string_view bytes) {
  if (!IsUtf8(bytes)) {
    out += "{\"bytes\":\"";
    AppendBase64(out, bytes);
    out += "\"}";
    return;
  }
  out += '"';
  for (const char c : bytes) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\') {
      AppendJsonEscape(out, c);
    } else {
      out += c;
    }
  }
  out += '"';
}

void AppendBase64(std::string& out, std::string_view bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += i + j > bytes.size() ? '=' : kDigits[group >> (18 - 6 * j) & 63];
    }
  }
}

void AppendPrintable(std::string& out, std::string_view bytes) {
  const auto* p = reinterpret_cast<const unsigned char*>(bytes.data());
  const unsigned char* const end = p + bytes.size();
  while (p < end) {
    const int length = SequenceLength(p, end);
    const bool control = *p < 0x20 || *p == 0x7f || (*p == 0xc2 && length == 2 && p[1] < 0xa0);
    if (length > 0 && !control) {
      out.append(reinterpret_cast<const char*>(p), static_cast<std::size_t>(length));
      p += length;
      continue;
    }
    if (*p == '\n' || *p == '\r' || *p == '\t') {
      out += *p == '\n' ? "\\n" : *p == '\r' ? "\\r" : "\\t";
    } else {
      out += "\\x";
      out += kHex[*p >> 4];
      out += kHex[*p & 15];
    }
    ++p;
  }
}

std::string PrintableLines(std::string_view text) {
  std::string out;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    AppendPrintable(out, text.substr(0, end));
    out += '\n';
    text.remove_prefix(end + 1);
  }
  AppendPrintable(out, text);
  return out;
}

std::string QuoteForMessage(std::string_view text) {
  constexpr std::ptrdiff_t kShown = 40;
  const auto* const begin = reinterpret_cast<const unsigned char*>(text.data());
  const unsigned char* const end = begin + text.size();
  const unsigned char* p = begin;
  while (p < end && p - begin < kShown) p += std::max(SequenceLength(p, end), 1);
  std::string out = "'";
  AppendPrintable(out, text.substr(0, static_cast<std::size_t>(p - begin)));
  return out + (p < end ? "'..." : "'");
}

bool IsUtf8(std::string_view bytes) {
  const auto* p = reinterpret_cast<const unsigned char*>(bytes.data());
  const unsigned char* const end = p + bytes.size();
  while (p < end) {
    const int length = SequenceLength(p, end);
    if (length == 0) return false;
    p += length;
  }
  return true;
}

void AppendUtf8(std::string& out, char32_t code) {
  const auto add = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xc0 | code >> 6);
    add(0x80 | (code & 63));
  } else if (code < 0x10000) {
    add(0xe0 | code >> 12);
    add(0x80 | (code >> 6 & 63));
    add(0x80 | (code & 63));
  } else {
    add(0xf0 | code >> 18);
    add(0x80 | (code >> 12 & 63));
    add(0x80 | (code >> 6 & 63));
    add(0x80 | (code & 63));
  }
}

std::string ShellWord(std::string_view bytes) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./%@";
  if (!bytes.empty() && bytes.find_first_not_of(kPlain) == std::string_view::npos) return std::string(bytes);
  std::string word = "'";
  for (const char c : bytes) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

}  // namespace fitd
