#include "daemon/ingest/measure_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "common/text.h"

namespace fitd {
namespace {

constexpr std::uint32_t kNoMeasure = static_cast<std::uint32_t>(-1);

bool IsYearAt(std::string_view name, std::size_t at) {
  const auto digit = [&](std::size_t i) {
    return i < name.size() && std::isdigit(static_cast<unsigned char>(name[i]));
  };
  return (name.substr(at, 2) == "19" || name.substr(at, 2) == "20") && digit(at + 2) && digit(at + 3) &&
         !digit(at + 4) && (at == 0 || !digit(at - 1));
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

MeasureWatch::MeasureWatch(const CsvOptions& options, const std::vector<IngestInput>& inputs,
                           const std::vector<PieceResult>& pieces)
    : options_(options), inputs_(inputs) {
  const CsvLayout* last = nullptr;  // pieces of one file have one layout
  std::uint32_t last_measure = 0;
  for (const PieceResult& p : pieces) {
    if (!p.layout) continue;
    if (p.layout.get() != last) {
      last = p.layout.get();
      Measure measure;
      measure.input = p.piece.input;
      measure.layout = last;
      if (last->numbers.marked) measure.decimal = last->numbers.decimal;
      if (last->shape == CsvShape::kLong && last->table.empty() && last->values.size() == 1) {
        measure.column = last->values[0];
        if (options.value_column.empty()) measure.name = QuantityOf(last->names[measure.column]);
        measure.unit = last->units[measure.column];
      }
      const auto known = std::find_if(measures_.begin(), measures_.end(), [&](const Measure& m) {
        return m.name == measure.name && m.unit == measure.unit && m.decimal == measure.decimal &&
               m.column == measure.column && m.layout->names.size() == last->names.size();
      });
      last_measure = static_cast<std::uint32_t>(known - measures_.begin());
      if (known == measures_.end()) measures_.push_back(std::move(measure));
    }
    if (of_piece_.size() <= p.piece.number) of_piece_.resize(p.piece.number + 1, kNoMeasure);
    of_piece_[p.piece.number] = last_measure;
  }
}

bool MeasureWatch::Differ(const Measure& a, const Measure& b) {
  return BothSayAndDiffer(a.name, b.name) || BothSayAndDiffer(a.unit, b.unit) ||
         (a.decimal != 0 && b.decimal != 0 && a.decimal != b.decimal);
}

bool MeasureWatch::Differ(std::uint32_t a, std::uint32_t b) const {
  const std::uint32_t first = of_piece_[a];
  const std::uint32_t second = of_piece_[b];
  return first != second && first != kNoMeasure && second != kNoMeasure && Differ(measures_[first], measures_[second]);
}

std::string MeasureWatch::Refusal(std::string_view id, std::uint32_t a, std::uint32_t b) const {
  const Measure& first = measures_[of_piece_[std::min(a, b)]];
  const Measure& second = measures_[of_piece_[std::max(a, b)]];
  const std::string& file = inputs_[first.input].file.path;
  const std::string& other = inputs_[second.input].file.path;
  const std::string begin = fmt::format("target {}: its values are ", QuoteForMessage(id));
  if (BothSayAndDiffer(first.name, second.name)) {
    std::string mend = "name the columns alike where they are one quantity";
    if (first.column == second.column) {
      mend += ", or say --value-column " + ShellWord(fmt::format("#{}", first.column + 1));
    }
    return fmt::format(
        "{}{} in {} and {} in {}, and those are no one series; {}; else keep them in stores of their own", begin,
        first.layout->NameOf(first.column), file, second.layout->NameOf(second.column), other, mend);
  }
  if (BothSayAndDiffer(first.unit, second.unit)) {
    return fmt::format("{}in {} in {} and in {} in {}; write them in one unit", begin, QuoteForMessage(first.unit),
                       file, QuoteForMessage(second.unit), other);
  }
  const auto mark = [](char decimal) { return decimal == ',' ? "comma" : "point"; };
  return fmt::format(
      "{}read with a decimal {} in {} and with a decimal {} in {}; say which all have with --decimal , or "
      "--decimal .",
      begin, mark(first.decimal), file, mark(second.decimal), other);
}

Status MeasureWatch::CheckNames() const {
  if (!options_.value_column.empty() || options_.wide || options_.layout != "auto") return OkStatus();
  std::map<std::string, const Measure*> alone;  // columns that are the only one of values of their file
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
