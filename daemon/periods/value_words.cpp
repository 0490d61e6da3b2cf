#include "daemon/periods/value_words.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <span>
#include <string>

#include "common/ascii.h"
#include "common/calendar_name.h"

namespace fitd {
namespace {

bool AmongWords(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string BareWord(std::string_view cell) {
  std::string word = LowerCase(TrimBlanks(cell));
  if (word.size() > 1 && word.back() == '.') word.pop_back();
  return word;
}

}  // namespace

bool IsUnitWord(std::string_view cell) {
  static constexpr std::string_view kUnits[] = {
      "wh",     "kwh",      "mwh",     "gwh",   "twh",      "kw",      "mw",        "gw",    "kva",       "mj",
      "gj",     "tj",       "btu",     "mmbtu", "kg",       "mg",      "lb",        "lbs",   "oz",        "tons",
      "tonnes", "kt",       "ml",      "hl",    "m3",       "m³",      "m2",        "km",    "cm",        "mm",
      "ft",     "°c",       "°f",      "degc",  "degf",     "celsius", "hpa",       "kpa",   "mbar",      "psi",
      "usd",    "eur",      "gbp",     "chf",   "jpy",      "dem",     "cny",       "inr",   "sek",       "nok",
      "dkk",    "pln",      "czk",     "brl",   "cad",      "aud",     "mxn",       "units", "thousands", "millions",
      "tsd.",   "thousand", "million", "mio.",  "mln",      "percent", "pct",       "km/h",  "mph",       "kb",
      "mb",     "gb",       "tb",      "kwh/d", "bbl",      "mcf",     "mm3",       "rub",   "krw",       "hkd",
      "sgd",    "zar",      "huf",     "uah",   "billions", "szt",     "fahrenheit"};
  return AmongWords(LowerCase(TrimBlanks(cell)), kUnits);
}

bool IsUnitBesideOthers(std::string_view cell) {
  static constexpr std::string_view kUnits[] = {
      "m",   "g",    "t",   "l",    "c",   "f",       "k",      "w",   "v",   "a",    "s",   "h",     "j",
      "pa",  "in",   "yd",  "mi",   "st",  "stk",     "pcs",    "pc",  "ea",  "each", "pz",  "pza",   "ud",
      "un",  "szt.", "st.", "stk.", "db",  "try",     "tl",     "ron", "ils", "thb",  "ton", "tonne", "tonna",
      "kpl", "box",  "kar", "pal",  "ltr", "stück",   "stueck", "кг",  "шт",  "т",    "л",   "м",     "%",
      "kgm", "lbr",  "mtr", "руб",  "bar", "billion", "tsd",    "mrd", "mrd."};
  return IsUnitWord(cell) || AmongWords(BareWord(cell), kUnits) || AmongWords(LowerCase(TrimBlanks(cell)), kUnits);
}

std::vector<std::string> UnitsInRow(const std::vector<std::string_view>& cells, std::size_t columns) {
  constexpr std::size_t kLongest = 12;  // bytes
  if (cells.size() != columns) return {};
  std::vector<std::string> units;
  bool sure = false;
  for (const std::string_view cell : cells) {
    std::string_view unit = TrimBlanks(cell);
    const bool bracketed = unit.size() > 2 && (unit.front() == '[' || unit.front() == '(');
    if (bracketed) unit = unit.substr(1, unit.size() - 2);
    if (unit.size() > kLongest) return {};
    sure = sure || IsUnitWord(unit) || (bracketed && IsUnitBesideOthers(unit));
    units.emplace_back(unit);
  }
  return sure ? units : std::vector<std::string>();
}

std::string_view NameWithoutUnit(std::string_view name) {
  name = TrimBlanks(name);
  const bool enclosed = name.ends_with(']') || name.ends_with(')');
  const std::size_t at = name.find_last_of(enclosed ? "[(" : "_ /");
  if (at == std::string_view::npos || at == 0) return {};
  const std::string_view unit = enclosed ? name.substr(at + 1, name.size() - at - 2) : name.substr(at + 1);
  if (!(enclosed ? IsUnitBesideOthers(unit) : IsUnitWord(unit))) return {};
  return TrimBlanks(name.substr(0, at));
}

std::string_view ScaleInTitle(std::string_view titles) {
  struct Scale {
    std::string_view name;
    std::string_view words;  // each between blanks, as titles are compared
  };
  static constexpr Scale kScales[] = {
      {"thousands",
       "| in thousands | in thousand | thousands of | 000s | in 000 | in 1000 | in 1 000 | in tausend | in tsd | "
       "en milliers | en miles | in migliaia | em milhares | in duizenden | x 1000 | x 1 000 | w tys | "},
      {"millions",
       "| in millions | in million | millions of | in mio | in millionen | en millions | en millones | in milioni | "
       "em milhões | in miljoenen | mln | "},
      {"billions", "| in billions | billions of | in mrd | in milliarden | en milliards | in miliardi | "}};
  // Anything but letters and digits is a blank.
  std::string loose = " ";
  for (const char c : LowerCase(titles)) {
    const bool word = IsDigit(c) || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
    if (word || loose.back() != ' ') loose += word ? c : ' ';
  }
  loose += ' ';
  for (const Scale& scale : kScales) {
    for (std::size_t begin = 1; begin < scale.words.size();) {
      const std::size_t end = std::min(scale.words.find('|', begin), scale.words.size());
      const std::string_view word = scale.words.substr(begin, end - begin);
      if (!TrimBlanks(word).empty() && loose.find(word) != std::string::npos) return scale.name;
      begin = end + 1;
    }
  }
  return {};
}

bool MayBeUnitName(std::string_view name) {
  static constexpr std::string_view kNames[] = {"me",    "jm",         "j.m.", "dimension", "dim",   "measure",
                                                "meins", "magnitude",  "um",   "u.m.",      "einh.", "ud",
                                                "ue",    "dimensione", "jedn", "jedn.",     "měna"};
  return AmongWords(LowerCase(TrimBlanks(name)), kNames);
}

bool IsMultiplier(std::string_view cell) {
  cell = TrimBlanks(cell);
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size()) return false;
  constexpr double kMostExponent = 12;
  if (value >= 0 && value <= kMostExponent && std::fmod(value, 3) == 0) return true;
  constexpr double kLargest = 1e12;
  double power = 1;
  while (power < value && power < kLargest) power *= 10;
  return power == value;
}

bool SaysRowCount(std::string_view text) {
  constexpr std::size_t kLongest = 60;  // bytes
  const bool timed = text.starts_with("Time: ") || text.starts_with("Time taken: ") || text.starts_with("Elapsed: ");
  static constexpr std::string_view kRows[] = {
      "rows",       "row",     "records", "record", "lines",  "line",  "entries",   "zeilen",  "zeile",
      "datensatze", "satze",   "lignes",  "ligne",  "filas",  "fila",  "registros", "righe",   "riga",
      "linhas",     "rijen",   "rij",     "rader",  "rad",    "rader", "rækker",    "wierszy", "wiersze",
      "radku",      "riadkov", "sor",     "satir",  "riveja", "rindu", "строк",     "строки",  "строка",
      "записей",    "рядків",  "行",      "件",     "행"};
  static constexpr std::string_view kBeside[] = {
      "s",       "in",         "set",       "selected",  "affected",      "returned",  "total",
      "query",   "ok",         "sec",       "ms",        "seconds",       "time",      "fetched",
      "count",   "of",         "and",       "exported",  "written",       "retrieved", "elapsed",
      "found",   "ausgewahlt", "betroffen", "ramassees", "seleccionadas", "processed", "only",
      "showing", "top",        "taken",     "x",         "columns",       "column"};
  if (text.size() > kLongest) return false;
  const std::string folded = FoldWord(text);
  bool rows = false, number = false;
  for (std::size_t begin = 0; begin < folded.size();) {
    const std::size_t end = std::min(folded.find_first_of(" ()[]:.,;-=*", begin), folded.size());
    const std::string_view word = std::string_view(folded).substr(begin, end - begin);
    begin = end + 1;
    if (word.empty()) continue;
    const bool digits = AllDigits(word), of_rows = AmongWords(word, kRows);
    if (!digits && !of_rows && !AmongWords(word, kBeside)) return false;
    number = number || digits;
    rows = rows || of_rows;
  }
  return (rows || timed) && number;
}

bool IsTypeName(std::string_view cell) {
  static constexpr std::string_view kTypes[] = {
      "date",        "date32",   "date64",    "datetime",  "datetime2", "datetime64", "timestamp",
      "timestamptz", "time",     "string",    "str",       "utf8",      "text",       "char",
      "varchar",     "nvarchar", "char",      "character", "varying",   "number",     "numeric",
      "decimal",     "double",   "precision", "float",     "float32",   "float64",    "real",
      "int",         "int8",     "int16",     "int32",     "int64",     "int128",     "integer",
      "bigint",      "smallint", "tinyint",   "uint8",     "uint16",    "uint32",     "uint64",
      "i8",          "i16",      "i32",       "i64",       "u8",        "u16",        "u32",
      "u64",         "f32",      "f64",       "bool",      "boolean",   "object",     "category",
      "cat",         "enum",     "enum8",     "enum16",    "uuid",      "nullable",   "lowcardinality",
      "array",       "with",     "without",   "zone",      "unsigned",  "continuous", "discrete",
      "c",           "d",        "s",         "bpchar",    "money",     "dbl",        "chr",
      "fct",         "dttm",     "lgl",       "ns",        "us",        "ms",         "utc",
      "large"};
  std::string lower = LowerCase(TrimBlanks(cell));
  if (lower.empty() || IsDigit(lower[0])) return false;
  std::replace_if(
      lower.begin(), lower.end(),
      [](char c) { return std::string_view("(),[]<>/'").find(c) != std::string_view::npos; }, ' ');
  for (std::size_t i = 0; i < lower.size();) {
    const std::size_t end = std::min(lower.find(' ', i), lower.size());
    const std::string_view word = std::string_view(lower).substr(i, end - i);
    if (!word.empty() && !AllDigits(word) && !AmongWords(word, kTypes)) return false;
    i = end + 1;
  }
  return true;
}

bool AreTypes(const std::vector<std::string_view>& cells, const std::vector<std::string>& names) {
  const auto is_type = [](std::string_view cell) { return TrimBlanks(cell).empty() || IsTypeName(cell); };
  const auto is_name = [](std::string_view name) { return !TrimBlanks(name).empty(); };
  const auto filled =
      std::count_if(cells.begin(), cells.end(), [&](std::string_view cell) { return !TrimBlanks(cell).empty(); });
  return filled > 1 && std::all_of(names.begin(), names.end(), is_name) &&
         !std::all_of(names.begin(), names.end(), is_type) && std::all_of(cells.begin(), cells.end(), is_type);
}

bool IsFieldWidth(std::string_view cell) {
  return cell.size() >= 2 && std::string_view("sdn").find(cell.back()) != std::string_view::npos &&
         cell.find_first_not_of("0123456789") == cell.size() - 1;
}

bool IsTotalName(std::string_view name) {
  static constexpr std::string_view kWords[] = {
      "total",     "totals",   "subtotal",   "sum",          "avg",        "average",    "mean",   "median",
      "change",    "growth",   "cagr",       "annual",       "ytd",        "summe",      "gesamt", "mittel",
      "insgesamt", "somme",    "totale",     "totaal",       "suma",       "soma",       "celkem", "moyenne",
      "media",     "promedio", "mittelwert", "durchschnitt", "cumulative", "difference", "min",    "max"};
  if (name.find('%') != std::string_view::npos) return true;
  const std::string lower = LowerCase(name);
  for (std::size_t i = 0; i < lower.size();) {
    std::size_t end = i;
    while (end < lower.size() && lower[end] >= 'a' && lower[end] <= 'z') ++end;
    const std::string_view word = std::string_view(lower).substr(i, end - i);
    if (AmongWords(word, kWords)) return true;
    i = std::max(end, i + 1);
  }
  return false;
}

}  // namespace fitd
