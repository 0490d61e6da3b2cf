// The tables of a store, their creation and the check that a file is a store this program can read. Daemon process.
//
// `PRAGMA application_id` is 0x66697464 ("fitd"), `PRAGMA user_version` the version. store_columns.h has the columns;
// fitd-store(5) says what they mean. A store of version 1 is read by model_store_read.cpp and run_globals.cpp here, and
// by local_fit_archive.cpp, prior_fit.cpp and combination/first_version.h in common/. A checksum is XXH3, 64 bits,
// stored as a signed integer.
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
// Settings of one that writes much that could be written again: its commits are whole after a power cut, but the last
// of them may be gone, and nothing goes from the log to the store before somebody checkpoints. PrepareForWriting ends
// that.
Status PrepareForCopying(const StoreDb& db);

}  // namespace fitd
