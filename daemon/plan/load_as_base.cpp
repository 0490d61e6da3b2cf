#include "daemon/plan/load_as_base.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "common/job/name_list.h"
#include "common/series/step.h"
#include "common/series/time_option.h"
#include "common/text.h"
#include "common/whole_number.h"
#include "daemon/csv/column_names.h"
#include "daemon/ingest/unlike_files.h"
#include "daemon/plan/job_data.h"
#include "daemon/rows/alike_ids.h"
#include "daemon/times/grid.h"

namespace fitd {
namespace {

// The step of all targets when it is one of certain days or hours (business days), which a row or two do not show;
// nullopt: there is none.
Result<std::optional<Step>> StepOfNoLength(const Store& store, std::int64_t run) {
  TargetFilter filter;
  filter.with_models = false;
  std::optional<Step> common;
  bool one = true;
  const auto compare = [&](const TargetRecord& target) {
    one = one && (!common || target.grid.step == *common);
    common = target.grid.step;
    return Status();
  };
  filter.beyond = 1;
  FITD_RETURN_IF_ERROR(store.ForEachTarget(run, filter, compare));
  const bool no_length = common && (common->weekdays() != 0 || common->month_days() != 0 || common->year_days() != 0);
  if (!no_length) return std::optional<Step>();
  filter.beyond = TargetFilter().beyond;
  FITD_RETURN_IF_ERROR(store.ForEachTarget(run, filter, compare));
  return one ? common : std::optional<Step>();
}

Status CheckUnits(const ValuesRead& known, const IngestReport& report, bool single) {
  const auto refuse = [](const std::string& of, const UnitInFile& now, const UnitInFile& then) -> Status {
    return {StatusCode::kInvalidInput,
            fmt::format("{} are {} here and {} in the data that the store was trained on; write them in one unit", of,
                        DescribeUnit(now), DescribeUnit(then))};
  };
  std::map<std::string_view, const ColumnMeasure*> by_column;
  for (const ColumnMeasure& one : known.meaning.measures) by_column[one.column] = &one;
  for (const ColumnMeasure& one : report.meaning.measures) {
    const auto found = by_column.find(one.column);
    const ColumnMeasure* then = found != by_column.end()                       ? found->second
                                : single && known.meaning.measures.size() == 1 ? &known.meaning.measures[0]
                                                                               : nullptr;
    if (then == nullptr) continue;
    const UnitInFile now{true, one.cells, one.said, one.scale};
    const UnitInFile before{true, then->cells, then->said, known.has_meaning ? then->scale : one.scale};
    if (!UnitsDiffer(now, before)) continue;
    const std::string of = one.column.empty() ? "the values" : "the values of column " + QuoteForMessage(one.column);
    return refuse(of, now, before);
  }
  // Releases that did not keep the unit of each target kept that of all.
  if (!known.has_meaning && BothSayAndDiffer(known.unit, report.unit)) {
    return refuse("the values", {true, report.unit, {}, {}}, {true, known.unit, {}, {}});
  }
  return OkStatus();
}

// kInvalidInput when the values have another quantity or unit than those that the run was trained on.
Status CheckMeasures(const Job& job, const ValuesRead& known, const IngestReport& report) {
  const ColumnsTaken& taken = report.columns;
  const auto one = [](const std::string& layout, const std::vector<std::string>& columns) {
    return layout == "long" && columns.size() == 1;
  };
  const bool single = one(known.layout, known.columns) && one(taken.layout, taken.values);
  const bool unused =
      !known.columns.empty() && std::any_of(taken.unused.begin(), taken.unused.end(),
                                            [&](const auto& column) { return column.first == known.columns[0]; });
  if (single && job.data.value.empty() && BothSayAndDiffer(QuantityOf(known.columns[0]), QuantityOf(taken.values[0]))) {
    return {StatusCode::kInvalidInput,
            fmt::format(
                "the values are {} here and {} in the data that the store was trained on, and those are no one "
                "series; {}",
                QuoteForMessage(taken.values[0]), QuoteForMessage(known.columns[0]),
                unused ? "that one has no values here"
                       : MendOfNames(QuantityOf(known.columns[0]), QuantityOf(taken.values[0]), taken.value_option))};
  }
  if (const Status status = CheckUnits(known, report, single); !status.ok()) return status;
  const ValueMeaning& then = known.meaning;
  const ValueMeaning& now = report.meaning;
  if (then.files_observed && !then.files_to_come && now.files_to_come && !now.files_observed) {
    return {StatusCode::kInvalidInput,
            "the files are called after what is to come, and those that the store was trained on after what was "
            "observed, and models learn from what was: leave them out, or read them into a store of their own"};
  }
  const bool across = [](const std::string& layout) { return layout == "rows" || layout == "table"; }(taken.layout);
  if (!job.data.value.empty() || job.data.wide || job.data.layout != "auto" || known.layout != taken.layout || across ||
      single)
    return OkStatus();
  NamesWithUnits names;
  names.Add(known.columns, known.columns);
  if (const auto alike = names.Add(taken.values, taken.values)) {
    return {StatusCode::kInvalidInput,
            fmt::format("the data have {} where the store was trained on {}: these are called alike but for their "
                        "units, and would be two targets; write them in one unit under one name, or say --layout {} "
                        "where each is a series of its own",
                        QuoteForMessage(alike->second), QuoteForMessage(alike->first), taken.layout)};
  }
  return OkStatus();
}

// kInvalidInput when at least a fifth of the rows repeat a time of their target. A row or two are too few to find the
// column that tells them apart, as a training does.
Status CheckRepeats(const Job& job, const IngestReport& report) {
  constexpr std::uint64_t kShare = 5;
  if (job.data.max_repaired || report.duplicates == 0 || kShare * report.duplicates < report.cells) return OkStatus();
  return {StatusCode::kInvalidInput,
          fmt::format("{} of {} {} repeat a time that their target has a row for, and only the last would be taken: "
                      "name the columns that tell targets apart with --target-column, as a training would have to, or "
                      "say --max-repaired 100% where the last ones are right",
                      report.duplicates, report.cells, report.cells == report.rows ? "rows" : "values")};
}

// kInvalidInput when ids of the data are written in two ways, as LoadFrame does where it finds their column itself.
Status CheckSpellings(const Job& job, const IngestResult& loaded) {
  const ColumnsTaken& columns = loaded.report.columns;
  if (!job.data.target.empty() || !job.data.value.empty() || columns.layout == "wide" || columns.targets.empty())
    return OkStatus();
  const AlikeIds alike = FindAlikeIds(loaded.frame);
  if (alike.pairs == 0) return OkStatus();
  return {StatusCode::kInvalidInput, DescribeAlikeIds(alike) +
                                         ", as one that is written in two ways has: write them alike; if they are not "
                                         "one, say --target-column " +
                                         ShellWord(columns.target_option)};
}

// Reads times as the run did, and where that fails as the data show it: a few may be read in more ways than one.
Result<IngestResult> LoadInItsTimes(const Job& job, const TimeForm& form, const ValuesRead& known,
                                    const JobReader& read) {
  // 09:45-10:00 alone may be a time of Hawaii.
  const std::string option = known.clock_ranges && !form.pattern.empty() ? form.pattern : TimeOptionOf(form);
  if (!job.data.time_format.empty() || option.empty()) return read(job);
  Job like = job;
  like.data.time_format = option;
  const bool digits = option.find_first_of("-/: ,") == std::string::npos;  // 201746
  const bool like_first = CanBeReadTwice(job) || IsNumber(form.format) || digits || known.clock_ranges;
  Result<IngestResult> first = read(like_first ? like : job);
  if (first.ok() || first.status().code() != StatusCode::kInvalidInput) return first;
  Result<IngestResult> second = read(like_first ? job : like);
  return second.ok() ? std::move(second) : std::move(first);
}

// When numbers do not show their decimal mark, uses that of the run, unless the files have another separator and so
// come from another program.
Result<IngestResult> LoadInItsNumbers(const Job& job, const TimeForm& form, const ValuesRead& known,
                                      const JobReader& read) {
  Result<IngestResult> first = LoadInItsTimes(job, form, known, read);
  if (job.data.decimal != "auto" || known.decimal.empty()) return first;
  const bool other = first.ok() && first->report.columns.decimal_marked &&
                     first->report.columns.decimal != known.decimal &&
                     first->report.columns.separator == known.separator;
  const bool asked = !first.ok() && first.status().code() == StatusCode::kInvalidInput;
  if (!other && !asked) return first;
  Job like = job;
  like.data.decimal = known.decimal;
  Result<IngestResult> second = LoadInItsTimes(like, form, known, read);
  const bool alike = second.ok() && second->report.columns.separator == known.separator;
  return alike ? std::move(second) : std::move(first);
}

// A single column of a run with one column per target would otherwise be a series named after its file.
Result<IngestResult> LoadInItsLayout(const Job& job, const TimeForm& form, const ValuesRead& known,
                                     const JobReader& read) {
  Result<IngestResult> first = LoadInItsNumbers(job, form, known, read);
  if (known.layout != "wide" || job.data.layout != "auto") return first;
  const bool after_file = first.ok() && first->report.columns.layout == "long" && first->report.columns.targets.empty();
  const bool asked = !first.ok() && first.status().code() == StatusCode::kInvalidInput;
  if (!after_file && !asked) return first;
  Job like = job;
  like.data.layout = "wide";
  Result<IngestResult> second = LoadInItsNumbers(like, form, known, read);
  return second.ok() ? std::move(second) : std::move(first);
}

// True where a reading ended as no column is called as an option says.
bool LacksAColumn(const Status& failed) {
  return failed.message().find(kNameItWith) != std::string::npos;
}

// True for a list that names some of `columns`.
bool IsAmong(const std::vector<std::string>& columns, const std::string& list) {
  const std::vector<std::string> names = SplitNames(list);
  return !names.empty() && std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::find(columns.begin(), columns.end(), name) != columns.end();
  });
}

