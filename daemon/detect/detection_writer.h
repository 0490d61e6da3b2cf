// Prints detections: CSV with one row per observation, or JSON lines with the same keys. Daemon; one thread.
#pragma once

#include <string>
#include <string_view>

#include "common/detect/target_detector.h"
#include "common/series/time_grid.h"
#include "daemon/output/output_sink.h"

namespace fitd {

// Appends a time as JSON; epochs are written as numbers.
void AppendJsonTime(std::string& out, TimeNs time, const TimeForm& form);

enum class DetectionFormat { kCsv, kJsonLines };

class DetectionWriter {
 public:
  // The sink outlives the writer. Times are written in `time_form`.
  DetectionWriter(DetectionFormat format, const TimeForm& time_form, OutputSink& sink)
      : format_(format), time_form_(time_form), sink_(sink) {}

  void Begin();
  Status Add(std::string_view target, TimeNs time, double value, const Detection& detection);
  Status End() { return sink_.Flush(); }

 private:
  void AddCsv(std::string_view target, TimeNs time, double value, const Detection& detection);
  void AddJson(std::string_view target, TimeNs time, double value, const Detection& detection);

  DetectionFormat format_;
  TimeForm time_form_;
  OutputSink& sink_;
};

}  // namespace fitd
