#include "common/number_format.h"

#include <array>
#include <charconv>
#include <cmath>

namespace fitd {
namespace {

template <class T>
void Append(std::string& out, T value) {
  std::array<char, 32> text;  // the longest shortest double has 24 characters
  out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
}

}  // namespace

void AppendNumber(std::string& out, double value) {
  if (!std::isnan(value)) Append(out, value);
}

void AppendJsonNumber(std::string& out, double value) {
  if (std::isfinite(value)) return Append(out, value);
  out += "null";
}

void AppendInteger(std::string& out, std::int64_t value) {
  Append(out, value);
}

void AppendUnsigned(std::string& out, std::uint64_t value) {
  Append(out, value);
}

}  // namespace fitd
