#include "daemon/periods/part_names.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/ascii.h"
#include "daemon/periods/period_words.h"

namespace fitd {
namespace {

bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}

bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}

// The words of a name, folded: split at what is no letter or digit, and where capitals begin.
std::vector<std::string> WordsOf(std::string_view name) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool letter = IsUpper(c) || IsLower(c) || (c & 0x80) != 0 || (c >= '0' && c <= '9');
    const bool begins = IsUpper(c) && i > 0 &&
                        (IsLower(name[i - 1]) || (IsUpper(name[i - 1]) && i + 1 < name.size() && IsLower(name[i + 1])));
    if (!letter || begins) words.emplace_back();
    if (letter) words.back() += c;
  }
  for (std::string& word : words) word = FoldWord(word);
  std::erase(words, std::string());
  return words;
}

bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::pair<PartName, std::string_view> kPartWords[] = {
    {PartName::kYear,
     " year yr yyyy jahr annee an ano anno jaar rok yil vuosi ev ar aasta год рік 年 年份 年度 연도 년도 년 연 "},
    {PartName::kHalf, " half semester semestre sem halbjahr hj halfyear polrocze pololeti 半年 半期 반기 "},
    {PartName::kQuarter,
     " quarter qtr qtrs quartal trimestre trim kvartal kwartaal kwartal ctvrtleti ceyrek negyedev trimestru квартал "
     "q 季度 季 四半期 분기 "},
    {PartName::kMonth,
     " month mth mnth moy monthofyear monthname mname mon monat mois mes mese maand mo mm miesiac mesic ay kk "
     "kuukausi honap luna maned manad kuu месяц місяць 月份 月 월 "},
    {PartName::kWeek,
     " week wk weeknum weeknr weekofyear woy kalenderwoche weekno woche semaine semana kw isoweek epiweek tydzien "
     "tyden hafta viikko uge uke vecka неделя "
     "тиждень 周 週 周次 주 "},
    {PartName::kYearDay, " doy yday dayofyear jday "},
    {PartName::kMonthDay, " day dd tag jour dia giorno mday dom dzien den gun paiva pv nap zi dag день 日 일 "},
    {PartName::kWeekday, " weekday wday dow wochentag "},
    {PartName::kHour,
     " hour hours hr hrs hh he hod timme uhrstunde stunde heure hora ora godzina godz uur klo hourending "
     "hourbeginning "
     "hourofday 時 时 時刻 时刻 시 시각 час година "},
    {PartName::kMinute, " minute minutes min mins mi minuto "},
    {PartName::kSecond, " second seconds sec secs ss sekunde "},
    {PartName::kSlot, " qh quarterhour viertelstunde slot timeslot interval halfhour ptu isp mtu timeblock efa "},
    {PartName::kPeriod, " period periode periodo per "},
    {PartName::kTerm,
     " term dekad decade dekade dekada dekadi decadal pentad pentada pentade "
     "fortnight quinzaine quincena quinzena bimestre bimester bimestral cuatrimestre quadrimestre "
     "quadrimester payperiod 旬 "},
    {PartName::kSeason, " season saison jahreszeit "},
    {PartName::kZone, " dst tz timezone zone zeitzone offset summertime sommerzeit utcoffset gmtoffset tzoffset "}};

std::unordered_map<std::string_view, PartName> PartsByWord() {
  std::unordered_map<std::string_view, PartName> parts;
  for (const auto& [part, words] : kPartWords) {
    for (std::size_t begin = 1; begin < words.size();) {
      const std::size_t end = words.find(' ', begin);
      parts.emplace(words.substr(begin, end - begin), part);
      begin = end + 1;
    }
  }
  return parts;
}

PartName PartOfWord(std::string_view word) {
  // Made once: a wide table asks for each of a million names.
  static const std::unordered_map<std::string_view, PartName> parts = PartsByWord();
  const auto found = parts.find(word);
  return found == parts.end() ? PartName::kNone : found->second;
}

bool ChangesNothing(std::string_view word) {
  return IsOneOf(word, {"calendar",   "cal",   "fiscal",  "fisc",     "fy",    "cy",     "report", "reporting",
                        "financial",  "order", "invoice", "posting",  "sales", "number", "num",    "nr",
                        "no",         "nbr",   "name",    "short",    "long",  "abbr",   "local",  "utc",
                        "gmt",        "iso",   "epi",     "mmwr",     "obs",   "start",  "begin",  "starting",
                        "beginning",  "end",   "ending",  "delivery", "trade", "of",     "the",    "code",
                        "accounting", "in",    "trading", "dispatch", "time",  "book",   "date",   "market",
                        "settlement", "from",  "von",     "bis",      "to",    "model",  "data",   "tz",
                        "block",      "pay",   "current", "mess"});
}

