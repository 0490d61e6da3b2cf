#include "daemon/plan/data_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "daemon/input/input_files.h"

namespace fitd {

Result<std::vector<DataSource>> FindDataSources(const std::vector<std::string>& inputs) {
  FITD_ASSIGN_OR_RETURN(const std::vector<InputFile> files, ExpandInputs(inputs));
  std::vector<DataSource> sources;
  for (const InputFile& file : files) {
    if (!file.regular) return std::vector<DataSource>();
    sources.push_back({file.path.substr(file.path.rfind('/') + 1), file.bytes});
  }
  std::ranges::sort(sources, {}, [](const DataSource& s) { return std::pair(std::string_view(s.name), s.bytes); });
  return sources;
}

std::string OtherData(const std::vector<DataSource>& read, const std::vector<DataSource>& given) {
  if (read.empty() || given.empty()) return {};
  for (std::size_t i = 0; i < std::max(read.size(), given.size()); ++i) {
    if (i == given.size() || (i < read.size() && read[i].name < given[i].name)) {
      return fmt::format("{} is not among those given", read[i].name);
    }
    if (i == read.size() || read[i].name != given[i].name)
      return fmt::format("{} is none of those it was made of", given[i].name);
    if (given[i].bytes < read[i].bytes) {
      return fmt::format("{} has {} bytes, it had {}", given[i].name, given[i].bytes, read[i].bytes);
    }
  }
  return {};
}

}  // namespace fitd
