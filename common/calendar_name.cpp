#include "common/calendar_name.h"

#include <algorithm>
#include <string>

#include "common/ascii.h"
#include "common/time_units.h"

namespace fitd {
namespace {

// Names of the months as FoldWord leaves them, the English one first.
constexpr std::string_view kMonthWords[kMonthsOfYear] = {
    "january jan januar janvier janv enero ene janeiro gennaio gen januari jaenner janner",
    "february feb februar fevrier fevr fev febrero fevereiro febbraio februari feber",
    "march mar marz maerz mrz mars marzo marco maart mrt maret",
    "april apr avril avr abril abr aprile",
    "may mai mayo maio maggio mag mei maj",
    "june jun juni juin junio junho giugno giu",
    "july jul juli juillet juil julio julho luglio lug",
    "august aug aout aou agosto ago augustus augusti agustus agt",
    "september sep sept septembre septiembre setiembre setembro set settembre",
    "october oct oktober okt octobre octubre outubro out ottobre ott",
    "november nov novembre noviembre novembro",
    "december dec dezember dez decembre diciembre dic dezembro dicembre"};
// Those of twelve more languages, also as they stand behind a day (15 stycznia). Croatian is none of them: its listopad
// is October. Nor are short forms that are other words (the Czech led, dub and pro).
constexpr std::string_view kMoreMonthWords[kMonthsOfYear] = {
    ("styczen leden ocak tammikuu ianuarie jaanuar январь января янв січень "
     "stycznia ledna gener tammikuuta січня"),
    ("luty unor subat helmikuu februarie veebruar февраль февраля фев лютий "
     "lutego unora febrer helmikuuta лютого"),
    ("marzec brezen mart maaliskuu marcius martie marts март марта мар березень "
     "marca brezna maaliskuuta березня"),
    ("kwiecien duben nisan huhtikuu aprilis aprilie aprill апрель апреля апр квітень "
     "kwietnia dubna huhtikuuta квітня"),
    ("kveten mayis toukokuu majus май мая травень "
     "maja kvetna maig toukokuuta травня"),
    ("czerwiec cerven haziran kesakuu junius iunie juuni июнь июня июн червень "
     "czerwca cervna juny kesakuuta червня"),
    ("lipiec cervenec temmuz heinakuu julius iulie juuli июль июля июл липень "
     "lipca cervence juliol heinakuuta липня"),
    ("sierpien srpen agustos elokuu augusztus август августа авг серпень "
     "sierpnia srpna agost elokuuta серпня"),
    ("wrzesien zari eylul syyskuu szeptember septembrie сентябрь сентября сен сент вересень "
     "wrzesnia setembre syyskuuta вересня"),
    ("pazdziernik rijen ekim lokakuu octombrie oktoober октябрь октября окт жовтень "
     "pazdziernika rijna lokakuuta жовтня"),
    ("listopad kasim marraskuu noiembrie ноябрь ноября ноя листопад "
     "listopada listopadu marraskuuta листопада"),
    ("grudzien prosinec aralik joulukuu decembrie desember des detsember декабрь декабря дек грудень "
     "grudnia prosince desembre joulukuuta грудня")};
// Those that are other words too: sets, gens and mags are counted.
constexpr std::string_view kUnsureMonthWords = "set out mag gen mart des mei ago sen";

// With the accents that they have, Monday first.
constexpr std::string_view kWeekdayWords[7] = {
    ("monday mon montag mo lundi lun lunes segunda seg segunda-feira luned\u00ec lunedi mandag man m\u00e5ndag "
     "m\u00e5n "
     "maandag ma poniedzia\u0142ek pon pn \u043f\u043d \u6708 \u6708\u66dc \u6708\u66dc\u65e5 \u661f\u671f\u4e00"),
    ("tuesday tue tues dienstag di mardi mar martes ter\u00e7a ter ter\u00e7a-feira marted\u00ec martedi tirsdag tir "
     "tirs tisdag tis dinsdag wtorek wt \u0432\u0442 \u706b \u706b\u66dc \u706b\u66dc\u65e5 \u661f\u671f\u4e8c"),
    ("wednesday wed mittwoch mi mercredi mer mi\u00e9rcoles miercoles mi\u00e9 mie quarta qua quarta-feira "
     "mercoled\u00ec mercoledi onsdag ons woensdag wo \u015broda \u015br \u0441\u0440 \u6c34 \u6c34\u66dc "
     "\u6c34\u66dc\u65e5 \u661f\u671f\u4e09"),
    ("thursday thu thur thurs donnerstag do jeudi jeu jueves jue quinta qui quinta-feira gioved\u00ec giovedi gio "
     "torsdag tors tor donderdag czwartek czw \u0447\u0442 \u6728 \u6728\u66dc \u6728\u66dc\u65e5 \u661f\u671f\u56db"),
    ("friday fri freitag fr vendredi ven viernes vie sexta sex sexta-feira venerd\u00ec venerdi fredag fre vrijdag vr "
     "pi\u0105tek pt \u043f\u0442 \u91d1 \u91d1\u66dc \u91d1\u66dc\u65e5 \u661f\u671f\u4e94"),
    ("saturday sat samstag sonnabend sa samedi sam s\u00e1bado sabado s\u00e1b sab sabato l\u00f8rdag l\u00f8r "
     "l\u00f6rdag l\u00f6r zaterdag za sobota sob \u0441\u0431 \u571f \u571f\u66dc \u571f\u66dc\u65e5 "
     "\u661f\u671f\u516d"),
    ("sunday sun sonntag so dimanche dim domingo dom domenica s\u00f8ndag s\u00f8n s\u00f6ndag s\u00f6n zondag zo "
     "niedziela nd \u0432\u0441 \u65e5 \u65e5\u66dc \u65e5\u66dc\u65e5 \u661f\u671f\u65e5")};

bool Lists(std::string_view words, std::string_view word) {
  for (std::size_t at = words.find(word); at != std::string_view::npos; at = words.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' ')) return true;
  }
  return false;
}

