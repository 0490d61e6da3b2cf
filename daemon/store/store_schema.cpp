#include "daemon/store/store_schema.h"

#include <cstdio>
#include <set>
#include <string>

namespace fitd {
namespace {

constexpr std::int64_t kApplicationId = 0x66697464;

constexpr char kSchema[] = R"sql(
CREATE TABLE runs(
  run INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, state TEXT NOT NULL, started TEXT NOT NULL, finished TEXT,
  num_targets INTEGER NOT NULL, horizon INTEGER NOT NULL, target_column TEXT NOT NULL, time_column TEXT NOT NULL,
  value_column TEXT NOT NULL, time_format INTEGER NOT NULL, options TEXT NOT NULL, summary TEXT,
  time_pattern TEXT NOT NULL DEFAULT '', time_zone TEXT NOT NULL DEFAULT '');
CREATE TABLE targets(
  key INTEGER PRIMARY KEY, id NOT NULL,
  start INTEGER NOT NULL, step_unit INTEGER NOT NULL, step INTEGER NOT NULL, n INTEGER NOT NULL, status TEXT NOT NULL,
  reason TEXT NOT NULL, seasons TEXT NOT NULL, seconds REAL, attempts INTEGER NOT NULL, fingerprint INTEGER NOT NULL,
  checksum INTEGER, validation BLOB, lost INTEGER NOT NULL DEFAULT 0, filled INTEGER NOT NULL DEFAULT 0);
CREATE TABLE models(
  key INTEGER PRIMARY KEY, algorithm TEXT NOT NULL,
  spec TEXT NOT NULL, status TEXT NOT NULL, n INTEGER NOT NULL, loglik REAL, aic REAL, aicc REAL, bic REAL, sigma2 REAL,
  reason TEXT NOT NULL, seconds REAL, checksum INTEGER NOT NULL, archive BLOB NOT NULL);
CREATE TABLE last_values(key INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, value BLOB NOT NULL);
CREATE TABLE globals(run INTEGER, name TEXT, checksum INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY(run, name));
CREATE TABLE quarantine(
  id PRIMARY KEY NOT NULL, cause TEXT NOT NULL, data_fingerprint TEXT NOT NULL, algorithm_fingerprint TEXT NOT NULL,
  time TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE detectors(
  id PRIMARY KEY NOT NULL, run INTEGER NOT NULL, time INTEGER NOT NULL, checksum INTEGER NOT NULL, state BLOB NOT NULL);
CREATE TABLE cost_model(id INTEGER PRIMARY KEY CHECK(id = 1), checksum INTEGER NOT NULL, value BLOB NOT NULL);
CREATE VIEW series AS
  SELECT key >> 40 AS run, key >> 8 & 0xffffffff AS idx, id, n, status, reason, seasons, seconds, attempts,
    lost, filled FROM targets;
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

// "table runs", "view fits", ...: what the schema makes.
const std::set<std::string>& OwnObjects() {
  static const std::set<std::string>& objects = *new std::set<std::string>([] {
    std::set<std::string> names;
    const std::string_view schema = kSchema;
    for (const std::string_view kind : {"TABLE ", "VIEW "}) {
      const std::string create = "CREATE " + std::string(kind);
      for (std::size_t at = schema.find(create); at != std::string_view::npos; at = schema.find(create, at + 1)) {
        const std::size_t name = at + create.size();
        const std::size_t end = schema.find_first_of("( ", name);
        names.insert((kind == "VIEW " ? "view " : "table ") + std::string(schema.substr(name, end - name)));
      }
    }
    return names;
  }());
  return objects;
}

// A trigger, a view in the place of a table or a virtual table would be somebody else's code, run by whoever opens the
// store.
Status ExpectOwnObjectsOnly(const StoreDb& db) {
  FITD_ASSIGN_OR_RETURN(
      StoreStatement select,
      StoreStatement::Prepare(db,
                              "SELECT type || ' ' || name, sql LIKE 'CREATE VIRTUAL%' FROM sqlite_schema WHERE "
                              "NOT (type = 'index' AND sql IS NULL)",
                              "open"));
  while (true) {
    FITD_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) return OkStatus();
    const std::string object(select.Bytes(0));
    if (OwnObjects().contains(object) && select.Int(1) == 0) continue;
    if (object == "table sqlite_sequence" || object.starts_with("table sqlite_stat")) continue;  // of ANALYZE
    return {StatusCode::kCorrupt, "the store " + db.path() + " holds the " + object +
                                      ", which fitd did not make; drop it (sqlite3), or keep what is yours in a file "
                                      "of its own that attaches the store"};
  }
}

// Version 1 had no repairs and knew times in five forms.
constexpr char kFromVersion1[] = R"sql(
BEGIN IMMEDIATE;
ALTER TABLE runs ADD COLUMN time_pattern TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN time_zone TEXT NOT NULL DEFAULT '';
ALTER TABLE targets ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
ALTER TABLE targets ADD COLUMN filled INTEGER NOT NULL DEFAULT 0;
DROP VIEW series;
CREATE VIEW series AS
  SELECT key >> 40 AS run, key >> 8 & 0xffffffff AS idx, id, n, status, reason, seasons, seconds, attempts,
    lost, filled FROM targets;
PRAGMA user_version = 2;
COMMIT)sql";

}  // namespace

Result<StoreContents> InspectStore(const StoreDb& db) {
  FITD_ASSIGN_OR_RETURN(const std::int64_t application, db.QueryInt("PRAGMA application_id", "open"));
  FITD_ASSIGN_OR_RETURN(const std::int64_t version, db.QueryInt("PRAGMA user_version", "open"));
  if (application == kApplicationId && (version == kStoreVersion || version == 1)) {
    FITD_RETURN_IF_ERROR(ExpectOwnObjectsOnly(db));
    return version == 1 ? StoreContents::kVersion1 : StoreContents::kStore;
  }
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

Status MigrateFromVersion1(const StoreDb& db) {
  Status migrated = db.Execute(kFromVersion1, "bring up to date");
  if (!migrated.ok()) (void)db.Execute("ROLLBACK", "bring up to date");
  return migrated;
}

Status PrepareForWriting(const StoreDb& db) {
  // Stores of earlier releases keep no last values.
  FITD_RETURN_IF_ERROR(
      db.Execute("CREATE TABLE IF NOT EXISTS last_values(key INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, "
                 "value BLOB NOT NULL)",
                 "open"));
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
