// Prints detections: CSV with one row an observation, or JSON lines with the same keys. Daemon; one thread.
#pragma once

#include <string>
#include <string_view>

#include "common/detect/target_detector.h"
#include "common/series/time_grid.h"
#include "daemon/output/output_sink.h"

namespace fitd {

// A time as JSON: epochs are numbers.
void AppendJsonTime(std::string& out, TimeNs time, TimeFormat format);

enum class DetectionFormat { kCsv, kJsonLines };

class DetectionWriter {
 public:
  // The sink outlives the writer. Times are written in `time_format`.
  DetectionWriter(DetectionFormat format, TimeFormat time_format, OutputSink& sink)
      : format_(format), time_format_(time_format), sink_(sink) {}

  void Begin();
  Status Add(std::string_view target, TimeNs time, double value, const Detection& detection);
  Status End() { return sink_.Flush(); }

 private:
  void AddCsv(std::string_view target, TimeNs time, double value, const Detection& detection);
  void AddJson(std::string_view target, TimeNs time, double value, const Detection& detection);

  DetectionFormat format_;
  TimeFormat time_format_;
  OutputSink& sink_;
};

}  // namespace fitd
