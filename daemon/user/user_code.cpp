#include "daemon/user/user_code.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/checksum.h"
#include "common/fit/algorithm_host.h"
#include "common/json_depth.h"
#include "daemon/pool/pool_options.h"

namespace fitd {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// Empty when there is no such file.
std::string ChecksumOfFile(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return {};
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return fmt::format("{:016x}", Checksum64(bytes.view()));
}

// The module's own file, where Python would find it.
std::string PythonCode(std::string_view name, std::vector<std::string> folders, const fs::path& from) {
  if (folders.empty()) folders.emplace_back(".");
  if (const char* more = std::getenv("PYTHONPATH")) {
    for (std::string& folder : Split(more, ':')) folders.push_back(std::move(folder));
  }
  std::string module(name.substr(0, name.find(':')));
  std::replace(module.begin(), module.end(), '.', '/');
  for (const std::string& folder : folders) {
    for (const char* end : {".py", "/__init__.py"}) {
      const std::string sum = ChecksumOfFile(from / folder / (module + end));
      if (!sum.empty()) return sum;
    }
  }
  return {};
}

std::string CommandCode(std::string_view command, const fs::path& from) {
  std::string code;
  for (const std::string& word : Split(command, ' ')) code += ChecksumOfFile(from / word);
  return code;
}

std::string CodeOf(const std::string& name, const std::vector<std::string>& python_path, const fs::path& from) {
  const std::string_view view = name;
  if (view.starts_with(kPythonPrefix)) return PythonCode(view.substr(kPythonPrefix.size()), python_path, from);
  if (view.starts_with(kPluginPrefix)) return ChecksumOfFile(from / view.substr(kPluginPrefix.size()));
  return CommandCode(view.substr(kExecPrefix.size()), from);
}

}  // namespace

std::vector<std::string> UserAlgorithmsOf(const Job& job) {
  std::vector<std::string> names;
  for (const std::string& name : job.models.local) {
    if (IsUserAlgorithm(name)) names.push_back(name);
  }
  if (IsUserAlgorithm(job.models.global)) names.push_back(job.models.global);
  return names;
}

std::string IdentifyUserCode(const std::vector<std::string>& names, const std::vector<std::string>& python_path,
                             const std::string& folder) {
  std::string code;
  for (const std::string& name : names) {
    code += (code.empty() ? "" : " ") + name + "=" + CodeOf(name, python_path, folder);
  }
  return code;
}

bool CodeHasChanged(std::string_view options, const std::vector<std::string>& python_path, const std::string& folder) {
  if (IsNestedTooDeep(options)) return false;
  const auto json = nlohmann::json::parse(options, nullptr, false);
  if (!json.is_object() || !json.contains("code") || !json["code"].is_string()) return false;
  std::vector<std::string> names;
  const auto add = [&names](const nlohmann::json& name) {
    if (name.is_string() && IsUserAlgorithm(name.get<std::string>())) names.push_back(name.get<std::string>());
  };
  if (json.contains("models") && json["models"].is_array())
    std::for_each(json["models"].begin(), json["models"].end(), add);
  if (json.contains("global")) add(json["global"]);
  return IdentifyUserCode(names, python_path, folder) != json["code"].get<std::string>();
}

std::string DescribeChangedCode(std::int64_t run) {
  return fmt::format("the code of the users' algorithms in run {} has changed since it was trained; train again", run);
}

Status ExpectTrustedCode(const std::string& store, const std::vector<std::string>& names, bool allowed) {
  if (allowed) return {};
  struct stat info {};
  if (::stat(store.c_str(), &info) != 0) return StatusFromErrno(errno, "cannot see whose store " + store + " is");
  const bool own = info.st_uid == ::geteuid() || info.st_uid == 0;
  const bool others_write = (info.st_mode & S_IWOTH) != 0;
  if (own && !others_write) return {};
  return {StatusCode::kPermission,
          fmt::format("the store {} {} and names code to run ({}); look at that code, and give --allow-code to run it",
                      store,
                      own ? "can be written by everybody" : fmt::format("belongs to uid {}, not to you", info.st_uid),
                      fmt::join(names, ", "))};
}

Result<std::string> FolderOfCode(const std::string& trained_in, const std::vector<std::string>& names, bool allowed) {
  std::error_code error;
  if (!trained_in.empty() && fs::is_directory(trained_in, error)) return trained_in;
  if (allowed) return std::string();
  // Without its folder what is named absolutely can still be found; a Python module is, in the folders kept with it.
  const auto is_absolute = [](std::string_view name) {
    if (name.starts_with(kPythonPrefix)) return true;
    return name.substr(name.find(':') + 1).starts_with('/');
  };
  if (std::all_of(names.begin(), names.end(), is_absolute)) return std::string("/");
  if (trained_in.empty()) {
    return Status(StatusCode::kBadConfig,
                  "the store does not say in which folder its algorithms were trained, so their relative names mean "
                  "nothing; train again, or give --allow-code to take those of the current folder");
  }
  return Status(StatusCode::kBadConfig,
                fmt::format("the algorithms were trained in {}, which is not there; put their code back, or give "
                            "--allow-code to take that of the current folder",
                            trained_in));
}

std::string WithFolder(const std::string& options) {
  auto json = nlohmann::ordered_json::parse(options, nullptr, false);
  std::error_code error;
  const fs::path folder = fs::current_path(error);
  if (!json.is_object() || error) return options;
  json["folder"] = folder.string();
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string TrainedIn(std::string_view options) {
  if (IsNestedTooDeep(options)) return {};
  const auto json = nlohmann::json::parse(options, nullptr, false);
  if (!json.is_object() || !json.contains("folder") || !json["folder"].is_string()) return {};
  return json["folder"].get<std::string>();
}

Result<std::string> FindPythonWorker() {
  std::string executable = FindWorkerExecutable(kPythonWorkerName);
  std::error_code error;
  if (fs::exists(executable, error)) return executable;
  return Status(
      StatusCode::kBadConfig,
      fmt::format("python: algorithms need {}, which this installation of fitd does not have; build fitd with "
                  "python3-dev and pybind11-dev",
                  executable));
}

std::string WithPythonPath(const std::string& options, const std::vector<std::string>& python_path) {
  auto json = nlohmann::ordered_json::parse(options, nullptr, false);
  if (python_path.empty() || !json.is_object()) return options;
  std::error_code error;
  for (const std::string& folder : python_path) json["python_path"].push_back(fs::absolute(folder, error).string());
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<std::string> PythonPathOf(std::string_view options) {
  std::vector<std::string> paths;
  if (IsNestedTooDeep(options)) return paths;
  const auto json = nlohmann::json::parse(options, nullptr, false);
  if (!json.is_object() || !json.contains("python_path")) return paths;
  for (const auto& path : json["python_path"]) {
    if (path.is_string()) paths.push_back(path.get<std::string>());
  }
  return paths;
}

}  // namespace fitd
