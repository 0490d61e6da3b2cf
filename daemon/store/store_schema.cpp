#include "daemon/store/store_schema.h"

#include <cstdio>

namespace fitd {
namespace {

constexpr std::int64_t kApplicationId = 0x66697464;

constexpr char kSchema[] = R"sql(
CREATE TABLE runs(
  run INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, state TEXT NOT NULL, started TEXT NOT NULL, finished TEXT,
  num_targets INTEGER NOT NULL, horizon INTEGER NOT NULL, target_column TEXT NOT NULL, time_column TEXT NOT NULL,
  value_column TEXT NOT NULL, time_format INTEGER NOT NULL, options TEXT NOT NULL, summary TEXT);
CREATE TABLE targets(
  key INTEGER PRIMARY KEY, id NOT NULL,
  start INTEGER NOT NULL, step_unit INTEGER NOT NULL, step INTEGER NOT NULL, n INTEGER NOT NULL, status TEXT NOT NULL,
  reason TEXT NOT NULL, seasons TEXT NOT NULL, seconds REAL, attempts INTEGER NOT NULL, fingerprint INTEGER NOT NULL,
  checksum INTEGER, validation BLOB);
CREATE TABLE models(
  key INTEGER PRIMARY KEY, algorithm TEXT NOT NULL,
  spec TEXT NOT NULL, status TEXT NOT NULL, n INTEGER NOT NULL, loglik REAL, aic REAL, aicc REAL, bic REAL, sigma2 REAL,
  reason TEXT NOT NULL, seconds REAL, checksum INTEGER NOT NULL, archive BLOB NOT NULL);
CREATE TABLE globals(run INTEGER, name TEXT, checksum INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY(run, name));
CREATE TABLE quarantine(
  id PRIMARY KEY NOT NULL, cause TEXT NOT NULL, data_fingerprint TEXT NOT NULL, algorithm_fingerprint TEXT NOT NULL,
  time TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE cost_model(id INTEGER PRIMARY KEY CHECK(id = 1), checksum INTEGER NOT NULL, value BLOB NOT NULL);
CREATE VIEW series AS
  SELECT key >> 40 AS run, key >> 8 & 0xffffffff AS idx, id, n, status, reason, seasons, seconds, attempts FROM targets;
CREATE VIEW fits AS
  SELECT t.key >> 40 AS run, t.id, m.algorithm, m.spec, m.status, m.n, m.loglik, m.aic, m.aicc, m.bic, m.sigma2,
    m.reason, m.seconds
  FROM targets t JOIN models m ON m.key BETWEEN t.key AND t.key + 255;
CREATE VIEW payloads AS
  SELECT t.key >> 40 AS run, t.id, m.algorithm, substr(m.spec, 1, instr(m.spec, ':') - 1) AS encoding,
    substr(m.archive, length(m.archive) + 1 - CAST(substr(m.spec, instr(m.spec, ':') + 1) AS INTEGER)) AS payload
  FROM targets t JOIN models m ON m.key BETWEEN t.key AND t.key + 255
  WHERE m.algorithm GLOB 'python:*' OR m.algorithm GLOB 'plugin:*' OR m.algorithm GLOB 'exec:*';
)sql";

}  // namespace

Result<StoreContents> InspectStore(const StoreDb& db) {
  FITD_ASSIGN_OR_RETURN(const std::int64_t application, db.QueryInt("PRAGMA application_id", "open"));
  FITD_ASSIGN_OR_RETURN(const std::int64_t version, db.QueryInt("PRAGMA user_version", "open"));
  if (application == kApplicationId && version == kStoreVersion) return StoreContents::kStore;
  if (application == kApplicationId) {
    return Status(StatusCode::kCorrupt, "the store " + db.path() + " has version " + std::to_string(version) +
                                            ", this fitd reads version " + std::to_string(kStoreVersion) +
                                            "; use the fitd that wrote it, or name another file with --store");
  }
  FITD_ASSIGN_OR_RETURN(const std::int64_t tables, db.QueryInt("SELECT count(*) FROM sqlite_schema", "open"));
  if (application == 0 && version == 0 && tables == 0) return StoreContents::kEmpty;
  char id[16];
  std::snprintf(id, sizeof id, "0x%08x", static_cast<unsigned>(application));
  return Status(StatusCode::kCorrupt, db.path() + " is an SQLite database of another program (application_id " + id +
                                          "), not a fitd store; name another file with --store");
}

Status CreateStore(const StoreDb& db) {
  // The page size cannot change once the file is in WAL mode.
  FITD_RETURN_IF_ERROR(db.Execute("PRAGMA page_size = 8192", "create"));
  FITD_RETURN_IF_ERROR(db.Execute("PRAGMA journal_mode = WAL", "create"));
  FITD_RETURN_IF_ERROR(db.Execute("PRAGMA synchronous = FULL", "create"));
  const std::string script = "BEGIN IMMEDIATE;" + std::string(kSchema) +
                             "PRAGMA application_id = " + std::to_string(kApplicationId) +
                             ";PRAGMA user_version = " + std::to_string(kStoreVersion) + ";COMMIT";
  Status created = db.Execute(script.c_str(), "create");
  if (!created.ok()) (void)db.Execute("ROLLBACK", "create");  // fails when SQLite has rolled back by itself
  return created;
}

Status PrepareForWriting(const StoreDb& db) {
  return db.Execute(
      "PRAGMA journal_mode = WAL;"         // someone may have switched it off
      "PRAGMA synchronous = FULL;"         // a committed batch survives a power cut
      "PRAGMA cache_size = -16384;"        // KiB
      "PRAGMA wal_autocheckpoint = 2000;"  // pages: the log stays near 16 MB
      "PRAGMA journal_size_limit = 67108864;"
      "PRAGMA temp_store = MEMORY",
      "open");
}

}  // namespace fitd
