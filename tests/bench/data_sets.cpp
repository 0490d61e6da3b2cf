#include "tests/bench/data_sets.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "common/models/base/model.h"

namespace fitd {
namespace {

// Values per target in file order; a missing one is NaN, filled by the line between its neighbours.
void ReadCsv(const std::string& path, std::vector<std::string>& ids, std::vector<std::vector<double>>& values,
             bool fill) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    const std::string id = line.substr(0, line.find(','));
    if (ids.empty() || id != ids.back()) {
      ids.push_back(id);
      values.emplace_back();
    }
    const char* text = line.c_str() + line.rfind(',') + 1;
    values.back().push_back(*text == '\0' ? kNotAvailable : std::strtod(text, nullptr));
  }
  for (std::vector<double>& y : values) {
    if (!fill) continue;
    while (!y.empty() && std::isnan(y.back())) y.pop_back();
    y.erase(y.begin(), std::find_if(y.begin(), y.end(), [](double v) { return !std::isnan(v); }));
    std::size_t last = 0;
    for (std::size_t t = 1; t < y.size(); ++t) {
      if (std::isnan(y[t])) continue;
      for (std::size_t g = last + 1; g < t; ++g) {
        y[g] = y[last] + (y[t] - y[last]) * static_cast<double>(g - last) / static_cast<double>(t - last);
      }
      last = t;
    }
  }
}

}  // namespace

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

std::vector<DataSet> ReadSets(const std::string& file, const std::vector<std::string>& wanted, std::size_t inner) {
  std::vector<DataSet> sets;
  std::ifstream in(file);
  std::string seasons;
  for (DataSet set; in >> set.name >> set.path >> seasons >> set.horizon;) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), set.name) == wanted.end()) continue;
    DataSet read{set.name, set.path, {}, set.horizon, {}, {}, {}};
    for (const std::string& season : Split(seasons, ',')) {
      if (std::stoi(season) > 1) read.seasons.push_back(std::stoi(season));
    }
    std::vector<std::string> test_ids;
    ReadCsv(set.path + ".train.csv", read.ids, read.train, true);
    ReadCsv(set.path + ".test.csv", test_ids, read.test, false);
    for (std::size_t i = 0; inner > 0 && i < read.train.size(); ++i) {
      std::vector<double>& y = read.train[i];
      y.resize(y.size() - std::min(y.size(), (inner - 1) * static_cast<std::size_t>(set.horizon)));
      const std::size_t cut =
          std::min(y.size() - std::min<std::size_t>(y.size(), 4), static_cast<std::size_t>(set.horizon));
      read.test[i].assign(y.end() - static_cast<std::ptrdiff_t>(cut), y.end());
      y.resize(y.size() - cut);
    }
    sets.push_back(std::move(read));
  }
  return sets;
}

DataSet ReadTrain(const std::string& name, const std::string& path, int season, int horizon) {
  DataSet set{name, path, {}, horizon, {}, {}, {}};
  if (season > 1) set.seasons.push_back(season);
  ReadCsv(path + ".train.csv", set.ids, set.train, true);
  return set;
}

int MainSeason(const DataSet& set) {
  return set.seasons.empty() ? 1 : set.seasons[0];
}

}  // namespace fitd
