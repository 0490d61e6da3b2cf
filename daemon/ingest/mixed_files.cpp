#include "daemon/ingest/mixed_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <span>
#include <vector>

#include "common/ascii.h"
#include "common/series/step.h"
#include "common/series/time_form.h"
#include "common/text.h"
#include "daemon/times/observation.h"

namespace fitd {
namespace {

constexpr std::uint32_t kNoMeasure = static_cast<std::uint32_t>(-1);

// Index of target `id` in the frame, whose entries are sorted by id; frame.size() when it has none.
std::size_t PlaceOf(std::string_view id, const Frame& frame) {
  std::size_t low = 0;
  for (std::size_t high = frame.size(); low < high;) {
    const std::size_t middle = low + (high - low) / 2;
    (frame[middle].id < id ? low : high) = frame[middle].id < id ? middle + 1 : middle;
  }
  return low < frame.size() && frame[low].id == id ? low : frame.size();
}

// A series named after its file.
struct Part {
  SeriesView series;
  std::uint32_t input;

  std::int64_t last() const { return static_cast<std::int64_t>(series.values.size()) - 1; }
};

// True when names are equal apart from digits, blanks and parentheses, and at least one has a digit: sales 2024, sales
// (1).
bool AreNumberedAlike(std::string_view a, std::string_view b) {
  const auto bare = [](std::string_view name) {
    std::string text;
    for (const char c : name) {
      if (!IsDigit(c) && std::string_view(" ()").find(c) == std::string_view::npos) text += c;
    }
    return text;
  };
  const auto numbered = [](std::string_view name) { return std::any_of(name.begin(), name.end(), IsDigit); };
  return bare(a) == bare(b) && (numbered(a) || numbered(b));
}

// True for names such as part-00001.csv, which programs give to files that share out rows in no order.
bool IsShareOfRows(std::string_view path) {
  const std::string name = LowerCase(path.substr(path.rfind('/') + 1));
  constexpr std::array<std::string_view, 4> kShares = {"part", "shard", "chunk", "split"};
  return std::any_of(kShares.begin(), kShares.end(),
                     [&](std::string_view share) { return name.find(share) != std::string::npos; });
}

// The name without runs of four or more digits (years, dates, numbers).
std::string WithoutNumbers(std::string_view id) {
  constexpr std::size_t kDate = 4;
  std::string name;
  for (std::size_t i = 0; i < id.size();) {
    std::size_t end = i;
    while (end < id.size() && IsDigit(id[end])) ++end;
    if (end - i < kDate) name += id.substr(i, std::max<std::size_t>(1, end - i));
    i = std::max(i + 1, end);
  }
  return name;
}

// How `next` continues `before`, as text for a message; empty: it does not.
std::string_view GoesOn(const Part& before, const Part& next) {
  constexpr std::int64_t kMostSteps = 4;  // between the end of one and the start of the next. Chosen, not measured.
  constexpr std::int64_t kFewestShared = 3;
  const SeriesView& a = before.series;
  const SeriesView& b = next.series;
  if (b.grid.start > a.grid.At(before.last())) {
    if (before.last() == 0 || b.grid.start <= a.grid.At(before.last() + kMostSteps)) {
      return "the second begins where the first ends";
    }
    const auto end = static_cast<double>(a.grid.At(before.last()));
    const double gap = static_cast<double>(b.grid.start) - end;
    const bool near = gap <= end - static_cast<double>(a.grid.start) && a.grid.step == b.grid.step;
    return near && AreNumberedAlike(a.id, b.id) ? "the second goes on behind the first, with a gap between them" : "";
  }
  // Names that are not alike say nothing: then more values must be shared, and all must be equal.
  const bool alike = AreNumberedAlike(a.id, b.id);
  // Chosen, not measured.
  constexpr std::int64_t kFewestOfOthers = 8;
  constexpr double kLeastSame = 0.8;
  if (a.grid.step != b.grid.step) return "";
  std::int64_t from = 0;
  while (from <= before.last() && a.grid.At(from) < b.grid.start) ++from;
  if (from > before.last() || a.grid.At(from) != b.grid.start) return "";
  const std::int64_t shared = std::min(before.last() - from, next.last()) + 1;
  if (from == 0 && before.last() == next.last()) return "";  // a copy
  bool straight = true;  // all differences equal: any two straight lines share values
  std::int64_t same = 0;
  for (std::int64_t i = 0; i < shared; ++i) {
    const auto at = static_cast<std::size_t>(i);
    same += a.values[static_cast<std::size_t>(from + i)] == b.values[at] ? 1 : 0;
    straight = straight && (i < 2 || b.values[at] - b.values[at - 1] == b.values[1] - b.values[0]);
  }
  if (straight || shared < (alike ? kFewestShared : kFewestOfOthers)) return "";
  if (same == shared) return "they hold the same values at the same times";
  return alike && static_cast<double>(same) >= kLeastSame * static_cast<double>(shared) && shared >= kFewestOfOthers
             ? "they hold nearly all the same values at the same times, as an export and a later one that was revised "
               "do"
             : "";
}

// How the second of these continues the first, when each continues the one before it; empty: one does not.
std::string_view ChainOf(std::span<const Part> by_start) {
  std::string_view how;
  for (std::size_t i = 1; i < by_start.size(); ++i) {
    const std::string_view now = GoesOn(by_start[i - 1], by_start[i]);
    if (now.empty()) return {};
    if (how.empty()) how = now;
  }
  return how;
}

// kInvalidInput when there are several series, each of which continues from file to file: load_DE_2023, load_DE_2024,
// load_FR_2023, ...
Status CheckChains(std::span<const Part> by_start, const std::vector<IngestInput>& inputs) {
  std::map<std::string, std::vector<Part>> chains;
  for (const Part& part : by_start) chains[WithoutNumbers(part.series.id)].push_back(part);
  if (chains.size() < 2) return OkStatus();
  for (const auto& [name, parts] : chains) {
    if (name.empty() || parts.size() < 2 || ChainOf(parts).empty()) return OkStatus();
  }
  const std::vector<Part>& first = chains.begin()->second;
  return {
      StatusCode::kInvalidInput,
      fmt::format("{} and {} have the same columns, and {}, as others do: they would be {} targets, {}, {}, ... "
                  "Where they are {} series, write what each is of into a column of its own, or say --layout long "
                  "where each file is a series",
                  inputs[first[0].input].file.path, inputs[first[1].input].file.path, ChainOf(first), by_start.size(),
                  QuoteForMessage(first[0].series.id), QuoteForMessage(first[1].series.id), chains.size())};
}

}  // namespace

MixedFiles::MixedFiles(const IngestOptions& options, const std::vector<IngestInput>& inputs,
                       const std::vector<PieceResult>& pieces)
    : options_(options), inputs_(inputs) {
  const FileLayout* last = nullptr;  // pieces of one file have one layout
  std::uint32_t last_measure = 0;
  for (const PieceResult& p : pieces) {
    if (!p.layout) continue;
    if (p.layout.get() != last) {
      last = p.layout.get();
      Measure measure;
      measure.input = p.piece.input;
      measure.layout = last;
      measure.decimal = last->numbers.marked ? last->numbers.decimal : last->numbers.own;
      if (last->shape == CsvShape::kLong && last->table.empty() && last->values.size() == 1) {
        measure.column = last->values[0];
        if (options.value_column.empty()) measure.name = QuantityOf(last->names[measure.column]);
      }
      measure.months = MonthsOfForm(last->rule.form);
      measure.stage = StageOfFile(inputs_[p.piece.input].file.path);
      const auto known = std::find_if(measures_.begin(), measures_.end(), [&](const Measure& m) {
        return m.layout->lone_ids == last->lone_ids && m.name == measure.name && m.months == measure.months &&
               m.stage == measure.stage && m.decimal == measure.decimal && m.column == measure.column &&
               m.layout->names == last->names && HaveSameUnits(*m.layout, *last);
      });
      last_measure = static_cast<std::uint32_t>(known - measures_.begin());
      if (known == measures_.end()) measures_.push_back(std::move(measure));
    }
    if (of_piece_.size() <= p.piece.number) of_piece_.resize(p.piece.number + 1, kNoMeasure);
    of_piece_[p.piece.number] = last_measure;
    if (result_of_.size() <= p.piece.number) result_of_.resize(p.piece.number + 1);
    result_of_[p.piece.number] = &p;
  }
}

bool MixedFiles::Differ(std::string_view id, const Measure& a, const Measure& b) const {
  const bool proven = a.layout->numbers.proven && b.layout->numbers.proven && options_.decimal == "auto";
  const bool marks = !proven && a.decimal != 0 && b.decimal != 0 && a.decimal != b.decimal;
  if (BothSayAndDiffer(a.name, b.name) || marks) return true;
  const bool periods = options_.frequency == "auto" && a.months != 0 && b.months != 0 && a.months != b.months;
  const bool stages = a.stage != FileStage::kUnknown && b.stage != FileStage::kUnknown && a.stage != b.stage;
  return periods || stages || UnitsDiffer(UnitOfTarget(*a.layout, id), UnitOfTarget(*b.layout, id));
}

bool MixedFiles::Differ(std::string_view id, std::uint32_t a, std::uint32_t b) const {
  const std::uint32_t first = of_piece_[a];
  const std::uint32_t second = of_piece_[b];
  return first != second && first != kNoMeasure && second != kNoMeasure &&
         (Differ(id, measures_[first], measures_[second]) ||
          !WhyWordsDiffer(id, *result_of_[a], *result_of_[b], inputs_).empty());
}

std::string MixedFiles::Refusal(std::string_view id, std::uint32_t a, std::uint32_t b) const {
  const Measure& first = measures_[of_piece_[std::min(a, b)]];
  const Measure& second = measures_[of_piece_[std::max(a, b)]];
  const std::string& file = inputs_[first.input].file.path;
  const std::string& other = inputs_[second.input].file.path;
  const std::string begin = fmt::format("target {}: its values are ", QuoteForMessage(id));
  if (BothSayAndDiffer(first.name, second.name)) {
    const std::string option = first.column == second.column ? fmt::format("#{}", first.column + 1) : "";
    const std::string mend = MendOfNames(first.name, second.name, option);
    return fmt::format(
        "{}{} in {} and {} in {}, and those are no one series; {}; else keep them in stores of their own", begin,
        first.layout->NameOf(first.column), file, second.layout->NameOf(second.column), other, mend);
  }
  const std::string words = WhyWordsDiffer(id, *result_of_[a], *result_of_[b], inputs_);
  if (!words.empty()) return fmt::format("target {}: {}", QuoteForMessage(id), words);
  const UnitInFile unit = UnitOfTarget(*first.layout, id);
  const UnitInFile of_other = UnitOfTarget(*second.layout, id);
  if (UnitsDiffer(unit, of_other)) {
    return fmt::format("{}{} in {} and {} in {}; write them in one unit", begin, DescribeUnit(unit), file,
                       DescribeUnit(of_other), other);
  }
  if (first.months == second.months && first.stage != second.stage) {
    return fmt::format(
        "target {} has rows in {} and in {}, of which one is called after what was observed and the other after what "
        "is to come, and models learn from what was; leave the latter out, or read each into a store of its own",
        QuoteForMessage(id), file, other);
  }
  if (first.decimal == second.decimal || first.decimal == 0 || second.decimal == 0) {
    const auto period = [](int months) {
      return months == 1 ? "months" : months == 3 ? "quarters" : months == 6 ? "halves of a year" : "years";
    };
    return fmt::format(
        "{}those of {} in {} and of {} in {}, and those are no one series; put them together with --frequency and "
        "--aggregate, or read each into a store of its own",
        begin, period(first.months), file, period(second.months), other);
  }
  const auto mark = [](char decimal) { return decimal == ',' ? "comma" : "point"; };
  if (first.layout->numbers.own != 0 && second.layout->numbers.own != 0) {
    const bool points = first.decimal == '.';
    return fmt::format(
        "{}all written with a point before three digits in {}, which are thousands with --decimal , and decimals below "
        "a thousand in {}; write them in one way, or read each file into a store of its own",
        begin, points ? file : other, points ? other : file);
  }
  return fmt::format(
      "{}read with a decimal {} in {} and with a decimal {} in {}; say which all have with --decimal , or "
      "--decimal . where one is misread, else write them in one way",
      begin, mark(first.decimal), file, mark(second.decimal), other);
}

bool MixedFiles::Alternate(const TimeRun& a, const TimeRun& b) const {
  constexpr std::int64_t kFewest = 4;  // rows of each that must lie beside the other's. Chosen, not measured.
  if (a.step <= 0 || a.step != b.step || InputOf(a) == InputOf(b)) return false;
  if (IsShareOfRows(inputs_[InputOf(a)].file.path)) return false;
  const TimeNs from = std::max(a.start, b.start);
  const TimeNs to = std::min(a.last(), b.last());
  return to > from && SaturatedDistance(from, to) / a.step >= kFewest &&
         SaturatedDistance(a.start, b.start) % a.step != 0;
}

std::string MixedFiles::RefusalOfTurns(std::string_view id, const TimeRun& a, const TimeRun& b) const {
  const auto file = [this](const TimeRun& run) { return inputs_[InputOf(run)].file.path; };
  const std::string step = FormatStep({Step::Unit::kNanosecond, a.step});
  return fmt::format(
      "target {}: {} has a row every {} and {} too, at times between those, so that two sources would take turns in "
      "one series; write what they are into a column of all files, or read each into a store of its own; where they "
      "are one series, say its step with --frequency",
      QuoteForMessage(id), file(a), step, file(b));
}

Status MixedFiles::CheckParts(const std::vector<PieceResult>& pieces, const Frame& frame) const {
  if (options_.layout != "auto" || options_.wide || options_.observations || inputs_.size() < 2) return OkStatus();
  bool across = false;  // the times continue across the columns of a row
  std::vector<Part> parts;
  const CsvLayout* layout = nullptr;
  for (const PieceResult& p : pieces) {
    if (!p.layout || p.layout.get() == layout) continue;
    const bool table = p.layout->shape == CsvShape::kRows || !p.layout->table.empty();
    const bool one = p.layout->targets.empty() && p.layout->header &&
                     (table || (p.layout->shape == CsvShape::kLong && p.layout->values.size() == 1));
    const bool alike = layout == nullptr || p.layout->names == layout->names || (table && across);
    if (!one || !alike) return OkStatus();
    across = across || table;
    layout = p.layout.get();
    if (!parts.empty() && parts.back().input == p.piece.input) continue;
    if (const std::size_t place = PlaceOf(layout->file_target, frame); place < frame.size()) {
      parts.push_back({frame[place], p.piece.input});
    }
  }
  if (parts.size() < 2 || parts.size() != frame.size()) return OkStatus();
  const auto starts = [](const Part& a, const Part& b) { return a.series.grid.start < b.series.grid.start; };
  std::sort(parts.begin(), parts.end(), starts);
  std::string_view how = ChainOf(parts);  // how the second continues the first
  if (how.empty()) return CheckChains(parts, inputs_);
  const std::string& file = inputs_[parts[0].input].file.path;
  const std::string& other = inputs_[parts[1].input].file.path;
  if (across) {
    return {
        StatusCode::kInvalidInput,
        fmt::format(
            "the times of {} and {} go on across their columns, and {}: they would be {} targets, called {}, {}{}. "
            "Write their rows into one file where they are one series, or say --layout {} where each is a "
            "series of its own",
            file, other, how, parts.size(), QuoteForMessage(parts[0].series.id), QuoteForMessage(parts[1].series.id),
            parts.size() > 2 ? ", ..." : "", layout->shape == CsvShape::kRows ? "rows" : "table")};
  }
  return {StatusCode::kInvalidInput,
          fmt::format(
              "{} and {} have the same columns, and {}: they would be {} targets, {}, {}{}. Say --wide where they "
              "are one series, which is then called after its column, {}, or --layout long where each is a "
              "series of its own",
              file, other, how, parts.size(), QuoteForMessage(parts[0].series.id), QuoteForMessage(parts[1].series.id),
              parts.size() > 2 ? ", ..." : "", layout->NameOf(layout->values[0]))};
}

Status MixedFiles::CheckNames() const {
  if (!options_.value_column.empty() || options_.wide || options_.layout != "auto") return OkStatus();
  std::map<std::string, const Measure*> alone;  // the only column of values of its file, by name
  for (const Measure& m : measures_) {
    if (m.column != kNoColumn && !m.layout->names[m.column].empty()) alone.emplace(m.layout->names[m.column], &m);
  }
  for (const Measure& m : measures_) {
    if (m.layout->values.size() < 2 || m.layout->shape == CsvShape::kRows || !m.layout->table.empty()) continue;
    for (const std::size_t column : m.layout->values) {
      const auto found = alone.find(m.layout->names[column]);
      if (found == alone.end() || found->second->layout->targets.empty() != m.layout->targets.empty()) continue;
      const Measure& one = *found->second;
      const std::string name = one.layout->NameOf(one.column);
      const std::string& file = inputs_[one.input].file.path;
      const std::string& other = inputs_[m.input].file.path;
      if (m.layout->targets.empty()) {
        return {StatusCode::kInvalidInput,
                fmt::format("{} has no values but {} and would be target {}, while {} is a target of {}; say --wide "
                            "where columns are targets in both",
                            file, name, QuoteForMessage(one.layout->file_target), name, other)};
      }
      return {StatusCode::kInvalidInput,
              fmt::format("{} has no values but {}, after which targets are not called, while those of {} are called "
                          "after it and others; say --value-column {} for it alone, or read each file into a store of "
                          "its own",
                          file, name, other, ShellWord(one.layout->OptionFor({one.column})))};
    }
  }
  return OkStatus();
}

}  // namespace fitd
