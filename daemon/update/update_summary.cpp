#include "daemon/update/update_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/text.h"

namespace fitd {
namespace {

constexpr std::size_t kShown = 5;

void AppendNamed(std::string& text, std::string_view target, std::string_view what) {
  text += "  ";
  AppendPrintable(text, target);
  text += ": ";
  AppendPrintable(text, what);
  text += '\n';
}

void AppendIds(std::string& text, std::string_view what, const std::vector<std::string>& ids, std::uint64_t all) {
  if (ids.empty()) return;
  text += fmt::format("  {}: ", what);
  for (std::size_t i = 0; i < ids.size() && i < kShown; ++i) {
    if (i > 0) text += ", ";
    AppendPrintable(text, ids[i]);
  }
  text += all > std::min(ids.size(), kShown) ? ", ...\n" : "\n";
}

}  // namespace

std::string FormatUpdateJson(const UpdateSummary& s) {
  using nlohmann::ordered_json;
  ordered_json corrected = ordered_json::array();
  for (const Correction& c : s.corrected) {
    ordered_json one = {{"target", c.target}, {"values", c.values}};
    one["first"] = c.time.empty() ? ordered_json() : ordered_json(c.time);
    corrected.push_back(std::move(one));
  }
  ordered_json taken_out = ordered_json::array();
  for (const TakenOut& t : s.taken_out) {
    taken_out.push_back({{"target", t.target}, {"time", t.time}, {"value", t.value}});
  }
  ordered_json failures = ordered_json::array();
  for (const UpdateFailure& f : s.failures) failures.push_back({{"target", f.target}, {"reason", f.reason}});
  const ordered_json object = {
      {"version", s.version},
      {"run", s.run},
      {"base", s.base},
      {"targets", s.targets},
      {"advanced", s.advanced},
      {"kept", s.kept},
      {"vanished", s.vanished},
      {"fitted", s.fitted},
      {"failed", s.failed},
      {"values", s.values},
      {"missing", s.missing},
      {"skipped", s.skipped},
      {"earlier", s.earlier},
      {"corrections", s.corrections},
      {"restated", s.restated},
      {"late", s.late},
      {"corrected", corrected},
      {"off_step", s.off_step},
      {"overruled", s.overruled},
      {"outgrown", s.outgrown},
      {"doubtful", s.doubtful},
      {"outliers", s.outliers},
      {"taken_out", taken_out},
      {"workers", s.workers},
      {"seconds",
       {{"load", s.seconds.load},
        {"plan", s.seconds.plan},
        {"advance", s.seconds.advance},
        {"save", s.seconds.save},
        {"total", s.seconds.total}}},
      {"cpu_seconds", s.cpu_seconds},
      {"worker_deaths", s.worker_deaths},
      {"failures", failures},
      {"newcomers", s.newcomers},
      {"gone", s.gone},
  };
  return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string FormatUpdateTable(const UpdateSummary& s) {
  std::string text = fmt::format("run {}: {} targets in {:.2f} s: {} advanced by {} values", s.run, s.targets,
                                 s.seconds.total, s.advanced, s.values);
  if (s.missing > 0) text += fmt::format(" ({} missing)", s.missing);
  if (s.kept > 0) text += fmt::format(", {} without new values", s.kept);
  if (s.vanished > 0) text += fmt::format(", {} not in the data", s.vanished);
  if (s.fitted > 0) text += fmt::format(", {} new", s.fitted);
  if (s.failed > 0) text += fmt::format(", {} failed", s.failed);
  if (s.resumed > 0) text += fmt::format(" ({} in an earlier attempt)", s.resumed);
  text += fmt::format("\n  load {:.2f} s, plan {:.2f} s, advance {:.2f} s, save {:.2f} s, {:.2f} s of CPU\n",
                      s.seconds.load, s.seconds.plan, s.seconds.advance, s.seconds.save, s.cpu_seconds);
  if (s.skipped > s.late) text += fmt::format("  {} values were known already and were skipped\n", s.skipped - s.late);
  AppendIds(text, "new", s.newcomers, s.fitted);
  AppendIds(text, "not in the data", s.gone, s.vanished);
  return text + FormatUpdateWarnings(s);
}

std::string FormatUpdateWarnings(const UpdateSummary& s) {
  std::string text;
  if (s.earlier > 0) {
    text += fmt::format(
        "  {} values before the first one of their targets were left out; `fitd train` with all data takes them\n",
        s.earlier);
  }
  if (s.late > 0) {
    text += fmt::format(
        "  {} values are of times that were missing, and the models are past these; the next `fitd train` takes them\n",
        s.late);
  }
  if (s.corrections + s.restated > 0) {
    const std::string differ = s.corrections > 0 ? fmt::format("{} known values", s.corrections) : "";
    const std::string back = s.restated > 0 ? fmt::format("known values of {} targets, further back,", s.restated) : "";
    text += fmt::format(
        "  {}{}{} differ from what the models have seen; the next `fitd train` takes them{}:\n", differ,
        differ.empty() || back.empty() ? "" : " and ", back,
        s.many_corrected
            ? ", with --max-repaired 100% where its data hold the old ones too and those to be taken come last"
            : "");
    for (std::size_t i = 0; i < s.corrected.size() && i < kShown; ++i) {
      const Correction& c = s.corrected[i];
      AppendNamed(text, c.target,
                  c.time.empty() ? "values further back than is remembered one by one"
                                 : fmt::format("{} from {} on", c.values, c.time));
    }
    if (s.corrected.size() > kShown) text += fmt::format("  ... and {} more targets\n", s.corrected.size() - kShown);
  }
  if (s.fitted > 0 && s.vanished + s.fitted == s.targets)
    text += "  none of the targets that the store had is in the data: are they called the same there?\n";
  if (s.off_step > 0)
    text += fmt::format("  {} values of days or hours that the step has none of were left out\n", s.off_step);
  if (s.overruled > 0) text += fmt::format("  {} values gave way to a later one of the same time\n", s.overruled);
  if (s.outliers > 0) {
    text += fmt::format(
        "  {} values lie far beyond all others of their target and were taken as missing "
        "(--outliers keep takes them as they are):\n",
        s.outliers);
    for (std::size_t i = 0; i < s.taken_out.size() && i < kShown; ++i) {
      const TakenOut& t = s.taken_out[i];
      AppendNamed(text, t.target, fmt::format("{} at {}", t.value, t.time));
    }
    if (s.outliers > kShown) text += fmt::format("  ... and {} more\n", s.outliers - kShown);
  }
  if (s.doubtful > 0) {
    text += fmt::format("  {} targets, such as '", s.doubtful);
    AppendPrintable(text, s.first_doubtful);
    text += "', are no longer what their models expect, which miss by twice what they say: train again\n";
  }
  if (s.outgrown > 0)
    text += fmt::format(
        "  {} targets were constant or short when trained and are no longer: train again for models of "
        "their own\n",
        s.outgrown);
  for (std::size_t i = 0; i < s.failures.size() && i < kShown; ++i) {
    AppendNamed(text, s.failures[i].target, s.failures[i].reason);
  }
  if (s.failures.size() > kShown) text += fmt::format("  ... and {} more failed\n", s.failures.size() - kShown);
  return text;
}

}  // namespace fitd