// True when a list names some column of the run.
bool IsAnyOf(const std::string& list, const ValuesRead& known) {
  std::vector<std::string> taken;
  for (const std::string* option : {&known.target_option, &known.time_option, &known.value_option}) {
    for (std::string& name : SplitNames(*option)) taken.push_back(std::move(name));
  }
  const std::vector<std::string> names = SplitNames(list);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name.starts_with('#') || std::find(taken.begin(), taken.end(), name) != taken.end();
  });
}

std::string ColumnsOf(const ValuesRead& known) {
  const std::string target =
      known.target_option.empty() ? "" : "--target-column " + ShellWord(known.target_option) + " ";
  return target + "--time-column " + ShellWord(known.time_option) + " --value-column " + ShellWord(known.value_option);
}

// Of several columns of values some may be gone: reads the others as they were. nullopt: none is there, or all are.
std::optional<Result<IngestResult>> LoadSomeValues(Job like, const TimeForm& form, const ValuesRead& known,
                                                   const JobReader& read) {
  if (known.columns.size() < 2) return std::nullopt;
  std::vector<std::string> there;
  for (const std::string& column : known.columns) {
    like.data.value = JoinNames({&column, 1});
    like.data.ids_name_values = true;
    const Result<IngestResult> one = LoadInItsNumbers(like, form, known, read);
    if (one.ok() || !LacksAColumn(one.status())) there.push_back(column);
  }
  if (there.empty() || there.size() == known.columns.size()) return std::nullopt;
  like.data.value = JoinNames(there);
  return LoadInItsNumbers(like, form, known, read);
}

