// Prints rows or events of a detection and collects its events, target by target. Daemon, main thread; arguments
// outlive it. Errors are those of the sink and of the store that keeps events.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/series/observations.h"
#include "daemon/detect/detect_run.h"
#include "daemon/detect/detection_writer.h"
#include "daemon/detect/event_list.h"
#include "daemon/detect/kept_events.h"

namespace fitd {

class DetectionReport {
 public:
  // `kept`: continues open events of the store and receives the events; null: a replay.
  DetectionReport(const DetectSettings& settings, const TimeForm& form, OutputSink& sink, DetectSummary& summary,
                  KeptEvents* kept)
      : settings_(settings),
        form_(form),
        sink_(sink),
        writer_(settings.format, form, sink),
        summary_(summary),
        kept_(kept) {}

  void Begin();
  Status Add(std::string_view target, const Observations& in, const DetectRecord& record);
  // `now`: the time stored with new events as the time they were found.
  Status End(const std::string& now);

 private:
  const DetectSettings& settings_;
  TimeForm form_;
  OutputSink& sink_;
  DetectionWriter writer_;
  DetectSummary& summary_;
  KeptEvents* kept_;
  std::vector<AnomalyEvent> events_;
};

}  // namespace fitd
