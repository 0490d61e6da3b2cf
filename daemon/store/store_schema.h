// The tables of a store, their creation and the check that a file is a store this program can read. Daemon process.
//
// Store version 2. `PRAGMA application_id` is 0x66697464 ("fitd"), `PRAGMA user_version` the version.
//
//   runs        one row per run
//     run INTEGER PRIMARY KEY, fingerprint TEXT (32 hex digits: data and effective options), state TEXT
//     ('running' | 'complete' | 'cancelled'), started TEXT, finished TEXT (UTC, ISO 8601), num_targets INTEGER
//     (planned), horizon INTEGER, target_column TEXT, time_column TEXT, value_column TEXT, time_format INTEGER (0 date,
//     1 date-time, 2 date-time Z, 3 epoch seconds, 4 epoch milliseconds, 5 by time_pattern, 6 epoch microseconds, 7
//     nanoseconds, 8 count, 9 decimal year, 10 days since 1899-12-30), options TEXT (JSON), summary TEXT (JSON; NULL
//     until complete), time_pattern TEXT (words of strptime), time_zone TEXT (of the clock whose days are counted; "":
//     UTC)
//   targets     one row per run and target
//     key INTEGER PRIMARY KEY = run * 2^40 + idx * 2^8 (idx: the target's place among the run's targets sorted by
//     bytes), id TEXT (BLOB when not UTF-8), start INTEGER (ns since 1970), step_unit INTEGER (0 ns, 1 month, 28 to 30
//     month on that day, from 128 on days of the week, Monday 1 to Sunday 64), step INTEGER, n INTEGER, status TEXT,
//     reason TEXT, seasons TEXT ("24,168"), seconds REAL, attempts INTEGER, fingerprint INTEGER (of id, grid and
//     values), checksum INTEGER (of the columns before it but seconds, and of validation), validation BLOB, lost
//     INTEGER (values of the input that the series does not show), filled INTEGER (values made up)
//   models      one row per run, target and fitted algorithm
//     key INTEGER PRIMARY KEY = its target's key + place among the target's models, algorithm TEXT, spec TEXT, status
//     TEXT, n INTEGER, loglik REAL, aic REAL, aicc REAL, bic REAL, sigma2 REAL, reason TEXT, seconds REAL, checksum
//     INTEGER (of archive), archive BLOB (common/fit/model_archive.h)
//   last_values  one row per run and target whose last values are kept (--keep-history)
//     key INTEGER PRIMARY KEY = its target's key, checksum INTEGER (of value, the low 32 bits), value BLOB
//     (daemon/store/last_values.h). Added after version 1 was out: readers do without it.
//   globals     run INTEGER, name TEXT, checksum INTEGER, value BLOB: results over all targets of a run; of run 0:
//     which run is current, how many targets a complete run has, and notes for people ("data of run 3")
//   quarantine  id TEXT or BLOB, cause TEXT, data_fingerprint TEXT, algorithm_fingerprint TEXT, time TEXT
//   cost_model  one row: id INTEGER = 1, checksum INTEGER, value BLOB
//   detectors   one row per target that `fitd detect` follows: id TEXT or BLOB, run INTEGER (whose models), time
//   INTEGER
//     (of the last observation it has seen, ns since 1970), checksum INTEGER (of state), state BLOB; made by the first
//     detection in stores that are older than it
//   series      view for people: run, idx, id, n, status, reason, seasons, seconds, attempts
//   payloads    view of what users' algorithms returned: run, id, algorithm, encoding ('bytes' as returned, 'pickle',
//     'json'), payload BLOB
//   fits        view for people: run, id and the plain columns of models
//
// A checksum is XXH3, 64 bits, stored as a signed integer. NULL stands for NaN.
#pragma once

#include "daemon/store/store_db.h"

namespace fitd {

inline constexpr std::int64_t kStoreVersion = 2;

// What a file that SQLite can open is.
enum class StoreContents { kEmpty, kStore, kVersion1 };

// kCorrupt for a file of another program or of a newer fitd (the message says which and what to do).
Result<StoreContents> InspectStore(const StoreDb& db);

// Turns an empty database into a store, in WAL mode; atomic.
Status CreateStore(const StoreDb& db);

// Adds the columns that version 1 lacks; atomic.
Status MigrateFromVersion1(const StoreDb& db);

// Settings of a connection that writes.
Status PrepareForWriting(const StoreDb& db);

}  // namespace fitd
