#include "daemon/runs/run_logs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "common/whole_number.h"

namespace fitd {
namespace {

namespace fs = std::filesystem;

constexpr std::streamoff kTailBytes = 1 << 20;
constexpr std::int64_t kLastRun = std::int64_t{1} << 52;  // a folder of a larger number is somebody else's

// A line with the time it is sorted by.
struct TimedLine {
  std::string time;
  std::string text;
};

bool BeginsWithTime(const std::string& line) {
  // 2026-11-24T10:46:23.123Z, or the same as the first member of a JSON object.
  const std::size_t at = line.find_first_of("0123456789");
  return at < 16 && line.size() > at + 19 && line[at + 4] == '-' && line[at + 7] == '-' && line[at + 13] == ':';
}

void ReadTail(const fs::path& path, std::vector<TimedLine>& lines) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(0, std::ios::end);
  const std::streamoff size = file.tellg();
  if (!file || size <= 0) return;
  const std::streamoff begin = std::max<std::streamoff>(0, size - kTailBytes);
  file.seekg(begin);
  std::string line;
  if (begin > 0) std::getline(file, line);  // the rest of a line
  std::string time;
  while (std::getline(file, line)) {
    if (BeginsWithTime(line)) time = line.substr(line.find_first_of("0123456789"), 24);
    lines.push_back({time, std::move(line)});
  }
}

}  // namespace

Result<std::string> ReadRunLogs(const std::string& folder, std::size_t lines) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".log" && it->is_regular_file(error)) files.push_back(it->path());
  }
  if (error) return Status(StatusCode::kNotFound, "there are no log files of this run (any more)");
  std::sort(files.begin(), files.end());
  std::vector<TimedLine> all;
  for (const fs::path& file : files) ReadTail(file, all);
  std::stable_sort(all.begin(), all.end(), [](const TimedLine& a, const TimedLine& b) { return a.time < b.time; });
  std::string text;
  for (std::size_t i = all.size() > lines ? all.size() - lines : 0; i < all.size(); ++i) text += all[i].text + "\n";
  return text;
}

std::int64_t NewestRunWithLogs(const std::string& folder) {
  std::int64_t newest = 0;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const auto run = ParseWhole<std::int64_t>(it->path().filename().string(), 1, kLastRun);
    newest = std::max(newest, run.value_or(0));
  }
  return newest;
}

void RemoveRunLogs(const std::string& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

}  // namespace fitd
