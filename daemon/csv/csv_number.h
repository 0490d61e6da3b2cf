// Decimal text to double, correctly rounded, with a short path for the numbers that telemetry is made of.
// Daemon, ingest threads; pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fitd {

// Signs of currencies, before a number or behind it.
inline constexpr std::string_view kCurrencies[] = {
    "$", "\xe2\x82\xac", "\xc2\xa3", "\xc2\xa5", "\xe2\x82\xb9", "US$", "₺",  "₩", "₪", "฿", "₱", "₫", "₴",
    "₦", "₽",          "NT$",      "S$",       "A$",           "C$",  "HK$"};
// Codes of currencies, before a blank and a number.
inline constexpr std::string_view kCurrencyCodes[] = {
    "EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK",
    "PLN", "CZK", "BRL", "ZAR", "MXN", "Rs",  "Rs.", "R$",  "kr",  "KRW", "TRY", "TWD", "SGD",
    "HKD", "IDR", "Rp",  "THB", "PHP", "ILS", "AED", "SAR", "HUF", "RON", "R",   "VND"};

enum class NumberKind : std::uint8_t {
  kValue,
  kMissing,
  kNotFinite,
  kMalformed,
  kAmbiguous,  // 1,234 or 1.234: a thousand and more, or one and a bit
  kOtherUnit,  // a number with another unit than its column has
};

// All of `text` (blanks around it are allowed): a finite number, or missing (empty, NA, NaN, null, ., ?, -, N/A, None,
// \N, <NA>, unavailable and other markers that exporters write, in any case; value NaN).
NumberKind ParseNumber(std::string_view text, double* value);

// How the numbers of a file are written.
struct NumberStyle {
  char decimal = '.';   // or ','
  bool groups = true;   // the other of point and comma groups thousands; false: unknown, so that 1,234 is kAmbiguous
  bool points = true;   // a point before three digits is the decimal mark; false: unknown, so that 1.234 is kAmbiguous
  bool marked = false;  // some number holds a point or a comma
  bool proven = false;  // some number can be read with that decimal mark alone, and none with the other alone
  char own = 0;         // where the mark is said, '.' of a file whose numbers all have one before three digits, and ','
                        // of decimals below a thousand; 0: neither
  bool dash = false;    // a dash padded with blanks is a zero (IsAccountingZero)
  bool plain = true;    // ParseShortDecimal() reads numbers as meant: '.', no ambiguous points, no markers, no dashes
  std::vector<std::string> missing;    // the user's markers of missing values
  std::vector<double> missing_values;  // values of those markers that are numbers

  bool IsMissingValue(double value) const;
};

// As ParseNumber, and also with groups of thousands (1,234.5; 1.234,5; 1 234; 1'234), a currency before it and a unit
// behind it (12 %, $5, 3.2 ms), a minus sign of Unicode, or a negative number in parentheses. `unit` is the column's:
// what UnitOf found in its first cells.
NumberKind ParseNumber(std::string_view text, const NumberStyle& style, std::string_view unit, double* value);

// Currency and unit of a number with a unit ("$", "%", "ms"). Empty for a plain number and for other text.
std::string UnitOf(std::string_view text);

// True when a number ends in K, k, M, B or T, which multiply it by a power of a thousand.
inline bool EndsInMultiplier(std::string_view text) {
  return !text.empty() && std::string_view("KkMBT").find(text.back()) != std::string_view::npos;
}

// Number of cells by their unit.
using UnitCounts = std::map<std::string, std::size_t>;
// The unit that numbers with these units are converted to: the only one; else the one without K, M, B and T when all
// can be converted to it (2.1M and 800k are 2100000 and 800000; $2M and $800k are in $); else the most frequent one.
std::string CommonUnit(const UnitCounts& units);

// What a cell proves about the decimal mark of its file.
enum class DecimalProof : std::uint8_t { kNothing, kPoint, kComma, kGroupOrComma, kGroupOrPoint };
DecimalProof ProofOfDecimal(std::string_view text);

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
