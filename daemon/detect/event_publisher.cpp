#include "daemon/detect/event_publisher.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "common/number_format.h"
#include "common/process/log.h"
#include "common/text.h"

namespace fitd {
namespace {

// Number of new events by kind; a fleet event counts once and its parts do not.
std::map<std::string, std::uint64_t, std::less<>> NewByKind(const DetectSummary& summary) {
  std::map<std::string, std::uint64_t, std::less<>> counts;
  for (const AnomalyEvent& event : summary.events) {
    if (event.is_new) ++counts[std::string(EventKindName(event))];
  }
  return counts;
}

std::string NumberText(double number) {
  std::string text;
  AppendNumber(text, number);
  return text;
}

}  // namespace

AnomalyFound FoundOf(const AnomalyEvent& event, const TimeForm& form) {
  AnomalyFound found;
  found.number = event.number;
  found.target = event.target;
  found.kind = EventKindName(event);
  found.direction = event.up ? "up" : "down";
  found.start = FormatTime(event.start, form);
  found.end = FormatTime(event.end, form);
  found.times_are_numbers = IsNumber(form.format);
  found.value = event.value;
  found.expected = event.expected;
  found.score = ScoreOfSurprise(event.surprise);
  found.observations = event.observations;
  found.is_new = event.is_new;
  return found;
}

void PublishEvents(const DetectSummary& summary, const std::string& job, Progress& progress) {
  for (const AnomalyEvent& event : summary.events) {
    const AnomalyFound found = FoundOf(event, summary.time_form);
    progress.On(found);
    if (!found.is_new) continue;
    const std::vector<LogField> fields = {{"job", job},
                                          {"event", std::to_string(found.number)},
                                          {"kind", found.kind},
                                          {"direction", found.direction},
                                          {"start", found.start},
                                          {"value", NumberText(found.value)},
                                          {"expected", NumberText(found.expected)},
                                          {"score", fmt::format("{:.1f}", found.score)},
                                          {"observations", std::to_string(found.observations)}};
    Log(LogLevel::kWarning, DescribeAnomaly(found), event.fleet ? std::string_view() : event.target, fields);
  }
}

std::string FormatDetectJson(const DetectSummary& summary, double seconds) {
  std::string kinds;
  for (const auto& [kind, count] : NewByKind(summary)) {
    kinds += fmt::format("{}\"{}\":{}", kinds.empty() ? "" : ",", kind, count);
  }
  std::string failures;
  if (summary.lost + summary.refused > 0) {
    failures = "{\"count\":" + std::to_string(summary.lost + summary.refused) + ",\"first\":";
    AppendJsonText(failures, summary.lost > 0 ? summary.first_lost : summary.first_refused);
    failures += "}";
  }
  return fmt::format(
      R"({{"targets":{},"observations":{},"known":{},"alerts":{},"anomalies":{{{}}},"anomalous":{},"lost":{},)"
      R"("without_model":{},"worker_deaths":{},"seconds":{{"total":{:.3f}}}{}}})",
      summary.targets, summary.observations, summary.known, summary.alerts, kinds, summary.anomalous, summary.lost,
      summary.without, summary.worker_deaths, seconds, failures.empty() ? "" : ",\"failed\":" + failures);
}

std::string DescribeFound(const DetectSummary& summary) {
  std::uint64_t total = 0;
  std::string kinds;
  for (const auto& [kind, count] : NewByKind(summary)) {
    total += count;
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", count, kind);
  }
  return fmt::format("{} new event{}{}", total, total == 1 ? "" : "s", kinds.empty() ? "" : " (" + kinds + ")");
}

}  // namespace fitd