// A row or two do not show which columns are ids or times: uses those of the run when the data have them. Columns
// without names are not used, since their positions may have changed.
Result<IngestResult> LoadInItsColumns(const Job& job, const TimeForm& form, const ValuesRead& known,
                                      const JobReader& read) {
  const Job::Data& said = job.data;
  const bool free = said.target.empty() && said.time.empty() && said.value.empty() && !said.wide &&
                    !IsAnyOf(said.ignore, known) && said.layout == "auto" && !said.no_header;
  if (IsAmong(known.columns, said.value) && known.layout == "long" && known.columns.size() > 1) {
    Job some = job;
    some.data.ids_name_values = true;
    return LoadInItsLayout(some, form, known, read);
  }
  const auto named = [](const std::string& option) { return option.find('#') == std::string::npos; };
  // Of what cannot be read twice a guess is taken, unless the run's times are in several columns, whose parts a few
  // rows do not show.
  const bool may_like = CanBeReadTwice(job) || SplitNames(known.time_option).size() > 1;
  const bool all_named = named(known.target_option) && named(known.time_option) && named(known.value_option);
  if (free && all_named && known.layout == "long" && !known.time_option.empty() && !known.value_option.empty() &&
      may_like) {
    Job like = job;
    like.data.target = known.target_option;
    like.data.time = known.time_option;
    like.data.value = known.value_option;
    like.data.like_parts = known.time_parts;
    Result<IngestResult> loaded = LoadInItsNumbers(like, form, known, read);
    if (loaded.ok() || loaded.status().code() == StatusCode::kCancelled || !CanBeReadTwice(job)) return loaded;
    if (LacksAColumn(loaded.status())) {
      if (std::optional<Result<IngestResult>> some = LoadSomeValues(like, form, known, read)) return *std::move(some);
      return LoadInItsLayout(job, form, known, read);
    }
    // Its columns are there, and what is wrong with them is said, unless others tell rows of these values apart.
    Result<IngestResult> found = LoadInItsLayout(job, form, known, read);
    if (found.ok() && found->report.columns.value_option == known.value_option) return found;
    if (!found.ok() && found.status().message() == loaded.status().message()) return found;
    return Status(loaded.status().code(),
                  loaded.status().message() + "; read as the data of the store were, with " + ColumnsOf(known));
  }
  if (free && named(known.time_option) && known.layout == "wide" && !known.time_option.empty() && may_like) {
    // In a row alone an hour beside its day, or the number of the row, is a number as good as the values.
    Job like = job;
    like.data.time = known.time_option;
    like.data.like_parts = known.time_parts;
    like.data.like_no_values = known.no_values;
    Result<IngestResult> loaded = LoadInItsLayout(like, form, known, read);
    if (loaded.ok() || !LacksAColumn(loaded.status()) || !CanBeReadTwice(job)) return loaded;
  }
  return LoadInItsLayout(job, form, known, read);
}

