#include "daemon/csv/csv_number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "common/ascii.h"
#include "daemon/csv/cell_kind.h"

namespace fitd {
namespace {

// Markers that pandas, R, SQL, spreadsheets, statistics offices and home automation write, in lower case.
constexpr std::string_view kMissingMarkers[] = {
    "na",           "nan",          "null",     ".",         "?",       "-",       "--",
    "n/a",          "#n/a",         "none",     "\\n",       "<na>",    "nil",     "(null)",
    "nat",          "..",           "...",      ":",         "n.a.",    "#na",     "unavailable",
    "unknown",      "#null",        "nd",       "m",         "*",       "na()",    "<null>",
    "\\\\n",        "n.d.",         "missing",  "undefined", "#value!", "#ref!",   "#num!",
    "#div/0!",      "#name?",       "#n/a n/a", "-nan",      "1.#qnan", "-1.#ind", "1.#ind",
    "\xe2\x80\x93", "\xe2\x80\x94", "---",      "----",      "**",      "***",     "****",
    "k.a.",         "nodata",       "no data",  "no_data",   "#n/v",    "n/v"};

// A colon and why there is no number, as Eurostat writes it: ": c" (confidential), ":z", ": bu".
bool IsFlaggedColon(std::string_view text) {
  if (text.size() < 2 || text[0] != ':') return false;
  const std::size_t flags = text.find_first_not_of(' ', 1);
  return flags != std::string_view::npos && text.size() - flags <= 3 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz", flags) == std::string_view::npos;
}

bool IsMissing(std::string_view text) {
  constexpr std::size_t kLongest = 11;
  if (text.size() > kLongest) return false;
  for (const std::string_view marker : kMissingMarkers) {
    if (EqualsIgnoringCase(text, marker)) return true;
  }
  return text.empty() || IsFlaggedColon(text);
}

// Blanks that group thousands or stand before a unit: space, no-break (also that of Latin-1), thin, narrow no-break.
constexpr std::string_view kBlanks[] = {" ", "\xa0", "\xc2\xa0", "\xe2\x80\x89", "\xe2\x80\xaf"};
// Also as the en dash of typesetters and the triangles of Japanese statistics.
constexpr std::string_view kMinus[] = {"-", "\xe2\x88\x92", "\xe2\x80\x93", "\xe2\x96\xb2", "\xe2\x96\xb3"};

bool Eat(std::string_view& text, std::string_view head) {
  if (!text.starts_with(head)) return false;
  text.remove_prefix(head.size());
  return true;
}

void EatBlanks(std::string_view& text) {
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view blank : kBlanks) more = Eat(text, blank) || more;
  }
}

// A number as people write it, taken apart.
struct Written {
  bool negative = false;
  std::string_view currency;
  std::string digits;             // all digits, without the marks
  std::vector<std::size_t> ends;  // for each mark, the number of digits before it
  std::vector<char> marks;        // the marks: . , ' or _ for a blank
  std::string exponent;
  std::string_view unit;  // what follows
};

// Takes a mark between two digits (or before the first, for a decimal mark).
char EatMark(std::string_view& text) {
  std::string_view rest = text;
  char mark = 0;
  if (Eat(rest, "."))
    mark = '.';
  else if (Eat(rest, ","))
    mark = ',';
  else if (Eat(rest, "'") || Eat(rest, "\xe2\x80\x99"))
    mark = '\'';
  else {
    for (const std::string_view blank : kBlanks) {
      if (mark == 0 && Eat(rest, blank)) mark = '_';
    }
  }
  if (mark == 0 || rest.empty() || !IsDigit(rest[0])) return 0;
  text = rest;
  return mark;
}

// Takes a digit of the width that letters of East Asia have; 0: there is none.
char EatWideDigit(std::string_view& text) {
  if (!text.starts_with("\xef\xbc") || text.size() < 3 || text[2] < '\x90' || text[2] > '\x99') return 0;
  const char digit = static_cast<char>(text[2] - '\x90' + '0');
  text.remove_prefix(3);
  return digit;
}

