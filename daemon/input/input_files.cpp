#include "daemon/input/input_files.h"

#include <dirent.h>
#include <glob.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <set>
#include <utility>

#include "common/ascii.h"

namespace fitd {
namespace {

// True also for what fitd cannot unpack: it is refused when it is read, as leaving it out would train on a part of the
// data.
bool IsDataName(std::string_view name) {
  for (const std::string_view packed : {".gz", ".zst", ".bz2", ".xz", ".lzma", ".lz4", ".zip", ".z"}) {
    if (EndsWithIgnoringCase(name, packed)) name.remove_suffix(packed.size());
  }
  return EndsWithIgnoringCase(name, ".csv") || EndsWithIgnoringCase(name, ".tsv");
}

Result<std::vector<std::string>> FilesOfDirectory(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(opendir(path.c_str()), &closedir);
  if (!dir) return StatusFromErrno(errno, path);
  std::vector<std::string> files;
  errno = 0;
  while (const dirent* entry = readdir(dir.get())) {  // NOLINT(concurrency-mt-unsafe): the stream is ours alone
    if (IsDataName(entry->d_name)) files.push_back(path + (EndsWithIgnoringCase(path, "/") ? "" : "/") + entry->d_name);
    errno = 0;
  }
  if (errno != 0) return StatusFromErrno(errno, path);
  if (files.empty()) {
    return Status(StatusCode::kNotFound, path + ": no *.csv, *.tsv, *.csv.gz or *.csv.zst in this directory");
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::vector<std::string>> FilesOfPattern(const std::string& pattern) {
  glob_t found{};
  const int error = glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> files;
  if (error == 0) files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  if (error == GLOB_NOSPACE) return Status(StatusCode::kIo, pattern + ": not enough memory to list the matches");
  if (files.empty()) return Status(StatusCode::kNotFound, pattern + ": no file matches this pattern");
  return files;
}

Result<InputFile> Describe(const std::string& path, const struct stat& info) {
  InputFile file;
  file.path = path;
  file.regular = S_ISREG(info.st_mode);
  file.bytes = file.regular ? static_cast<std::uint64_t>(info.st_size) : 0;
  file.device = info.st_dev;
  file.inode = info.st_ino;
  if (S_ISSOCK(info.st_mode)) return Status(StatusCode::kInvalidInput, path + ": is a socket, not a file");
  return file;
}

class Expansion {
 public:
  Status Add(const std::string& input) {
    if (input == "-") {
      if (seen_stdin_) return OkStatus();
      seen_stdin_ = true;
      InputFile file;
      file.path = "-";
      files_.push_back(std::move(file));
      return OkStatus();
    }
    struct stat info {};
    if (stat(input.c_str(), &info) == 0) return AddExisting(input, info);
    const int error = errno;
    if (input.find_first_of("*?[") == std::string::npos) return StatusFromErrno(error, input);
    FITD_ASSIGN_OR_RETURN(const std::vector<std::string> matches, FilesOfPattern(input));
    return AddAll(matches);
  }
  std::vector<InputFile> Take() { return std::move(files_); }

 private:
  Status AddExisting(const std::string& path, const struct stat& info) {
    if (S_ISDIR(info.st_mode)) {
      FITD_ASSIGN_OR_RETURN(const std::vector<std::string> inside, FilesOfDirectory(path));
      return AddAll(inside);
    }
    FITD_ASSIGN_OR_RETURN(InputFile file, Describe(path, info));
    if (seen_.insert({file.device, file.inode}).second) files_.push_back(std::move(file));
    return OkStatus();
  }

  // Matches of a pattern or a directory: a directory among them is passed over, everything else must be readable.
  Status AddAll(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      struct stat info {};
      if (stat(path.c_str(), &info) != 0) return StatusFromErrno(errno, path);
      if (S_ISDIR(info.st_mode)) continue;
      FITD_RETURN_IF_ERROR(AddExisting(path, info));
    }
    return OkStatus();
  }

  std::vector<InputFile> files_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen_;
  bool seen_stdin_ = false;
};

}  // namespace

Result<std::vector<InputFile>> ExpandInputs(const std::vector<std::string>& inputs) {
  if (inputs.empty()) return Status(StatusCode::kUsage, "no data: name CSV files, patterns, directories or -");
  Expansion expansion;
  for (const std::string& input : inputs) FITD_RETURN_IF_ERROR(expansion.Add(input));
  std::vector<InputFile> files = expansion.Take();
  if (files.empty()) return Status(StatusCode::kNotFound, inputs[0] + ": only directories match this pattern");
  return files;
}

std::string TargetFromPath(const std::string& path) {
  if (path == "-") return "stdin";
  std::string name = path.substr(path.rfind('/') + 1);
  for (const std::string_view suffix : {".gz", ".zst", ".csv", ".tsv"}) {
    if (EndsWithIgnoringCase(name, suffix) && name.size() > suffix.size()) name.resize(name.size() - suffix.size());
  }
  return name;
}

}  // namespace fitd
