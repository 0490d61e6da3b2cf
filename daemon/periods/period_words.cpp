#include "daemon/periods/period_words.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <initializer_list>
#include <set>

#include "common/ascii.h"

namespace fitd {
namespace {

constexpr int kHours = 24;
constexpr int kQuarters = 4;

// True when `word` is one of the words in `line`, which blanks separate.
bool Holds(std::string_view line, std::string_view word) {
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    if (line.substr(0, end) == word) return true;
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return false;
}

// A word and a number, whichever comes first, without the marks between them and the ending of an ordinal.
struct Numbered {
  std::string word;
  int number = 0;  // 0: there is no number, or more than one
};

bool IsBetween(char c) {
  return c == ' ' || c == '_' || c == '-' || c == '.';
}

Numbered Split(std::string_view folded) {
  Numbered out;
  const std::size_t first = folded.find_first_of("0123456789");
  if (first == std::string_view::npos) return out;
  std::size_t end = first;
  while (end < folded.size() && IsDigit(folded[end])) ++end;
  if (end - first > 2) return out;
  std::string_view before = folded.substr(0, first);
  std::string_view behind = folded.substr(end);
  for (const std::string_view ordinal : {"st", "nd", "rd", "th", "er", "eme", "e", "o", "\xc2\xba", "\xc2\xaa"}) {
    const bool stands =
        behind.starts_with(ordinal) && (behind.size() == ordinal.size() || behind[ordinal.size()] == ' ');
    if (!before.empty() || !stands) continue;
    behind.remove_prefix(ordinal.size());
    out.word = behind.empty() ? "1st" : "";
    break;
  }
  while (!before.empty() && IsBetween(before.back())) before.remove_suffix(1);
  while (!behind.empty() && IsBetween(behind.front())) behind.remove_prefix(1);
  if (!before.empty() && !behind.empty()) return out;
  if (behind.find_first_of("0123456789") != std::string_view::npos) return out;
  if (!before.empty() || !behind.empty()) out.word = before.empty() ? behind : before;
  out.number = std::atoi(std::string(folded.substr(first, end - first)).c_str());
  return out;
}

// "first quarter": the number of the first word, if the second is one of `nouns`.
int OrdinalBefore(std::string_view folded, std::string_view nouns) {
  static constexpr std::string_view kOrdinals[] = {
      "first erstes premier primer primeiro primo", "second zweites deuxieme segundo secondo",
      "third drittes troisieme tercer terceiro terzo", "fourth viertes quatrieme cuarto quarto"};
  const std::size_t blank = folded.find(' ');
  if (blank == std::string_view::npos || !Holds(nouns, folded.substr(blank + 1))) return 0;
  for (int i = 0; i < kQuarters; ++i) {
    if (Holds(kOrdinals[i], folded.substr(0, blank))) return i + 1;
  }
  return 0;
}

// "Jan-Mar", "January to March": the part of `months` months that they are; 0: none.
int PartOfRange(std::string_view folded, int months) {
  for (const std::string_view between : {" to ", " bis ", " - ", "-", "/", "\xe2\x80\x93"}) {
    const std::size_t at = folded.find(between);
    if (at == std::string_view::npos) continue;
    const int first = MonthOfFolded(folded.substr(0, at));
    const int last = MonthOfFolded(folded.substr(at + between.size()));
    if (first > 0 && last == first + months - 1 && (first - 1) % months == 0) return (first - 1) / months + 1;
    if (first > 0) return 0;
  }
  return 0;
}

// The number of three months that follow each other, from initials: 1 for JFM to 12 for DJF; 0: they are none.
int ThreeMonths(std::string_view folded) {
  constexpr std::string_view kInitials = "jfmamjjasondjf";
  const std::size_t at = folded.size() == 3 ? kInitials.find(folded) : std::string_view::npos;
  return at == std::string_view::npos ? 0 : static_cast<int>(at) + 1;
}

// The number behind one of `words`, with or without a blank or a mark between them, or alone; 0: something else.
int NumberBehind(std::string_view folded, std::string_view words) {
  const std::size_t digits = std::min(folded.find_first_of("0123456789"), folded.size());
  std::string_view before = folded.substr(0, digits);
  while (!before.empty() && IsBetween(before.back())) before.remove_suffix(1);
  return before.empty() || Holds(words, before) ? std::max(BareNumber(folded.substr(digits), 3), 0) : 0;
}

constexpr std::string_view kQuarterNouns = "quarter qtr quart quartal trimestre trim trimester kvartal kwartaal kv";
constexpr std::string_view kHalfNouns = "half halbjahr hj semester semestre sem halfyear";

}  // namespace

PeriodWord MonthOfName(std::string_view text) {
  return {MonthOfFolded(FoldWord(text)), true};
}

PeriodWord NumberedMonth(std::string_view text) {
  const Numbered part = Split(FoldWord(text));
  if (part.number < 1 || part.number > kMonthsOfYear) return {};
  if (Holds("m mm month mon monat mes mois mese maand miesiac maned manad thang luna mesiac kuukausi месяц "
            "\xe6\x9c\x88 \xec\x9b\x94",
            part.word))
    return {part.number, true};
  return Holds("p period per periode periodo", part.word) ? PeriodWord{part.number, false} : PeriodWord{};
}

bool IsMonthInWords(std::string_view text) {
  const PeriodWord numbered = NumberedMonth(text);
  return static_cast<bool>(MonthOfName(text)) || (numbered && numbered.sure && IsDigit(text[0]));
}

PeriodWord RomanMonth(std::string_view text) {
  static constexpr std::string_view kRoman[] = {"i",   "ii",   "iii", "iv", "v",  "vi",
                                                "vii", "viii", "ix",  "x",  "xi", "xii"};
  const auto* const at = std::find(std::begin(kRoman), std::end(kRoman), FoldWord(text));
  return at == std::end(kRoman) ? PeriodWord{} : PeriodWord{static_cast<int>(at - std::begin(kRoman)) + 1, false};
}

PeriodWord QuarterOfWord(std::string_view text) {
  static constexpr std::string_view kRoman[] = {"i", "ii", "iii", "iv"};
  const std::string folded = FoldWord(text);
  if (const auto* const at = std::find(std::begin(kRoman), std::end(kRoman), folded); at != std::end(kRoman))
    return {static_cast<int>(at - std::begin(kRoman)) + 1, false};
  if (const int part = PartOfRange(folded, 3); part > 0) return {part, true};
  if (const int three = ThreeMonths(folded); three > 0 && three % 3 == 1) return {three / 3 + 1, true};
  if (const int ordinal = OrdinalBefore(folded, kQuarterNouns); ordinal > 0) return {ordinal, true};
  const Numbered part = Split(folded);
  if (part.number < 1 || part.number > kQuarters) return {};
  if (part.word == "q" || Holds(kQuarterNouns, part.word)) return {part.number, true};
  return Holds("t k 1st", part.word) ? PeriodWord{part.number, false} : PeriodWord{};
}

PeriodWord HalfOfWord(std::string_view text) {
  const std::string folded = FoldWord(text);
  if (const int part = PartOfRange(folded, 6); part > 0) return {part, true};
  if (const int ordinal = OrdinalBefore(folded, kHalfNouns); ordinal > 0 && ordinal <= 2) return {ordinal, true};
  const Numbered part = Split(folded);
  if (part.number < 1 || part.number > 2) return {};
  if (Holds(kHalfNouns, part.word)) return {part.number, true};
  return Holds("h s 1st", part.word) ? PeriodWord{part.number, false} : PeriodWord{};
}

PeriodWord WeekOfWord(std::string_view text) {
  const Numbered part = Split(FoldWord(text));
  const bool week =
      part.number >= 1 && part.number <= 53 && Holds("w wk week kw woche semaine semana uge uke vecka", part.word);
  return week ? PeriodWord{part.number, true} : PeriodWord{};
}

PeriodWord DayOfWord(std::string_view text) {
  const int day = NumberBehind(FoldWord(text), "d day value tag jour dia dzien giorno dag den paiva gun ngay день");
  return day <= 31 ? PeriodWord{day, true} : PeriodWord{};
}

PeriodWord SlotOfWord(std::string_view text) {
  const std::string folded = FoldWord(text);
  return {BareNumber(folded, 3) >= 0 ? 0
                                     : NumberBehind(folded,
                                                    "interval int slot period p sp tp qh block value val v e q kwh "
                                                    "reading wert messwert valor valeur ora energy"),
          false};
}

int PartOfYear(std::string_view text) {
  if (const PeriodWord quarter = QuarterOfWord(text); quarter && quarter.sure && ThreeMonths(FoldWord(text)) == 0)
    return quarter.number;
  if (const int three = ThreeMonths(FoldWord(text)); three > 0) return three % kMonthsOfYear + 1;
  if (const PeriodWord month = MonthOfName(text)) return month.number;
  if (const PeriodWord month = NumberedMonth(text); month && month.sure) return month.number;
  return WeekOfWord(text).number;
}

bool IsSeasonWord(std::string_view text) {
  const std::string folded = FoldWord(text);
  return ThreeMonths(folded) > 0 ||
         Holds(
             "winter spring summer autumn fall fruhling fruhjahr sommer herbst hiver printemps ete automne invierno "
             "primavera verano otono",
             folded);
}

bool NameSomeMonths(const std::vector<std::string>& names) {
  constexpr std::size_t kFewest = 3, kMost = 400;  // a wide file may have a million names, none of them such
  constexpr std::ptrdiff_t kPairs = 6;             // MA and AM alone may be anything
  constexpr std::string_view kYear = "jfmamjjasondj";
  if (names.size() > kMost) return false;
  std::size_t spans = 0;
  std::set<std::string> pairs;
  for (const std::string& name : names) {
    const std::string folded = FoldWord(name);
    const bool pair =
        folded.size() == 2 && TrimBlanks(name).size() == 2 && kYear.find(folded) != std::string_view::npos;
    if (pair) pairs.insert(folded);
    const std::string_view words = TrimBlanks(name);
    const std::size_t mark = words.find_first_of("-/");
    const std::size_t behind = mark == std::string_view::npos ? mark : words.find_first_not_of("-/ ", mark);
    const bool parted = behind != std::string_view::npos;
    const int first = parted ? MonthOfName(TrimBlanks(words.substr(0, mark))).number : 0;
    const int last = parted ? MonthOfName(words.substr(behind)).number : 0;
    const int months = first > 0 && last > 0 ? (last - first + kMonthsOfYear) % kMonthsOfYear + 1 : 0;
    const auto says = [&](std::string_view word) { return folded.find(word) != std::string::npos; };
    const bool called = says("bimest") || says("cuatrimest") || says("quadrimest") || says("bimonth");
    spans += months == 2 || months == 4 || called ? 1 : 0;
  }
  return spans >= kFewest || std::ssize(pairs) >= kPairs;
}

bool HasWeek53(int year) {
  using namespace std::chrono;
  const auto is_thursday = [year](month m, unsigned d) {
    return weekday(sys_days(std::chrono::year(year) / m / day(d))) == Thursday;
  };
  return is_thursday(January, 1) || is_thursday(December, 31);
}

bool IsYearAndWeek(std::string_view text) {
  constexpr std::size_t kYear = 4, kWeek = 2;
  constexpr int kWeeks = 53, kFirst = 1900, kLast = 2100;
  text = TrimBlanks(text);
  const std::size_t mark = text.find_first_of("/-._");
  if (mark == std::string_view::npos) return false;
  const bool year_first = mark == kYear;
  const int year = BareNumber(year_first ? text.substr(0, mark) : text.substr(mark + 1), kYear);
  const int week = BareNumber(year_first ? text.substr(mark + 1) : text.substr(0, mark), kWeek);
  return year >= kFirst && year <= kLast && week >= 1 && week <= kWeeks;
}

bool IsDayWithoutYear(std::string_view text) {
  text = TrimBlanks(text);
  if (text.ends_with('.')) text.remove_suffix(1);
  const std::size_t mark = text.find_first_of("/.-");
  if (mark == std::string_view::npos) return false;
  const int first = BareNumber(text.substr(0, mark), 2);
  const int second = BareNumber(text.substr(mark + 1), 2);
  constexpr int kDays = 31;
  return std::min(first, second) >= 1 && std::min(first, second) <= kMonthsOfYear && std::max(first, second) <= kDays;
}

bool IsWeekdayName(std::string_view text) {
  text = TrimBlanks(text);
  return !text.empty() && WeekdayNameAt(text).size == text.size();
}

PeriodWord EastAsianHour(std::string_view text) {
  const Numbered part = Split(text);
  const bool hour = Holds("\xec\x8b\x9c \xe6\x97\xb6 \xe6\x99\x82 \xe7\x82\xb9", part.word);
  return {hour && part.number >= 0 && part.number <= kHours ? part.number + 1 : 0, true};
}

PeriodWord NumberFrom0(std::string_view text) {
  return {BareNumber(text, 3) + 1, false};
}

PeriodWord NumberFrom1(std::string_view text) {
  return {std::max(BareNumber(text, 3), 0), false};
}

int MonthInYear(std::string_view text) {
  const int number = BareNumber(text, 2);
  return number < 0 ? MonthOfName(text).number : number <= kMonthsOfYear ? number : 0;
}

int BareNumber(std::string_view text, std::size_t digits) {
  text = TrimBlanks(text);
  if (text.size() > digits || !AllDigits(text)) return -1;
  return std::atoi(std::string(text).c_str());
}

bool IsPeriodNumber(std::string_view cell) {
  static constexpr std::string_view kWords[] = {"p",  "per", "period", "periode", "w",   "wk", "week", "kw", "h",
                                                "he", "hr",  "hour",   "d",       "day", "m",  "s",    "t",  ""};
  const std::string folded = FoldWord(cell);
  const std::size_t digits = std::min(folded.find_first_of("0123456789"), folded.size());
  if (BareNumber(std::string_view(folded).substr(digits), 3) < 0) return false;
  std::string_view word = std::string_view(folded).substr(0, digits);
  while (!word.empty() && (word.back() == ' ' || word.back() == '_' || word.back() == '-')) word.remove_suffix(1);
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

}  // namespace fitd
