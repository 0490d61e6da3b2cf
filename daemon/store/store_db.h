// Owns an SQLite connection and its statements. Turns every SQLite error into a Status that names the store's file and
// the remedy. Daemon process; one thread at a time per connection.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/status.h"

struct sqlite3;
struct sqlite3_stmt;

namespace fitd {

class StoreDb {
 public:
  enum class Access { kReadOnly, kReadWrite, kImmutable };

  // The file must exist (an empty one is a database without tables).
  static Result<StoreDb> Open(const std::string& path, Access access);

  const std::string& path() const { return path_; }
  sqlite3* handle() const { return db_.get(); }
  // The files of SQLite's write-ahead log and its index, beside the file that the path resolves to.
  std::string LogPath() const;
  std::string LogIndexPath() const;

  // URI that opens the file read-only, with the same locking as this connection.
  std::string ReadOnlyUri() const;

  // Runs statements without parameters. `doing` completes "cannot ... STORE" in errors: "save to", "read".
  Status Execute(const char* sql, std::string_view doing) const;
  // Moves the content of the write-ahead log into the file, as far as no reader still needs it. On a full disk the file
  // alone might otherwise not be a complete store.
  Status MoveLog() const;
  // The first column of the first row; kCorrupt when there is no row.
  Result<std::int64_t> QueryInt(const char* sql, std::string_view doing) const;

  // The Status for a failed SQLite call on this connection.
  Status Error(int sqlite_code, std::string_view doing) const;

 private:
  struct Closer {
    void operator()(sqlite3* db) const;
  };
  StoreDb(std::string path, Access access, sqlite3* db) : path_(std::move(path)), access_(access), db_(db) {}

  std::string path_;
  Access access_;
  std::unique_ptr<sqlite3, Closer> db_;
};

// A prepared statement. A failed Bind is reported by the next Step.
class StoreStatement {
 public:
  static Result<StoreStatement> Prepare(const StoreDb& db, std::string_view sql, std::string_view doing);

  // Parameters are numbered from 1. Bound bytes must stay valid until Reset.
  void BindInt(int index, std::int64_t value);
  void BindDouble(int index, double value);  // NaN becomes NULL
  void BindText(int index, std::string_view value);
  void BindBlob(int index, std::string_view value);
  void BindNull(int index);
  // Binds TEXT when the bytes are UTF-8 without NUL, else BLOB: readable in every tool, and exact in both cases.
  void BindId(int index, std::string_view id);

  // True when there is a row, false when done.
  Result<bool> Step();
  // Step, then Reset; for statements that return no rows.
  Status Run();
  void Reset();

  // Columns are numbered from 0; views live until the next Step or Reset.
  bool IsNull(int column) const;
  std::int64_t Int(int column) const;
  double Double(int column) const;  // NULL becomes NaN
  std::string_view Bytes(int column) const;

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  StoreStatement(const StoreDb& db, sqlite3_stmt* statement, std::string_view doing)
      : db_(&db), statement_(statement), doing_(doing) {}

  const StoreDb* db_;  // outlives the statement and does not move
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  std::string doing_;
  int bind_error_ = 0;
};

// Attaches another database to a connection, read-only, as NAME.table, during its lifetime. Transactions that read it
// must end before it is destroyed.
class AttachedDb {
 public:
  static Result<AttachedDb> Attach(const StoreDb& db, const StoreDb& other, const char* name);

  AttachedDb(AttachedDb&& other) noexcept : db_(other.db_), name_(other.name_) { other.db_ = nullptr; }
  AttachedDb& operator=(AttachedDb&&) = delete;
  ~AttachedDb();

 private:
  AttachedDb(const StoreDb& db, const char* name) : db_(&db), name_(name) {}

  const StoreDb* db_;
  const char* name_;
};

// Rolls back unless committed.
class StoreTransaction {
 public:
  // kWriteLater: like kWrite, but takes the lock with the first write, and locks no attached database.
  enum class Kind { kRead, kWrite, kWriteLater };
  static Result<StoreTransaction> Begin(const StoreDb& db, Kind kind);

  StoreTransaction(StoreTransaction&& other) noexcept : db_(other.db_), doing_(other.doing_) { other.db_ = nullptr; }
  StoreTransaction& operator=(StoreTransaction&&) = delete;
  ~StoreTransaction();
  Status Commit();

 private:
  StoreTransaction(const StoreDb& db, std::string_view doing) : db_(&db), doing_(doing) {}

  const StoreDb* db_;
  std::string_view doing_;
};

}  // namespace fitd
