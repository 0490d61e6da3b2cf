// The M3 series for benchmarks and golden tests: training and test values of a group, and the error measures.
#pragma once

#include <cmath>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace fitd::m3 {

struct Group {
  const char* name;
  int season;
  int horizon;
};
inline constexpr Group kGroups[] = {{"yearly", 1, 6}, {"quarterly", 4, 8}, {"monthly", 12, 18}, {"other", 1, 8}};

using SeriesById = std::map<std::string, std::vector<double>>;

// `kind` is "train" or "test"; empty when the file is not there.
inline SeriesById Read(const std::string& shared_dir, const std::string& group, const std::string& kind) {
  SeriesById series;
  std::ifstream file(shared_dir + "/data/m3/" + group + "." + kind + ".csv");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const std::size_t first = line.find(',');
    const std::size_t second = line.find(',', first + 1);
    series[line.substr(0, first)].push_back(std::stod(line.substr(second + 1)));
  }
  return series;
}

inline double SymmetricPercentageError(double observed, double forecast) {
  const double scale = std::fabs(observed) + std::fabs(forecast);
  return scale == 0 ? 0 : 200 * std::fabs(observed - forecast) / scale;
}

}  // namespace fitd::m3
