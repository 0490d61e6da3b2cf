#include "daemon/update/placing_rules.h"

#include <string>

#include "common/text.h"

namespace fitd {

Result<PlacingRules> PlacingRulesOf(const Job& job, const ValuesRead& known, const IngestResult& loaded) {
  PlacingRules rules;
  const TimeForm form = loaded.frame.time_form();
  rules.form_months = MonthsOfForm(form);
  rules.form_weeks = IsWeekForm(form);
  const ColumnsTaken& columns = loaded.report.columns;
  const bool found = job.data.target.empty() && job.data.value.empty() && columns.layout != "wide";
  rules.called_after_files = columns.layout != "wide" && columns.targets.empty();
  rules.found_target = found ? columns.target_option : "";
  rules.others_meant = !job.data.target.empty() || job.data.wide || job.data.layout != "auto";
  const bool named = columns.layout != "wide" && !columns.target_option.empty();
  rules.as_others = named ? "--target-column " + ShellWord(columns.target_option) : "--layout " + columns.layout;
  rules.part_periods.assign(loaded.report.part_periods.begin(), loaded.report.part_periods.end());
  rules.zero_inside = job.data.aggregate == "count" || known.aggregate == "count";
  rules.frequency_said = job.data.frequency != "auto" || !known.frequency.empty();
  rules.naive = loaded.report.naive_times;
  // Times of a store without a zone that tell UTC, or came with the offsets of one.
  const bool epoch = form.format == TimeFormat::kEpochSeconds || form.format == TimeFormat::kEpochMillis ||
                     form.format == TimeFormat::kEpochMicros || form.format == TimeFormat::kEpochNanos;
  rules.tells_utc = !rules.naive || epoch;
  if (!form.zone.empty()) {
    FITD_ASSIGN_OR_RETURN(rules.zone, TimeZone::Find(form.zone));
  }
  return rules;
}

}  // namespace fitd
