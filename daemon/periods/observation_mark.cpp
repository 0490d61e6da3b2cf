#include "daemon/periods/observation_mark.h"

#include <algorithm>
#include <string>

#include "common/ascii.h"

namespace fitd {

std::string_view WithoutMark(std::string_view name) {
  static constexpr std::string_view kMarks[] = {"*",        "\xe2\x80\xa0", "\xe2\x80\xa1",
                                                "\xc2\xb9", "\xc2\xb2",     "\xc2\xb3"};
  static constexpr std::string_view kWords[] = {"p",       "e",           "r",           "a",         "b",
                                                "c",       "d",           "s",           "u",         "est",
                                                "est.",    "prov",        "prov.",       "prel",      "prel.",
                                                "rev",     "rev.",        "estimate",    "actual",    "final",
                                                "revised", "preliminary", "provisional", "estimated", "vorl\u00e4ufig"};
  constexpr std::size_t kLongestNote = 2;  // digits
  std::string_view rest = name;
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view mark : kMarks) {
      if (rest.ends_with(mark)) rest.remove_suffix(mark.size()), more = true;
    }
  }
  rest = TrimBlanks(rest);
  if (rest.size() < name.size()) return rest;
  const bool enclosed = rest.ends_with(')') || rest.ends_with(']');
  const std::size_t open = enclosed ? rest.find_last_of("([") : std::string_view::npos;
  if (enclosed && open == std::string_view::npos) return {};
  std::size_t begin = open;
  if (!enclosed) {
    begin = rest.size();
    while (begin > 0 && !IsDigit(rest[begin - 1]) && rest[begin - 1] != ' ') --begin;
  }
  const std::string_view note = enclosed ? rest.substr(open + 1, rest.size() - open - 2) : rest.substr(begin);
  const bool number = enclosed && !note.empty() && note.size() <= kLongestNote &&
                      std::all_of(note.begin(), note.end(), [](char c) { return IsDigit(c); });
  std::string word = LowerCase(note);
  if (note == "B" || note == "F") word.clear();
  if (!number && std::find(std::begin(kWords), std::end(kWords), word) == std::end(kWords)) return {};
  return TrimBlanks(rest.substr(0, begin));
}

bool IsStageWord(std::string_view text) {
  static constexpr std::string_view kStages[] = {
      "actual",   "actuals",    "act",       "ist",      "observed",  "observation",    "history",     "historical",
      "real",     "realised",   "realized",  "forecast", "forecasts", "forecasted",     "fcst",        "plan",
      "planned",  "budget",     "predicted", "predict",  "projected", "prediction",     "projection",  "outlook",
      "prognose", "pr\u00e9vu", "r\u00e9el", "previsto", "realizado", "pr\u00e9vision", "pronosticado"};
  return std::find(std::begin(kStages), std::end(kStages), LowerCase(TrimBlanks(text))) != std::end(kStages);
}

bool AsksForStage(std::string_view name) {
  const std::string lower = LowerCase(TrimBlanks(name));
  if (lower == "a/f" || lower == "f/a") return true;
  const auto has = [&lower](std::string_view word) { return lower.find(word) != std::string::npos; };
  return has("forecast") || has("predicted") || has("projected") || has("prognose") || has("is_actual");
}

bool IsStageFlag(std::string_view text) {
  static constexpr std::string_view kFlags[] = {"0", "1", "true", "false", "yes", "no", "y", "n", "a", "f"};
  return std::find(std::begin(kFlags), std::end(kFlags), LowerCase(TrimBlanks(text))) != std::end(kFlags);
}

}  // namespace fitd
