// Words beside a value that say what it is measured in or that it is a sum of others: in cells of a column of their
// own, and in names of columns. Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fitd {

// True for words that are units wherever they stand: kWh, hPa, USD, thousands. Single letters, which are codes
// elsewhere, are not.
bool IsUnitWord(std::string_view cell);
// True for those and for words that are units only when their column is called a unit, or has surer ones: m, t, C, ST,
// szt, Stück.
bool IsUnitBesideOthers(std::string_view cell);
// True for names of columns that mean a unit if all cells are units: ME, jm, dimension.
bool MayBeUnitName(std::string_view name);
// The cells of a row of `columns` cells between a header and its data when they are units: one is so wherever it stands
// and all are short; empty: it is no such row.
std::vector<std::string> UnitsInRow(const std::vector<std::string_view>& cells, std::size_t columns);
// The name without a unit at its end: "A" of "A [kWh]", "A (kWh)" and "A_kWh"; empty: it has none.
std::string_view NameWithoutUnit(std::string_view name);
// "thousands", "millions" or "billions" when titles above a table say that its values are so many; empty: none does.
std::string_view ScaleInTitle(std::string_view titles);
// True for powers of ten that values may be multiplied by (1000, 1e6), and for exponents as in columns called
// unit_mult: 0, 3, 6.
bool IsMultiplier(std::string_view cell);

// True for the line in which a program says how many rows it wrote, or how long that took: (100 rows), 100 rows in set
// (0.01 sec), [40 rows x 2 columns], Time: 12.345 ms.
bool SaysRowCount(std::string_view text);

// True for the name of a type of a database or a data frame: Date, DateTime64(3), UInt64, i64, varchar(20), continuous.
bool IsTypeName(std::string_view cell);
// True for the types of columns that all have `names`, as ClickHouse and data frames write them below these.
bool AreTypes(const std::vector<std::string_view>& cells, const std::vector<std::string>& names);
// 5s, 15s, 20d: the widths and kinds of the fields, as the USGS writes them.
bool IsFieldWidth(std::string_view cell);

// True for the name of a sum, a mean or a change of what stands beside it.
bool IsTotalName(std::string_view name);

}  // namespace fitd
