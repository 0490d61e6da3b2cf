#include "common/weekday_name.h"

#include <algorithm>
#include <string>

#include "common/ascii.h"

namespace fitd {
namespace {

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

bool IsOfWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

WeekdayName WeekdayNameAt(std::string_view text) {
  constexpr std::string_view kFeira = "-feira";
  std::size_t size = 0;
  while (size < text.size() && IsOfWord(text[size])) ++size;
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
