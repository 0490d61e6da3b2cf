#include "daemon/store/store_schema.h"

#include <cstdio>
#include <set>
#include <string>

#include "daemon/store/store_columns.h"
#include "daemon/store/store_lock.h"
#include "daemon/store/store_rep.h"

namespace fitd {
namespace {

constexpr std::int64_t kApplicationId = 0x66697464;

constexpr char kSeriesView[] = R"sql(
CREATE VIEW series AS
  SELECT key >> 40 AS run, key >> 8 & 0xffffffff AS idx, id, n, status, reason, seasons, seconds, attempts,
    lost, filled FROM targets;
)sql";
constexpr char kOtherViews[] = R"sql(
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

const std::string& Schema() {
  static const std::string& schema =
      *new std::string(CreateTable("runs", kRunColumns) + ";\n" + CreateTable("targets", kTargetColumns) + ";\n" +
                       CreateTable("models", kModelColumns) + ";\n" + CreateTable("last_values", kLastValuesColumns) +
                       ";\n" + CreateTable("globals", kGlobalColumns, "PRIMARY KEY(run, name)") + ";\n" +
                       CreateTable("quarantine", kQuarantineColumns, {}, " WITHOUT ROWID") + ";\n" +
                       CreateTable("detectors", kDetectorColumns) + ";\n" +
                       CreateTable("anomalies", kAnomalyColumns, kAnomalyConstraints) + ";\n" +
                       CreateTable("block_sums", kBlockSumColumns) + ";\n" +
                       CreateTable("cost_model", kCostModelColumns) + ";" + kSeriesView + kOtherViews);
  return schema;
}

// The objects that the schema creates: "table runs", "view fits", ...
const std::set<std::string>& OwnObjects() {
  static const std::set<std::string>& objects = *new std::set<std::string>([] {
    std::set<std::string> names;
    const std::string_view schema = Schema();
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

// kCorrupt when the store has foreign objects. A trigger, a view in place of a table or a virtual table would be code
// that runs in every process that opens the store.
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

// A store of this version marked as version 1 would be read without its newer columns.
Status ExpectTablesOfVersion1(const StoreDb& db) {
  if (!StoreStatement::Prepare(db, "SELECT time_zone FROM runs", "open").ok()) return {};
  return DamagedStore(db, "it calls itself a store of version 1 (user_version), and its tables are of version " +
                              std::to_string(kStoreVersion));
}

// Script that adds the columns of version 2. Version 1 counted no repairs and knew five time formats.
std::string FromVersion1() {
  return "BEGIN IMMEDIATE;\n" + AddColumnsOfVersion2("runs", kRunColumns) +
         AddColumnsOfVersion2("targets", kTargetColumns) + "DROP VIEW series;" + kSeriesView +
         "PRAGMA user_version = 2;\nCOMMIT";
}

}  // namespace

Result<StoreContents> InspectStore(const StoreDb& db) {
  FITD_ASSIGN_OR_RETURN(const std::int64_t application, db.QueryInt("PRAGMA application_id", "open"));
  FITD_ASSIGN_OR_RETURN(const std::int64_t version, db.QueryInt("PRAGMA user_version", "open"));
  FITD_RETURN_IF_ERROR(ExpectOwnParts(db.path()));
  if (application == kApplicationId && (version == kStoreVersion || version == 1)) {
    FITD_RETURN_IF_ERROR(ExpectOwnObjectsOnly(db));
    if (version == 1) FITD_RETURN_IF_ERROR(ExpectTablesOfVersion1(db));
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
  const std::string script = "BEGIN IMMEDIATE;" + Schema() +
                             "PRAGMA application_id = " + std::to_string(kApplicationId) +
                             ";PRAGMA user_version = " + std::to_string(kStoreVersion) + ";COMMIT";
  Status created = db.Execute(script.c_str(), "create");
  if (!created.ok()) (void)db.Execute("ROLLBACK", "create");  // fails when SQLite has rolled back by itself
  return created;
}

Status MigrateFromVersion1(const StoreDb& db) {
  Status migrated = db.Execute(FromVersion1().c_str(), "bring up to date");
  if (!migrated.ok()) (void)db.Execute("ROLLBACK", "bring up to date");
  return migrated;
}

Status PrepareForWriting(const StoreDb& db) {
  // Stores of earlier releases lack the tables of last values and of sums.
  FITD_RETURN_IF_ERROR(db.Execute(CreateTable("IF NOT EXISTS last_values", kLastValuesColumns).c_str(), "open"));
  FITD_RETURN_IF_ERROR(db.Execute(CreateTable("IF NOT EXISTS block_sums", kBlockSumColumns).c_str(), "open"));
  return db.Execute(
      "PRAGMA journal_mode = WAL;"         // someone may have switched it off
      "PRAGMA synchronous = FULL;"         // a committed batch survives a power cut
      "PRAGMA cache_size = -16384;"        // KiB
      "PRAGMA wal_autocheckpoint = 2000;"  // pages: the log stays near 16 MB
      "PRAGMA journal_size_limit = 67108864;"
      "PRAGMA temp_store = MEMORY",
      "open");
}

Status PrepareForCopying(const StoreDb& db) {
  return db.Execute("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0", "open");
}

}  // namespace fitd
