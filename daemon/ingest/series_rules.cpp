#include "daemon/ingest/series_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "common/ascii.h"
#include "common/time_units.h"
#include "daemon/times/time_shape.h"

namespace fitd {
namespace {

bool IsNamed(const std::string& option) {
  return !option.empty() && option != "auto";
}

// The last moment of the period that `text` names: a year (2024), a month (2024-03), a day of eight digits (20240301),
// or a day written as in the data but without their clock. Digits alone are not a period when the data have `numbers`
// for times. nullopt: it names none of these.
std::optional<TimeNs> EndOfPeriod(const std::string& text, const TimeRule& written, bool numbers, const TimeRule& iso) {
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kDate;
  if (written.pattern) {
    if (TimeParser(written).Parse(text, &time, &format) == TimeError::kNone) return std::nullopt;
    const std::string& pattern = written.pattern->text();
    const std::size_t clock = pattern.find_first_of(" T", std::min(pattern.find("%d"), pattern.find("%-d")));
    Result<TimePattern> date = TimePattern::Compile(pattern.substr(0, clock));
    TimeRule day = written;
    if (date.ok()) day.pattern = std::make_shared<const TimePattern>(std::move(*date));
    if (TimeParser(day).Parse(text, &time, &format) == TimeError::kNone) return time + kNsPerDay - 1;
  }
  const bool month = text.size() == 7 && text[4] == '-' && AllDigits(text.substr(0, 4)) && AllDigits(text.substr(5));
  if (!month && (numbers || !AllDigits(text))) return std::nullopt;
  if (!month && text.size() == 8) {
    const std::string day = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6);
    if (TimeParser(iso).Parse(day, &time, &format) != TimeError::kNone) return std::nullopt;
    return time + kNsPerDay - 1;
  }
  if (!month && text.size() != 4) return std::nullopt;
  const int year = std::atoi(text.c_str());
  const int number = month ? std::atoi(text.c_str() + 5) : 12;
  if (number < 1 || number > 12) return std::nullopt;
  const std::string next = fmt::format("{:04}-{:02}-01", number == 12 ? year + 1 : year, number % 12 + 1);
  if (TimeParser(iso).Parse(next, &time, &format) != TimeError::kNone) return std::nullopt;
  return time - 1;
}

// Parses the time of an option, written as in the data or in ISO 8601. With `whole_days` a date means the end of that
// day.
Result<TimeNs> ParseOption(const std::string& text, const std::string& option, const TimeRule& written,
                           const std::shared_ptr<const TimeZone>& zone, bool whole_days, bool numbers) {
  TimeRule iso;
  iso.zone = zone;
  if (const std::optional<TimeNs> end = whole_days ? EndOfPeriod(text, written, numbers, iso) : std::nullopt)
    return *end;
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kDate;
  for (const TimeRule* rule : {&written, static_cast<const TimeRule*>(&iso)}) {
    if (TimeParser(*rule).Parse(text, &time, &format) != TimeError::kNone) continue;
    const bool date = format == TimeFormat::kDate || (rule->pattern && !rule->pattern->has_clock());
    return date && whole_days ? time + kNsPerDay - 1 : time;
  }
  return Status(StatusCode::kUsage,
                "'" + text + "' is no time for " + option + "; write one as in the data, or 2024-03-01");
}

// Sets `offset` to the UTC offset of the latest time; returns false when all offsets are zero.
bool FindOffset(const OffsetsSeen& offsets, std::int64_t* offset) {
  *offset = offsets.at_latest * kNsPerMinute;
  return offsets.least != 0 || offsets.most != 0;
}

bool IsEpoch(const TimeRule& rule) {
  if (rule.pattern) return false;
  const TimeFormat format = rule.form.format;
  return format == TimeFormat::kEpochSeconds || format == TimeFormat::kEpochMillis ||
         format == TimeFormat::kEpochMicros || format == TimeFormat::kEpochNanos;
}

// The value for --time-format: a pattern, or the name of a form.
std::string TimeOptionOf(const TimeRule& rule) {
  return rule.pattern ? rule.pattern->text() : TimeOptionOf(rule.form);
}

// The zone that was said. The offset of the base of an update gives way to that of the latest time when clocks have
// changed since; UTC does not show that they have.
std::string SaidZone(const IngestOptions& options, const OffsetsSeen& offsets) {
  if (!options.keeps_clock || !offsets.any || (offsets.least == 0 && offsets.most == 0)) return options.timezone;
  const Result<std::shared_ptr<const TimeZone>> base = TimeZone::Find(options.timezone);
  const std::int64_t latest = offsets.at_latest * kNsPerMinute;
  const bool fixed = base.ok() && !(*base)->is_place();
  return fixed && std::llabs((*base)->At(0).offset - latest) <= kNsPerHour ? FormatOffset(latest) : options.timezone;
}

// The other one of two offsets than that of the latest time; nullopt: there is one.
std::optional<std::int64_t> OtherOffset(const OffsetsSeen& seen) {
  const std::int32_t other = seen.at_latest == seen.most ? seen.least : seen.most;
  return other != seen.at_latest ? std::optional(other * kNsPerMinute) : std::nullopt;
}

}  // namespace

