#include "daemon/periods/period_words.h"

#include <algorithm>
#include <cstdlib>
#include <initializer_list>

#include "common/ascii.h"
#include "common/weekday_name.h"

namespace fitd {
namespace {

constexpr int kMonths = 12;
constexpr int kQuarters = 4;

// Names of the months as FoldWord leaves them, the English one first.
constexpr std::string_view kMonthNames[kMonths] = {
    "january jan januar janvier janv enero ene janeiro gennaio gen januari jaenner janner",
    "february feb februar fevrier fevr fev febrero fevereiro febbraio februari feber",
    "march mar marz maerz mrz mars marzo marco maart mrt",
    "april apr avril avr abril abr aprile",
    "may mai mayo maio maggio mag mei maj",
    "june jun juni juin junio junho giugno giu",
    "july jul juli juillet juil julio julho luglio lug",
    "august aug aout aou agosto ago augustus augusti",
    "september sep sept septembre septiembre setiembre setembro set settembre",
    "october oct oktober okt octobre octubre outubro out ottobre ott",
    "november nov novembre noviembre novembro",
    "december dec dezember dez decembre diciembre dic dezembro dicembre"};
// Those of eleven more languages. Croatian is none of them: its listopad is October. Nor are short forms that are other
// words (the Czech led, dub and pro).
constexpr std::string_view kMoreMonthNames[kMonths] = {
    "styczen leden ocak tammikuu ianuarie jaanuar январь января янв січень",
    "luty unor subat helmikuu februarie veebruar февраль февраля фев лютий",
    "marzec brezen mart maaliskuu marcius martie marts март марта мар березень",
    "kwiecien duben nisan huhtikuu aprilis aprilie aprill апрель апреля апр квітень",
    "kveten mayis toukokuu majus май мая травень",
    "czerwiec cerven haziran kesakuu junius iunie juuni июнь июня июн червень",
    "lipiec cervenec temmuz heinakuu julius iulie juuli июль июля июл липень",
    "sierpien srpen agustos elokuu augusztus август августа авг серпень",
    "wrzesien zari eylul syyskuu szeptember septembrie сентябрь сентября сен сент вересень",
    "pazdziernik rijen ekim lokakuu octombrie oktoober октябрь октября окт жовтень",
    "listopad kasim marraskuu noiembrie ноябрь ноября ноя листопад",
    "grudzien prosinec aralik joulukuu decembrie desember des detsember декабрь декабря дек грудень"};

// Whether `word` is one of the words in a line.
bool Holds(std::string_view line, std::string_view word) {
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    if (line.substr(0, end) == word) return true;
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return false;
}

int MonthOf(std::string_view folded) {
  if (folded.size() > 3 && folded.back() == '.') folded.remove_suffix(1);
  for (int month = 0; month < kMonths; ++month) {
    if (Holds(kMonthNames[month], folded) || Holds(kMoreMonthNames[month], folded)) return month + 1;
  }
  return 0;
}

// A word and a number, whichever comes first, without what stands between them and behind an ordinal.
struct Numbered {
  std::string word;
  int number = 0;  // 0: there is none, or several
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
    const int first = MonthOf(folded.substr(0, at));
    const int last = MonthOf(folded.substr(at + between.size()));
    if (first > 0 && last == first + months - 1 && (first - 1) % months == 0) return (first - 1) / months + 1;
    if (first > 0) return 0;
  }
  return 0;
}

// The one of three letters of months that follow each other, from 1 for JFM to 12 for DJF; 0: none.
int ThreeMonths(std::string_view folded) {
  constexpr std::string_view kInitials = "jfmamjjasondjf";
  const std::size_t at = folded.size() == 3 ? kInitials.find(folded) : std::string_view::npos;
  return at == std::string_view::npos ? 0 : static_cast<int>(at) + 1;
}

// The number behind one of the words in a line, with or without a blank or a line between them; 0: something else.
int NumberBehind(std::string_view folded, std::string_view words) {
  const std::size_t digits = std::min(folded.find_first_of("0123456789"), folded.size());
  std::string_view before = folded.substr(0, digits);
  while (!before.empty() && IsBetween(before.back())) before.remove_suffix(1);
  return before.empty() || Holds(words, before) ? std::max(BareNumber(folded.substr(digits), 3), 0) : 0;
}

constexpr std::string_view kQuarterNouns = "quarter qtr quart quartal trimestre trim trimester kvartal kwartaal kv";
constexpr std::string_view kHalfNouns = "half halbjahr hj semester semestre sem halfyear";

}  // namespace

