#include "common/out_of_memory.h"

#include <sys/resource.h>

#include <string>

namespace fitd {
namespace {

// With 64 KiB every command that reads data or fits dies of SIGSEGV, with 96 KiB none of train, update, detect,
// backtest and report does (60 values of 12 targets, ets to theta); the rest is for longer seasons and other libraries.
constexpr rlim_t kLeastStack = 256 << 10;

std::string Megabytes(std::uint64_t bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

// The limits that are set, as the user would raise them.
std::string LimitsSet() {
  struct Limit {
    __rlimit_resource_t resource;
    const char* how;
  };
  static constexpr Limit kLimits[] = {{RLIMIT_DATA, "data segment, ulimit -d, LimitDATA="},
                                      {RLIMIT_AS, "address space, ulimit -v, LimitAS="}};
  std::string text;
  for (const Limit& limit : kLimits) {
    rlimit now{};
    if (::getrlimit(limit.resource, &now) != 0 || now.rlim_cur == RLIM_INFINITY) continue;
    if (!text.empty()) text += ", ";
    text += "limited to " + Megabytes(now.rlim_cur) + " (" + limit.how + ")";
  }
  return text;
}

}  // namespace

Status OutOfMemory(std::string_view doing, std::uint64_t need) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  std::string message = "out of memory while " + std::string(doing);
  if (need != 0) message += ", which takes about " + Megabytes(need);
  message += "; this process has used " + Megabytes(static_cast<std::uint64_t>(usage.ru_maxrss) * 1024);
  const std::string limits = LimitsSet();
  if (!limits.empty()) {
    message += " and is " + limits + ": raise the limit";
  } else {
    message += ": give it more (MemoryMax=, or a machine with more)";
  }
  message += ", or train fewer targets at a time (fitd train --shard I/N)";
  return {StatusCode::kInternal, std::move(message)};
}

Status NoThread(std::string_view doing, const std::system_error& error) {
  const char* remedy = error.code() == std::errc::operation_not_permitted
                           ? "; a seccomp filter refuses it (an old container runtime does so with clone3)"
                           : "; raise the limit on processes and threads (ulimit -u, TasksMax=)";
  return {StatusCode::kInternal,
          "cannot start a thread for " + std::string(doing) + ": " + error.code().message() + remedy};
}

Status EnsureStack() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= kLeastStack) return OkStatus();  // infinity is more
  const rlim_t given = limit.rlim_cur;
  limit.rlim_cur = kLeastStack;
  if (limit.rlim_max >= kLeastStack && ::setrlimit(RLIMIT_STACK, &limit) == 0) return OkStatus();
  return {StatusCode::kInternal, "the stack is limited to " + std::to_string(given >> 10) +
                                     " KiB (ulimit -s, LimitSTACK=), and fitd needs " +
                                     std::to_string(kLeastStack >> 10) + ": raise the limit"};
}

}  // namespace fitd
