// A job file in a folder of its own, for the tests of what is said of it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "common/job/job.h"
#include "tests/support/temp_dir.h"

namespace fitd {

class JobFile : public ::testing::Test {
 protected:
  Result<Job> Parse(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    return ParseJobFile(path_);
  }
  Status Error(const std::string& text) { return Parse(text).status(); }
  // What it says of each fault, from ":LINE: " on.
  std::vector<std::string> LinesOf(const Status& status) const {
    std::vector<std::string> lines;
    std::istringstream in(status.message());
    for (std::string line; std::getline(in, line);) lines.push_back(line.substr(path_.size()));
    return lines;
  }

  TempDir dir_;
  std::string path_ = dir_.File("cpu.toml");
};

}  // namespace fitd
