#include "daemon/ingest/sign_watch.h"

#include <algorithm>
#include <vector>

#include "common/text.h"

namespace fitd {

void SignWatch::See(std::string_view id, std::string_view word, bool negative) {
  negative_ = negative_ || negative;
  const Directions directions = DirectionsOf(word);
  if (directions == 0) return;
  auto known = targets_.find(id);
  if (known == targets_.end()) known = targets_.emplace(std::string(id), Directions{0}).first;
  known->second = static_cast<Directions>(known->second | directions);
  Note(directions, word);
}

void SignWatch::Note(Directions directions, std::string_view word) {
  for (Directions bit = 1; bit != 0 && bit <= directions; bit = static_cast<Directions>(bit << 1)) {
    if ((directions & bit) == 0) continue;
    std::string& least = words_[bit];
    if (least.empty() || word < least) least = word;
  }
}

void SignWatch::Add(const SignWatch& other) {
  negative_ = negative_ || other.negative_;
  for (const auto& [id, directions] : other.targets_) {
    Directions& here = targets_[id];
    here = static_cast<Directions>(here | directions);
  }
  for (const auto& [bit, word] : other.words_) Note(bit, word);
}

std::string SignWatch::Refusal(const CsvLayout& layout) const {
  int pair = -1;
  for (const auto& [id, directions] : targets_) pair = std::max(pair, OppositePair(directions));
  if (pair < 0 || negative_) return {};
  std::vector<std::size_t> ids = layout.targets;
  ids.push_back(layout.direction);
  return "column " + layout.NameOf(layout.direction) + " says " +
         QuoteForMessage(words_.at(DirectionBit(pair, false))) + " or " +
         QuoteForMessage(words_.at(DirectionBit(pair, true))) +
         " of values that have no sign; write a minus before those that go out, or make a target of each with "
         "--target-column " +
         ShellWord(layout.OptionFor(ids)) + ", or say that the column means something else with --ignore " +
         ShellWord(layout.OptionFor({layout.direction}));
}

}  // namespace fitd
