#include "daemon/runs/job_catalog.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>

#include "common/atomic_file.h"
#include "common/edit_distance.h"
#include "common/process/sandbox.h"
#include "common/text.h"

namespace fitd {
namespace {

constexpr std::size_t kMaxName = 128;
constexpr std::string_view kSuffix = ".toml";
constexpr char kNameRule[] =
    "a job name is 1 to 128 letters, digits, dots, underscores and dashes, beginning with none of . and -";

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

// What a job of the service needs beyond what a command line could still add, and where its store may be.
Status CheckForService(const Job& job, const std::string& path, const std::string& folder, bool private_tmp) {
  std::string errors;
  for (const std::string& violation : job.Validate()) errors += (errors.empty() ? "" : "; ") + violation;
  if (!errors.empty()) return {StatusCode::kBadConfig, path + ": " + errors};
  if (std::find(job.data.files.begin(), job.data.files.end(), "-") != job.data.files.end()) {
    return {StatusCode::kBadConfig, path + ": data.files: a service has no standard input (-); name files"};
  }
  const std::string& store = job.store.path;
  const std::string advice = "; give an absolute path, such as /var/lib/fitd/" + job.name + ".db";
  if (store.empty()) return {StatusCode::kBadConfig, path + ": store.path is missing" + advice};
  std::error_code error;  // of a relative folder below a working directory that is gone
  std::filesystem::path jobs = std::filesystem::absolute(folder, error).lexically_normal();
  if (error) jobs = std::filesystem::path(folder).lexically_normal();
  const std::string configuration = (jobs.filename() == "jobs.d" ? jobs.parent_path() : jobs).string();
  if (store.starts_with(configuration + "/")) {
    return {StatusCode::kBadConfig,
            path + ": store.path is relative, or in the folder of the configuration: " + store + advice};
  }
  if (const std::string why = private_tmp ? VanishesWithService(store) : ""; !why.empty()) {
    return {StatusCode::kBadConfig, path + ": store.path " + store + ": " + why + advice};
  }
  const std::string& forecasts = job.export_to.path;
  if (forecasts.starts_with(configuration + "/")) {
    return {StatusCode::kBadConfig,
            path + ": export.path is relative, or in the folder of the configuration: " + forecasts +
                "; give an absolute path, such as /var/lib/fitd/" + job.name + ".csv"};
  }
  std::vector<std::string> kept_files = InputsOf(job);
  for (const char* end : {"", "-wal", "-shm"}) kept_files.push_back(store + end);
  if (const Status kept = CheckIsNoInput(forecasts, kept_files); !kept.ok()) {
    return {StatusCode::kBadConfig, path + ": export.path: " + kept.message()};
  }
  if (const std::string why = private_tmp ? VanishesWithService(forecasts) : ""; !why.empty()) {
    return {StatusCode::kBadConfig, path + ": export.path " + forecasts + ": " + why};
  }
  return OkStatus();
}

JobEntry LoadEntry(std::string_view name, const std::string& path, const std::string& folder, bool private_tmp) {
  JobEntry entry{std::string(name), path, CheckOwner(path), {}};
  if (!entry.status.ok()) return entry;
  auto job = ParseJobFile(path);
  if (job.ok()) {
    entry.job = std::move(job).value();
    entry.status = CheckForService(entry.job, path, folder, private_tmp);
  } else {
    entry.status = job.status();
  }
  return entry;
}

// The file that a job's models are in, whichever way its path is written.
std::string StoreOf(const JobEntry& entry) {
  std::error_code error;
  const std::filesystem::path store = std::filesystem::weakly_canonical(entry.job.store.path, error);
  return error ? entry.job.store.path : store.string();
}

// Whoever asks a job for forecasts gets those of the latest run of its store, whichever job made it.
Status StoreIsShared(const JobEntry& entry, const JobEntry& other) {
  return {StatusCode::kBadConfig, entry.path + ": store.path " + entry.job.store.path + " is that of job \"" +
                                      other.name +
                                      "\" too, and each would answer with the other's forecasts; give each job a store "
                                      "of its own"};
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
    return Status(StatusCode::kUsage, kNameRule);
  }
  const std::string path = folder_ + "/" + std::string(name) + std::string(kSuffix);
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0 && errno == ENOENT) {
    return Status(StatusCode::kNotFound,
                  "there is no job \"" + std::string(name) + "\" (no " + path + ")" + DidYouMean(name));
  }
  JobEntry entry = LoadEntry(name, path, folder_, private_tmp_);
  if (!entry.status.ok()) return entry.status;
  const std::string store = StoreOf(entry);
  for (const JobEntry& other : List()) {
    if (other.name < entry.name && other.status.ok() && StoreOf(other) == store) return StoreIsShared(entry, other);
  }
  return entry;
}

std::string JobCatalog::DidYouMean(std::string_view name) const {
  const std::vector<JobEntry> jobs = List();
  std::vector<std::string_view> names;
  names.reserve(jobs.size());
  for (const JobEntry& job : jobs) {
    if (job.name != name) names.push_back(job.name);
  }
  return fitd::DidYouMean(name, names);
}

std::vector<JobEntry> JobCatalog::List() const {
  std::vector<JobEntry> jobs;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder_, error), end; !error && it != end; it.increment(error)) {
    const std::string file = it->path().filename().string();
    if (!file.ends_with(kSuffix)) continue;
    const std::string_view name(file.data(), file.size() - kSuffix.size());
    if (name.starts_with('.')) continue;  // hidden: an editor's
    if (IsValidJobName(name)) {
      jobs.push_back(LoadEntry(name, it->path().string(), folder_, private_tmp_));
      continue;
    }
    std::string shown;
    AppendPrintable(shown, it->path().string());
    jobs.push_back({std::string(name), it->path().string(), {StatusCode::kBadConfig, shown + ": " + kNameRule}, {}});
  }
  std::sort(jobs.begin(), jobs.end(), [](const JobEntry& a, const JobEntry& b) { return a.name < b.name; });
  std::map<std::string, const JobEntry*> first_with;  // by store
  for (JobEntry& job : jobs) {
    if (!job.status.ok()) continue;
    const auto [first, is_new] = first_with.emplace(StoreOf(job), &job);
    if (!is_new) job.status = StoreIsShared(job, *first->second);
  }
  return jobs;
}

}  // namespace fitd
