#include "daemon/store/store_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

namespace fitd {
namespace {

using FileId = std::pair<dev_t, ino_t>;

// The pid of the holder of a file's flock, from the kernel's table ("1: FLOCK  ADVISORY  WRITE 4711 fd:01:1234 0 EOF");
// 0 when it is not visible (another container, /proc not mounted).
int LockHolder(const struct stat& info) {
  char file[64];
  std::snprintf(file, sizeof file, "%02x:%02x:%llu", major(info.st_dev), minor(info.st_dev),
                static_cast<unsigned long long>(info.st_ino));
  std::ifstream locks("/proc/locks");
  std::string number, kind, manner, access, holder;
  for (std::string id, rest; locks >> number >> kind >> manner >> access >> holder >> id; std::getline(locks, rest)) {
    if (kind == "FLOCK" && id == file) return std::atoi(holder.c_str());
  }
  return 0;
}

// An error when the path is not a regular file.
Status ExpectFile(const std::string& path, const struct stat& info, bool write) {
  if (S_ISREG(info.st_mode)) return OkStatus();
  const char* kind = S_ISDIR(info.st_mode)    ? "a folder; name a file in it"
                     : S_ISFIFO(info.st_mode) ? "a FIFO, not a file; name a file"
                     : S_ISSOCK(info.st_mode) ? "a socket, not a file; name a file"
                                              : "a device, not a file; name a file";
  return {write ? StatusCode::kCannotCreate : StatusCode::kNotFound,
          "the store " + path + " is " + kind + " with --store"};
}

std::filesystem::path FolderHolding(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.parent_path();
  return folder.empty() ? "." : folder;
}

// The error for a symbolic link whose target does not exist.
Status DanglingLink(const std::string& path) {
  constexpr int kMostLinks = 40;  // the limit of the kernel
  std::error_code ignored;
  std::filesystem::path target = path;
  for (int i = 0; i < kMostLinks && std::filesystem::is_symlink(target, ignored); ++i) {
    target = target.parent_path() /
             std::filesystem::read_symlink(target, ignored);  // operator/ keeps only an absolute right-hand side
  }
  const std::string link = "cannot create the store " + path + ", which is a link to " + target.string() + ": ";
  const std::filesystem::path folder = FolderHolding(target);
  if (std::filesystem::is_directory(folder, ignored)) {
    return {StatusCode::kCannotCreate,
            link + "that file does not exist; make it (touch), remove the link, or name " + "another with --store"};
  }
  return {StatusCode::kCannotCreate,
          link + "there is no folder " + folder.string() + "; create it (mkdir -p) or name another with --store"};
}

Status CannotOpen(const std::string& path, int error, bool create) {
  const std::string reason = std::generic_category().message(error);
  if (error == ENOSPC || error == EDQUOT || error == EIO) {
    return {StatusCode::kIo, "cannot create " + path + ": " + reason + "; free some space and try again"};
  }
  if (error == EMFILE || error == ENFILE) {
    return {
        create ? StatusCode::kCannotCreate : StatusCode::kIo,
        "cannot open the store " + path + ": " + reason + "; raise the limit on open files (ulimit -n, LimitNOFILE=)"};
  }
  struct stat info;
  const bool exists = stat(path.c_str(), &info) == 0;
  if (error == EROFS) {
    return {
        exists ? StatusCode::kPermission : StatusCode::kCannotCreate,
        "cannot write to the store " + path + ": " + reason + "; name another with --store, or mount it for writing"};
  }
  if (exists) {
    return {error == EACCES || error == EPERM ? StatusCode::kPermission : StatusCode::kIo,
            "cannot write to the store " + path + ": " + reason + "; check its owner and mode"};
  }
  if (!create && error != ENOENT && error != ENOTDIR) {
    return StatusFromErrno(error, "cannot open the store " + path);
  }
  if (!create) {
    return {StatusCode::kNotFound, "there is no store " + path + "; name one that `fitd train --store` has written"};
  }
  const std::filesystem::path folder = FolderHolding(path);
  std::error_code ignored;
  if (error == ENOENT && std::filesystem::is_symlink(path, ignored)) return DanglingLink(path);
  if (error == ENOENT && !std::filesystem::is_directory(folder, ignored)) {
    return {StatusCode::kCannotCreate, "cannot create the store " + path + ": there is no folder " + folder.string() +
                                           "; create it (mkdir -p) or name another with --store"};
  }
  return {StatusCode::kCannotCreate, "cannot create the store " + path + ": " + reason + "; check the folder " +
                                         folder.string() + " or name another with --store"};
}

bool IsInGroup(uid_t user, gid_t group) {
  std::array<char, 16384> memory{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(user, &entry, memory.data(), memory.size(), &found) != 0 || found == nullptr) return false;
  if (found->pw_gid == group) return true;
  int count = 64;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  if (::getgrouplist(found->pw_name, found->pw_gid, groups.data(), &count) < 0) {
    groups.resize(static_cast<std::size_t>(std::max(count, 1)));
    if (::getgrouplist(found->pw_name, found->pw_gid, groups.data(), &count) < 0) return false;
  }
  return std::find(groups.begin(), groups.begin() + count, group) != groups.begin() + count;
}

bool MayWrite(uid_t user, const struct stat& store) {
  if (user == 0 || user == ::geteuid() || user == store.st_uid || (store.st_mode & S_IWOTH) != 0) return true;
  return (store.st_mode & S_IWGRP) != 0 && IsInGroup(user, store.st_gid);
}

// What is wrong with a part of the store; empty: nothing.
std::string Fault(const struct stat& part, const struct stat& store) {
  if (!S_ISREG(part.st_mode)) return "is no plain file";
  if (!MayWrite(part.st_uid, store)) {
    return fmt::format("belongs to uid {}, who may not write the store itself", part.st_uid);
  }
  // SQLite gives it the store's own mode. The group may be another one, that of whoever wrote last.
  constexpr mode_t kOthers = S_IWGRP | S_IWOTH;
  return (part.st_mode & kOthers & ~store.st_mode) != 0 ? "can be written by more people than the store itself" : "";
}

}  // namespace

// What this process has open of one file. Guarded by the table's mutex.
struct StoreFileUse::Entry {
  int fd = -1;  // the writer's descriptor, kept until the last user of the file is gone
  bool has_writer = false;

