// The tables of a store: creating them, and checking that a file is a store that this program can read. Daemon process.
//
// `PRAGMA application_id` is 0x66697464 ("fitd"), `PRAGMA user_version` the version. store_columns.h has the columns;
// fitd-store(5) describes them. Code for stores of version 1: model_store_read.cpp and run_globals.cpp here,
// local_fit_archive.cpp, prior_fit.cpp and combination/first_version.h in common/. Checksums are XXH3, 64 bits, stored
// as signed integers.
#pragma once

#include "daemon/store/store_db.h"

namespace fitd {

inline constexpr std::int64_t kStoreVersion = 2;

// Kinds of files that SQLite can open: without tables, a store, a store of version 1.
enum class StoreContents { kEmpty, kStore, kVersion1 };

// kCorrupt for a file of another program or of a newer fitd; the message says which and what to do.
Result<StoreContents> InspectStore(const StoreDb& db);

// Turns an empty database into a store, in WAL mode; atomic.
Status CreateStore(const StoreDb& db);

// Adds the columns that version 1 lacks; atomic.
Status MigrateFromVersion1(const StoreDb& db);

// Settings for a connection that writes.
Status PrepareForWriting(const StoreDb& db);
// Settings for a connection that writes much data that could be written again. Commits are atomic, but a power cut may
// lose the last ones, and SQLite does not checkpoint by itself. PrepareForWriting restores the normal settings.
Status PrepareForCopying(const StoreDb& db);

}  // namespace fitd
