#include "daemon/plan/words_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/text.h"
#include "common/whole_number.h"

namespace fitd {
namespace {

std::string WayOf(const SignsSaid& signs, std::string_view id) {
  const std::string& ways = signs.ways.Of(id);
  return GoesOut(ParseWhole<Directions>(ways, 0).value_or(0)) ? signs.goes_out : signs.comes_in;
}

}  // namespace

WordsCheck::WordsCheck(const ValueMeaning& then, const IngestReport& now) : then_(then), now_(now.meaning) {
  // A column that one has under a name, and the other has without a role, holds other words there.
  const auto compares = [&](const WordsSaid& a, const WordsSaid& b) {
    const auto among = [](const std::vector<std::string>& names, const WordsSaid& words) {
      return words.has() && std::find(names.begin(), names.end(), words.column) != names.end();
    };
    return (a.has() || !among(then.unused, b)) && (b.has() || !among(now.meaning.unused, a));
  };
  units_ = compares(then.units, now.meaning.units);
  stages_ = compares(then.stages, now.meaning.stages);
  signs_ = compares(then.signs.ways, now.meaning.signs.ways);
}

bool WordsCheck::has_words() const {
  const auto any = [](const ValueMeaning& meaning) {
    return meaning.units.has() || meaning.stages.has() || meaning.signs.ways.has() || !meaning.lone_ids.empty();
  };
  return any(then_) || any(now_);
}

void WordsCheck::Note(std::string_view id, Found& found) {
  if (found.targets++ == 0) found.first = id;
}

void WordsCheck::See(std::string_view id) {
  ++seen_;
  if (stages_ && StagesDiffer(then_.stages, now_.stages, id)) Note(id, of_stages_);
  if (units_ && UnitWordsDiffer(then_.units, now_.units, id)) Note(id, of_units_);
  if (signs_ && SignsDiffer(then_.signs, now_.signs, id)) Note(id, of_signs_);
}

std::string WordsCheck::Within(const Found& found) const {
  if (seen_ < 2) return {};
  return fmt::format(" of {} of {} targets, such as {},", found.targets, seen_, QuoteForMessage(found.first));
}

std::string WordsCheck::Says(const WordsSaid& then, const WordsSaid& now, const std::string& before,
                             const std::string& here, const Found& found) const {
  const std::string other = then.has() ? (now.has() ? "" : "says ") + QuoteForMessage(before) : "is missing";
  return fmt::format("column {}{} {} here and {} in the data that the store was trained on",
                     QuoteForMessage(now.has() ? now.column : then.column), Within(found),
                     now.has() ? "says " + QuoteForMessage(here) : std::string("is missing"), other);
}

std::string WordsCheck::OtherIds() const {
  for (const auto& [column, before] : then_.lone_ids) {
    for (const auto& [name, here] : now_.lone_ids) {
      if (name != column || here == before) continue;
      return fmt::format(
          "column {} says {} here and {} in all of the data that the store was trained on, and is no part of what its "
          "targets are called: where these rows are of other series read them into a store of their own; where they "
          "are of the same, say --ignore {}",
          QuoteForMessage(column), QuoteForMessage(here), QuoteForMessage(before), ShellWord(column));
    }
  }
  return {};
}

Status WordsCheck::Refusal() const {
  std::string text;
  const auto add = [&text](const std::string& why, const WordsSaid& now, const std::string& mend, const char* meant) {
    text += (text.empty() ? "" : "\n") + why + mend;
    if (now.has()) text += fmt::format(", or say that {} with --ignore {}", meant, ShellWord(now.column));
  };
  if (of_stages_.targets > 0) {
    add(Says(then_.stages, now_.stages, then_.stages.Of(of_stages_.first), now_.stages.Of(of_stages_.first),
             of_stages_),
        now_.stages, ", and models learn from what was observed; leave the other rows out of the data",
        "all were observed");
  }
  if (of_units_.targets > 0) {
    const auto in = [this](const WordsSaid& units) {
      const std::string& unit = units.has() ? units.Of(of_units_.first) : std::string();
      return unit.empty() ? std::string("without a unit") : "in " + QuoteForMessage(unit);
    };
    add(fmt::format("the values{} are {} here and {} in the data that the store was trained on", Within(of_units_),
                    in(now_.units), in(then_.units)),
        now_.units,
        "; write them in one unit, which column " +
            QuoteForMessage(now_.units.has() ? now_.units.column : then_.units.column) + " says",
        "it means something else");
  }
  if (of_signs_.targets > 0) {
    add(Says(then_.signs.ways, now_.signs.ways, WayOf(then_.signs, of_signs_.first), WayOf(now_.signs, of_signs_.first),
             of_signs_),
        now_.signs.ways, ", and the values have no sign; write a minus before those that go out",
        "the column means something else");
  }
  if (const std::string other = OtherIds(); seen_ > 0 && !other.empty()) text += (text.empty() ? "" : "\n") + other;
  return text.empty() ? OkStatus() : Status(StatusCode::kInvalidInput, text);
}

}  // namespace fitd
