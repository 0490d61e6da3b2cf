// Deterministic mutations of the fuzzer's seeds, so that every build checks the reader a little.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>

#include "test_paths.h"
#include "tests/fuzz/csv_check.h"

namespace fitd::csv_mutation_test {
namespace {

std::vector<std::string> Seeds() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(FITD_SOURCE_DIR "/tests/fuzz/corpus/csv"))
    paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> seeds;
  for (const std::string& path : paths) {
    std::ifstream in(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return seeds;
}

class Mutator {
 public:
  std::string Mutate(std::string text, const std::vector<std::string>& others) {
    static constexpr std::string_view kPieces[] = {",",
                                                   "\n",
                                                   "\r\n",
                                                   "\"",
                                                   "\"\"",
                                                   "\0",
                                                   "NA",
                                                   "1e308",
                                                   "-",
                                                   "2024-02-30",
                                                   "Z",
                                                   "9999-12-31",
                                                   "0000-00-00",
                                                   "\xef\xbb\xbf",
                                                   ".",
                                                   "1700000000",
                                                   "inf",
                                                   " ",
                                                   "99999999999999999999",
                                                   ";",
                                                   "\t",
                                                   "|",
                                                   "#",
                                                   "sep=;\n",
                                                   "1.234,5",
                                                   "1,234",
                                                   " %",
                                                   "$",
                                                   "\r",
                                                   "\xe9",
                                                   "target",
                                                   "value",
                                                   "d_1",
                                                   "2024-01-01"};
    for (std::size_t n = 1 + Below(4); n > 0; --n) {
      const std::size_t at = Below(text.size() + 1);
      switch (Below(5)) {
        case 0:
          text.insert(at, kPieces[Below(std::size(kPieces))]);
          break;
        case 1:
          text.erase(at, Below(12));
          break;
        case 2:
          if (at < text.size()) text[at] = static_cast<char>(Below(256));
          break;
        case 3:
          text.insert(at, text.substr(Below(text.size() + 1), Below(60)));
          break;
        default: {
          const std::string& other = others[Below(others.size())];
          text.insert(at, other.substr(Below(other.size() + 1), Below(60)));
        }
      }
    }
    return text;
  }

 private:
  std::size_t Below(std::size_t n) { return random_() % n; }
  std::mt19937_64 random_{20240301};
};

TEST(CsvReader, SaysTheSameOfAnyBytesHoweverTheyArrive) {
  const std::vector<std::string> seeds = Seeds();
  ASSERT_GE(seeds.size(), 9U);
  for (const std::string& seed : seeds) CheckCsv(seed);
  Mutator mutator;
  for (int i = 0; i < 4000; ++i) {
    CheckCsv(mutator.Mutate(seeds[static_cast<std::size_t>(i) % seeds.size()], seeds));
  }
}

}  // namespace
}  // namespace fitd::csv_mutation_test
