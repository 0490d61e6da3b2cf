// Usual names of columns that hold one part of a time: year, month and what is finer. Daemon, ingest threads; values.
// TimeColumns (time_columns.h) looks for such columns in split_time.cpp.
#pragma once

#include <string_view>

namespace fitd {

inline constexpr std::string_view kYearColumns[] = {"year",     "yr",      "yyyy",     "yy",        "fy",
                                                    "jahr",     "annee",   "ano",      "mmwr_year", "iso_year",
                                                    "epi_year", "isoyear", "week_year"};
inline constexpr std::string_view kMonthColumns[] = {"month", "mo", "mon", "mnth", "mm", "monat", "mes"};
inline constexpr std::string_view kDayColumns[] = {"day", "dd", "dy", "mday", "dom", "day_of_month", "tag", "dia"};
inline constexpr std::string_view kHourColumns[] = {"hour",        "hr",         "hours",       "hh",    "hour_of_day",
                                                    "stunde",      "heure",      "hora",        "h",     "he",
                                                    "hour ending", "hourending", "hour_ending", "opr_hr"};
inline constexpr std::string_view kQuarterColumns[] = {"quarter", "qtr", "q", "quartal", "trimestre"};
inline constexpr std::string_view kWeekColumns[] = {"week",    "wk",      "weeknum",  "week_number",
                                                    "week_no", "isoweek", "iso_week", "mmwr_week",
                                                    "epiweek", "woche",   "kw",       "semana"};
inline constexpr std::string_view kYearDayColumns[] = {"doy", "day_of_year", "dayofyear", "yday", "julian_day", "jday"};
inline constexpr std::string_view kPeriodColumns[] = {"period", "month", "quarter", "mo", "mon", "monat", "week"};
inline constexpr std::string_view kMinuteColumns[] = {"minute", "min", "mi", "minutes", "mm"};
inline constexpr std::string_view kCompactClockColumns[] = {"hhmm",      "hrmn",        "time", "clock",
                                                            "time_hhmm", "hour_minute", "hora", "uhrzeit"};
inline constexpr std::string_view kSlotColumns[] = {"settlement_period", "period",   "interval",        "slot",
                                                    "half_hour",         "halfhour", "trading_interval"};

}  // namespace fitd