// 24h is 1D.
bool IsSameFrequency(const std::string& a, const std::string& b) {
  const Result<Frequency> one = ParseFrequency(a);
  const Result<Frequency> other = ParseFrequency(b);
  return a == b || (one.ok() && other.ok() && one->step == other->step && one->at_end == other->at_end &&
                    one->weekday == other->weekday && one->first_month == other->first_month);
}

// Rows of a step are put together as those of the run. kInvalidInput when something else was said.
Status PutTogetherAs(const ValuesRead& known, Job::Data& data) {
  if (known.aggregate.empty()) return OkStatus();
  const bool other = !data.aggregate.empty() && data.aggregate != known.aggregate;
  if (other || (data.frequency != "auto" && !IsSameFrequency(data.frequency, known.frequency))) {
    return {StatusCode::kInvalidInput,
            fmt::format("the store was trained on rows put together with --aggregate {} --frequency {}, and new ones "
                        "have to be put together alike; leave these options out, or train a store of its own",
                        known.aggregate, ShellWord(known.frequency))};
  }
  data.usual_shares = known.usual_shares;
  data.aggregate = known.aggregate;
  data.frequency = known.frequency;
  return OkStatus();
}

}  // namespace

Result<ValuesRead> ValuesOf(const Store& store, const RunInfo& base) {
  const Result<std::string> trained = store.GetNote(base.run, kTrainedRunNote);
  const std::int64_t run = trained.ok() ? ParseWhole<std::int64_t>(*trained, 1).value_or(base.run) : base.run;
  const Result<std::string> note = store.GetNote(run, kDataNote);
  if (note.status().code() == StatusCode::kNotFound) return ValuesRead();
  FITD_RETURN_IF_ERROR(note.status());
  return ReadValuesRead(*note);
}

Result<IngestResult> LoadAsBase(Job job, const Store& store, const RunInfo& base, const JobReader& read) {
  FITD_ASSIGN_OR_RETURN(const ValuesRead known, ValuesOf(store, base));
  FITD_RETURN_IF_ERROR(PutTogetherAs(known, job.data));
  if (job.data.frequency == "auto") {
    FITD_ASSIGN_OR_RETURN(const std::optional<Step> step, StepOfNoLength(store, base.run));
    // Days of a week are told to new targets of an update where all rows are on them (DaysOfAll).
    const bool days_alone = step && step->weekdays() != 0 && !step->session();
    if (step && !(days_alone && job.data.known_steps)) job.data.frequency = FormatStep(*step);
    FITD_ASSIGN_OR_RETURN(const Step usual, store.MostCommonStep(base.run));
    if (usual.count > 0) job.data.single_step = FormatStep(usual);
  }
  const TimeForm form = base.header.time_form();
  job.data.keeps_clock = job.data.timezone.empty();
  if (job.data.timezone.empty() && !form.zone.empty() && CheckTimeZone(form.zone).ok()) job.data.timezone = form.zone;
  if (job.data.missing.empty()) job.data.missing = known.missing;
  FITD_ASSIGN_OR_RETURN(IngestResult loaded, LoadInItsColumns(job, form, known, read));
  FITD_RETURN_IF_ERROR(CheckMeasures(job, known, loaded.report));
  FITD_RETURN_IF_ERROR(CheckRepeats(job, loaded.report));
  FITD_RETURN_IF_ERROR(CheckSpellings(job, loaded));
  return loaded;
}

}  // namespace fitd
