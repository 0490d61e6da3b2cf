#include "daemon/service/service_sandbox.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "common/process/own_executable.h"
#include "common/process/sandbox.h"

namespace fitd {
namespace {

// Settings of the unit that determine what the service can see and write.
constexpr const char* kShowSettings =
    "systemctl show fitd.service -p User -p Group -p SupplementaryGroups -p ProtectHome -p ProtectSystem -p PrivateTmp "
    "-p ReadWritePaths -p ReadOnlyPaths -p InaccessiblePaths -p BindPaths -p BindReadOnlyPaths -p TemporaryFileSystem "
    "-p StateDirectory 2>/dev/null";

// Settings as "User=fitd"; unset ones are left out.
std::vector<std::string> SettingsOfUnit() {
  std::vector<std::string> settings;
  const std::unique_ptr<FILE, int (*)(FILE*)> shown(::popen(kShowSettings, "r"), &::pclose);
  std::array<char, 8192> line{};
  while (shown && std::fgets(line.data(), static_cast<int>(line.size()), shown.get()) != nullptr) {
    std::string setting(line.data());
    while (!setting.empty() && setting.back() == '\n') setting.pop_back();
    if (!setting.ends_with('=')) settings.push_back(std::move(setting));
  }
  return settings;
}

Status CheckFolder(const std::string& path, const char* what) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const std::string checked = folder.empty() ? "." : folder.string();
  if (::access(checked.c_str(), W_OK | X_OK) == 0) return OkStatus();
  return StatusFromErrno(errno, std::string(what) + " " + path + " cannot be written");
}

}  // namespace

std::string ServiceHint(const Status& status, const Job& job) {
  const bool about_files = status.code() == StatusCode::kPermission || status.code() == StatusCode::kNotFound ||
                           status.code() == StatusCode::kCannotCreate || status.code() == StatusCode::kIo;
  if (!about_files) return {};
  std::string hint = SandboxHint(job.store.path, SandboxUse::kWrite);
  const bool about_store = status.message().find(job.store.path) != std::string::npos;
  for (std::size_t i = 0; i < job.data.files.size() && (hint.empty() || !about_store); ++i) {
    if (std::string other = SandboxHint(job.data.files[i], SandboxUse::kRead); !other.empty()) hint = std::move(other);
  }
  return hint.empty() ? hint : "; " + hint;
}

Status CheckWritable(const Job& job) {
  FITD_RETURN_IF_ERROR(CheckFolder(job.store.path, "the store"));
  return job.export_to.path.empty() ? OkStatus() : CheckFolder(job.export_to.path, "the file of the forecasts");
}

Status BecomeService(const std::vector<std::string>& arguments) {
  const std::vector<std::string> settings = SettingsOfUnit();
  if (settings.empty()) {
    return {StatusCode::kUnavailable, "--as-service: there is no fitd.service that systemctl could show"};
  }
  FITD_ASSIGN_OR_RETURN(const std::string self, OwnExecutable());
  std::vector<std::string> words = {"systemd-run", "--quiet", "--wait", "--pipe", "--collect"};
  for (const std::string& setting : settings) words.push_back("--property=" + setting);
  words.insert(words.end(), {"--", self});
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  return StatusFromErrno(errno, "--as-service: systemd-run");
}

}  // namespace fitd
