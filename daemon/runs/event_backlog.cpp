#include "daemon/runs/event_backlog.h"

#include <algorithm>
#include <utility>

namespace fitd {

void EventBacklog::Append(std::string line, bool replaceable) {
  if (replaceable && !lines_.empty() && lines_.back().replaceable) {
    bytes_ -= lines_.back().text.size();
    lines_.pop_back();
  }
  bytes_ += line.size();
  lines_.push_back({next_++, std::move(line), replaceable});
  while (lines_.size() > max_lines_ || (bytes_ > max_bytes_ && lines_.size() > 1)) {
    bytes_ -= lines_.front().text.size();
    evicted_end_ = lines_.front().number + 1;
    lines_.pop_front();
  }
}

EventBacklog::Batch EventBacklog::Read(std::uint64_t from) const {
  constexpr std::size_t kBatchBytes = 64 * 1024;
  Batch batch;
  if (from < evicted_end_) {
    batch.text = "{\"event\":\"lost\",\"count\":" + std::to_string(evicted_end_ - from) + "}\n";
    from = evicted_end_;
  }
  auto line = std::lower_bound(lines_.begin(), lines_.end(), from,
                               [](const Line& l, std::uint64_t number) { return l.number < number; });
  for (; line != lines_.end() && batch.text.size() < kBatchBytes; ++line) batch.text += line->text + "\n";
  batch.next = line != lines_.end() ? line->number : next_;
  batch.end = closed_ && batch.next == next_;
  return batch;
}

}  // namespace fitd