namespace {

// The letters from U+00C0 to U+017F without their accents; a blank: kept as it is.
constexpr std::string_view kPlain =
    "aaaaaa ceeeeiiii nooooo  uuuuy  aaaaaa ceeeeiiii nooooo  uuuuy y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii  jjkk lllllll"
    "lllnnnnnn   oooooo  rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(kPlain.size() == 192);

}  // namespace

std::string FoldWord(std::string_view text) {
  std::string out;
  text = TrimBlanks(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const unsigned next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (lead >= 0xc3 && lead <= 0xc5 && next >= 0x80 && next < 0xc0) {
      const char plain = kPlain[(lead - 0xc3U) * 64 + next - 0x80];
      if (plain != ' ') {
        out += plain;
        ++i;
        continue;
      }
    }
    if (lead == 0xd0 && next >= 0x90 && next < 0xb0) {  // a large letter of Russian
      (out += static_cast<char>(next < 0xa0 ? 0xd0 : 0xd1)) +=
          static_cast<char>(next < 0xa0 ? next + 0x20 : next - 0x20);
      ++i;
      continue;
    }
    out += static_cast<char>(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
  }
  return out;
}

PeriodWord MonthOfName(std::string_view text) {
  return {MonthOf(FoldWord(text)), true};
}

bool IsEnglishMonth(std::string_view text) {
  const std::string folded = FoldWord(text);
  const int month = MonthOf(folded);
  if (month == 0 || folded.back() == '.') return false;
  const std::string_view full = kMonthNames[month - 1].substr(0, kMonthNames[month - 1].find(' '));
  return folded == full || folded == full.substr(0, 3) || folded == "sept";
}

PeriodWord NumberedMonth(std::string_view text) {
  const Numbered part = Split(FoldWord(text));
  if (part.number < 1 || part.number > kMonths) return {};
  if (Holds("m month mon monat mes mois mese maand \xe6\x9c\x88", part.word)) return {part.number, true};
  return Holds("p period per periode periodo", part.word) ? PeriodWord{part.number, false} : PeriodWord{};
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
  const int day = NumberBehind(FoldWord(text), "d day value tag");
  return day <= 31 ? PeriodWord{day, true} : PeriodWord{};
}

PeriodWord SlotOfWord(std::string_view text) {
  const std::string folded = FoldWord(text);
  return {BareNumber(folded, 3) >= 0 ? 0 : NumberBehind(folded, "interval int slot period p sp tp qh block"), false};
}

int PartOfYear(std::string_view text) {
  if (const PeriodWord quarter = QuarterOfWord(text); quarter && quarter.sure && ThreeMonths(FoldWord(text)) == 0)
    return quarter.number;
  if (const int three = ThreeMonths(FoldWord(text)); three > 0) return three % kMonths + 1;
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

bool IsWeekdayName(std::string_view text) {
  text = TrimBlanks(text);
  return !text.empty() && WeekdayNameAt(text).size == text.size();
}

PeriodWord NumberFrom0(std::string_view text) {
  return {BareNumber(text, 3) + 1, false};
}

PeriodWord NumberFrom1(std::string_view text) {
  return {std::max(BareNumber(text, 3), 0), false};
}

int BareNumber(std::string_view text, std::size_t digits) {
  text = TrimBlanks(text);
  if (text.empty() || text.size() > digits || !std::all_of(text.begin(), text.end(), IsDigit)) return -1;
  return std::atoi(std::string(text).c_str());
}

}  // namespace fitd
