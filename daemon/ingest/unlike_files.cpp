#include "daemon/ingest/unlike_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <utility>

#include "common/ascii.h"
#include "common/text.h"
#include "daemon/csv/column_names.h"
#include "daemon/periods/observation_mark.h"
#include "daemon/periods/value_words.h"

namespace fitd {
namespace {

bool IsYearAt(std::string_view name, std::size_t at) {
  const auto digit = [&](std::size_t i) {
    return i < name.size() && std::isdigit(static_cast<unsigned char>(name[i]));
  };
  return (name.substr(at, 2) == "19" || name.substr(at, 2) == "20") && digit(at + 2) && digit(at + 3) &&
         !digit(at + 4) && (at == 0 || !digit(at - 1));
}

// A file and its layout.
struct FileOf {
  const std::string* path;
  const CsvLayout* layout;
};

// One file for each kind of header, in the order of the input.
std::vector<FileOf> KindsOfFiles(const std::vector<IngestInput>& inputs, const std::vector<PieceResult>& pieces) {
  std::vector<FileOf> kinds;
  std::set<std::vector<std::string>> seen;
  for (const PieceResult& p : pieces) {
    if (!p.layout || (!kinds.empty() && kinds.back().layout == p.layout.get())) continue;
    if (seen.insert(p.layout->names).second) kinds.push_back({&inputs[p.piece.input].file.path, p.layout.get()});
  }
  return kinds;
}

std::set<std::string> NamesOf(const CsvLayout& layout) {
  std::set<std::string> names;
  for (const std::string& name : layout.names) names.insert(LowerCase(name));
  return names;
}

std::set<std::string> NamesOf(const CsvLayout& layout, const std::vector<std::size_t>& columns) {
  std::set<std::string> names;
  for (const std::size_t column : columns) names.insert(LowerCase(layout.names[column]));
  return names;
}

bool Holds(const std::set<std::string>& all, const std::set<std::string>& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

// The column of values that makes a target; kNoColumn: none, or values of a row have several units.
std::size_t ValueOf(const CsvLayout& layout, std::string_view id) {
  if (layout.values.empty()) return kNoColumn;
  if (layout.wide()) {
    for (const std::size_t column : layout.values) {
      if (layout.names[column] == id) return column;
    }
    return kNoColumn;
  }
  if (layout.values.size() == 1 || layout.shape == CsvShape::kRows || !layout.table.empty()) return layout.values[0];
  for (const std::size_t column : layout.values) {
    const std::string& name = layout.names[column];
    if (id == name) return column;
    if (id.size() > name.size() && id.ends_with(name) && id[id.size() - name.size() - 1] == ':') return column;
  }
  return kNoColumn;
}

bool IsLongOfOneValue(const CsvLayout& layout) {
  return layout.shape == CsvShape::kLong && layout.table.empty() && layout.values.size() == 1 && layout.header &&
         !layout.counts_rows;
}

// Why ids of `few` are no ids of `more`, which has the columns of its ids and others; empty: they are.
std::string WhyOtherIds(const FileOf& few, const FileOf& more) {
  const CsvLayout& a = *few.layout;
  const CsvLayout& b = *more.layout;
  if (!IsLongOfOneValue(a) || !IsLongOfOneValue(b)) return {};
  if (QuantityOf(a.names[a.values[0]]) != QuantityOf(b.names[b.values[0]])) return {};
  const std::set<std::string> ids = NamesOf(a, a.targets);
  const std::set<std::string> others = NamesOf(b, b.targets);
  if (ids == others || others.empty() || !Holds(NamesOf(b), ids)) return {};
  if (ids.empty() && !Holds(NamesOf(b), NamesOf(a))) return {};
  const std::string of_a = a.targets.empty() ? "that file itself" : ListNames(a, a.targets);
  return fmt::format(
      "the target is {} in {} and {} in {}, so that what is one series would get two names, or several series one: "
      "write the same columns into both files, or name those that both have with --target-column; else read each into "
      "a store of its own",
      of_a, *few.path, ListNames(b, b.targets), *more.path);
}

// Adds the words in left-out columns of ids (CsvLayout::lone_ids) of one more file, by column.
void SeeLoneIds(const CsvLayout& layout, std::map<std::string, std::string>& lone) {
  for (const auto& [column, why] : layout.unused) {
    const auto here = std::find_if(layout.lone_ids.begin(), layout.lone_ids.end(),
                                   [column = column](const auto& one) { return one.first == column; });
    const std::string word = here == layout.lone_ids.end() ? std::string() : here->second;
    const auto [known, added] = lone.try_emplace(layout.names[column], word);
    if (!added && known->second != word) known->second.clear();
  }
}

}  // namespace

std::string QuantityOf(std::string_view name) {
  constexpr std::array<std::string_view, 3> kPlain = {"value", "y", "v"};
  std::string quantity;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (IsYearAt(name, i)) {
      i += 3;
    } else {
      quantity += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
    }
  }
  return std::find(kPlain.begin(), kPlain.end(), quantity) != kPlain.end() ? std::string(kPlain[0]) : quantity;
}

bool BothSayAndDiffer(std::string_view a, std::string_view b) {
  return !a.empty() && !b.empty() && a != b;
}

std::string MendOfNames(std::string_view a, std::string_view b, const std::string& option) {
  const std::string_view bare = NameWithoutUnit(a), other = NameWithoutUnit(b);
  const bool units = (IsUnitWord(a) || !bare.empty()) && (IsUnitWord(b) || !other.empty());
  if (units || bare == b || other == a) return "where they are one quantity write them in one unit under one name";
  return "name the columns alike where they are one quantity" +
         (option.empty() ? option : ", or say --value-column " + ShellWord(option));
}

UnitInFile UnitOfTarget(const CsvLayout& layout, std::string_view id) {
  return UnitOfColumn(layout, ValueOf(layout, id));
}

UnitInFile UnitOfColumn(const CsvLayout& layout, std::size_t column) {
  if (column == kNoColumn || column >= layout.measured.size() || !layout.measured[column]) return {};
  UnitInFile unit;
  unit.known = true;
  unit.cells = layout.units[column];
  if (column < layout.said_units.size()) unit.said = layout.said_units[column];
  unit.scale = layout.scale;
  return unit;
}

bool UnitsDiffer(const UnitInFile& a, const UnitInFile& b) {
  if (!a.known || !b.known) return false;
  if (a.scale != b.scale) return true;
  const auto called = [](const UnitInFile& unit) { return unit.cells.empty() ? unit.said : unit.cells; };
  if (a.cells != b.cells && called(a) != called(b)) return true;
  return BothSayAndDiffer(a.said, b.said);
}

std::string DescribeUnit(const UnitInFile& unit) {
  const std::string_view name = unit.cells.empty() ? unit.said : unit.cells;
  if (!name.empty()) return "in " + QuoteForMessage(name);
  return unit.scale.empty() ? "without a unit" : "in " + std::string(unit.scale);
}

FileStage StageOfFile(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  std::string name(slash == std::string_view::npos ? path : path.substr(slash + 1));
  name = name.substr(0, name.find('.'));
  FileStage stage = FileStage::kUnknown;
  for (std::size_t begin = 0; begin < name.size();) {
    const std::size_t end = std::min(name.find_first_of(" _-0123456789", begin), name.size());
    const std::string_view word = std::string_view(name).substr(begin, end - begin);
    if (IsStageToCome(word)) return FileStage::kToCome;
    if (IsStageWord(word)) stage = FileStage::kObserved;
    begin = end + 1;
  }
  return stage;
}

bool HaveSameUnits(const CsvLayout& a, const CsvLayout& b) {
  return a.units == b.units && a.said_units == b.said_units && a.scale == b.scale;
}

void DescribeMeaning(const std::vector<IngestInput>& inputs, const std::vector<PieceResult>& pieces,
                     ValueMeaning& meaning) {
  constexpr std::size_t kMostUnused = 200;
  std::map<std::string, std::optional<ColumnMeasure>> measures;  // by column; nullopt: files say different things
  std::map<std::string, std::string> lone;                       // by column; empty: another file has others there
  const FileLayout* last = nullptr;
  for (const PieceResult& p : pieces) {
    if (!p.layout || p.layout.get() == last) continue;
    last = p.layout.get();
    SeeLoneIds(*last, lone);
    const FileStage stage = StageOfFile(inputs[p.piece.input].file.path);
    meaning.files_observed = meaning.files_observed || stage == FileStage::kObserved;
    meaning.files_to_come = meaning.files_to_come || stage == FileStage::kToCome;
    for (const auto& [column, why] : last->unused) {
      const std::string& name = last->names[column];
      const bool fresh = std::find(meaning.unused.begin(), meaning.unused.end(), name) == meaning.unused.end();
      if (fresh && meaning.unused.size() < kMostUnused) meaning.unused.push_back(name);
    }
    const bool table = last->shape == CsvShape::kRows || !last->table.empty();
    for (const std::size_t column : last->values) {
      const UnitInFile unit = UnitOfColumn(*last, column);
      if (!unit.known) continue;
      ColumnMeasure measure{table ? std::string() : last->names[column], std::string(unit.cells),
                            std::string(unit.said), std::string(unit.scale)};
      const auto [known, added] = measures.try_emplace(measure.column, measure);
      const auto& one = known->second;
      if (!added && one && (one->cells != measure.cells || one->said != measure.said || one->scale != measure.scale))
        known->second.reset();
      if (table) break;
    }
  }
  for (auto& [column, measure] : measures) {
    if (measure) meaning.measures.push_back(std::move(*measure));
  }
  for (auto& [column, word] : lone) {
    if (!word.empty()) meaning.lone_ids.emplace_back(column, std::move(word));
  }
}

std::string WhyWordsDiffer(std::string_view id, const PieceResult& a, const PieceResult& b,
                           const std::vector<IngestInput>& inputs) {
  const auto why = [&](std::size_t column, const CsvLayout& with, const PieceResult& of_with, std::string_view word,
                       const PieceResult& without) {
    return fmt::format("column {} of {} says {}, and {} has no such column", with.NameOf(column),
                       inputs[of_with.piece.input].file.path, QuoteForMessage(word),
                       inputs[without.piece.input].file.path);
  };
  for (const bool turned : {false, true}) {
    const PieceResult& one = turned ? b : a;
    const PieceResult& other = turned ? a : b;
    const CsvLayout& with = *one.layout;
    const CsvLayout& without = *other.layout;
    const auto lacks = [&](std::size_t column) {
      return column != kNoColumn &&
             std::find(without.names.begin(), without.names.end(), with.names[column]) == without.names.end();
    };
    if (lacks(with.status)) {
      const WordsSaid said = one.counts.stages.SaidOf(with, with.status, id);
      if (StagesDiffer(said, {}, id)) {
        return why(with.status, with, one, said.common, other) +
               ", and models learn from what was observed: leave the other rows out, or write the column into all "
               "files";
      }
    }
    if (lacks(with.unit_column)) {
      const WordsSaid said = one.counts.units.SaidOf(with, with.unit_column, id);
      if (UnitWordsDiffer(said, {}, id))
        return why(with.unit_column, with, one, said.common, other) +
               ": write the values in one unit, and the column into all files";
    }
    if (lacks(with.direction)) {
      const SignsSaid said = one.counts.signs.SaidOf(with, id);
      if (SignsDiffer(said, {}, id)) {
        return why(with.direction, with, one, said.goes_out, other) +
               ": write a minus before those that go out, or the column into all files";
      }
    }
  }
  for (const auto& [column, word] : a.layout->lone_ids) {
    for (const auto& [of_b, other] : b.layout->lone_ids) {
      if (a.layout->names[column] != b.layout->names[of_b] || word == other) continue;
      std::vector<std::size_t> ids = a.layout->targets;
      ids.push_back(column);
      std::sort(ids.begin(), ids.end());
      return fmt::format(
          "column {} says {} in {} and {} in {}: where these are of other series name it too, with --target-column {}; "
          "where they are of one, say --ignore {}",
          a.layout->NameOf(column), QuoteForMessage(word), inputs[a.piece.input].file.path, QuoteForMessage(other),
          inputs[b.piece.input].file.path, ShellWord(a.layout->OptionFor(ids)),
          ShellWord(a.layout->OptionFor({column})));
    }
  }
  return {};
}

std::optional<std::pair<std::string, std::string>> NamesWithUnits::Add(const std::vector<std::string>& names,
                                                                       const std::vector<std::string>& values) {
  const std::size_t own = names_.size();
  names_.emplace_back(names.begin(), names.end());
  for (const std::string& name : values) {
    const std::string_view bare = NameWithoutUnit(name);
    const auto [at, added] = known_.try_emplace(std::string(bare.empty() ? name : bare), name, own);
    const auto& [other, source] = at->second;
    if (added || source == own || other == name) continue;
    if (names_[source].contains(name) || names_[own].contains(other)) continue;
    source_ = source;
    return std::pair(other, name);
  }
  return std::nullopt;
}

Status CheckUnitsOfNames(const IngestOptions& options, const std::vector<IngestInput>& inputs,
                         const std::vector<PieceResult>& pieces) {
  if (options.layout != "auto" || options.wide || !options.value_column.empty()) return OkStatus();
  NamesWithUnits known;
  std::vector<const FileOf*> of_source;
  const std::vector<FileOf> kinds = KindsOfFiles(inputs, pieces);
  for (const FileOf& file : kinds) {
    if (file.layout->shape == CsvShape::kRows || !file.layout->table.empty() || file.layout->values.size() < 2)
      continue;
    std::vector<std::string> values;
    for (const std::size_t column : file.layout->values) values.push_back(file.layout->names[column]);
    of_source.push_back(&file);
    const auto alike = known.Add(file.layout->names, values);
    if (!alike) continue;
    return {StatusCode::kInvalidInput,
            fmt::format("{} of {} and {} of {} are called alike but for their units, and would be two targets; write "
                        "them in one unit under one name, or say --layout wide where each is a series of its own",
                        QuoteForMessage(alike->first), *of_source[known.source()]->path, QuoteForMessage(alike->second),
                        *file.path)};
  }
  return OkStatus();
}

Status CheckSameIds(const IngestOptions& options, const std::vector<IngestInput>& inputs,
                    const std::vector<PieceResult>& pieces) {
  constexpr std::size_t kMostKinds = 50;  // pairs of more are not compared
  if (!options.target_column.empty() || options.layout != "auto" || options.wide) return OkStatus();
  const std::vector<FileOf> kinds = KindsOfFiles(inputs, pieces);
  if (kinds.size() > kMostKinds) return OkStatus();
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    for (std::size_t k = 0; k < kinds.size(); ++k) {
      const std::string why = i == k ? "" : WhyOtherIds(kinds[i], kinds[k]);
      if (!why.empty()) return {StatusCode::kInvalidInput, why};
    }
  }
  return OkStatus();
}

}  // namespace fitd
