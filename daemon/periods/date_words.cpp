#include "daemon/periods/date_words.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "common/ascii.h"
#include "common/calendar_name.h"
#include "daemon/periods/period_words.h"

namespace fitd {
namespace {

constexpr std::string_view kEnglishDays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                             "friday", "saturday", "sunday"};

// Words in lower case by what they say, with a blank before and behind each.
constexpr std::pair<DateWord, std::string_view> kWords[] = {
    {DateWord::kQuarter, " q qtr quarter quartal trimestre 분기 季度 年第 half semester halbjahr "},
    {DateWord::kEastAsianYear, " 年 年度 년 年第一季度 年第二季度 年第三季度 年第四季度 "},
    {DateWord::kOther, " 월 일 시 분 초 時 时 分 秒 上午 下午 午前 午後 오전 오후 月 日 "},
    {DateWord::kFiscal, " fy cy "},
    {DateWord::kPeriod,
     " jj w m s kw wk week k kv mm u v uge uke vecka kvartal kwartaal vko sem hj hafta semana semaine woche "
     "settimana "},
    // Marks of clocks and ordinals, and words between the parts of a date.
    {DateWord::kOther,
     " t z am pm st nd rd th h of de del er º ° um at uhr klo kello kl saat godz den thang tháng г года feira "},
    {DateWord::kOther,
     " utc gmt cet cest est edt pst pdt mst mdt cst cdt bst ist jst eet eest wet west msk akst akdt hst kst awst aest "
     "aedt acst nzst nzdt nst "}};

}  // namespace

DateWord KindOfDateWord(std::string_view word) {
  const std::string lower = LowerCase(word);
  const auto abbreviates = [&](std::string_view full) { return lower.size() >= 3 && full.starts_with(lower); };
  for (int month = 1; month <= 12; ++month) {
    if (abbreviates(EnglishMonth(month))) return DateWord::kMonth;
  }
  if (const MonthName name = MonthNameAt(word); name.size > 0)
    return name.unsure ? DateWord::kUnsureMonth : DateWord::kMonth;
  if (std::any_of(std::begin(kEnglishDays), std::end(kEnglishDays), abbreviates)) return DateWord::kOther;
  if (word == "T" || word == "H" || word == "S") return DateWord::kQuarter;  // trimestre, half, semestre
  if (lower.find(' ') == std::string::npos) {
    for (const auto& [kind, words] : kWords) {
      if (words.find(" " + lower + " ") != std::string_view::npos) return kind;
    }
  }
  return IsWeekdayName(word) ? DateWord::kOther : DateWord::kNone;
}

}  // namespace fitd