  ~Entry() {
    if (fd >= 0) close(fd);
  }
};

namespace {

struct Table {
  std::mutex mutex;
  std::map<FileId, std::weak_ptr<void>> entries;
};

// Never destroyed, as stores may be closed by destructors that run at exit.
Table& TheTable() {
  static Table& table = *new Table;
  return table;
}

template <class Entry>
std::shared_ptr<Entry> EntryOf(Table& table, const struct stat& info) {
  std::weak_ptr<void>& slot = table.entries[{info.st_dev, info.st_ino}];
  if (std::shared_ptr<void> entry = slot.lock()) return std::static_pointer_cast<Entry>(entry);
  auto entry = std::make_shared<Entry>();
  slot = entry;
  std::erase_if(table.entries, [](const auto& item) { return item.second.expired(); });
  return entry;
}

Status Busy(const std::string& path, int pid) {
  const std::string holder = pid > 0 ? "process " + std::to_string(pid) : "a process that is not visible from here";
  return {StatusCode::kBusy, "the store " + path + " is being written by " + holder +
                                 "; wait for it to end, or name another file with --store"};
}

}  // namespace

StoreFileUse::StoreFileUse(std::shared_ptr<Entry> entry, bool writer, bool created)
    : entry_(std::move(entry)), writer_(writer), created_(created) {}

StoreFileUse::StoreFileUse(StoreFileUse&&) noexcept = default;

StoreFileUse& StoreFileUse::operator=(StoreFileUse&& other) noexcept {
  std::swap(entry_, other.entry_);
  std::swap(writer_, other.writer_);
  std::swap(created_, other.created_);
  return *this;
}

StoreFileUse::~StoreFileUse() {
  if (!entry_) return;
  const std::lock_guard guard(TheTable().mutex);
  if (writer_) {
    flock(entry_->fd, LOCK_UN);
    entry_->has_writer = false;
  }
  entry_.reset();  // closes the descriptor when this was the last user
}

Result<StoreFileUse> StoreFileUse::Read(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return CannotOpen(path, errno, /*create=*/false);
  FITD_RETURN_IF_ERROR(ExpectFile(path, info, /*write=*/false));
  const std::lock_guard guard(TheTable().mutex);
  return StoreFileUse(EntryOf<Entry>(TheTable(), info), /*writer=*/false, /*created=*/false);
}

Result<StoreFileUse> StoreFileUse::Write(const std::string& path, bool create) {
  const std::lock_guard guard(TheTable().mutex);
  struct stat info;
  bool created = false;
  if (stat(path.c_str(), &info) != 0) {
    if (errno != ENOENT || !create) return CannotOpen(path, errno, create);
    const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0 && errno != EEXIST) return CannotOpen(path, errno, create);
    created = fd >= 0;
    if (fd >= 0) close(fd);
    if (stat(path.c_str(), &info) != 0) return CannotOpen(path, errno, create);
  }
  FITD_RETURN_IF_ERROR(ExpectFile(path, info, /*write=*/true));
  std::shared_ptr<Entry> entry = EntryOf<Entry>(TheTable(), info);
  if (entry->has_writer) return Busy(path, getpid());
  if (entry->fd < 0) entry->fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (entry->fd < 0) return CannotOpen(path, errno, create);
  if (flock(entry->fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return StatusFromErrno(errno, "cannot lock the store " + path);
    return Busy(path, LockHolder(info));
  }
  entry->has_writer = true;
  return StoreFileUse(std::move(entry), /*writer=*/true, created);
}

Status StoreFileUse::ExpectInPlace(const std::string& path) const {
  struct stat held, named;
  if (fstat(entry_->fd, &held) != 0) return StatusFromErrno(errno, "cannot look at the store " + path);
  if (stat(path.c_str(), &named) == 0) {
    if (named.st_dev == held.st_dev && named.st_ino == held.st_ino) return OkStatus();
  } else if (errno != ENOENT && errno != ENOTDIR) {
    return OkStatus();  // not visible: do not fail without evidence
  }
  return {StatusCode::kIo, "the store " + path +
                               " was removed or replaced while fitd wrote to it; what this run fitted is lost, run "
                               "the command again"};
}

Status ExpectOwnParts(const std::string& store) {
  struct stat whole {};
  std::error_code error;
  const std::string file = std::filesystem::canonical(store, error).string();  // where SQLite puts them
  if (error || ::stat(file.c_str(), &whole) != 0) return {};                   // whoever opens it says so
  for (const char* end : {"-wal", "-shm", "-journal"}) {
    struct stat part {};
    if (::lstat((file + end).c_str(), &part) != 0) continue;
    const std::string fault = Fault(part, whole);
    if (fault.empty()) continue;
    return {
        StatusCode::kPermission,
        fmt::format("{}{} {}, and what it holds would be taken for the store's: look whose it is and remove it; only "
                    "where you know what it holds give it the owner and mode of the store",
                    file, end, fault)};
  }
  return {};
}

}  // namespace fitd
