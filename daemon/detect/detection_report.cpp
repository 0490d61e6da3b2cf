#include "daemon/detect/detection_report.h"

#include <algorithm>

namespace fitd {

void DetectionReport::Begin() {
  if (!settings_.events) return writer_.Begin();
  if (settings_.format == DetectionFormat::kCsv) sink_.text() += kEventHeader;
}

Status DetectionReport::Add(std::string_view target, const Observations& in, const DetectRecord& record) {
  summary_.known += std::min<std::uint64_t>(record.first, in.size());
  summary_.observations += record.rows.size();
  if (record.rows.empty()) return {};
  EventFollower follower(target, kept_ != nullptr ? kept_->Take(target) : std::nullopt);
  for (std::size_t i = 0; i < record.rows.size() && record.first + i < in.size(); ++i) {
    const std::size_t at = record.first + i;
    const Detection& row = record.rows[i];
    follower.Add(in.time(at), in.value(at), row, events_);
    summary_.alerts += row.alert;
    if (in.time(at) < settings_.since) continue;
    if (!settings_.events) FITD_RETURN_IF_ERROR(writer_.Add(target, in.time(at), in.value(at), row));
  }
  follower.End(events_);
  return {};
}

Status DetectionReport::End(const std::string& now) {
  if (kept_ != nullptr) kept_->AddFleet(events_);
  MergeFleetEvents(events_, summary_.targets);
  if (kept_ != nullptr) {
    FITD_RETURN_IF_ERROR(kept_->Save(events_, !settings_.tell, now));
    const auto going_on = std::count_if(events_.begin(), events_.end(),
                                        [](const AnomalyEvent& e) { return !e.fleet && e.quiet.has_value(); });
    summary_.anomalous = static_cast<std::uint64_t>(going_on) + kept_->num_left();
  }
  std::erase_if(events_,
                [this](const AnomalyEvent& e) { return e.part_of_fleet || !e.changed || e.end < settings_.since; });
  for (const AnomalyEvent& event : events_) {
    if (!settings_.events) break;
    settings_.format == DetectionFormat::kCsv ? AppendEventCsv(sink_.text(), event, form_)
                                              : AppendEventJson(sink_.text(), event, form_);
    FITD_RETURN_IF_ERROR(sink_.Drain());
  }
  summary_.events = std::move(events_);
  return sink_.Flush();
}

}  // namespace fitd