// "Week of Month", "day_of_year": what stands before "of" is a part of what stands behind it.
PartName PartWithin(PartName part, PartName of) {
  if (part == PartName::kWeek && of == PartName::kMonth) return PartName::kWeekOfMonth;
  if (part == PartName::kMonthDay && of == PartName::kYear) return PartName::kYearDay;
  if (part == PartName::kMonthDay && of == PartName::kWeek) return PartName::kWeekday;
  if (part == PartName::kMinute && of == PartName::kMonthDay) return PartName::kSlot;
  return part;
}

}  // namespace

PartName PartOfName(std::string_view name, std::string_view shared) {
  const std::vector<std::string> words = WordsOf(name);
  const std::vector<std::string> others = WordsOf(shared);
  PartName part = PartName::kNone;
  PartName within = PartName::kNone;
  bool of = false;
  bool slots = false;
  for (const std::string& word : words) {
    const PartName said = PartOfWord(word);
    slots = slots || IsOneOf(word, {"trading", "settlement", "dispatch"});
    if (of && said != PartName::kNone) {
      within = said;
    } else if (said == PartName::kNone || (part == PartName::kZone && said != PartName::kZone)) {
      of = of || (part != PartName::kNone && (word == "of" || word == "within"));
      const bool known = ChangesNothing(word) || std::find(others.begin(), others.end(), word) != others.end();
      if (!known) return PartName::kNone;
    } else if (part != PartName::kNone && part != said && said != PartName::kZone) {
      return PartName::kNone;
    } else {
      part = said;
    }
  }
  if (part == PartName::kPeriod && slots) return PartName::kSlot;
  return within == PartName::kNone ? part : PartWithin(part, within);
}

bool IsFiscalName(std::string_view name) {
  const std::string folded = FoldWord(name);
  const auto says = [&](std::string_view word) { return folded.find(word) != std::string::npos; };
  return folded == "fy" || says("fiscal") || says("financial") || says("geschaftsjahr") || says("wirtschaftsjahr");
}

bool SaysId(std::string_view name) {
  const std::vector<std::string> words = WordsOf(name);
  return !words.empty() && IsOneOf(words.back(), {"id", "ids", "uid", "uuid", "key"});
}

bool SaysCode(std::string_view name) {
  const std::vector<std::string> words = WordsOf(name);
  const bool ends = !words.empty() && IsOneOf(words.back(), {"id", "ids", "no", "nr", "number", "code", "serial",
                                                             "mpan", "nmi", "plz", "zip", "postcode", "zipcode"});
  return ends || std::any_of(words.begin(), words.end(), [](const std::string& word) {
           return IsOneOf(word, {"serial", "postcode", "postal", "lat", "latitude", "lon", "lng", "longitude",
                                 "elevation", "altitude"});
         });
}

bool IsPlaceName(std::string_view name) {
  const std::string lower = LowerCase(name);
  return IsOneOf(lower, {"lat", "latitude", "lon", "lng", "long", "longitude"});
}

bool SaysWritten(std::string_view name) {
  const std::vector<std::string> words = WordsOf(name);
  // "Load" alone is what a grid carries.
  if (words.size() == 1 && words[0] == "load") return false;
  if (name.find("ise à jour") != std::string_view::npos) return true;
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    static constexpr std::string_view kStems[] = {
        "updat",   "creat",     "loaded",     "receiv",    "receipt", "export",   "modif",     "process",
        "ingest",  "insert",    "extract",    "snapsh",    "import",  "refres",   "retriev",   "fetched",
        "scrap",   "crawl",     "downl",      "upload",    "generat", "publis",   "releas",    "revis",
        "changed", "synced",    "arriv",      "erstellt",  "geladen", "geandert", "aktualis",  "exportiert",
        "empfang", "veroffent", "actualizad", "modificad", "creado",  "written",  "generiert", "importiert"};

    const auto begins = [&](std::string_view stem) { return word.starts_with(stem); };
    return std::any_of(std::begin(kStems), std::end(kStems), begins) ||
           IsOneOf(word, {"load", "sync", "etl", "lastmodified", "lastupdate", "asof", "dwh", "mtime", "ctime",
                          "logged", "vintage"});
  });
}

