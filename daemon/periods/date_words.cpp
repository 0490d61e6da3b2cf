#include "daemon/periods/date_words.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "common/ascii.h"
#include "common/calendar_name.h"

namespace fitd {

DateWord KindOfDateWord(std::string_view word) {
  const std::string lower = LowerCase(word);
  static constexpr std::string_view kDays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                               "friday", "saturday", "sunday"};
  static constexpr std::string_view kOthers[] = {"t",
                                                 "z",
                                                 "utc",
                                                 "gmt",
                                                 "am",
                                                 "pm",
                                                 "st",
                                                 "nd",
                                                 "rd",
                                                 "th",
                                                 "h",
                                                 "of",
                                                 "de",
                                                 "del",
                                                 "er",
                                                 "\xc2\xba",
                                                 "\xc2\xb0",
                                                 "cet",
                                                 "cest",
                                                 "est",
                                                 "edt",
                                                 "pst",
                                                 "pdt",
                                                 "mst",
                                                 "mdt",
                                                 "cst",
                                                 "cdt",
                                                 "bst",
                                                 "ist",
                                                 "jst",
                                                 "week",
                                                 "eet",
                                                 "eest",
                                                 "wet",
                                                 "west",
                                                 "msk",
                                                 "akst",
                                                 "akdt",
                                                 "hst",
                                                 "kst",
                                                 "klo",
                                                 "kello",
                                                 "kl",
                                                 "um",
                                                 "at",
                                                 "uhr",
                                                 "saat",
                                                 "godz",
                                                 "den",
                                                 "thang",
                                                 "th\u00e1ng",
                                                 "\u0433",
                                                 "\u0433\u043e\u0434\u0430",
                                                 "awst",
                                                 "aest",
                                                 "aedt",
                                                 "acst",
                                                 "nzst",
                                                 "nzdt",
                                                 "nst",
                                                 "\xe5\xb9\xb4",
                                                 "\xe6\x9c\x88",
                                                 "\xe6\x97\xa5"};
  static constexpr std::string_view kQuarters[] = {
      "q", "qtr", "quarter", "quartal", "trimestre", "분기", "\xe5\xad\xa3\xe5\xba\xa6", "\xe5\xb9\xb4\xe7\xac\xac"};
  const auto abbreviates = [&](std::string_view full) { return lower.size() >= 3 && full.starts_with(lower); };
  for (int month = 1; month <= 12; ++month) {
    if (abbreviates(EnglishMonth(month))) return DateWord::kMonth;
  }
  if (const MonthName name = MonthNameAt(word); name.size > 0)
    return name.unsure ? DateWord::kUnsureMonth : DateWord::kMonth;
  if (std::any_of(std::begin(kDays), std::end(kDays), abbreviates)) return DateWord::kOther;
  if (std::find(std::begin(kQuarters), std::end(kQuarters), lower) != std::end(kQuarters) || word == "T" ||
      word == "H" || word == "S" || lower == "half" || lower == "semester" || lower == "halbjahr")
    return DateWord::kQuarter;
  static constexpr std::string_view kQuartersOfChina[] = {"年第一季度", "年第二季度", "年第三季度", "年第四季度"};
  if (lower == "年" || lower == "年度" || lower == "년" ||
      std::find(std::begin(kQuartersOfChina), std::end(kQuartersOfChina), lower) != std::end(kQuartersOfChina))
    return DateWord::kEastAsianYear;
  static constexpr std::string_view kOfEast[] = {"월", "일",   "시",   "분",   "초",   "時",   "时",  "分",
                                                 "秒", "上午", "下午", "午前", "午後", "오전", "오후"};
  if (std::find(std::begin(kOfEast), std::end(kOfEast), lower) != std::end(kOfEast)) return DateWord::kOther;
  if (lower == "fy" || lower == "cy") return DateWord::kFiscal;
  static constexpr std::string_view kPeriods[] = {"jj",     "w",       "m",        "s",        "kw",  "wk",  "week",
                                                  "k",      "kv",      "mm",       "u",        "v",   "uge", "uke",
                                                  "vecka",  "kvartal", "kwartaal", "vko",      "sem", "hj",  "hafta",
                                                  "semana", "semaine", "woche",    "settimana"};
  if (std::find(std::begin(kPeriods), std::end(kPeriods), lower) != std::end(kPeriods)) return DateWord::kPeriod;
  if (IsWeekdayName(word) || lower == "feira") return DateWord::kOther;
  return std::find(std::begin(kOthers), std::end(kOthers), lower) != std::end(kOthers) ? DateWord::kOther
                                                                                       : DateWord::kNone;
}

}  // namespace fitd
