#include "daemon/ingest/csv_number.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace fitd {
namespace {

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lower[i]) return false;
  }
  return true;
}

bool IsMissing(std::string_view text) {
  return text.empty() || EqualsIgnoringCase(text, "nan") || EqualsIgnoringCase(text, "na") ||
         EqualsIgnoringCase(text, "null");
}

bool IsInfinite(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return EqualsIgnoringCase(text, "inf") || EqualsIgnoringCase(text, "infinity");
}

}  // namespace

NumberKind ParseNumber(std::string_view text, double* value) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  *value = std::numeric_limits<double>::quiet_NaN();
  if (IsMissing(text)) return NumberKind::kMissing;
  if (IsInfinite(text)) return NumberKind::kNotFinite;
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  double parsed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return NumberKind::kMalformed;
  if (error == std::errc::result_out_of_range) {
    // from_chars does not say which way it went: a negative exponent is an underflow, and that is a number: zero.
    const std::size_t e = text.find_first_of("eE");
    const bool tiny = e == std::string_view::npos ? text.find_first_of("123456789") > text.find('.')
                                                  : text.find('-', e) != std::string_view::npos;
    if (!tiny) return NumberKind::kNotFinite;
    parsed = text[0] == '-' ? -0.0 : 0.0;
  }
  if (std::isnan(parsed)) return NumberKind::kMalformed;  // nan(123) and the like
  *value = parsed;
  return NumberKind::kValue;
}

}  // namespace fitd
