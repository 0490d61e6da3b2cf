#include "daemon/plan/data_note.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace fitd {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json WordsAsJson(const WordsSaid& words) {
  return {{"known", words.known}, {"column", words.column}, {"common", words.common}, {"others", words.others}};
}

WordsSaid ReadWords(const json& text) {
  WordsSaid words;
  text.at("known").get_to(words.known);
  text.at("column").get_to(words.column);
  text.at("common").get_to(words.common);
  for (const auto& [id, word] : text.at("others").items()) words.others.emplace(id, word.get<std::string>());
  return words;
}

ordered_json SharesAsJson(const IngestReport& report) {
  if (!report.usual_shares) return nullptr;
  return {report.usual_shares->from_first, report.usual_shares->to_last};
}

// Columns without a unit, which most are, are not listed: those in neither list have none.
ordered_json MeaningAsJson(const IngestReport& report) {
  const ValueMeaning& meaning = report.meaning;
  ordered_json measures = ordered_json::array();
  std::set<std::string, std::less<>> measured;
  for (const ColumnMeasure& one : meaning.measures) {
    measured.insert(one.column);
    if (!one.cells.empty() || !one.said.empty() || !one.scale.empty())
      measures.push_back({one.column, one.cells, one.said, one.scale});
  }
  ordered_json unmeasured = ordered_json::array();
  for (const std::string& column : report.columns.values) {
    if (!measured.contains("") && !measured.contains(column)) unmeasured.push_back(column);
  }
  return {{"measures", measures},
          {"unmeasured", unmeasured},
          {"units", WordsAsJson(meaning.units)},
          {"stages", WordsAsJson(meaning.stages)},
          {"ways", WordsAsJson(meaning.signs.ways)},
          {"negative", meaning.signs.negative},
          {"comes_in", meaning.signs.comes_in},
          {"goes_out", meaning.signs.goes_out},
          {"unused", meaning.unused},
          {"files_observed", meaning.files_observed},
          {"files_to_come", meaning.files_to_come},
          {"lone_ids", meaning.lone_ids}};
}

void ReadMeaning(const json& note, ValuesRead& read) {
  ValueMeaning& meaning = read.meaning;
  std::set<std::string, std::less<>> listed;
  const bool table = read.layout == "table" || read.layout == "rows";
  if (!note.contains("meaning")) {
    for (std::size_t i = 0; i < std::min(read.columns.size(), read.units.size()) && !table; ++i)
      meaning.measures.push_back({read.columns[i], read.units[i], {}, {}});
    return;
  }
  const json& text = note.at("meaning");
  for (const json& one : text.at("measures")) {
    meaning.measures.push_back({one.at(0).get<std::string>(), one.at(1).get<std::string>(),
                                one.at(2).get<std::string>(), one.at(3).get<std::string>()});
    listed.insert(meaning.measures.back().column);
  }
  for (const json& column : text.at("unmeasured")) listed.insert(column.get<std::string>());
  for (const std::string& column : table ? std::vector<std::string>{""} : read.columns) {
    if (listed.insert(column).second) meaning.measures.push_back({column, {}, {}, {}});
  }
  meaning.units = ReadWords(text.at("units"));
  meaning.stages = ReadWords(text.at("stages"));
  meaning.signs.ways = ReadWords(text.at("ways"));
  text.at("negative").get_to(meaning.signs.negative);
  text.at("comes_in").get_to(meaning.signs.comes_in);
  text.at("goes_out").get_to(meaning.signs.goes_out);
  text.at("unused").get_to(meaning.unused);
  text.at("files_observed").get_to(meaning.files_observed);
  text.at("files_to_come").get_to(meaning.files_to_come);
  if (const auto lone = text.find("lone_ids"); lone != text.end()) lone->get_to(meaning.lone_ids);
  read.has_meaning = true;
}

}  // namespace

ValuesRead::ValuesRead() {
  meaning.units.known = meaning.stages.known = meaning.signs.ways.known = false;
}

