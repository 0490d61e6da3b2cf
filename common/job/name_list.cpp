#include "common/job/name_list.h"

#include "common/ascii.h"

namespace fitd {

std::vector<std::string> SplitNames(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) break;
    text.remove_prefix(first);
    std::string name;
    std::size_t end = 0;
    if (text[0] == '"') {
      for (end = 1; end < text.size(); ++end) {
        if (text[end] != '"') {
          name += text[end];
        } else if (end + 1 < text.size() && text[end + 1] == '"') {
          name += text[++end];
        } else {
          ++end;
          break;
        }
      }
      end = std::min(text.find(',', end), text.size());
    } else {
      end = std::min(text.find(','), text.size());
      name = TrimBlanks(text.substr(0, end));
    }
    if (!name.empty()) names.push_back(std::move(name));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return names;
}

std::string JoinNames(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ',';
    if (name.find_first_of(",\"") == std::string::npos && TrimBlanks(name) == name) {
      text += name;
      continue;
    }
    text += '"';
    for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
    text += '"';
  }
  return text;
}

}  // namespace fitd
