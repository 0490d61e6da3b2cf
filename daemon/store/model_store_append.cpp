// Writing batches of targets and their models to a store.
#include <algorithm>
#include <array>

#include "common/checksum.h"
#include "daemon/store/store_rep.h"
#include "daemon/store/validation_blob.h"

namespace fitd {
namespace {

std::string FormatSeasons(const std::vector<int>& seasons) {
  std::string text;
  for (const int season : seasons) {
    if (!text.empty()) text += ',';
    text += std::to_string(season);
  }
  return text;
}

void BindTarget(StoreStatement& insert, int first, std::int64_t run, const TargetRecord& target,
                std::string_view seasons, std::string_view validation) {
  insert.BindInt(first, StoreKey(run, target.index));
  insert.BindId(first + 1, target.id);
  insert.BindInt(first + 2, target.grid.start);
  insert.BindInt(first + 3, static_cast<std::int64_t>(target.grid.step.unit));
  insert.BindInt(first + 4, target.grid.step.count);
  insert.BindInt(first + 5, static_cast<std::int64_t>(target.num_values));
  insert.BindText(first + 6, FitStatusName(target.status));
  insert.BindText(first + 7, target.reason);
  insert.BindText(first + 8, seasons);
  insert.BindDouble(first + 9, target.seconds);
  insert.BindInt(first + 10, target.attempts);
  insert.BindInt(first + 11, static_cast<std::int64_t>(target.fingerprint));
  insert.BindInt(first + 12, static_cast<std::int64_t>(TargetChecksum(target, seasons)));
  if (validation.empty()) {
    insert.BindNull(first + 13);
  } else {
    insert.BindBlob(first + 13, validation);
  }
  insert.BindInt(first + 14, target.lost);
  insert.BindInt(first + 15, target.filled);
}

void BindModel(StoreStatement& insert, int first, std::int64_t key, const ModelRecord& model,
               const OutcomeHeader& header) {
  insert.BindInt(first, key);
  insert.BindText(first + 1, header.algorithm);
  insert.BindText(first + 2, header.spec);
  insert.BindText(first + 3, FitStatusName(header.status));
  insert.BindInt(first + 4, static_cast<std::int64_t>(header.num_observations));
  insert.BindDouble(first + 5, header.criteria.loglik);
  insert.BindDouble(first + 6, header.criteria.aic);
  insert.BindDouble(first + 7, header.criteria.aicc);
  insert.BindDouble(first + 8, header.criteria.bic);
  insert.BindDouble(first + 9, header.criteria.sigma2);
  insert.BindText(first + 10, header.reason);
  insert.BindDouble(first + 11, model.seconds);
  insert.BindInt(first + 12, static_cast<std::int64_t>(Checksum64(model.archive)));
  insert.BindBlob(first + 13, model.archive);
}

// Calls `bind(statement, first parameter, row of the statement)` once a row, in order, and runs the statements.
template <class Bind>
Status InsertRows(StoreInsert& insert, std::size_t rows, Bind bind) {
  while (rows > 0) {
    const bool many = rows >= StoreInsert::kRows;
    StoreStatement& statement = many ? insert.many : insert.one;
    const std::size_t count = many ? StoreInsert::kRows : 1;
    for (std::size_t i = 0; i < count; ++i) {
      FITD_RETURN_IF_ERROR(bind(statement, 1 + static_cast<int>(i) * insert.columns, i));
    }
    FITD_RETURN_IF_ERROR(statement.Run());
    rows -= count;
  }
  return OkStatus();
}

Status InsertTargets(StoreInsert& insert, std::int64_t run, std::span<const TargetRecord> batch) {
  std::array<std::string, StoreInsert::kRows> seasons, validations;
  auto target = batch.begin();
  return InsertRows(insert, batch.size(), [&](StoreStatement& statement, int first, std::size_t row) {
    seasons[row] = FormatSeasons(target->seasons);
    validations[row] = JoinValidationBlob({target->validation, target->history});
    BindTarget(statement, first, run, *target, seasons[row], validations[row]);
    ++target;
    return OkStatus();
  });
}

Status InsertModels(StoreInsert& insert, std::int64_t run, std::span<const TargetRecord> batch) {
  std::size_t rows = 0;
  for (const TargetRecord& target : batch) rows += target.models.size();
  std::array<OutcomeHeader, StoreInsert::kRows> headers;
  auto target = batch.begin();
  std::size_t model = 0;
  return InsertRows(insert, rows, [&](StoreStatement& statement, int first, std::size_t row) -> Status {
    for (; model == target->models.size(); model = 0) ++target;
    const ModelRecord& record = target->models[model];
    Result<OutcomeHeader> header = DecodeOutcomeHeader(record.archive);
    if (!header.ok()) return header.status().WithContext("target " + std::string(target->id));
    headers[row] = std::move(*header);
    BindModel(statement, first, StoreKey(run, target->index, model), record, headers[row]);
    ++model;
    return OkStatus();
  });
}

Status InsertLastValues(StoreInsert& insert, std::int64_t run, std::span<const TargetRecord> batch) {
  const auto rows =
      std::count_if(batch.begin(), batch.end(), [](const TargetRecord& target) { return !target.last_values.empty(); });
  auto target = batch.begin();
  return InsertRows(insert, static_cast<std::size_t>(rows), [&](StoreStatement& statement, int first, std::size_t) {
    while (target->last_values.empty()) ++target;
    statement.BindInt(first, StoreKey(run, target->index));
    statement.BindInt(first + 1, LastValuesChecksum(target->last_values));
    statement.BindBlob(first + 2, target->last_values);
    ++target;
    return OkStatus();
  });
}

Result<StoreInsert> PrepareInsert(const StoreDb& db, std::string_view table, int columns) {
  std::string row = "(?";
  for (int i = 1; i < columns; ++i) row += ",?";
  row += ')';
  std::string sql = "INSERT INTO " + std::string(table) + " VALUES" + row;
  FITD_ASSIGN_OR_RETURN(StoreStatement one, StoreStatement::Prepare(db, sql, "save to"));
  for (std::size_t i = 1; i < StoreInsert::kRows; ++i) sql += "," + row;
  FITD_ASSIGN_OR_RETURN(StoreStatement many, StoreStatement::Prepare(db, sql, "save to"));
  return StoreInsert{std::move(many), std::move(one), columns};
}

}  // namespace

Status Store::Append(std::int64_t run, std::span<const TargetRecord> batch) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  const StoreDb& db = rep_->db;
  if (!rep_->insert_target) {
    FITD_ASSIGN_OR_RETURN(rep_->insert_target, PrepareInsert(db, "targets", StoreInsert::kTargetColumns));
    FITD_ASSIGN_OR_RETURN(rep_->insert_model, PrepareInsert(db, "models", StoreInsert::kModelColumns));
    FITD_ASSIGN_OR_RETURN(rep_->insert_last_values, PrepareInsert(db, "last_values", StoreInsert::kLastValuesColumns));
  }
  for (const TargetRecord& target : batch) {
    if (target.index >= kStoreIndexLimit || target.models.size() > kStoreModelLimit) {
      return {StatusCode::kInternal, "more targets or models than a store holds"};
    }
  }
  FITD_ASSIGN_OR_RETURN(StoreTransaction transaction, StoreTransaction::Begin(db, StoreTransaction::Kind::kWrite));
  FITD_RETURN_IF_ERROR(InsertTargets(*rep_->insert_target, run, batch));
  FITD_RETURN_IF_ERROR(InsertModels(*rep_->insert_model, run, batch));
  FITD_RETURN_IF_ERROR(InsertLastValues(*rep_->insert_last_values, run, batch));
  return transaction.Commit();
}

}  // namespace fitd
