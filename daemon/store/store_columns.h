// The columns of a store's tables. CREATE, INSERT and SELECT are made from these lists, and code finds the position of
// a column by its name at compile time. fitd-store(5) describes every column; a test compares it with a store. Daemon
// process; constants.
//
// Store version 2. Columns added after version 1 name the value to use in stores of version 1.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

namespace fitd {

struct StoreColumn {
  std::string_view name;
  std::string_view declaration;
  std::string_view in_version1 = {};  // SQL expression to use in a store that lacks the column; empty: version 1 has it
};

// One row per run. State: 'running' | 'complete' | 'cancelled'; times are UTC, ISO 8601; time_format numbers
// TimeFormat.
inline constexpr auto kRunColumns = std::to_array<StoreColumn>({
    {"run", "INTEGER PRIMARY KEY"},
    {"fingerprint", "TEXT NOT NULL"},  // 32 hex digits: data and effective options
    {"state", "TEXT NOT NULL"},
    {"started", "TEXT NOT NULL"},
    {"finished", "TEXT"},
    {"num_targets", "INTEGER NOT NULL"},  // planned
    {"horizon", "INTEGER NOT NULL"},
    {"target_column", "TEXT NOT NULL"},
    {"time_column", "TEXT NOT NULL"},
    {"value_column", "TEXT NOT NULL"},
    {"time_format", "INTEGER NOT NULL"},
    {"options", "TEXT NOT NULL"},  // JSON
    {"summary", "TEXT"},           // JSON; NULL until complete
    {"time_pattern", "TEXT NOT NULL DEFAULT ''", "''"},
    {"time_zone", "TEXT NOT NULL DEFAULT ''", "''"},
});

// One row per run and target. Key = run * 2^40 + idx * 2^8, idx being the position of the target among those of the run
// sorted by bytes; id is TEXT, or BLOB when it is not UTF-8; start is ns since 1970. NULL stands for NaN.
inline constexpr auto kTargetColumns = std::to_array<StoreColumn>({
    {"key", "INTEGER PRIMARY KEY"},
    {"id", "NOT NULL"},
    {"start", "INTEGER NOT NULL"},
    {"step_unit", "INTEGER NOT NULL"},  // numbers Step::Unit
    {"step", "INTEGER NOT NULL"},
    {"n", "INTEGER NOT NULL"},
    {"status", "TEXT NOT NULL"},
    {"reason", "TEXT NOT NULL"},
    {"seasons", "TEXT NOT NULL"},  // "24,168"
    {"seconds", "REAL"},
    {"attempts", "INTEGER NOT NULL"},
    {"fingerprint", "INTEGER NOT NULL"},  // of id, grid and values
    {"checksum", "INTEGER"},              // of all columns before it except seconds, and of validation
    {"validation", "BLOB"},
    {"lost", "INTEGER NOT NULL DEFAULT 0", "0"},    // input values that the series does not show
    {"filled", "INTEGER NOT NULL DEFAULT 0", "0"},  // values filled by the gap policy
});

// One row per run, target and fitted algorithm. Key = its target's key + position among the target's models.
inline constexpr auto kModelColumns = std::to_array<StoreColumn>({
    {"key", "INTEGER PRIMARY KEY"},
    {"algorithm", "TEXT NOT NULL"},
    {"spec", "TEXT NOT NULL"},
    {"status", "TEXT NOT NULL"},
    {"n", "INTEGER NOT NULL"},
    {"loglik", "REAL"},
    {"aic", "REAL"},
    {"aicc", "REAL"},
    {"bic", "REAL"},
    {"sigma2", "REAL"},
    {"reason", "TEXT NOT NULL"},
    {"seconds", "REAL"},
    {"checksum", "INTEGER NOT NULL"},  // of archive
    {"archive", "BLOB NOT NULL"},      // common/fit/model_archive.h
});

// One row per run and target whose last values are kept; key = its target's key. Earlier releases lack the table.
inline constexpr auto kLastValuesColumns = std::to_array<StoreColumn>({
    {"key", "INTEGER PRIMARY KEY"},
    {"checksum", "INTEGER NOT NULL"},  // of value, the low 32 bits
    {"value", "BLOB NOT NULL"},        // last_values.h
});

// Results over all targets of a run. Rows with run 0 hold the number of the current run, and tallies and notes of runs.
inline constexpr auto kGlobalColumns = std::to_array<StoreColumn>({
    {"run", "INTEGER"},
    {"name", "TEXT"},
    {"checksum", "INTEGER NOT NULL"},
    {"value", "BLOB NOT NULL"},
});

inline constexpr auto kQuarantineColumns = std::to_array<StoreColumn>({
    {"id", "PRIMARY KEY NOT NULL"},
    {"cause", "TEXT NOT NULL"},
    {"data_fingerprint", "TEXT NOT NULL"},
    {"algorithm_fingerprint", "TEXT NOT NULL"},
    {"time", "TEXT NOT NULL"},
});

// One row per target that `fitd detect` follows. The first detection creates the table in older stores.
inline constexpr auto kDetectorColumns = std::to_array<StoreColumn>({
    {"id", "PRIMARY KEY NOT NULL"},
    {"run", "INTEGER NOT NULL"},       // the run whose models it uses
    {"time", "INTEGER NOT NULL"},      // of the last observation it has seen, ns since 1970
    {"checksum", "INTEGER NOT NULL"},  // of the columns before it and state; in rows of earlier releases of state only
    {"state", "BLOB NOT NULL"},
});

// One row per event that a detection has found; times are ns since 1970. The first detection creates the table in older
// stores.
inline constexpr auto kAnomalyColumns = std::to_array<StoreColumn>({
    {"event", "INTEGER PRIMARY KEY"},
    {"id", "NOT NULL"},
    {"scope", "INTEGER NOT NULL"},  // AnomalyScope
    {"start", "INTEGER NOT NULL"},
    {R"("end")", "INTEGER NOT NULL"},
    {"peak", "INTEGER NOT NULL"},
    {"direction", "TEXT NOT NULL"},
    {"kind", "TEXT NOT NULL"},
    {"value", "REAL"},
    {"expected", "REAL"},
    {"lo", "REAL"},
    {"hi", "REAL"},
    {"score", "REAL NOT NULL"},
    {"surprise", "REAL NOT NULL"},
    {"observations", "INTEGER NOT NULL"},
    {"sources", "TEXT NOT NULL"},
    {"quiet", "INTEGER"},  // NULL: closed
    {"told", "INTEGER NOT NULL"},
    {"found", "TEXT NOT NULL"},
    {"checksum", "INTEGER", "NULL"},  // of all columns before it except told; NULL in rows of earlier releases
});
inline constexpr std::string_view kAnomalyConstraints = "UNIQUE(id, start, scope)";

// One row per superblock of a fleet's targets: its sums for the regression over all targets (kept_sums.h), from the
// last run that computed them. Stores of earlier releases lack the table.
inline constexpr auto kBlockSumColumns = std::to_array<StoreColumn>({
    {"superblock", "INTEGER PRIMARY KEY"},
    {"fingerprint", "INTEGER NOT NULL"},  // of the data of its targets and of all else the sums depend on
    {"checksum", "INTEGER NOT NULL"},     // of sums
    {"sums", "BLOB NOT NULL"},
});

inline constexpr auto kCostModelColumns = std::to_array<StoreColumn>({
    {"id", "INTEGER PRIMARY KEY CHECK(id = 1)"},
    {"checksum", "INTEGER NOT NULL"},
    {"value", "BLOB NOT NULL"},
});

// The position of a column, from 0. Does not compile when there is no column of that name.
template <std::size_t N>
consteval int Place(const std::array<StoreColumn, N>& columns, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (columns[i].name == name) return static_cast<int>(i);
  }
  throw "no such column";
}

// The named columns of a table, for a statement that needs only these.
template <std::size_t N, std::size_t M>
consteval std::array<StoreColumn, M> Pick(const std::array<StoreColumn, N>& columns,
                                          const std::string_view (&names)[M]) {
  std::array<StoreColumn, M> picked;
  for (std::size_t i = 0; i < M; ++i) picked[i] = columns[static_cast<std::size_t>(Place(columns, names[i]))];
  return picked;
}

// "name declaration, ..." followed by `constraints`.
std::string CreateTable(std::string_view table, std::span<const StoreColumn> columns, std::string_view constraints = {},
                        std::string_view options = {});
// "a, b, c"; for a store of version 1 with in_version1 in place of missing columns.
std::string ListColumns(std::span<const StoreColumn> columns, bool version1 = false);
// "INSERT INTO table(a, b) VALUES(?,?)", with `rows` rows.
std::string InsertInto(std::string_view table, std::span<const StoreColumn> columns, std::size_t rows = 1,
                       std::string_view verb = "INSERT");
// "ALTER TABLE table ADD COLUMN ...;" for every column that version 1 lacks.
std::string AddColumnsOfVersion2(std::string_view table, std::span<const StoreColumn> columns);

}  // namespace fitd