bool TakeApart(std::string_view text, Written* w) {
  text = TrimBlanks(text);
  // Spreadsheets mark a number so that they keep as text.
  if (text.size() > 1 && text[0] == '\'' && (IsDigit(text[1]) || text[1] == '-')) text.remove_prefix(1);
  const bool parentheses = text.size() > 2 && text.front() == '(' && text.back() == ')';
  if (parentheses) text = text.substr(1, text.size() - 2), w->negative = true;
  const auto sign = [&] {
    if (std::any_of(std::begin(kMinus), std::end(kMinus), [&](auto minus) { return Eat(text, minus); }))
      EatBlanks(text), w->negative = !w->negative;
    else
      Eat(text, "+");
  };
  sign();
  for (const std::string_view currency : kCurrencies) {
    if (!w->currency.empty() || !Eat(text, currency)) continue;
    w->currency = currency;
    EatBlanks(text);
    if (!w->negative) sign();
    if (text.size() > 2 && text.front() == '(' && text.back() == ')')  // $ (1,200.00)
      text = text.substr(1, text.size() - 2), w->negative = true;
  }
  for (const std::string_view code : kCurrencyCodes) {
    std::string_view rest = text;
    if (!w->currency.empty() || !Eat(rest, code)) continue;
    const std::size_t before = rest.size();
    EatBlanks(rest);
    if (rest.size() == before) continue;
    w->currency = code;
    text = rest;
    if (!w->negative) sign();
  }
  while (!text.empty()) {
    if (IsDigit(text[0])) {
      w->digits += text[0];
      text.remove_prefix(1);
    } else if (const char digit = EatWideDigit(text)) {
      w->digits += digit;
    } else if (const char mark = EatMark(text)) {
      w->ends.push_back(w->digits.size());
      w->marks.push_back(mark);
    } else {
      break;
    }
  }
  if (w->digits.empty()) return false;
  const bool fortran = text.size() > 2 && (text[0] == 'd' || text[0] == 'D') && (text[1] == '-' || text[1] == '+');
  if (fortran || (text.size() > 1 && (text[0] == 'e' || text[0] == 'E'))) {
    const std::size_t from = text[1] == '-' || text[1] == '+' ? 2 : 1;
    std::size_t to = from;
    while (to < text.size() && IsDigit(text[to])) ++to;
    if (to > from) w->exponent = "e" + std::string(text.substr(1, to - 1)), text.remove_prefix(to);
  }
  // 100,50- is negative, as accounts are printed; 2024- is a year.
  if (text == "-" && !w->negative && (w->digits.size() != 4 || !w->marks.empty())) text = {}, w->negative = true;
  EatBlanks(text);
  w->unit = TrimBlanks(text);
  return true;
}

// True when the first `last` marks are all `mark` and group digits by three, or by two except for the last three, as in
// 1,23,45,678. `digits_end` is the number of digits before the decimal mark.
bool Groups(const Written& w, std::size_t last, char mark, std::size_t digits_end) {
  for (std::size_t i = 0; i < last; ++i) {
    if (w.marks[i] != mark) return false;
    const std::size_t next = i + 1 < last ? w.ends[i + 1] : digits_end;
    const bool lakhs = mark == ',' && last > 1 && w.ends[1] - w.ends[0] == 2;
    if (next - w.ends[i] != (lakhs && i + 1 < last ? 2U : 3U)) return false;
  }
  return last == 0 || (w.ends[0] >= 1 && w.ends[0] <= 3 && (w.ends[0] > 1 || w.digits[0] != '0'));
}

// True for +0020,1: a number of fixed width and a flag, no decimal comma.
bool IsPadded(const Written& w) {
  return !w.marks.empty() && w.marks[0] == ',' && w.ends[0] >= 3 && w.digits[0] == '0';
}

