#include "daemon/service/state_saver.h"

#include <memory>
#include <utility>

#include "daemon/runs/snapshot_file.h"

namespace fitd {
namespace {

// What is so until it was written, and remains so when that ends by an exception.
Status NotWritten() {
  return {StatusCode::kInternal, "it was not written"};
}

}  // namespace

void StateSaver::Save(std::string snapshot, std::function<void(const Status&)> then) {
  {
    const std::lock_guard lock(mutex_);
    next_ = std::move(snapshot);
  }
  auto status = std::make_shared<Status>(NotWritten());
  files_.Run([this, status] { *status = Write(); },
             [this, status, then = std::move(then)] {
               OnWritten(*status);
               if (then) then(*status);
             });
}

Status StateSaver::Write() {
  std::string text;
  {
    const std::lock_guard lock(mutex_);
    text.swap(next_);
  }
  // An empty text means that an earlier task has already written this snapshot; report its result.
  if (!text.empty()) {
    written_ = NotWritten();
    written_ = WriteSnapshot(path_, text);
  }
  return written_;
}

void StateSaver::OnWritten(const Status& status) {
  if (!status.ok()) ++failures_;
  if (!status.ok() && saved_.ok()) {
    log_(LogLevel::kError, 0, "the queue cannot be saved, so no run is accepted: " + status.message());
  }
  if (status.ok() && !saved_.ok()) log_(LogLevel::kInfo, 0, "the queue is saved again");
  saved_ = status;
}

}  // namespace fitd
