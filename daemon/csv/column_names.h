// Finds columns by what people call them. Daemon, ingest threads; pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"
#include "daemon/csv/csv_layout.h"

namespace fitd {

// Names that are believed whatever the column holds, in this order.
inline constexpr std::string_view kTargetNames[] = {"target", "unique_id", "item_id", "id", "series"};
inline constexpr std::string_view kTimeNames[] = {"time", "ds", "timestamp", "date", "datetime"};
inline constexpr std::string_view kValueNames[] = {"value", "y", "v"};
// Names that mean an id where the content agrees.
inline constexpr std::string_view kIdNames[] = {
    "series_id", "seriesid", "symbol",     "ticker",   "store",      "store_id",  "store_nbr", "item",
    "sku",       "host",     "hostname",   "instance", "device",     "device_id", "sensor",    "sensor_id",
    "entity_id", "station",  "station_id", "site",     "site_no",    "country",   "location",  "region",
    "metric",    "name",     "stn",        "meter",    "stations_id"};
// Names of what values are measured in, where it is words.
inline constexpr std::string_view kUnitNames[] = {
    "unit",         "units",         "uom",       "unit_of_measure", "unit_of_measurement",
    "measure_unit", "value_unit",    "unit_code", "einheit",         "currency",
    "ccy",          "currency_code", "waehrung"};

std::string LowerCase(std::string_view text);
// "Series ID", "<TICKER>", "entity-id" and "SettlementPeriod" without what parts their words, and in lower case.
std::string Loosely(std::string_view name);

// The first of `wanted` (in lower case) that is a name, as written or in another case; kNoColumn: none. `taken[i]`:
// column i is left out.
std::size_t FindNamed(const CsvLayout& layout, std::span<const std::string_view> wanted,
                      const std::vector<bool>& taken);

// The columns of an option: one name, or a list of names and of #N. kInvalidInput names the option, what it is for, and
// the columns there are; also when a name stands above two columns.
Result<std::vector<std::size_t>> ResolveColumns(const std::string& text, std::string_view what, std::string_view option,
                                                const CsvLayout& layout, const std::string& path);

// The columns of a name that is printed for several: a/b. Empty when one of them is not there or is taken.
std::vector<std::size_t> FindJoined(const CsvLayout& layout, std::string_view text, const std::vector<bool>& taken);

// "'a', 'b', #3 and 5 more".
std::string ListNames(const CsvLayout& layout);
std::string ListNames(const CsvLayout& layout, std::span<const std::size_t> columns);

// kInvalidInput when another column has the name of this one, and what to say for `option` instead.
Status CheckSingle(const CsvLayout& layout, std::size_t column, std::string_view option, const std::string& path);

}  // namespace fitd
