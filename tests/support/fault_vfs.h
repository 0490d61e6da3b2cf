// An SQLite VFS that does what a disk may do to a store: refuse the n-th operation, or end the process there, as kill
// -9 or a power cut would. Tests only. Registered as SQLite's default, so that the code under test knows nothing of it.
// Syncs do not wait for the disk, since no test here ends the machine. One thread. Operations counted: open (creating),
// delete, write, sync, truncate, shared-memory map.
#pragma once

#include <cstdint>

namespace fitd {

enum class FaultKind {
  kNone,
  kIoError,    // the operation fails with an I/O error; later ones work
  kDiskFull,   // it and every later write, creating open and extension fail: no space
  kReadOnly,   // it and all later operations fail, as on a file system that was remounted read-only
  kKill,       // the process ends before the operation; what was written stays written
  kPowerLoss,  // it ends, and of what was not synced each 512-byte sector is kept or lost at random
};

struct FaultPlan {
  FaultKind kind = FaultKind::kNone;
  std::int64_t at = -1;    // which operation, from 0
  std::uint64_t seed = 1;  // kPowerLoss
};

inline constexpr int kFaultExitCode = 42;  // of a process that kKill or kPowerLoss ended

// Registers the VFS on first use and starts counting from 0.
void InstallFaultVfs(const FaultPlan& plan);
// Operations since InstallFaultVfs.
std::int64_t FaultVfsOperations();
// Whether the planned fault has happened.
bool FaultVfsHasStruck();
// Makes the normal VFS the default again.
void RemoveFaultVfs();

}  // namespace fitd
