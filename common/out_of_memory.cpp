#include "common/out_of_memory.h"

#include <sys/resource.h>

#include <string>

namespace fitd {
namespace {

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

}  // namespace fitd
