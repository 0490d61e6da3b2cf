// Writing batches of targets and their models.
#include <algorithm>
#include <array>

#include "common/checksum.h"
#include "daemon/store/store_columns.h"
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
  insert.BindInt(first + Place(kTargetColumns, "key"), StoreKey(run, target.index));
  insert.BindId(first + Place(kTargetColumns, "id"), target.id);
  insert.BindInt(first + Place(kTargetColumns, "start"), target.grid.start);
  insert.BindInt(first + Place(kTargetColumns, "step_unit"), static_cast<std::int64_t>(target.grid.step.unit));
  insert.BindInt(first + Place(kTargetColumns, "step"), target.grid.step.count);
  insert.BindInt(first + Place(kTargetColumns, "n"), static_cast<std::int64_t>(target.num_values));
  insert.BindText(first + Place(kTargetColumns, "status"), FitStatusName(target.status));
  insert.BindText(first + Place(kTargetColumns, "reason"), target.reason);
  insert.BindText(first + Place(kTargetColumns, "seasons"), seasons);
  insert.BindDouble(first + Place(kTargetColumns, "seconds"), target.seconds);
  insert.BindInt(first + Place(kTargetColumns, "attempts"), target.attempts);
  insert.BindInt(first + Place(kTargetColumns, "fingerprint"), static_cast<std::int64_t>(target.fingerprint));
  insert.BindInt(first + Place(kTargetColumns, "checksum"), static_cast<std::int64_t>(TargetChecksum(target, seasons)));
  if (validation.empty()) {
    insert.BindNull(first + Place(kTargetColumns, "validation"));
  } else {
    insert.BindBlob(first + Place(kTargetColumns, "validation"), validation);
  }
  insert.BindInt(first + Place(kTargetColumns, "lost"), target.lost);
  insert.BindInt(first + Place(kTargetColumns, "filled"), target.filled);
}

void BindModel(StoreStatement& insert, int first, std::int64_t key, const ModelRecord& model,
               const OutcomeHeader& header) {
  insert.BindInt(first + Place(kModelColumns, "key"), key);
  insert.BindText(first + Place(kModelColumns, "algorithm"), header.algorithm);
  insert.BindText(first + Place(kModelColumns, "spec"), header.spec);
  insert.BindText(first + Place(kModelColumns, "status"), FitStatusName(header.status));
  insert.BindInt(first + Place(kModelColumns, "n"), static_cast<std::int64_t>(header.num_observations));
  insert.BindDouble(first + Place(kModelColumns, "loglik"), header.criteria.loglik);
  insert.BindDouble(first + Place(kModelColumns, "aic"), header.criteria.aic);
  insert.BindDouble(first + Place(kModelColumns, "aicc"), header.criteria.aicc);
  insert.BindDouble(first + Place(kModelColumns, "bic"), header.criteria.bic);
  insert.BindDouble(first + Place(kModelColumns, "sigma2"), header.criteria.sigma2);
  insert.BindText(first + Place(kModelColumns, "reason"), header.reason);
  insert.BindDouble(first + Place(kModelColumns, "seconds"), model.seconds);
  insert.BindInt(first + Place(kModelColumns, "checksum"), static_cast<std::int64_t>(Checksum64(model.archive)));
  insert.BindBlob(first + Place(kModelColumns, "archive"), model.archive);
}

// Calls `bind(statement, first parameter, row of the statement)` for each row in order, and runs the statements.
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
    statement.BindInt(first + Place(kLastValuesColumns, "key"), StoreKey(run, target->index));
    statement.BindInt(first + Place(kLastValuesColumns, "checksum"), LastValuesChecksum(target->last_values));
    statement.BindBlob(first + Place(kLastValuesColumns, "value"), target->last_values);
    ++target;
    return OkStatus();
  });
}

Result<StoreInsert> PrepareInsert(const StoreDb& db, std::string_view table, std::span<const StoreColumn> columns) {
  FITD_ASSIGN_OR_RETURN(StoreStatement one, StoreStatement::Prepare(db, InsertInto(table, columns), "save to"));
  FITD_ASSIGN_OR_RETURN(StoreStatement many,
                        StoreStatement::Prepare(db, InsertInto(table, columns, StoreInsert::kRows), "save to"));
  return StoreInsert{std::move(many), std::move(one), static_cast<int>(columns.size())};
}

}  // namespace

Status Store::Append(std::int64_t run, std::span<const TargetRecord> batch) {
  FITD_RETURN_IF_ERROR(rep_->ExpectWritable());
  const StoreDb& db = rep_->db;
  if (!rep_->insert_target) {
    FITD_ASSIGN_OR_RETURN(rep_->insert_target, PrepareInsert(db, "targets", kTargetColumns));
    FITD_ASSIGN_OR_RETURN(rep_->insert_model, PrepareInsert(db, "models", kModelColumns));
    FITD_ASSIGN_OR_RETURN(rep_->insert_last_values, PrepareInsert(db, "last_values", kLastValuesColumns));
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
