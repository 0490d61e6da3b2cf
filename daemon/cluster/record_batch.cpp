#include "daemon/cluster/record_batch.h"

namespace fitd {

std::string_view RecordBatch::Keep(std::string_view bytes) {
  bytes_ += bytes.size();
  return bytes_kept_.emplace_back(bytes);
}

void RecordBatch::Add(const TargetRecord& record) {
  TargetRecord& kept = records_.emplace_back(record);
  kept.id = Keep(record.id);
  kept.reason = Keep(record.reason);
  kept.validation = Keep(record.validation);
  kept.history = Keep(record.history);
  kept.last_values = Keep(record.last_values);
  for (ModelRecord& model : kept.models) model.archive = Keep(model.archive);
}

Status RecordBatch::SaveTo(Store& store, std::int64_t run) {
  if (records_.empty()) return {};
  const Status status = store.Append(run, records_);
  records_.clear();
  bytes_kept_.clear();
  bytes_ = 0;
  return status;
}

}  // namespace fitd
