#include "common/job/job_places.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "common/atomic_file.h"
#include "common/fit/algorithm_host.h"

namespace fitd {
namespace {

namespace fs = std::filesystem;

bool IsGone(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

bool IsNoProgram(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return errno == ENOENT || errno == ENOTDIR;
  return !S_ISREG(info.st_mode) || (info.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0;
}

Status Missing(const Job& job, const std::string& key, const std::string& what) {
  return {StatusCode::kBadConfig, SaidAt(job, key) + ": " + what};
}

// Of a name that is no plugin and no executable nothing is known; nor, unless it is `from_here`, of one that has no
// absolute path.
Status CheckFile(const Job& job, const std::string& key, const std::string& name, bool from_here) {
  const std::string_view view = name;
  if (view.starts_with(kPluginPrefix)) {
    const std::string path(view.substr(kPluginPrefix.size()));
    if ((path.starts_with('/') || from_here) && IsGone(path))
      return Missing(job, key, name + ": " + path + " is not there");
  }
  if (from_here && view.starts_with(kExecPrefix) && !view.substr(kExecPrefix.size()).starts_with('/')) {
    const Status found = ExpectCommand(name.substr(kExecPrefix.size()));
    return found.ok() ? found : Missing(job, key, found.message());
  }
  if (view.starts_with(kExecPrefix)) {
    const std::string_view command = view.substr(kExecPrefix.size());
    const std::string word(command.substr(0, command.find_first_of(" \t")));
    // Quotes and the like are the shell's business.
    const bool plain = word.starts_with('/') && word.find_first_of("='\"$`\\;&|<>(){}*?~") == std::string::npos;
    if (plain && IsNoProgram(word)) return Missing(job, key, name + ": " + word + " is not there or not executable");
  }
  return OkStatus();
}

// A module that lies in another of the folders does not need the one that is gone.
Status CheckModule(const Job& job, const std::string& key, const std::string& name) {
  std::string module(std::string_view(name).substr(kPythonPrefix.size()));
  if (module.find(':') == std::string::npos || module.ends_with(':')) {
    return Missing(job, key, name + ": '" + module + "' is not module:object");
  }
  module.resize(std::min(module.size(), module.find(':')));
  std::replace(module.begin(), module.end(), '.', '/');
  const std::string* gone = nullptr;
  for (const std::string& folder : job.models.python_path) {
    std::error_code error;
    if (fs::exists(fs::path(folder) / (module + ".py"), error) || fs::exists(fs::path(folder) / module, error)) {
      return OkStatus();
    }
    if (gone == nullptr && IsGone(folder)) gone = &folder;
  }
  if (gone == nullptr) return OkStatus();
  return Missing(job, "models.python_path", "there is no folder " + *gone + " to import " + name + " from");
}

// What is there already and can be no store: another file would not be written to, hours later.
Status CheckStore(const Job& job) {
  const std::string& path = job.store.path;
  struct stat info {};
  if (path.empty() || ::stat(path.c_str(), &info) != 0) return OkStatus();
  const auto is = [&](const std::string& what) {
    return Status(StatusCode::kBadConfig, SaidAt(job, "store.path") + " = " + path + " is " + what);
  };
  if (S_ISDIR(info.st_mode)) return is("a folder; name a file in it");
  if (!S_ISREG(info.st_mode)) return is("a device or a pipe; name a file");
  if (info.st_size == 0 || ::access(path.c_str(), R_OK) != 0 || IsDatabase(path)) return OkStatus();
  return is("a file, but no store; name another");
}

}  // namespace

std::string SaidAt(const Job& job, const std::string& key) {
  const auto said = job.said_at.find(key);
  return said == job.said_at.end() ? key : said->second + ": " + key;
}

Status CheckPlaces(const Job& job, bool from_here, const std::string& made_later) {
  std::vector<std::pair<std::string, std::string>> algorithms;  // the key, and what it names
  for (const std::string& name : job.models.local) algorithms.emplace_back("models.local", name);
  algorithms.emplace_back("models.global", job.models.global);
  for (const auto& [key, name] : algorithms) {
    FITD_RETURN_IF_ERROR(CheckFile(job, key, name, from_here));
    if (name.starts_with(kPythonPrefix)) FITD_RETURN_IF_ERROR(CheckModule(job, key, name));
  }
  FITD_RETURN_IF_ERROR(CheckStore(job));
  const std::string folder = fs::path(job.store.path).parent_path().string();
  if (folder.empty() || folder == made_later || !IsGone(folder)) return OkStatus();
  return {StatusCode::kCannotCreate, SaidAt(job, "store.path") + " = " + job.store.path + ": there is no folder " +
                                         folder + "; create it (mkdir -p) or name another store"};
}

}  // namespace fitd
