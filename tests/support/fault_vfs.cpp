#include "tests/support/fault_vfs.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace fitd {
namespace {

struct PendingWrite {
  std::int64_t offset;
  std::string bytes;  // empty: truncation to `offset`
};

// What the disk is sure to hold of a file, and what it may hold.
struct DiskFile {
  std::string synced;
  std::vector<PendingWrite> pending;
};

struct State {
  FaultPlan plan;
  std::int64_t operations = 0;
  bool struck = false;
  std::map<std::string, DiskFile> disk;  // kPowerLoss only
};

State g_state;
sqlite3_vfs* g_real = nullptr;
sqlite3_vfs g_vfs;
sqlite3_io_methods g_methods;

struct FaultFile {
  sqlite3_file base;
  std::string* path;  // owned; null for temporary files
  sqlite3_file* Real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

FaultFile* Self(sqlite3_file* file) {
  return reinterpret_cast<FaultFile*>(file);
}

std::string ReadAll(const std::string& path) {
  std::string content;
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return content;
  char block[65536];
  for (ssize_t n; (n = read(fd, block, sizeof block)) > 0;) content.append(block, static_cast<std::size_t>(n));
  close(fd);
  return content;
}

void Apply(std::string& content, const PendingWrite& write, std::mt19937_64& random) {
  if (write.bytes.empty()) {
    if (random() % 2 == 0) content.resize(static_cast<std::size_t>(write.offset), '\0');
    return;
  }
  constexpr std::size_t kSector = 512;
  const bool torn = random() % 2 == 0;  // otherwise all of it or nothing of it
  bool keep = random() % 2 == 0;
  for (std::size_t at = 0; at < write.bytes.size(); at += kSector) {
    if (torn) keep = random() % 2 == 0;
    if (!keep) continue;
    const std::size_t size = std::min(kSector, write.bytes.size() - at);
    const std::size_t offset = static_cast<std::size_t>(write.offset) + at;
    if (content.size() < offset + size) content.resize(offset + size, '\0');
    content.replace(offset, size, write.bytes, at, size);
  }
}

[[noreturn]] void LosePower() {
  std::mt19937_64 random(g_state.plan.seed * 1'000'003 + static_cast<std::uint64_t>(g_state.plan.at));
  for (auto& [path, file] : g_state.disk) {
    std::string content = file.synced;
    for (const PendingWrite& write : file.pending) Apply(content, write, random);
    // Only files that still exist: a deletion is a directory's business, done at once here.
    const int fd = open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (fd < 0) continue;
    if (write(fd, content.data(), content.size()) != static_cast<ssize_t>(content.size())) _exit(99);
    close(fd);
    unlink((path + "-shm").c_str());  // shared memory is memory
  }
  _exit(kFaultExitCode);
}

// The code to fail the operation with, SQLITE_OK to let it through.
int Strike(int io_error) {
  const FaultPlan& plan = g_state.plan;
  const std::int64_t operation = g_state.operations++;
  const bool lasting = plan.kind == FaultKind::kDiskFull || plan.kind == FaultKind::kReadOnly;
  if (plan.kind == FaultKind::kNone || operation < plan.at || (operation > plan.at && !lasting)) return SQLITE_OK;
  g_state.struck = true;
  switch (plan.kind) {
    case FaultKind::kKill:
      _exit(kFaultExitCode);
    case FaultKind::kPowerLoss:
      LosePower();
    case FaultKind::kDiskFull:
      return io_error == SQLITE_IOERR_FSYNC || io_error == SQLITE_IOERR_DELETE ? SQLITE_OK : SQLITE_FULL;
    default:
      return io_error;
  }
}

DiskFile* Disk(FaultFile* file) {
  if (g_state.plan.kind != FaultKind::kPowerLoss || file->path == nullptr) return nullptr;
  const auto [at, added] = g_state.disk.try_emplace(*file->path);
  if (added) at->second.synced = ReadAll(*file->path);
  return &at->second;
}

int Close(sqlite3_file* file) {
  FaultFile* self = Self(file);
  const int code = self->Real()->pMethods->xClose(self->Real());
  delete self->path;
  self->path = nullptr;
  return code;
}
int Read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  return Self(file)->Real()->pMethods->xRead(Self(file)->Real(), data, size, offset);
}
int Write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  FaultFile* self = Self(file);
  DiskFile* disk = Disk(self);
  if (const int code = Strike(SQLITE_IOERR_WRITE); code != SQLITE_OK) return code;
  if (disk != nullptr) {
    disk->pending.push_back({offset, std::string(static_cast<const char*>(data), static_cast<std::size_t>(size))});
  }
  return self->Real()->pMethods->xWrite(self->Real(), data, size, offset);
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  FaultFile* self = Self(file);
  DiskFile* disk = Disk(self);
  if (const int code = Strike(SQLITE_IOERR_TRUNCATE); code != SQLITE_OK) return code;
  if (disk != nullptr) disk->pending.push_back({size, std::string()});
  return self->Real()->pMethods->xTruncate(self->Real(), size);
}
int Sync(sqlite3_file* file, int) {
  FaultFile* self = Self(file);
  DiskFile* disk = Disk(self);
  if (const int code = Strike(SQLITE_IOERR_FSYNC); code != SQLITE_OK) return code;
  if (disk != nullptr) {
    disk->synced = ReadAll(*self->path);
    disk->pending.clear();
  }
  return SQLITE_OK;
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Self(file)->Real()->pMethods->xFileSize(Self(file)->Real(), size);
}
int Lock(sqlite3_file* file, int level) {
  return Self(file)->Real()->pMethods->xLock(Self(file)->Real(), level);
}
int Unlock(sqlite3_file* file, int level) {
  return Self(file)->Real()->pMethods->xUnlock(Self(file)->Real(), level);
}
int CheckReservedLock(sqlite3_file* file, int* held) {
  return Self(file)->Real()->pMethods->xCheckReservedLock(Self(file)->Real(), held);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return Self(file)->Real()->pMethods->xFileControl(Self(file)->Real(), operation, argument);
}
int SectorSize(sqlite3_file* file) {
  return Self(file)->Real()->pMethods->xSectorSize(Self(file)->Real());
}
int DeviceCharacteristics(sqlite3_file*) {
  return 0;  // promise nothing: no atomic writes, no safe append, no power-safe overwrite
}
int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
  if (extend != 0) {
    if (const int code = Strike(SQLITE_IOERR_SHMSIZE); code != SQLITE_OK) return code;
  }
  return Self(file)->Real()->pMethods->xShmMap(Self(file)->Real(), page, size, extend, memory);
}
int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
  return Self(file)->Real()->pMethods->xShmLock(Self(file)->Real(), offset, n, flags);
}
void ShmBarrier(sqlite3_file* file) {
  Self(file)->Real()->pMethods->xShmBarrier(Self(file)->Real());
}
int ShmUnmap(sqlite3_file* file, int remove) {
  return Self(file)->Real()->pMethods->xShmUnmap(Self(file)->Real(), remove);
}

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  FaultFile* self = Self(file);
  self->base.pMethods = nullptr;
  self->path = nullptr;
  if ((flags & SQLITE_OPEN_CREATE) != 0) {
    if (const int code = Strike(SQLITE_CANTOPEN); code != SQLITE_OK)
      return code == SQLITE_FULL ? SQLITE_CANTOPEN : code;
  }
  const int code = g_real->xOpen(g_real, name, self->Real(), flags, out_flags);
  if (code != SQLITE_OK) return code;
  if (name != nullptr) self->path = new std::string(name);
  self->base.pMethods = &g_methods;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs*, const char* name, int sync_folder) {
  if (const int code = Strike(SQLITE_IOERR_DELETE); code != SQLITE_OK) return code;
  g_state.disk.erase(name);
  return g_real->xDelete(g_real, name, sync_folder);
}

