#include "daemon/detect/detection_writer.h"

#include <string>

#include "common/number_format.h"
#include "common/text.h"

namespace fitd {

void AppendJsonTime(std::string& out, TimeNs time, const TimeForm& form) {
  const std::string text = FormatTime(time, form);
  const bool number = IsNumber(form.format);
  number ? void(out += text) : AppendJsonText(out, text);
}

void DetectionWriter::Begin() {
  if (format_ == DetectionFormat::kCsv) {
    sink_.text() += "target,time,value,expected,lo,hi,novelty,severity,alert,kind\n";
  }
}

void DetectionWriter::AddCsv(std::string_view target, TimeNs time, double value, const Detection& d) {
  std::string& out = sink_.text();
  AppendCsvField(out, target);
  out += ',';
  AppendCsvField(out, FormatTime(time, time_form_));
  for (const double number : {value, d.expected, d.lo, d.hi, d.novelty, d.severity}) {
    out += ',';
    AppendNumber(out, number);
  }
  out += d.alert ? ",1," : ",0,";
  out += AnomalyKindName(d.kind);
  out += '\n';
}

void DetectionWriter::AddJson(std::string_view target, TimeNs time, double value, const Detection& d) {
  std::string& out = sink_.text();
  out += "{\"target\":";
  AppendJsonText(out, target);
  out += ",\"time\":";
  AppendJsonTime(out, time, time_form_);
  const auto add = [&out](std::string_view key, double number) {
    out += ",\"";
    out += key;
    out += "\":";
    AppendJsonNumber(out, number);
  };
  add("value", value);
  add("expected", d.expected);
  add("lo", d.lo);
  add("hi", d.hi);
  add("novelty", d.novelty);
  add("severity", d.severity);
  out += d.alert ? ",\"alert\":1,\"kind\":\"" : ",\"alert\":0,\"kind\":\"";
  out += AnomalyKindName(d.kind);
  out += "\"}\n";
}

Status DetectionWriter::Add(std::string_view target, TimeNs time, double value, const Detection& detection) {
  format_ == DetectionFormat::kCsv ? AddCsv(target, time, value, detection) : AddJson(target, time, value, detection);
  return sink_.Drain();
}

}  // namespace fitd
