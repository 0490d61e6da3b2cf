#include "daemon/ingest/sign_watch.h"

#include <cstdint>
#include <vector>

#include "common/text.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/csv_record.h"

namespace fitd {

void SignWatch::See(std::string_view id, std::string_view word, bool negative) {
  negative_ = negative_ || negative;
  const SignWord sign = SignWordOf(word);
  if (sign == SignWord::kNone) return;
  auto known = targets_.find(id);
  if (known == targets_.end()) known = targets_.emplace(std::string(id), Words{}).first;
  std::string& seen = sign == SignWord::kIn ? known->second.in : known->second.out;
  if (seen.empty() || word < seen) seen = word;
}

void SignWatch::Add(const SignWatch& other) {
  negative_ = negative_ || other.negative_;
  for (const auto& [id, words] : other.targets_) {
    Words& here = targets_.emplace(id, words).first->second;
    if (here.in.empty() || (!words.in.empty() && words.in < here.in)) here.in = words.in;
    if (here.out.empty() || (!words.out.empty() && words.out < here.out)) here.out = words.out;
  }
}

std::string SignWatch::Refusal(const CsvLayout& layout) const {
  const Words* both = nullptr;
  for (const auto& [id, words] : targets_) {
    if (!words.in.empty() && !words.out.empty()) both = &words;
  }
  if (both == nullptr || negative_) return {};
  std::vector<std::size_t> ids = layout.targets;
  ids.push_back(layout.sign);
  return "column " + layout.NameOf(layout.sign) + " says " + QuoteForMessage(both->in) + " or " +
         QuoteForMessage(both->out) +
         " of values that have no sign; write a minus before those that go out, or make a target of each with "
         "--target-column " +
         ShellWord(layout.OptionFor(ids)) + ", or say that the column means something else with --ignore " +
         ShellWord(layout.OptionFor({layout.sign}));
}

}  // namespace fitd