Result<Frequency> FrequencyOf(const IngestOptions& options) {
  if (!FindAggregate(options.aggregate)) {
    return Status(StatusCode::kUsage, "'" + options.aggregate +
                                          "' is no way to aggregate; write sum, mean, last, first, min, max, count or "
                                          "median");
  }
  if (IsNamed(options.frequency)) return ParseFrequency(options.frequency);
  if (!options.aggregate.empty()) {
    return Status(StatusCode::kUsage, "--aggregate " + options.aggregate +
                                          " needs the step that rows are put together to, such as --frequency 1D");
  }
  if (!options.start.empty()) {
    return Status(StatusCode::kUsage, "--start needs the step between rows, such as --frequency 1D");
  }
  return Frequency{};
}

Result<SeriesRules> MakeSeriesRules(const IngestOptions& options, const Frequency& frequency,
                                    const WrittenTimes& times) {
  SeriesRules rules;
  rules.frequency = frequency;
  rules.aggregate = FindAggregate(options.aggregate).value_or(Aggregate::kNone);
  rules.parts.usual = options.usual_shares;
  rules.parts.strict = options.usual_shares.has_value();
  rules.pauses = options.gaps == GapPolicy::kZero || rules.aggregate == Aggregate::kCount;
  rules.naive = !times.offsets.any;
  std::int64_t offset = 0;
  if (const std::string said = SaidZone(options, times.offsets); !said.empty()) {
    FITD_ASSIGN_OR_RETURN(rules.zone, TimeZone::Find(said));
    if (said != options.timezone) rules.other_offset = OtherOffset(times.offsets);
  } else if (FindOffset(times.offsets, &offset)) {
    FITD_ASSIGN_OR_RETURN(rules.zone, TimeZone::Find(FormatOffset(offset)));
    rules.other_offset = OtherOffset(times.offsets);
  }
  const TimeRule written = times.layout ? times.layout->rule : TimeRule();
  const bool numbers = !times.layout || times.layout->counted || times.layout->time_cells.empty() ||
                       AllDigits(times.layout->time_cells[0]);
  if (!options.until.empty()) {
    FITD_ASSIGN_OR_RETURN(rules.until, ParseOption(options.until, "--until", written, rules.zone, true, numbers));
  }
  // Sums of days stay those of the days that they were written in.
  const bool tells_utc = times.offsets.any || (times.layout && IsEpoch(times.layout->rule));
  const bool is_free = options.timezone.empty() && !options.keeps_clock && options.start.empty();
  if (tells_utc && is_free && rules.aggregate == Aggregate::kNone) rules.offsets = times.offsets;
  if (options.start.empty()) return rules;
  if (times.layout && !times.layout->counted) {
    return Status(StatusCode::kUsage, "--start is for rows without times, but these have " +
                                          times.layout->NameOf(times.layout->times[0]) + "; leave it out");
  }
  FITD_ASSIGN_OR_RETURN(rules.start, ParseOption(options.start, "--start", TimeRule(), nullptr, false, false));
  return rules;
}

void DescribeTimes(const IngestOptions& options, const WrittenTimes& times, IngestResult& result) {
  if (!times.layout) return;
  const FileLayout& layout = *times.layout;
  result.report.naive_times = !times.offsets.any;
  Frame& frame = result.frame;
  const TimeForm form = options.start.empty() ? layout.rule.form : IsoForm(options.start);
  frame.time_format = form.format;
  FoundOutlier& outlier = result.report.first_outlier;
  if (result.report.outliers > 0) outlier.written = FormatTime(outlier.time, form);
  frame.time_pattern = form.pattern;
  if (IsFoundZone(frame.time_zone)) {
    const std::string place = frame.time_zone.substr(0, frame.time_zone.rfind(" ("));
    result.report.columns.notes.push_back(
        "the times are at the same hours all year on the clock of " + place +
        " or one that changes with it, so that days are counted on it; --timezone UTC or another says whose "
        "they are instead");
  } else {
    frame.time_zone = SaidZone(options, times.offsets);
  }
  std::int64_t offset = 0;
  if (frame.time_zone.empty() && FindOffset(times.offsets, &offset)) frame.time_zone = FormatOffset(offset);
  if (layout.counted || layout.time_cells.empty()) return;
  result.report.time_option = TimeOptionOf(layout.rule);
  result.report.clock_ranges = layout.rule.clocks;
  const std::string& example = layout.time_cells.front();
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kDate;
  if (TimeParser(layout.rule).Parse(example, &time, &format) != TimeError::kNone) return;
  if (format == TimeFormat::kCount) return;
  result.report.time_example = example + " is " + FormatTime(time, TimeFormat::kDateTimeZ);
}

}  // namespace fitd