bool SaysCreated(std::string_view name) {
  const std::vector<std::string> words = WordsOf(name);
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return word.starts_with("creat") || IsOneOf(word, {"creado", "erstellt", "ctime"});
  });
}

bool SaysOccasion(std::string_view name) {
  static constexpr std::string_view kLater[] = {
      "transf",  "ship",   "deliv",  "resol",  "solv",  "complet", "refund", "approv",  "fulfil",   "cancel",
      "availab", "respon", "assign", "captur", "arriv", "accept",  "finish", "versand", "geliefert"};
  static constexpr std::string_view kOwn[] = {"sampl", "measur", "observ", "record",
                                              "event", "occur",  "happen", "gemessen"};
  const std::vector<std::string> words = WordsOf(name);
  const auto any_begins = [&](std::span<const std::string_view> stems) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      return std::any_of(stems.begin(), stems.end(), [&](std::string_view stem) { return word.starts_with(stem); });
    });
  };
  return any_begins(kOwn) || ((SaysDay(name) || SaysPeriod(name)) && !any_begins(kLater));
}

bool SaysWrittenOrEnd(std::string_view name) {
  const std::vector<std::string> words = WordsOf(name);
  return SaysWritten(name) || std::any_of(words.begin(), words.end(), [](const std::string& word) {
           return IsOneOf(word, {"due",     "end",    "ends",        "ended", "ending", "until", "to",      "expiry",
                                 "expires", "fin",    "ende",        "bis",   "finish", "paid",  "payment", "close",
                                 "closed",  "fallig", "vencimiento", "tot",   "till",   "hasta"});
         });
}

bool SaysPeriod(std::string_view name) {
  const std::vector<std::string> words = WordsOf(name);
  return PartOfName(name) != PartName::kNone || std::any_of(words.begin(), words.end(), [](const std::string& word) {
           return IsOneOf(word,
                          {"period",   "periode", "start", "starts",   "begin",   "beginn", "from",     "von",
                           "key",      "ts",      "epoch", "interval", "yyyymm",  "ym",     "yyyymmdd", "yearmonth",
                           "yearweek", "yyyyww",  "month", "week",     "quarter", "year"});
         });
}

bool SaysDay(std::string_view name) {
  const std::vector<std::string> words = WordsOf(name);
  return PartOfName(name) == PartName::kMonthDay ||
         std::any_of(words.begin(), words.end(), [](const std::string& word) {
           return IsOneOf(word, {"date", "datum", "fecha", "dato", "timestamp", "datetime"});
         });
}

std::string_view TimeInName(std::string_view name) {
  const auto is_time = [](std::string_view text) {
    return text.size() >= 4 && text.size() <= 10 && text.find_first_not_of("0123456789.") == std::string_view::npos &&
           text.substr(0, 4).find('.') == std::string_view::npos && (text.size() == 4 || text[4] == '.') &&
           text.substr(0, 2) >= "17" && text.substr(0, 2) <= "21";
  };
  if (name.size() > 4 && (name[0] == 'X' || name[0] == 'Y') && is_time(name.substr(1))) return name.substr(1);
  const bool twice = name.size() == 13 && name.substr(4, 4) == " [YR" && name.back() == ']' &&
                     name.substr(8, 4) == name.substr(0, 4) && is_time(name.substr(0, 4));
  return twice ? name.substr(0, 4) : std::string_view();
}

bool SaysDocument(std::string_view name) {
  static constexpr std::string_view kDocuments[] = {
      "invoice",  "receipt", "order",   "ticket",  "document", "doc", "voucher", "bill",
      "rechnung", "beleg",   "facture", "factura", "faktura",  "bon", "fattura", "transaction"};
  static constexpr std::string_view kNumbers[] = {"", "no", "no.", "nr", "nr.", "number", "num", "id", "#", "nummer"};
  const std::string lower = LowerCase(TrimBlanks(name));
  for (const std::string_view document : kDocuments) {
    if (!lower.starts_with(document)) continue;
    std::string rest = lower.substr(document.size());
    std::erase_if(rest, [](char c) { return c == ' ' || c == '_' || c == '-'; });
    // An order alone may be how many were ordered.
    if (rest.empty() && document == "order") return false;
    if (std::find(std::begin(kNumbers), std::end(kNumbers), rest) != std::end(kNumbers)) return true;
  }
  return false;
}

}  // namespace fitd
