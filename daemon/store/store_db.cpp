#include "daemon/store/store_db.h"

#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <filesystem>
#include <limits>
#include <system_error>

#include "common/out_of_memory.h"
#include "common/text.h"
#include "daemon/store/store_lock.h"

namespace fitd {
namespace {

constexpr int kBusyTimeoutMs =
    10'000;  // for other tools that hold a lock; writers of fitd exclude each other by StoreFileUse

// Makes a URI of a path, so that no file name is special to SQLite (":memory:", URI syntax). "file://" in front of an
// absolute path keeps a path that begins with two slashes from being read as a host.
std::string UriOf(const std::string& path, std::string_view query) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string uri = path.starts_with('/') ? "file://" : "file:./";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '%' || c == '?' || c == '#' || byte < 0x21 || byte > 0x7e) {
      uri += '%';
      uri += kHex[byte >> 4];
      uri += kHex[byte & 15];
    } else {
      uri += c;
    }
  }
  return uri.append(query);
}

struct Explanation {
  StatusCode code;
  std::string text;
};

// SQLite does not always keep the errno of the failed write; a file size limit is then the likely cause.
bool FilesAreLimited() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

bool IsMountedReadOnly(const std::string& path) {
  struct statvfs info = {};
  return ::statvfs(path.c_str(), &info) == 0 && (info.f_flag & ST_RDONLY) != 0;
}

