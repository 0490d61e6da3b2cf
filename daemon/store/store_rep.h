// The internals of a Store, shared by the model_store*.cpp files only. Daemon process.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/model_store.h"
#include "daemon/store/store_db.h"
#include "daemon/store/store_lock.h"

namespace fitd {

// The key of a row in the tables targets and models (store_columns.h).
constexpr std::int64_t StoreKey(std::int64_t run, std::uint64_t index, std::size_t model = 0) {
  return run << 40 | static_cast<std::int64_t>(index << 8 | model);
}
constexpr std::uint64_t kStoreIndexLimit = std::uint64_t{1} << 32;
constexpr std::int64_t kStoreRunLimit = std::int64_t{1} << 22;
constexpr std::size_t kStoreModelLimit = 256;
constexpr std::int64_t kStoreModelMask = 255;

// Checksum of a row of targets and its validation. Its low ten bits also encode the number of models and whether there
// are last values: readers of these notice missing rows, and other readers can still check the row.
std::uint64_t TargetChecksum(const TargetRecord& target, std::string_view seasons);
// The checksum with those bits zero, and the bits.
std::uint64_t TargetRowChecksum(const TargetRecord& target, std::string_view seasons);
inline constexpr std::uint64_t kModelsInChecksum = 511;
inline constexpr std::uint64_t kLastValuesInChecksum = 512;
// The checksum that earlier releases wrote. Stores of version 1 have a checksum of the validation only, or none.
std::uint64_t EarlierTargetChecksum(const TargetRecord& target, std::string_view seasons);

// Stored as globals of run 0: the current run, and tallies and notes of runs.
inline constexpr std::int64_t kOfTheStore = 0;
inline constexpr std::string_view kCurrentRun = "current run";
std::string OfRun(std::int64_t run);  // suffix of the names of values about one run, such as notes
// One per run: the checksum of what BeginRun wrote in its row. Earlier releases lack it.
inline constexpr std::string_view kDescription = "description";
std::string RunChecksum(const RunHeader& header);
// One per complete run: its number of targets.
inline constexpr std::string_view kTargetTally = "targets";
// One per complete run: "0" when it keeps no last values. Earlier releases lack it.
inline constexpr std::string_view kLastValuesNote = "last values";
// One per complete run: the checksum of what FinishRun wrote in its row, then the names of its globals and notes, one
// per line. Earlier releases lack it.
inline constexpr std::string_view kContents = "contents";
std::string CompletionChecksum(std::string_view started, std::string_view finished, std::string_view summary);

// Inserts rows into targets, models or last_values: kRows rows per statement, since a statement costs SQLite more than
// a row, and single rows for the rest.
struct StoreInsert {
  static constexpr std::size_t kRows = 64;

  StoreStatement many;
  StoreStatement one;
  int columns;
};

// kCorrupt with what is wrong and the remedy.
Status DamagedStore(const StoreDb& db, std::string_view what);
// SQLite's own integrity check: kCorrupt with the first problem.
Status CheckTables(const StoreDb& db, std::span<const char* const> tables);

// Checksum of last values: the low 32 bits of a Checksum64, as these rows are short and many.
std::int64_t LastValuesChecksum(std::string_view bytes);

struct Store::Rep {
  Rep(StoreFileUse file_use, StoreDb connection, Mode open_mode)
      : use(std::move(file_use)), db(std::move(connection)), mode(open_mode) {}

  StoreFileUse use;  // outlives the connection
  StoreDb db;
  Mode mode;
  bool version1 = false;  // a store of version 1, read as it is with defaults for newer columns
  // Set when the file is read without locks, since its folder is not writable: its state when opened.
  std::optional<struct stat> frozen;
  std::optional<StoreInsert> insert_target, insert_model, insert_last_values;  // prepared once, used for every batch
  std::int64_t searched_run = 0;           // the run that ExpectNothingHidden has searched; one search is enough
  ino_t log_file = 0, log_index_file = 0;  // inodes when a writer opened the store

  // kInternal for a reader; kIo when the path no longer names the open file.
  Status ExpectWritable() const;
  // kBusy when a file that is read without locks was written meanwhile.
  Status ExpectUnchanged() const;
  // DamagedStore for this store.
  Status Damaged(std::string_view what) const;
  // CheckTables for the small tables, at every opening; for the large tables only when something is wrong, as it reads
  // the whole file.
  Status CheckSmallTables() const;
  Status CheckLargeTables() const;
  Result<std::uint64_t> CountTargets(std::int64_t run) const;
  // The lines of kContents; empty when the run lacks the note.
  Result<std::vector<std::string>> Contents(std::int64_t run) const;
  // For a missing global or note: kCorrupt when the complete run had it.
  Status ExpectNeverThere(std::int64_t run, std::string_view name) const;
  // kCorrupt when a run has a kDescription but no row; removing a run removes both.
  Status ExpectEveryRun() const;
  Result<bool> HasLastValues() const;  // the table exists; earlier releases may lack it
  // kCorrupt, naming `what`, when `bytes` do not have this checksum.
  Status Verify(std::string_view bytes, std::int64_t checksum, std::string_view what) const;
};

}  // namespace fitd