std::string DescribeData(const Job& job, const IngestReport& r, const Frame& frame) {
  constexpr std::size_t kNamed = 20;
  ordered_json data = {{"files", r.files},
                       {"rows", r.rows},
                       {"values", frame.num_values()},
                       {"bad_rows", r.bad_rows},
                       {"bad_cells", r.bad_cells},
                       {"missing_values", r.missing_values},
                       {"gaps_filled", r.gaps_filled},
                       {"duplicates", r.duplicates},
                       {"unordered_rows", r.unordered_rows},
                       {"snapped", r.snapped},
                       {"merged", r.merged},
                       {"stray", r.stray},
                       {"parts", r.parts},
                       {"marked_times", r.marked_times},
                       {"marked_values", r.marked_values},
                       {"dropped_targets", r.dropped.size()}};
  data["dropped"] = ordered_json::array();
  for (std::size_t i = 0; i < r.dropped.size() && i < kNamed; ++i) {
    data["dropped"].push_back({{"target", r.dropped[i].id}, {"reason", r.dropped[i].reason}});
  }
  std::vector<std::size_t> repaired;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    if (frame.entry(i).gaps_filled + frame.entry(i).lost > 0) repaired.push_back(i);
  }
  const auto share = [&frame](std::size_t i) {
    const Frame::Entry& entry = frame.entry(i);
    return (static_cast<double>(entry.gaps_filled) + entry.lost) / static_cast<double>(entry.size);
  };
  const std::size_t named = std::min(repaired.size(), kNamed);
  std::partial_sort(repaired.begin(), repaired.begin() + static_cast<std::ptrdiff_t>(named), repaired.end(),
                    [&](std::size_t a, std::size_t b) { return share(a) != share(b) ? share(a) > share(b) : a < b; });
  data["repaired_targets"] = repaired.size();
  data["most_repaired"] = ordered_json::array();
  for (std::size_t i = 0; i < named; ++i) {
    const Frame::Entry& entry = frame.entry(repaired[i]);
    data["most_repaired"].push_back(
        {{"target", entry.id}, {"values", entry.size}, {"gaps_filled", entry.gaps_filled}, {"lost", entry.lost}});
  }
  const bool said = job.data.decimal != "auto";
  const std::string decimal = said ? job.data.decimal : r.columns.decimal_marked ? r.columns.decimal : "";
  data["read"] = {{"missing", job.data.missing},
                  {"decimal", decimal},
                  {"separator", r.columns.separator},
                  {"layout", r.columns.layout},
                  {"columns", r.columns.values},
                  {"units", r.columns.units},
                  {"unit", r.unit},
                  {"target_option", r.columns.target_option},
                  {"time_option", r.columns.time_option},
                  {"value_option", r.columns.value_option},
                  {"time_parts", r.columns.time_parts},
                  {"clock_ranges", r.clock_ranges},
                  {"no_values", r.columns.no_values},
                  {"aggregate", job.data.aggregate},
                  {"frequency", job.data.aggregate.empty() ? "" : job.data.frequency},
                  {"usual_shares", SharesAsJson(r)},
                  {"zeros", job.data.gaps == GapPolicy::kZero},
                  {"keep_outliers", job.data.keep_outliers},
                  {"meaning", MeaningAsJson(r)}};
  return data.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ValuesRead ReadValuesRead(const std::string& data_note) {
  ValuesRead read;
  try {
    const nlohmann::json note = nlohmann::json::parse(data_note).at("read");
    note.at("missing").get_to(read.missing);
    note.at("decimal").get_to(read.decimal);
    note.at("separator").get_to(read.separator);
    note.at("layout").get_to(read.layout);
    note.at("columns").get_to(read.columns);
    note.at("units").get_to(read.units);
    note.at("unit").get_to(read.unit);
    read.target_option = note.value("target_option", "");
    read.time_option = note.value("time_option", "");
    read.value_option = note.value("value_option", "");
    read.time_parts = note.value("time_parts", read.time_parts);
    read.clock_ranges = note.value("clock_ranges", false);
    read.no_values = note.value("no_values", read.no_values);
    read.aggregate = note.value("aggregate", "");
    read.frequency = note.value("frequency", "");
    if (const auto shares = note.find("usual_shares"); shares != note.end() && shares->is_array())
      read.usual_shares = {shares->at(0).get<double>(), shares->at(1).get<double>()};
    read.zeros = note.value("zeros", false);
    read.keep_outliers = note.value("keep_outliers", false);
    ReadMeaning(note, read);
    return read;
  } catch (const nlohmann::json::exception&) {
    return {};
  }
}

}  // namespace fitd
