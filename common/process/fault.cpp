#include "common/process/fault.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <stdexcept>

namespace fitd {
namespace {

constexpr std::array<std::pair<std::string_view, FaultPoint>, 18> kPoints = {{
    {"worker.before_hello", FaultPoint::kBeforeHello},
    {"worker.attach", FaultPoint::kAttach},
    {"worker.prepare", FaultPoint::kPrepare},
    {"worker.first_target", FaultPoint::kFirstTarget},
    {"worker.mid_chunk", FaultPoint::kMidChunk},
    {"worker.write_result", FaultPoint::kWriteResult},
    {"worker.after_result", FaultPoint::kAfterResult},
    {"worker.idle", FaultPoint::kIdle},
    {"parent.run_begun", FaultPoint::kRunBegun},
    {"parent.global_made", FaultPoint::kGlobalMade},
    {"parent.global_saved", FaultPoint::kGlobalSaved},
    {"parent.record", FaultPoint::kRecord},
    {"parent.lost", FaultPoint::kLost},
    {"parent.before_commit", FaultPoint::kBeforeCommit},
    {"parent.after_commit", FaultPoint::kAfterCommit},
    {"parent.fitted", FaultPoint::kFitted},
    {"parent.before_finish", FaultPoint::kBeforeFinish},
    {"parent.finished", FaultPoint::kFinished},
}};

constexpr std::array<std::pair<std::string_view, FaultManner>, 13> kManners = {{
    {"exception", FaultManner::kException},
    {"exit0", FaultManner::kExit0},
    {"exit3", FaultManner::kExit3},
    {"segv", FaultManner::kSegv},
    {"abort", FaultManner::kAbort},
    {"kill", FaultManner::kKill},
    {"hang", FaultManner::kHang},
    {"stop", FaultManner::kStop},
    {"oom", FaultManner::kOutOfMemory},
    {"corrupt_frame", FaultManner::kCorruptFrame},
    {"half_frame", FaultManner::kHalfFrame},
    {"wrong_version", FaultManner::kWrongVersion},
    {"huge_frame", FaultManner::kHugeFrame},
}};

template <class Table>
auto Find(const Table& table, std::string_view name) {
  const auto it = std::find_if(table.begin(), table.end(), [name](const auto& entry) { return entry.first == name; });
  return it == table.end() ? std::optional<decltype(it->second)>() : std::optional(it->second);
}

template <class Number>
bool ReadNumber(std::string_view& text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

// "segv@2/1" after its point.
bool ReadManner(std::string_view text, FaultRule& rule) {
  const std::size_t end = std::min(text.size(), text.find_first_of("@/%"));
  const auto manner = Find(kManners, text.substr(0, end));
  if (!manner) return false;
  rule.manner = *manner;
  text.remove_prefix(end);
  while (!text.empty()) {
    const char what = text.front();
    text.remove_prefix(1);
    const bool ok = what == '@'   ? ReadNumber(text, rule.hit)
                    : what == '/' ? ReadNumber(text, rule.spawn)
                    : what == '%' ? ReadNumber(text, rule.probability)
                                  : false;
    if (!ok) return false;
  }
  return true;
}

std::uint32_t SpawnNumber() {
  const char* text = std::getenv("FITD_SPAWN");
  return text == nullptr ? 0 : static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

struct Faults {
  FaultPlan plan;
  std::uint32_t spawn = SpawnNumber();
  std::array<std::uint32_t, kPoints.size()> hits{};
  std::mt19937_64 random;

  Faults() {
    const char* text = std::getenv("FITD_FAULT");
    if (text == nullptr) return;
    Result<FaultPlan> parsed = ParseFaultPlan(text);
    if (!parsed.ok()) {
      std::fprintf(stderr, "%s\n", parsed.status().message().c_str());
      ::_exit(64);
    }
    plan = std::move(*parsed);
    random.seed(plan.seed * 1'000'003 + spawn);
  }
};

void HangForEver() {
  volatile bool for_ever = true;
  while (for_ever) {
  }
}

void ExhaustMemory() {
  const rlimit limit{rlim_t{64} << 20, rlim_t{64} << 20};
  ::setrlimit(RLIMIT_DATA, &limit);
  std::vector<std::vector<char>> hoard;
  while (true) hoard.emplace_back(std::size_t{1} << 20, 'x');
}

}  // namespace

Result<FaultPlan> ParseFaultPlan(std::string_view text) {
  FaultPlan plan;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.size(), text.find(','));
    const std::string_view part = text.substr(0, comma);
    text.remove_prefix(std::min(text.size(), comma + 1));
    const std::size_t equals = std::min(part.size(), part.find('='));
    const std::string_view name = part.substr(0, equals);
    std::string_view value = part.substr(std::min(part.size(), equals + 1));
    if (name == "seed") {
      if (ReadNumber(value, plan.seed) && value.empty()) continue;
    } else if (const auto point = Find(kPoints, name)) {
      FaultRule rule{*point, FaultManner::kNone};
      if (ReadManner(value, rule)) {
        plan.rules.push_back(rule);
        continue;
      }
    }
    return Status(StatusCode::kUsage, "FITD_FAULT: cannot understand \"" + std::string(part) + "\"");
  }
  return plan;
}

Result<std::string> DescribeFaults() {
  const char* text = std::getenv("FITD_FAULT");
  if (text == nullptr || *text == '\0') return std::string();
#ifdef FITD_FAULTS
  FITD_ASSIGN_OR_RETURN(const FaultPlan plan, ParseFaultPlan(text));
  return "broken on purpose with seed " + std::to_string(plan.seed) + ": FITD_FAULT=" + text;
#else
  return std::string("FITD_FAULT is set and has no effect: this build has no fault points");
#endif
}

FaultManner HitFaultPoint(FaultPoint point) {
  static Faults faults;
  if (faults.plan.rules.empty()) return FaultManner::kNone;
  const std::uint32_t hit = ++faults.hits[static_cast<std::size_t>(point)];
  for (const FaultRule& rule : faults.plan.rules) {
    if (rule.point != point || (rule.spawn != 0 && rule.spawn != faults.spawn)) continue;
    const bool fires = rule.probability > 0
                           ? std::uniform_real_distribution<double>(0, 1)(faults.random) < rule.probability
                           : rule.hit == hit;
    if (fires) return rule.manner;
  }
  return FaultManner::kNone;
}

void Misbehave(FaultManner manner) {
  switch (manner) {
    case FaultManner::kException:
      throw std::runtime_error("fault point told to throw");
    case FaultManner::kExit0:
      ::_exit(0);
    case FaultManner::kExit3:
      ::_exit(3);
    case FaultManner::kSegv:
      ::raise(SIGSEGV);
      break;
    case FaultManner::kAbort:
      std::abort();
    case FaultManner::kKill:
      ::raise(SIGKILL);
      break;
    case FaultManner::kHang:
      HangForEver();
      return;
    case FaultManner::kStop:
      ::raise(SIGSTOP);
      break;
    case FaultManner::kOutOfMemory:
      ExhaustMemory();
      break;
    case FaultManner::kNone:
    case FaultManner::kCorruptFrame:
    case FaultManner::kHalfFrame:
    case FaultManner::kWrongVersion:
    case FaultManner::kHugeFrame:
      break;
  }
}

}  // namespace fitd