// Why a call failed and what to do. `reads`: a reading command has nothing to continue.
Explanation Explain(int code, int error, bool reads) {
  const auto again = [reads](const std::string& remedy) {
    return remedy + (reads ? "" : " and run the same command again, it continues");
  };
  if (code == SQLITE_FULL || error == ENOSPC || error == EDQUOT) {
    return {StatusCode::kIo, again("the disk is full or a quota is reached; free some space")};
  }
  switch (code & 0xff) {
    case SQLITE_IOERR:
      if (error == EFBIG || FilesAreLimited()) {
        return {StatusCode::kIo, again("a file may not grow further: raise the limit on the size of files (ulimit -f, "
                                       "LimitFSIZE=)")};
      }
      return {StatusCode::kIo, again("I/O error; check the disk")};
    case SQLITE_CANTOPEN:
      if (error == EMFILE) {
        return {StatusCode::kIo, "too many files are open; raise the limit on open files (ulimit -n, LimitNOFILE=)"};
      }
      if (error == EACCES || error == EPERM) {
        return {StatusCode::kPermission, "no permission; check the owner and mode of the file and of its folder"};
      }
      return {StatusCode::kIo, "it or the files beside it cannot be opened; check its folder"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {StatusCode::kPermission,
              "no permission to write; check the owner and mode of the file and of its folder"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {StatusCode::kBusy, "another program holds a lock on it; close that program or try again later"};
    case SQLITE_NOMEM:
      return {StatusCode::kInternal, "out of memory; raise the limits (ulimit -d, ulimit -v, MemoryMax=)"};
    case SQLITE_NOTADB:
      return {StatusCode::kCorrupt,
              "it is not a fitd store; name another file with --store or move this one out of the way"};
    case SQLITE_CORRUPT:
      return {StatusCode::kCorrupt,
              "it is damaged; restore it from a backup, or move it out of the way and train again"};
    default:
      return {StatusCode::kInternal, "SQLite refused"};
  }
}

}  // namespace

void StoreDb::Closer::operator()(sqlite3* db) const {
  sqlite3_close_v2(db);
}

Result<StoreDb> StoreDb::Open(const std::string& path, Access access) {
  const int flags = (access == Access::kReadWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE;
  // SQLite's own limit, of the whole path, less what it puts behind it (-journal).
  constexpr std::size_t kLongestPath = 504;
  std::error_code unknown;
  const std::size_t length = std::filesystem::absolute(path, unknown).native().size();
  if (length > kLongestPath) {
    return Status(StatusCode::kCannotCreate, path + ": its whole path has " + std::to_string(length) +
                                                 " bytes, and SQLite takes " + std::to_string(kLongestPath) +
                                                 " at most; give the store a shorter name, or another folder");
  }
  FITD_RETURN_IF_ERROR(ExpectOwnParts(path));
  sqlite3* handle = nullptr;
  const std::string uri = UriOf(path, access == Access::kImmutable ? "?immutable=1" : "");
  const int code = sqlite3_open_v2(uri.c_str(), &handle, flags, nullptr);
  if (handle == nullptr) return OutOfMemory("opening " + path);
  StoreDb db(path, access, handle);
  if (code != SQLITE_OK) return db.Error(code, "open");
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  // A store may come from anybody: never run code of its schema.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return db;
}

std::string StoreDb::LogPath() const {
  return sqlite3_filename_wal(sqlite3_db_filename(db_.get(), "main"));
}

std::string StoreDb::LogIndexPath() const {
  return sqlite3_filename_database(sqlite3_db_filename(db_.get(), "main")) + std::string("-shm");
}

std::string StoreDb::ReadOnlyUri() const {
  return UriOf(path_, access_ == Access::kImmutable ? "?immutable=1" : "?mode=ro");
}

Status StoreDb::MoveLog() const {
  return Execute("PRAGMA wal_checkpoint(PASSIVE)", "save to")
      .WithContext("all is saved, but part of it in " + LogPath() + ", without which the store is none");
}

Status StoreDb::Execute(const char* sql, std::string_view doing) const {
  const int code = sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? OkStatus() : Error(code, doing);
}

Result<std::int64_t> StoreDb::QueryInt(const char* sql, std::string_view doing) const {
  FITD_ASSIGN_OR_RETURN(StoreStatement statement, StoreStatement::Prepare(*this, sql, doing));
  FITD_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return Error(SQLITE_CORRUPT, doing);
  return statement.Int(0);
}

Status StoreDb::Error(int sqlite_code, std::string_view doing) const {
  const int error = sqlite3_system_errno(db_.get());
  const char* detail = sqlite3_errmsg(db_.get());
  Explanation why = Explain(sqlite_code, error, doing == "read" || doing == "open");
  if ((sqlite_code & 0xff) == SQLITE_CANTOPEN && IsMountedReadOnly(path_)) {
    why = {StatusCode::kPermission,
           "its file system is mounted read-only here; mount it for writing, or name its folder in ReadWritePaths= of "
           "the unit"};
  }
  // fitd creates all tables that it uses, so one is gone.
  const bool gone = detail != nullptr && std::string_view(detail).starts_with("no such ");
  if (gone) why = {StatusCode::kCorrupt, "a part of it is gone; restore it from a backup, or train into another file"};
  std::string text =
      "cannot " + std::string(doing) + " " + path_ + ": " + why.text + " (" + sqlite3_errstr(sqlite_code);
  if (detail != nullptr && std::string_view(detail) != sqlite3_errstr(sqlite_code)) text += std::string(": ") + detail;
  const bool system = (sqlite_code & 0xff) == SQLITE_IOERR || (sqlite_code & 0xff) == SQLITE_CANTOPEN;
  if (system && error != 0) text += ": " + std::generic_category().message(error);
  return {why.code, text + ")"};
}

void StoreStatement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Result<StoreStatement> StoreStatement::Prepare(const StoreDb& db, std::string_view sql, std::string_view doing) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(db.handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code != SQLITE_OK) return db.Error(code, doing);
  return StoreStatement(db, statement, doing);
}

void StoreStatement::BindInt(int index, std::int64_t value) {
  bind_error_ |= sqlite3_bind_int64(statement_.get(), index, value);
}

void StoreStatement::BindDouble(int index, double value) {
  bind_error_ |= sqlite3_bind_double(statement_.get(), index, value);
}

void StoreStatement::BindText(int index, std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();  // a null pointer would bind NULL
  bind_error_ |= sqlite3_bind_text64(statement_.get(), index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void StoreStatement::BindBlob(int index, std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();
  bind_error_ |= sqlite3_bind_blob64(statement_.get(), index, data, value.size(), SQLITE_STATIC);
}

void StoreStatement::BindNull(int index) {
  bind_error_ |= sqlite3_bind_null(statement_.get(), index);
}

void StoreStatement::BindId(int index, std::string_view id) {
  const bool plain = id.find('\0') == std::string_view::npos && IsUtf8(id);
  plain ? BindText(index, id) : BindBlob(index, id);
}

Result<bool> StoreStatement::Step() {
  if (bind_error_ != SQLITE_OK) {
    bind_error_ = SQLITE_OK;
    return Status(StatusCode::kInvalidInput,
                  "cannot " + doing_ + " " + db_->path() + ": a value is larger than SQLite takes (1 GB)");
  }
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  Status error = db_->Error(code, doing_);
  sqlite3_reset(statement_.get());
  return error;
}

Status StoreStatement::Run() {
  const Result<bool> row = Step();
  Reset();
  return row.status();
}

void StoreStatement::Reset() {
  sqlite3_reset(statement_.get());
}

bool StoreStatement::IsNull(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t StoreStatement::Int(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double StoreStatement::Double(int column) const {
  if (IsNull(column)) return std::numeric_limits<double>::quiet_NaN();
  return sqlite3_column_double(statement_.get(), column);
}

std::string_view StoreStatement::Bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
}

Result<AttachedDb> AttachedDb::Attach(const StoreDb& db, const StoreDb& other, const char* name) {
  const std::string doing = "read " + other.path() + " for";
  FITD_ASSIGN_OR_RETURN(StoreStatement attach, StoreStatement::Prepare(db, std::string("ATTACH ? AS ") + name, doing));
  const std::string uri = other.ReadOnlyUri();
  attach.BindText(1, uri);
  FITD_RETURN_IF_ERROR(attach.Run());
  return AttachedDb(db, name);
}

AttachedDb::~AttachedDb() {
  if (db_ != nullptr) {
    sqlite3_exec(db_->handle(), (std::string("DETACH ") + name_).c_str(), nullptr, nullptr, nullptr);
  }
}

Result<StoreTransaction> StoreTransaction::Begin(const StoreDb& db, Kind kind) {
  const std::string_view doing = kind == Kind::kRead ? "read" : "save to";
  FITD_RETURN_IF_ERROR(db.Execute(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN", doing));
  return StoreTransaction(db, doing);
}

StoreTransaction::~StoreTransaction() {
  // After some errors SQLite has already rolled back.
  if (db_ != nullptr && sqlite3_get_autocommit(db_->handle()) == 0) {
    sqlite3_exec(db_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

Status StoreTransaction::Commit() {
  FITD_RETURN_IF_ERROR(db_->Execute("COMMIT", doing_));
  db_ = nullptr;
  return OkStatus();
}

}  // namespace fitd
