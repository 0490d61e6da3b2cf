// Decimal text to double, correctly rounded, with a short path for the numbers that telemetry is made of.
// Daemon, ingest threads; pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace fitd {

enum class NumberKind : std::uint8_t { kValue, kMissing, kNotFinite, kMalformed };

// All of `text` (blanks around it are allowed): a finite number, or missing (empty, NA, NaN, null in any case, value
// NaN).
NumberKind ParseNumber(std::string_view text, double* value);

inline constexpr std::array<double, 23> kPowersOfTen = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                        1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// Reads [-]digits[.digits] at p when the result is exact in one operation (Clinger 1990: mantissa below 2^53, power of
// ten at most 22) and returns its end, else nullptr. Stops at the first other byte; there must be one.
inline const char* ParseShortDecimal(const char* p, double* value) {
  const bool negative = *p == '-';
  p += negative;
  std::uint64_t mantissa = 0;
  const char* const begin = p;
  unsigned digit;
  while ((digit = static_cast<unsigned char>(*p) - '0') <= 9) mantissa = mantissa * 10 + digit, ++p;
  auto digits = p - begin;
  std::ptrdiff_t decimals = 0;
  if (*p == '.') {
    const char* const dot = ++p;
    while ((digit = static_cast<unsigned char>(*p) - '0') <= 9) mantissa = mantissa * 10 + digit, ++p;
    decimals = p - dot;
    digits += decimals;
  }
  if (digits == 0 || digits > 18 || mantissa > (1ULL << 53)) return nullptr;
  double v = static_cast<double>(mantissa);
  if (decimals != 0) v /= kPowersOfTen[static_cast<std::size_t>(decimals)];
  *value = negative ? -v : v;
  return p;
}

}  // namespace fitd
