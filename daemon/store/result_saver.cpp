#include "daemon/store/result_saver.h"

#include <algorithm>
#include <span>
#include <utility>

#include "common/background_work.h"
#include "common/process/fault.h"
#include "daemon/store/last_values.h"

namespace fitd {

ResultSaver::ResultSaver(Store& store, std::int64_t run, const Frame& frame, const TargetRanges& places,
                         const Clock& clock, std::uint64_t keep_values)
    : store_(store),
      run_(run),
      frame_(frame),
      places_(places),
      clock_(clock),
      keep_values_(keep_values),
      last_batch_(clock.Now()) {}

Status ResultSaver::Add(std::uint32_t index, TargetFitRecord record, std::uint64_t fingerprint, double seconds,
                        int attempts) {
  waiting_bytes_ += record.validation.size() + record.history.size() + record.reason.size();
  for (const TargetFitRecord::Fit& fit : record.fits) waiting_bytes_ += fit.archive.size();
  waiting_.push_back({index, std::move(record), fingerprint, seconds, attempts});
  return Poll();
}

Status ResultSaver::Poll() {
  const bool due = waiting_.size() >= kBatchTargets || waiting_bytes_ >= kBatchBytes ||
                   (!waiting_.empty() && clock_.Now() - last_batch_ >= kBatchInterval);
  return due ? Begin() : OkStatus();
}

Status ResultSaver::Flush() {
  FITD_RETURN_IF_ERROR(Begin());
  return Settle();
}

Status ResultSaver::Begin() {
  FITD_RETURN_IF_ERROR(Settle());
  last_batch_ = clock_.Now();
  waiting_bytes_ = 0;
  if (waiting_.empty()) return {};
  FailHere(FaultPoint::kBeforeCommit);
  batch_ = std::exchange(waiting_, {});
  saving_ = StartOrDo([this] { return Save(batch_); });
  return {};
}

Status ResultSaver::Settle() {
  if (!saving_.valid()) return {};
  const Saved saved = saving_.get();
  batch_.clear();
  seconds_ += saved.seconds;
  if (saved.status.ok()) FailHere(FaultPoint::kAfterCommit);
  return saved.status;
}

ResultSaver::Saved ResultSaver::Save(const std::vector<Waiting>& batch) const {
  const Monotonic start = clock_.Now();
  std::vector<TargetRecord> records;
  std::vector<std::string> last_values;
  records.reserve(batch.size());
  last_values.reserve(keep_values_ == 0 ? 0 : batch.size());  // records hold views of them
  for (const Waiting& w : batch) {
    const Frame::Entry& entry = frame_.entry(w.index);
    TargetRecord target;
    target.index = places_[w.index];
    target.id = entry.id;
    target.grid = entry.grid;
    target.num_values = entry.size;
    target.status = w.record.status;
    target.reason = w.record.reason;
    target.seasons = w.record.seasons;
    target.seconds = w.seconds;
    target.attempts = static_cast<std::uint32_t>(w.attempts);
    target.fingerprint = w.fingerprint;
    target.validation = w.record.validation;
    target.lost = entry.lost;
    target.filled = entry.gaps_filled;
    target.history = w.record.history;
    if (const std::span<const double> values = frame_[w.index].values; keep_values_ > 0 && !values.empty()) {
      last_values.push_back(PackLastValues(values.last(std::min<std::uint64_t>(values.size(), keep_values_))));
      target.last_values = last_values.back();
    }
    for (const TargetFitRecord::Fit& fit : w.record.fits) target.models.push_back({fit.archive, fit.seconds});
    records.push_back(std::move(target));
  }
  Saved saved;
  saved.status = store_.Append(run_, records);
  saved.seconds = std::chrono::duration<double>(clock_.Now() - start).count();
  return saved;
}

}  // namespace fitd