// A unit has no digits but in powers (m3), is short, and does not look like another field of the cell.
bool IsUnit(std::string_view unit) {
  if (unit.size() > 12) return false;
  for (std::size_t i = 0; i < unit.size(); ++i) {
    if (IsDigit(unit[i]) && (i == 0 || (unit[i] != '2' && unit[i] != '3'))) return false;
    if (std::string_view(":,;\"'-()[]{}#+=<>?!|").find(unit[i]) != std::string_view::npos) return false;
    const bool after_word = i > 1 && unit[i - 1] != ' ' && !IsDigit(unit[i - 1]);  // kr., Mio. €
    if (unit[i] == '.' && !(after_word && (i + 1 == unit.size() || unit[i + 1] == ' '))) return false;
  }
  return true;
}

// The factor of a unit that only counts: K, M, B, T, or 1 for no unit. 0: another unit.
double Multiplier(std::string_view unit) {
  if (unit.empty()) return 1;
  if (unit.size() != 1) return 0;
  switch (unit[0]) {
    case 'K':
    case 'k':
      return 1e3;
    case 'M':
      return 1e6;
    case 'B':
      return 1e9;
    case 'T':
      return 1e12;
    default:
      return 0;
  }
}

// The longest currency that a unit begins with; empty: none.
std::string_view CurrencyOf(std::string_view unit) {
  std::string_view found;
  const auto look = [&](std::string_view currency) {
    if (unit.starts_with(currency) && currency.size() > found.size()) found = currency;
  };
  std::for_each(std::begin(kCurrencies), std::end(kCurrencies), look);
  std::for_each(std::begin(kCurrencyCodes), std::end(kCurrencyCodes), look);
  return found;
}

// Converts a value between units that differ only in K, M, B or T: 1.5M in a column of K, $2M in one of $. False: the
// units differ otherwise.
bool Convert(std::string_view from, std::string_view to, double* value) {
  const std::string_view currency = CurrencyOf(from);
  if (currency == CurrencyOf(to)) from.remove_prefix(currency.size()), to.remove_prefix(currency.size());
  const double times = Multiplier(from);
  const double by = Multiplier(to);
  if (times == 0 || by == 0) return false;
  *value = *value * times / by;
  return true;
}

bool IsInfinite(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return EqualsIgnoringCase(text, "inf") || EqualsIgnoringCase(text, "infinity");
}

}  // namespace