void Register() {
  g_real = sqlite3_vfs_find("unix");
  g_vfs = *g_real;
  g_vfs.zName = "fault";
  g_vfs.pNext = nullptr;
  g_vfs.szOsFile = static_cast<int>(sizeof(FaultFile)) + g_real->szOsFile;
  g_vfs.xOpen = Open;
  g_vfs.xDelete = Delete;
  g_methods = {2,
               Close,
               Read,
               Write,
               Truncate,
               Sync,
               FileSize,
               Lock,
               Unlock,
               CheckReservedLock,
               FileControl,
               SectorSize,
               DeviceCharacteristics,
               ShmMap,
               ShmLock,
               ShmBarrier,
               ShmUnmap,
               nullptr,
               nullptr};
}

}  // namespace

void InstallFaultVfs(const FaultPlan& plan) {
  if (g_real == nullptr) Register();
  g_state = {};
  g_state.plan = plan;
  sqlite3_vfs_register(&g_vfs, 1);
}

std::int64_t FaultVfsOperations() {
  return g_state.operations;
}

bool FaultVfsHasStruck() {
  return g_state.struck;
}

void RemoveFaultVfs() {
  sqlite3_vfs_unregister(&g_vfs);
  sqlite3_vfs_register(g_real, 1);
}

}  // namespace fitd