// The letters from U+00C0 to U+017F without their accents; a blank: kept as it is.
constexpr std::string_view kPlain =
    "aaaaaa ceeeeiiii nooooo  uuuuy  aaaaaa ceeeeiiii nooooo  uuuuy y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii  jjkk lllllll"
    "lllnnnnnn   oooooo  rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(kPlain.size() == 192);

// The letters that a text begins with.
std::string_view WordAt(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && IsOfWord(text[size])) ++size;
  return text.substr(0, size);
}

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

int MonthOfFolded(std::string_view folded) {
  if (folded.size() > 3 && folded.back() == '.') folded.remove_suffix(1);
  for (int month = 0; month < kMonthsOfYear; ++month) {
    if (Lists(kMonthWords[month], folded) || Lists(kMoreMonthWords[month], folded)) return month + 1;
  }
  return 0;
}

std::string_view EnglishMonth(int month) {
  const std::string_view words = kMonthWords[month - 1];
  return words.substr(0, words.find(' '));
}

MonthName MonthNameAt(std::string_view text) {
  const std::string_view word = WordAt(text);
  if (word.empty()) return {};
  const std::string folded = FoldWord(word);
  const int month = MonthOfFolded(folded);
  if (month == 0) return {};
  return {word.size(), month, Lists(kUnsureMonthWords, folded)};
}

WeekdayName WeekdayNameAt(std::string_view text) {
  constexpr std::string_view kFeira = "-feira";
  std::size_t size = WordAt(text).size();
  if (LowerCase(text.substr(size, kFeira.size())) == kFeira) size += kFeira.size();
  if (size == 0) return {};
  const std::string word = LowerCase(text.substr(0, size));
  WeekdayName found;
  for (std::size_t day = 0; day < std::size(kWeekdayWords); ++day) {
    if (!Lists(kWeekdayWords[day], word)) continue;
    found.day = found.size == 0 ? static_cast<int>(day) + 1 : 0;
    found.size = size + (text.substr(size).starts_with('.') ? 1 : 0);
  }
  return found;
}

}  // namespace fitd
