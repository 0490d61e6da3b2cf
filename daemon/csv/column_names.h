// Finds columns by their names: the usual names of targets, times, values and units, and the names that options give.
// Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"
#include "daemon/csv/column_facts.h"
#include "daemon/csv/csv_layout.h"

namespace fitd {

// Names that are believed whatever the column holds, in this order.
inline constexpr std::string_view kTargetNames[] = {"target", "unique_id", "item_id", "id", "series"};
inline constexpr std::string_view kTimeNames[] = {"time", "ds", "timestamp", "date", "datetime"};
inline constexpr std::string_view kValueNames[] = {"value", "y", "v"};
// Names of time columns, if their cells are times.
inline constexpr std::string_view kOtherTimeNames[] = {
    "_time",       "ts",          "dt",         "dteday",      "observation_date",
    "time_period", "date_time",   "period",     "time period", "year_month",
    "yearmonth",   "yyyymm",      "yyyymmdd",   "obs_date",    "utc",
    "unix",        "epoch",       "month",      "week",        "quarter",
    "day",         "year",        "yr",         "yyyy",        "datum",
    "zeit",        "zeitstempel", "fecha",      "data",        "reference_time",
    "local time",  "start time",  "time (utc)", "monat",       "kalenderwoche",
    "woche",       "kw",          "jahr",       "quartal",     "mois",
    "semaine",     "annee",       "mes",        "semana",      "ano"};
// Names that mean an id where the content agrees.
inline constexpr std::string_view kIdNames[] = {
    "series_id", "seriesid", "symbol",     "ticker",   "store",      "store_id",  "store_nbr", "item",
    "sku",       "host",     "hostname",   "instance", "device",     "device_id", "sensor",    "sensor_id",
    "entity_id", "station",  "station_id", "site",     "site_no",    "country",   "location",  "region",
    "metric",    "name",     "stn",        "meter",    "stations_id"};
// Names of what rows may be of, beside those.
inline constexpr std::string_view kMoreIdNames[] = {
    "shop",      "branch",   "outlet",     "warehouse",   "depot",        "plant",     "factory",     "building",
    "machine",   "customer", "client",     "product",     "article",      "brand",     "category",    "market",
    "city",      "province", "county",     "district",    "zone",         "area",      "facility",    "asset",
    "server",    "tenant",   "account",    "channel",     "variant",      "portfolio", "filiale",     "standort",
    "artikel",   "kunde",    "werk",       "land",        "stadt",        "magasin",   "ville",       "pays",
    "tienda",    "ciudad",   "pais",       "negozio",     "citta",        "paese",     "sucursal",    "shop_id",
    "branch_id", "plant_id", "product_id", "customer_id", "country_code", "site_id",   "location_id", "region_id",
    "meter_id",  "item_id"};
// Names of outcomes. A numeric column 'target' beside one of these is a goal (IsGoal), neither an id nor the value.
inline constexpr std::string_view kOutcomeNames[] = {
    "actual",  "actuals",  "achieved", "achievement", "realised", "realized", "result", "results", "sales",
    "revenue", "turnover", "orders",   "ist",         "reel",     "real",     "score",  "attained"};
// Names of columns that hold the unit of the values in words.
inline constexpr std::string_view kUnitNames[] = {
    "unit",
    "units",
    "uom",
    "unit_of_measure",
    "unit_of_measurement",
    "measure_unit",
    "value_unit",
    "unit_code",
    "einheit",
    "currency",
    "ccy",
    "currency_code",
    "waehrung",
    "w\u00e4hrung",
    "W\u00e4hrung",
    "unit\u00e9",
    "Unit\u00e9",
    "unite",
    "unidad",
    "unidade",
    "unit\u00e0",
    "Unit\u00e0",
    "enhet",
    "enhed",
    "eenheid",
    "yksikk\u00f6",
    "Yksikk\u00f6",
    "jednostka",
    "jednotka",
    "birim",
    "devise",
    "moneda",
    "moeda",
    "valuta",
    "waluta",
    "\u5358\u4f4d",
    "\u5355\u4f4d",
    "scale",
    "measurement_unit",
    "unit_measure",
    "mengeneinheit",
    "\u0432\u0430\u043b\u044e\u0442\u0430",
    "\u0412\u0430\u043b\u044e\u0442\u0430",
    "\u0435\u0434. \u0438\u0437\u043c.",
    "\u0435\u0434.\u0438\u0437\u043c.",
    "\u0415\u0434. \u0438\u0437\u043c.",
    "\u901a\u8ca8",
    "\u8d27\u5e01",
    "\u5e01\u79cd",
    "para birimi",
    "mena",
    "p\u00e9nznem",
    "m\u00e9rt\u00e9kegys\u00e9g",
    "\u0435\u0434\u0438\u043d\u0438\u0446\u0430 \u0438\u0437\u043c\u0435\u0440\u0435\u043d\u0438\u044f"};
// Names of columns that hold a power of ten by which values are to be multiplied, as SDMX has them.
inline constexpr std::string_view kMultiplierNames[] = {"unit_mult", "unit_multiplier", "obs_mult", "multiplier"};

// Returns "Series ID", "<TICKER>", "entity-id" or "SettlementPeriod" in lower case and without blanks, <, >, - and _.
std::string Loosely(std::string_view name);

// Index of the one of `columns` (not empty) that looks most like a measure, the first of several: its name means
// neither a code nor a part of a time, and it is not the same in every row.
std::size_t FirstMeasure(const CsvLayout& layout, const std::vector<ColumnFacts>& facts,
                         const std::vector<std::size_t>& columns);

// Index of the column whose name is one of `wanted` (in lower case, the best first): as written, else in another case,
// else written loosely (Loosely). Columns with taken[i] are passed over. kNoColumn: none.
std::size_t FindNamed(const CsvLayout& layout, std::span<const std::string_view> wanted,
                      const std::vector<bool>& taken);
// True for a numeric column called 'target' beside one with an outcome's name (kOutcomeNames): a goal, no id or value.
bool IsGoal(const CsvLayout& layout, std::size_t column, const std::vector<ColumnFacts>& facts);
// True when the column is called one of `names`, in any case and written loosely (Loosely).
bool IsCalled(const CsvLayout& layout, std::size_t column, std::span<const std::string_view> names);

// Of columns of dates, of which one stays: the end where another one is the beginning, and a local time beside UTC; and
// when the rows were written.
void LeaveEndsOut(const CsvLayout& layout, std::vector<std::size_t>& dates);
void LeaveWrittenOut(const CsvLayout& layout, std::vector<std::size_t>& dates);

// How a message ends for a name that no column has; the option follows.
inline constexpr std::string_view kNameItWith = "; name it with ";
// Indices of the columns that an option names: one name, or a list of names and of #N (#1 is the first column). `what`
// is their role, for messages. kInvalidInput, with the columns there are, for a name that no column or more than one
// has, and for a column named twice.
Result<std::vector<std::size_t>> ResolveColumns(const std::string& text, std::string_view what, std::string_view option,
                                                const CsvLayout& layout, const std::string& path);

// Indices of the columns in a name that joins several with slashes (a/b); empty when one is missing or taken.
std::vector<std::size_t> FindJoined(const CsvLayout& layout, std::string_view text, const std::vector<bool>& taken);

// "'a', 'b', #3 and 5 more".
std::string ListNames(const CsvLayout& layout);
std::string ListNames(const CsvLayout& layout, std::span<const std::size_t> columns);

// kInvalidInput when another column has the same name; the message says which #N to give to `option` instead.
Status CheckSingle(const CsvLayout& layout, std::size_t column, std::string_view option, const std::string& path);

// True when two columns of times have one name, or both the second and the column of its values are called as those of
// the first and more: Prev Date and Prev Sales beside Date and Sales.
bool IsTimeBeside(const CsvLayout& layout, std::size_t time, std::size_t other);
// A free column that is called the day of the year and holds parts of days: 293.0208; kNoColumn: none.
std::size_t FindDecimalDays(const CsvLayout& layout, const std::vector<ColumnFacts>& facts,
                            const std::vector<bool>& taken);
// How a column of words or numbers divides the years (else the days) of a header; nullopt: it does not.
std::optional<TimePart> PartDown(const CsvLayout& layout, const ColumnFacts& facts,
                                 const std::vector<Records::Record>& records, std::size_t from, std::size_t column,
                                 bool years);
// True when numbers in a column called hours, minutes or seconds are how long something took (hours worked), and no
// times of day: few different ones, which do not go up by one from row to row as those of a day do.
bool HoldsDurations(const CsvLayout& layout, const std::vector<Records::Record>& records, std::size_t from,
                    std::size_t column);

// The time in the name of a column and the word before or behind it: 2019M01 of pop2019M01, 1990 of "1990 pop". The
// time is empty when there is no such time, or nothing but it.
struct WordedTime {
  std::string_view time;
  std::string_view word;
};
WordedTime TimeBesideWord(std::string_view name);

}  // namespace fitd
