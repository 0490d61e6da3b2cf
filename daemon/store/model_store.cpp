// Opening a store and beginning a run.
#include "daemon/store/model_store.h"

#include <unistd.h>

#include <array>
#include <ctime>
#include <filesystem>

#include "common/atomic_file.h"
#include "common/checksum.h"
#include "daemon/store/store_columns.h"
#include "daemon/store/store_rep.h"
#include "daemon/store/store_schema.h"

namespace fitd {
namespace {

void RemoveFiles(const std::string& path) {
  std::error_code ignored;
  for (const char* part : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path + part, ignored);
}

void RemoveIfStillEmpty(const std::string& path) {
  std::error_code error;
  if (std::filesystem::file_size(path, error) == 0 && !error) RemoveFiles(path);
}

ino_t InodeOf(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 ? info.st_ino : 0;
}

void RemoveIfStill(const std::string& path, ino_t file) {
  std::error_code ignored;
  if (file != 0 && InodeOf(path) == file) std::filesystem::remove(path, ignored);
}

bool Exists(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0;
}

bool HasLog(const std::string& path) {
  struct stat info;
  return stat((path + "-wal").c_str(), &info) == 0 && info.st_size > 0;
}

Status NothingSaved(const std::string& path) {
  std::error_code error;
  const bool nothing = std::filesystem::file_size(path, error) == 0 && !error;
  return {StatusCode::kCorrupt, path + (nothing ? " is an empty file, not a fitd store" : " holds no run yet") +
                                    "; train into it first (fitd train --store)"};
}

}  // namespace

std::string_view RunStateName(RunState state) {
  switch (state) {
    case RunState::kRunning:
      return "running";
    case RunState::kComplete:
      return "complete";
    case RunState::kCancelled:
      return "cancelled";
  }
  return "unknown";
}

std::string FormatUtc(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc;
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text;
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

Store::Store(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

const std::string& Store::path() const {
  return rep_->db.path();
}

Status Store::Rep::ExpectWritable() const {
  if (mode == Mode::kRead) return {StatusCode::kInternal, "the store " + db.path() + " was opened for reading"};
  Status in_place = use.ExpectInPlace(db.path());
  if (in_place.code() == StatusCode::kIo) {
    // Otherwise SQLite would apply the log of the lost file to the file that replaced it.
    RemoveIfStill(db.LogPath(), log_file);
    RemoveIfStill(db.LogIndexPath(), log_index_file);
  }
  return in_place;
}

Status Store::Rep::ExpectUnchanged() const {
  if (!frozen) return OkStatus();
  struct stat now;
  const bool same = stat(db.path().c_str(), &now) == 0 && now.st_ino == frozen->st_ino &&
                    now.st_size == frozen->st_size && now.st_mtim.tv_sec == frozen->st_mtim.tv_sec &&
                    now.st_mtim.tv_nsec == frozen->st_mtim.tv_nsec && !HasLog(db.path());
  if (same) return OkStatus();
  return {StatusCode::kBusy,
          "the store " + db.path() + " was written while it was read, and it or its folder " + FolderOf(db.path()) +
              " cannot be written by this user, so there is no lock; try again when the run has ended"};
}

Status Store::Rep::Verify(std::string_view bytes, std::int64_t checksum, std::string_view what) const {
  if (Checksum64(bytes) == static_cast<std::uint64_t>(checksum)) return OkStatus();
  return Damaged(std::string(what) + " does not match its checksum");
}

namespace {

// How to open a store for reading. A reader that may write both file and folder uses SQLite's locking and cleans up
// after a killed writer. A reader that may not reads the file without locks, which is only sound while nobody writes.
// When only the folder is writable, SQLite's locking would create files of this user that lock the owner out.
struct ReadConnection {
  StoreDb db;
  bool frozen;
};

// kIo when there is no room for the files that SQLite creates beside the store; those it created are removed.
Result<StoreDb> ConnectWithLocks(const std::string& path) {
  const bool had_log = Exists(path + "-wal"), had_index = Exists(path + "-shm");
  Status probed;
  {
    FITD_ASSIGN_OR_RETURN(StoreDb db, StoreDb::Open(path, StoreDb::Access::kReadWrite));
    FITD_RETURN_IF_ERROR(db.Execute("PRAGMA query_only = ON", "read"));
    probed = db.QueryInt("PRAGMA user_version", "read").status();
    if (probed.ok()) return db;
  }
  // With the writer's lock no other process can be writing, so the files can be removed.
  if (probed.code() != StatusCode::kIo) return probed;
  const Result<StoreFileUse> lock = StoreFileUse::Write(path, false);
  const bool alone = lock.ok();
  std::error_code ignored;
  if (alone && !had_log && !HasLog(path)) std::filesystem::remove(path + "-wal", ignored);
  if (alone && !had_index && !had_log) std::filesystem::remove(path + "-shm", ignored);
  return probed;
}

Result<ReadConnection> ConnectForReading(const std::string& path) {
  const bool folder_writable = access(FolderOf(path).c_str(), W_OK) == 0;
  const bool file_writable = access(path.c_str(), W_OK) == 0;
  if (folder_writable && file_writable) {
    Result<StoreDb> db = ConnectWithLocks(path);
    if (db.ok()) return ReadConnection{*std::move(db), false};
    if (db.status().code() != StatusCode::kIo || HasLog(path)) return db.status();
  }
  if (!folder_writable || Exists(path + "-wal")) {
    FITD_ASSIGN_OR_RETURN(StoreDb db, StoreDb::Open(path, StoreDb::Access::kReadOnly));
    const Result<std::int64_t> probe = db.QueryInt("PRAGMA user_version", "read");
    if (probe.ok()) return ReadConnection{std::move(db), false};
    if (probe.status().code() == StatusCode::kCorrupt) return probe.status();
  }
  if (HasLog(path)) {
    return Status(StatusCode::kPermission, "cannot read the store " + path +
                                               ": it is being written, or its writer was killed, and this user may " +
                                               "not write to its folder " + FolderOf(path) +
                                               "; read it as its owner or when the run has ended");
  }
  FITD_ASSIGN_OR_RETURN(StoreDb immutable, StoreDb::Open(path, StoreDb::Access::kImmutable));
  return ReadConnection{std::move(immutable), true};
}

}  // namespace

Result<Store> Store::Open(const std::string& path, Mode mode) {
  if (mode == Mode::kRead) {
    FITD_ASSIGN_OR_RETURN(StoreFileUse use, StoreFileUse::Read(path));
    struct stat info = {};
    if (stat(path.c_str(), &info) != 0) return StatusFromErrno(errno, "cannot read the store " + path);
    FITD_ASSIGN_OR_RETURN(ReadConnection connection, ConnectForReading(path));
    FITD_ASSIGN_OR_RETURN(const StoreContents contents, InspectStore(connection.db));
    if (contents == StoreContents::kEmpty) return NothingSaved(path);
    auto rep = std::make_unique<Rep>(std::move(use), std::move(connection.db), mode);
    rep->version1 = contents == StoreContents::kVersion1;
    if (connection.frozen) rep->frozen = info;
    FITD_RETURN_IF_ERROR(rep->CheckSmallTables());
    return Store(std::move(rep));
  }
  for (const std::string_view end : {"-wal", "-shm", "-journal"}) {
    if (mode != Mode::kCreate || !path.ends_with(end) || Exists(path)) continue;
    return Status(StatusCode::kUsage, "no store can be called " + path + ": files whose names end with " +
                                          std::string(end) + " are parts of others, and vanish with them");
  }
  FITD_ASSIGN_OR_RETURN(StoreFileUse use, StoreFileUse::Write(path, mode == Mode::kCreate));
  const bool created = use.created();
  const auto connect = [&]() -> Result<StoreDb> {
    FITD_ASSIGN_OR_RETURN(StoreDb db, StoreDb::Open(path, StoreDb::Access::kReadWrite));
    FITD_ASSIGN_OR_RETURN(const StoreContents contents, InspectStore(db));
    if (contents == StoreContents::kEmpty) {
      if (mode == Mode::kWrite) return NothingSaved(path);
      FITD_RETURN_IF_ERROR(CreateStore(db));
    }
    if (contents == StoreContents::kVersion1) FITD_RETURN_IF_ERROR(MigrateFromVersion1(db));
    FITD_RETURN_IF_ERROR(PrepareForWriting(db));
    return db;
  };
  Result<StoreDb> db = connect();
  if (!db.ok()) {
    if (created) RemoveIfStillEmpty(path);
    return db.status();
  }
  auto rep = std::make_unique<Rep>(std::move(use), std::move(*db), mode);
  rep->log_file = InodeOf(rep->db.LogPath());
  rep->log_index_file = InodeOf(rep->db.LogIndexPath());
  FITD_RETURN_IF_ERROR(rep->CheckSmallTables());
  return Store(std::move(rep));
}

void Store::CloseAndRemoveIfUnused() {
  const Result<std::int64_t> runs = rep_->db.QueryInt("SELECT count(*) FROM runs", "read");
  const bool unused = rep_->use.created() && runs.ok() && *runs == 0;
  const std::string path = rep_->db.path();
  const StoreFileUse lock = std::move(rep_->use);  // held until the files are removed
  rep_.reset();
  if (unused) RemoveFiles(path);
}

Result<std::int64_t> Store::BeginRun(const RunHeader& header, WallTime now,
                                     const std::function<Status(std::int64_t run)>& with) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  const StoreDb& db = rep_->db;
  if (header.num_targets > kStoreIndexLimit) {
    return Status(StatusCode::kInvalidInput, "a run of more than 4294967296 targets does not fit in a store");
  }
  FITD_ASSIGN_OR_RETURN(StoreTransaction transaction, StoreTransaction::Begin(db, StoreTransaction::Kind::kWrite));
  FITD_ASSIGN_OR_RETURN(const std::int64_t run, db.QueryInt("SELECT coalesce(max(run), 0) + 1 FROM runs", "save to"));
  if (run >= kStoreRunLimit) {
    return Status(StatusCode::kIo, "the store " + db.path() + " has no run numbers left; name another with --store");
  }
  static constexpr auto kBegun =
      Pick(kRunColumns, {"run", "fingerprint", "state", "started", "num_targets", "horizon", "target_column",
                         "time_column", "value_column", "time_format", "options", "time_pattern", "time_zone"});
  FITD_ASSIGN_OR_RETURN(StoreStatement insert, StoreStatement::Prepare(db, InsertInto("runs", kBegun), "save to"));
  const std::string started = FormatUtc(now);
  insert.BindInt(1 + Place(kBegun, "run"), run);
  insert.BindText(1 + Place(kBegun, "fingerprint"), header.fingerprint);
  insert.BindText(1 + Place(kBegun, "state"), RunStateName(RunState::kRunning));
  insert.BindText(1 + Place(kBegun, "started"), started);
  insert.BindInt(1 + Place(kBegun, "num_targets"), static_cast<std::int64_t>(header.num_targets));
  insert.BindInt(1 + Place(kBegun, "horizon"), header.horizon);
  insert.BindText(1 + Place(kBegun, "target_column"), header.target_column);
  insert.BindText(1 + Place(kBegun, "time_column"), header.time_column);
  insert.BindText(1 + Place(kBegun, "value_column"), header.value_column);
  insert.BindInt(1 + Place(kBegun, "time_format"), static_cast<std::int64_t>(header.time_format));
  insert.BindText(1 + Place(kBegun, "options"), header.options);
  insert.BindText(1 + Place(kBegun, "time_pattern"), header.time_pattern);
  insert.BindText(1 + Place(kBegun, "time_zone"), header.time_zone);
  FITD_RETURN_IF_ERROR(insert.Run());
  FITD_RETURN_IF_ERROR(PutNote(run, kDescription, RunChecksum(header)));
  if (with) FITD_RETURN_IF_ERROR(with(run));
  FITD_RETURN_IF_ERROR(transaction.Commit());
  return run;
}

}  // namespace fitd
