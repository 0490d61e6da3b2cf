// What a detection says: prints rows or events and collects events, one target after another. Daemon, main thread; what
// it is given outlives it. Errors are those of the sink and of the store that keeps events.
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
  // With `kept` the events of the store go on, and it gets what there is of them.
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
  // `now`: the time that new events are noted with.
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