NumberKind ParseNumber(std::string_view text, double* value) {
  text = TrimBlanks(text);
  *value = std::numeric_limits<double>::quiet_NaN();
  // Digits come first in nearly all cells that get here, and no marker begins with one but 1.#QNAN.
  const bool marker = text.empty() || text[0] < '0' || text[0] > '9' || text.find('#') != std::string_view::npos;
  if (marker && IsMissing(text)) return NumberKind::kMissing;
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

bool NumberStyle::IsMissingValue(double value) const {
  return std::find(missing_values.begin(), missing_values.end(), value) != missing_values.end();
}

NumberKind ParseNumber(std::string_view text, const NumberStyle& style, std::string_view unit, double* value) {
  const bool zero = style.dash && IsAccountingZero(text);
  text = TrimBlanks(text);
  for (const std::string& marker : style.missing) {
    if (text != marker) continue;
    *value = std::numeric_limits<double>::quiet_NaN();
    return NumberKind::kMissing;
  }
  if (zero) return *value = 0, NumberKind::kValue;
  NumberKind kind = NumberKind::kMalformed;
  if (!style.points && ProofOfDecimal(text) == DecimalProof::kGroupOrPoint) return NumberKind::kAmbiguous;
  // Below a limit (<1) is half of it, above one the limit itself.
  std::string_view limit = text.substr(std::min<std::size_t>(1, text.size()));
  EatBlanks(limit);
  if (!limit.empty() && (text[0] == '<' || text[0] == '>') && (IsDigit(limit[0]) || text[1] == ' ')) {
    if (limit[0] == '<' || limit[0] == '>') return NumberKind::kMalformed;
    kind = ParseNumber(limit, style, unit, value);
    if (text[0] == '<' && kind == NumberKind::kValue) *value /= 2;
    return kind;
  }
  // With a decimal comma a point is not what the plain reading takes it for.
  if (style.decimal == '.' || text.find('.') == std::string_view::npos || text.size() < 3)
    kind = ParseNumber(text, value);
  if (kind == NumberKind::kValue && !unit.empty() && *value != 0 && !Convert({}, unit, value))
    return NumberKind::kOtherUnit;
  if (kind == NumberKind::kMalformed && style.decimal != '.' && IsMissing(text)) kind = NumberKind::kMissing;
  if (kind == NumberKind::kMalformed) {
    Written w;
    if (!TakeApart(text, &w) || !IsUnit(w.unit)) return kind;
    if (IsPadded(w)) return kind;
    std::string plain = w.negative ? "-" : "";
    const bool decimals = !w.marks.empty() && w.marks.back() == style.decimal;
    const std::size_t last = w.marks.size() - (decimals ? 1 : 0);
    const std::size_t whole_end = decimals ? w.ends.back() : w.digits.size();
    if (last > 0 && (w.marks[0] == style.decimal || !Groups(w, last, w.marks[0], whole_end))) return kind;
    const bool other = last == 1 && !decimals && (w.marks[0] == ',' || w.marks[0] == '.');
    if (other && !style.groups) return NumberKind::kAmbiguous;
    plain += w.digits.substr(0, whole_end);
    if (decimals) plain += '.' + w.digits.substr(whole_end);
    kind = ParseNumber(plain + w.exponent, value);
    const std::string own = std::string(w.currency) + std::string(w.unit);
    if (kind == NumberKind::kValue && own != unit && !Convert(own, unit, value)) return NumberKind::kOtherUnit;
  }
  if (kind == NumberKind::kValue && style.IsMissingValue(*value)) {
    *value = std::numeric_limits<double>::quiet_NaN();
    return NumberKind::kMissing;
  }
  return kind;
}

std::string UnitOf(std::string_view text) {
  Written w;
  double value = 0;
  if (ParseNumber(text, &value) != NumberKind::kMalformed || !TakeApart(text, &w) || !IsUnit(w.unit)) return {};
  return std::string(w.currency) + std::string(w.unit);
}

std::string CommonUnit(const UnitCounts& units) {
  if (units.empty()) return {};
  const std::string base(CurrencyOf(units.begin()->first));
  double value = 1;
  const bool counts =
      std::all_of(units.begin(), units.end(), [&](const auto& unit) { return Convert(unit.first, base, &value); });
  if (counts && units.size() > 1) return base;
  return std::max_element(units.begin(), units.end(), [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

DecimalProof ProofOfDecimal(std::string_view text) {
  Written w;
  if (!TakeApart(text, &w) || w.marks.empty() || IsPadded(w) || !IsUnit(w.unit)) return DecimalProof::kNothing;
  const char mark = w.marks.back();
  if (mark != '.' && mark != ',') return DecimalProof::kNothing;
  const DecimalProof decimal = mark == '.' ? DecimalProof::kPoint : DecimalProof::kComma;
  const DecimalProof group = mark == '.' ? DecimalProof::kComma : DecimalProof::kPoint;
  // Nobody groups thousands before an exponent.
  const bool groups = w.exponent.empty() && Groups(w, w.marks.size(), mark, w.digits.size());
  if (w.marks.size() > 1) {
    if (groups) return group;  // 1.234.567
    const bool mixed = w.marks[0] != mark && Groups(w, w.marks.size() - 1, w.marks[0], w.ends.back());
    return mixed ? decimal : DecimalProof::kNothing;  // 1.234,5; neither: 1.2.3
  }
  if (!groups) return decimal;
  return mark == ',' ? DecimalProof::kGroupOrComma : DecimalProof::kGroupOrPoint;
}

}  // namespace fitd
