#include "daemon/runs/job_catalog.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace fitd {
namespace {

constexpr std::size_t kMaxName = 128;
constexpr std::string_view kSuffix = ".toml";

Status CheckOwner(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return StatusFromErrno(errno, path);
  if (!S_ISREG(info.st_mode)) return {StatusCode::kBadConfig, path + ": not a regular file"};
  if (info.st_uid != 0 && info.st_uid != geteuid()) {
    return {StatusCode::kPermission,
            path + ": owned by uid " + std::to_string(info.st_uid) + "; a job file must belong to root"};
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return {StatusCode::kPermission, path + ": writable by others; chmod go-w it"};
  }
  return OkStatus();
}

JobEntry LoadEntry(std::string_view name, const std::string& path) {
  JobEntry entry{std::string(name), path, CheckOwner(path), {}};
  if (!entry.status.ok()) return entry;
  auto job = ParseJobFile(path);
  if (job.ok()) {
    entry.job = std::move(job).value();
  } else {
    entry.status = job.status();
  }
  return entry;
}

}  // namespace

bool IsValidJobName(std::string_view name) {
  if (name.empty() || name.size() > kMaxName || name.front() == '.' || name.front() == '-') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

Result<JobEntry> JobCatalog::Load(std::string_view name) const {
  if (!IsValidJobName(name)) {
    return Status(
        StatusCode::kUsage,
        "a job name is 1 to 128 letters, digits, dots, underscores and dashes, beginning with none of . and -");
  }
  const std::string path = folder_ + "/" + std::string(name) + std::string(kSuffix);
  if (access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
    return Status(StatusCode::kNotFound, "there is no job \"" + std::string(name) + "\" (no " + path + ")");
  }
  JobEntry entry = LoadEntry(name, path);
  if (!entry.status.ok()) return entry.status;
  return entry;
}

std::vector<JobEntry> JobCatalog::List() const {
  std::vector<JobEntry> jobs;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder_, error), end; !error && it != end; it.increment(error)) {
    const std::string file = it->path().filename().string();
    if (!file.ends_with(kSuffix)) continue;
    const std::string_view name(file.data(), file.size() - kSuffix.size());
    if (IsValidJobName(name)) jobs.push_back(LoadEntry(name, it->path().string()));
  }
  std::sort(jobs.begin(), jobs.end(), [](const JobEntry& a, const JobEntry& b) { return a.name < b.name; });
  return jobs;
}

}  // namespace fitd
