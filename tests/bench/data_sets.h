// Data sets of accuracy benchmarks: series in CSV files, a training and a test part each, as a text file lists them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace fitd {

struct DataSet {
  std::string name;
  std::string path;
  std::vector<int> seasons;
  int horizon = 1;
  std::vector<std::string> ids;
  std::vector<std::vector<double>> train;
  std::vector<std::vector<double>> test;
};

// Parts of a text between separators.
std::vector<std::string> Split(const std::string& text, char separator);

// The sets that `file` lists: a line has a set's name, the path before .train.csv and .test.csv, its seasons (24,168;
// 1: none) and horizon. `wanted` empty: all of them. With `inner` 1 the last horizon of the training part is the test
// part, with 2 the horizon before that one, and so on; 0: the test part is.
std::vector<DataSet> ReadSets(const std::string& file, const std::vector<std::string>& wanted, std::size_t inner);

// The training part alone, `path` before .train.csv; no series when there is no such file.
DataSet ReadTrain(const std::string& name, const std::string& path, int season, int horizon);

// The first season of the list; 1: none.
int MainSeason(const DataSet& set);

}  // namespace fitd
