// What a Store is made of; shared by the model_store*.cpp files, nobody else's business. Daemon process.
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

// A row's place in targets and models (store_columns.h).
constexpr std::int64_t StoreKey(std::int64_t run, std::uint64_t index, std::size_t model = 0) {
  return run << 40 | static_cast<std::int64_t>(index << 8 | model);
}
constexpr std::uint64_t kStoreIndexLimit = std::uint64_t{1} << 32;
constexpr std::int64_t kStoreRunLimit = std::int64_t{1} << 22;
constexpr std::size_t kStoreModelLimit = 256;
constexpr std::int64_t kStoreModelMask = 255;

// Over the row's own columns and the validation; its low ten bits also say how many models and whether last values the
// target has, so that whoever reads these misses what is gone, and whoever does not can still check the row.
std::uint64_t TargetChecksum(const TargetRecord& target, std::string_view seasons);
// That of a row without rows in other tables, and the bits that TargetChecksum changes of it.
std::uint64_t TargetRowChecksum(const TargetRecord& target, std::string_view seasons);
inline constexpr std::uint64_t kModelsInChecksum = 511;
inline constexpr std::uint64_t kLastValuesInChecksum = 512;
// Of rows of earlier releases. Rows of the first version have that of the validation alone, or none.
std::uint64_t EarlierTargetChecksum(const TargetRecord& target, std::string_view seasons);

// Kept among the globals, of no run: which run is forecast from, and how many targets a complete run has.
inline constexpr std::int64_t kOfTheStore = 0;
inline constexpr std::string_view kCurrentRun = "current run";
std::string OfRun(std::int64_t run);  // ends the names of what is kept so of a run: notes
// Of each run: the checksum of what its row says from the beginning. Runs of earlier releases lack it.
inline constexpr std::string_view kDescription = "description";
std::string RunChecksum(const RunHeader& header);
// Of each complete run: how many targets it has.
inline constexpr std::string_view kTargetTally = "targets";
// Of each complete run: "0" when it keeps no last values. Runs of earlier releases lack it.
inline constexpr std::string_view kLastValuesNote = "last values";
// Of each complete run: the checksum of what its row says since then, and the names of its globals and notes, a line
// each. Runs of earlier releases lack it.
inline constexpr std::string_view kContents = "contents";
std::string CompletionChecksum(std::string_view started, std::string_view finished, std::string_view summary);

// Inserts into targets, models or last_values: many rows a statement, because a statement costs SQLite more than a row
// does, and one row a statement for what is left over.
struct StoreInsert {
  static constexpr std::size_t kRows = 64;

  StoreStatement many;
  StoreStatement one;
  int columns;
};

// kCorrupt, with what is wrong and the remedy.
Status DamagedStore(const StoreDb& db, std::string_view what);
// SQLite's own examination: kCorrupt with the first thing that it finds.
Status CheckTables(const StoreDb& db, std::span<const char* const> tables);

// Checks last values, whose rows are short and many: half of a Checksum64.
std::int64_t LastValuesChecksum(std::string_view bytes);

struct Store::Rep {
  Rep(StoreFileUse file_use, StoreDb connection, Mode open_mode)
      : use(std::move(file_use)), db(std::move(connection)), mode(open_mode) {}

  StoreFileUse use;  // outlives the connection
  StoreDb db;
  Mode mode;
  bool version1 = false;  // read as it is: columns that came later have their defaults
  // Set when the file is read without locks because its folder cannot be written: what it looked like when opened.
  std::optional<struct stat> frozen;
  std::optional<StoreInsert> insert_target, insert_model, insert_last_values;  // prepared once, used for every batch
  std::int64_t searched_run = 0;           // whose every row was looked at, as an id could not be found: once is enough
  ino_t log_file = 0, log_index_file = 0;  // of a writer, as they were when the store was opened

  // kInternal for a reader; kIo when the file is no longer the one at the path, so that writing would be in vain.
  Status ExpectWritable() const;
  // kBusy when a file that is read without locks was written meanwhile.
  Status ExpectUnchanged() const;
  // DamagedStore.
  Status Damaged(std::string_view what) const;
  // CheckTables. That of the small tables is for every opening; that of the large ones reads the whole file, so it is
  // for when something is amiss.
  Status CheckSmallTables() const;
  Status CheckLargeTables() const;
  Result<std::uint64_t> CountTargets(std::int64_t run) const;
  // The lines of kContents of a run; none when it lacks the note.
  Result<std::vector<std::string>> Contents(std::int64_t run) const;
  // kCorrupt when a global or note that is not there was there when the run was complete.
  Status ExpectNeverThere(std::int64_t run, std::string_view name) const;
  // kCorrupt when a run whose description is noted has no row: nothing stays of one that was removed.
  Status ExpectEveryRun() const;
  Result<bool> HasLastValues() const;  // the table; stores of earlier releases may lack it
  // kCorrupt, with the thing's name, when `bytes` do not have this checksum.
  Status Verify(std::string_view bytes, std::int64_t checksum, std::string_view what) const;
};

}  // namespace fitd
