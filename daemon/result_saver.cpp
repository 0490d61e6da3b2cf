#include "daemon/result_saver.h"

#include "common/fault.h"

namespace fitd {

ResultSaver::ResultSaver(Store& store, std::int64_t run, const Frame& frame, const Clock& clock)
    : store_(store), run_(run), frame_(frame), clock_(clock), last_flush_(clock.Now()) {}

Status ResultSaver::Add(std::uint32_t index, TargetFitRecord record, std::uint64_t fingerprint, double seconds,
                        int attempts) {
  waiting_bytes_ += record.validation.size() + record.reason.size();
  for (const TargetFitRecord::Fit& fit : record.fits) waiting_bytes_ += fit.archive.size();
  waiting_.push_back({index, std::move(record), fingerprint, seconds, attempts});
  return Poll();
}

Status ResultSaver::Poll() {
  const bool due = waiting_.size() >= kBatchTargets || waiting_bytes_ >= kBatchBytes ||
                   (!waiting_.empty() && clock_.Now() - last_flush_ >= kBatchInterval);
  return due ? Flush() : OkStatus();
}

Status ResultSaver::Flush() {
  const Monotonic start = clock_.Now();
  std::vector<TargetRecord> batch;
  batch.reserve(waiting_.size());
  for (const Waiting& w : waiting_) {
    const Frame::Entry& entry = frame_.entry(w.index);
    TargetRecord target;
    target.index = w.index;
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
    for (const TargetFitRecord::Fit& fit : w.record.fits) target.models.push_back({fit.archive, fit.seconds});
    batch.push_back(std::move(target));
  }
  if (!batch.empty()) {
    FailHere(FaultPoint::kBeforeCommit);
    FITD_RETURN_IF_ERROR(store_.Append(run_, batch));
    FailHere(FaultPoint::kAfterCommit);
  }
  waiting_.clear();
  waiting_bytes_ = 0;
  last_flush_ = clock_.Now();
  seconds_ += std::chrono::duration<double>(last_flush_ - start).count();
  return {};
}

}  // namespace fitd
