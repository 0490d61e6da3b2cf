#include "daemon/pool/chunk_plan.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>

namespace fitd {
namespace {

constexpr double kMinChunkSeconds = 1e-3;  // makes the cost of handing a chunk over negligible. Chosen, not measured
constexpr double kMaxChunkSeconds =
    50e-3;  // keeps progress, cancelling and the loss after a death fine-grained. Chosen, not measured
constexpr double kShare = 4;                        // a chunk gets 1 / (kShare x workers) of the waiting cost
constexpr std::size_t kMaxUnits = 4096;             // in a chunk once the cost is known. Chosen, not measured
constexpr std::uint64_t kMaxAskedBytes = 64 << 20;  // in a chunk whose size the user chose. Chosen, not measured
constexpr std::size_t kUnknownCostUnits = 4;  // in a chunk while seconds per cost are unknown. Chosen, not measured

}  // namespace

ChunkPlan::ChunkPlan(std::span<const PlanUnit> units, const PlanOptions& options) : options_(options) {
  options_.workers = std::max(options_.workers, 1);
  units_.reserve(units.size());
  for (const PlanUnit& unit : units) {
    units_.push_back({std::max(unit.cost, 1e-12), unit.bytes});
    pending_cost_ += units_.back().cost;
  }
  remaining_cost_ = total_cost_ = pending_cost_;
  order_.resize(units_.size());
  std::iota(order_.begin(), order_.end(), 0U);
  const auto larger = [this](std::uint32_t a, std::uint32_t b) { return units_[a].cost > units_[b].cost; };
  // `even`: each worker gets one stretch of the targets in the order given.
  if (options_.chunk_size.kind == ChunkSizePolicy::Kind::kEven) return;
  if (!std::is_sorted(order_.begin(), order_.end(), larger)) std::stable_sort(order_.begin(), order_.end(), larger);
}

void ChunkPlan::PopPending() {
  if (requeued_.empty()) {
    ++next_;
  } else {
    requeued_.pop_front();
  }
}

double ChunkPlan::CostBudget() const {
  double budget = pending_cost_ / (kShare * options_.workers);
  if (const double scale = seconds_per_cost(); scale > 0) {
    budget = std::clamp(budget, kMinChunkSeconds / scale, kMaxChunkSeconds / scale);
  }
  return budget;
}

std::size_t ChunkPlan::UnitBudget() const {
  switch (options_.chunk_size.kind) {
    case ChunkSizePolicy::Kind::kFixed:
      return std::max<std::size_t>(options_.chunk_size.units, 1);
    case ChunkSizePolicy::Kind::kEven: {
      const auto workers = static_cast<std::size_t>(options_.workers);
      return std::max<std::size_t>((units_.size() + workers - 1) / workers, 1);
    }
    case ChunkSizePolicy::Kind::kAuto:
      break;
  }
  return seconds_per_cost() > 0 ? kMaxUnits : kUnknownCostUnits;
}

PlannedChunk ChunkPlan::NextChunk() {
  assert(has_pending());
  const bool by_cost = options_.chunk_size.kind == ChunkSizePolicy::Kind::kAuto;
  const double cost_budget = CostBudget();
  const std::size_t unit_budget = UnitBudget();
  const std::uint64_t max_bytes = by_cost ? options_.max_chunk_bytes : kMaxAskedBytes;
  std::vector<std::uint32_t> units;
  double cost = 0;
  std::uint64_t bytes = 0;
  while (has_pending() && units.size() < unit_budget) {
    const std::uint32_t unit = PeekPending();
    const Unit& u = units_[unit];
    const bool too_much = (by_cost && cost + u.cost > cost_budget) || bytes + u.bytes > max_bytes;
    if (!units.empty() && too_much) break;
    units.push_back(unit);
    cost += u.cost;
    bytes += u.bytes;
    PopPending();
  }
  pending_cost_ = std::max(pending_cost_ - cost, 0.0);
  return Launch(std::move(units), false);
}

PlannedChunk ChunkPlan::NextRetry() {
  assert(has_retry());
  const std::uint32_t unit = retries_.front();
  retries_.pop_front();
  return Launch({unit}, true);
}

PlannedChunk ChunkPlan::Launch(std::vector<std::uint32_t> units, bool alone) {
  PlannedChunk chunk{++last_chunk_, units, alone};
  running_.emplace(chunk.chunk, Running{std::move(units), alone});
  return chunk;
}

std::optional<std::uint32_t> ChunkPlan::OnRecord(std::uint32_t chunk, std::uint32_t position, double seconds) {
  const auto it = running_.find(chunk);
  if (it == running_.end() || position != it->second.done || position >= it->second.units.size()) return std::nullopt;
  const std::uint32_t unit = it->second.units[position];
  ++it->second.done;
  ++num_done_;
  const double cost = units_[unit].cost;
  remaining_cost_ = std::max(remaining_cost_ - cost, 0.0);
  done_cost_ += cost;
  done_seconds_ += std::max(seconds, 0.0);
  slowest_seconds_ = std::max(slowest_seconds_, seconds);
  return unit;
}

bool ChunkPlan::IsAlone(std::uint32_t chunk) const {
  const auto it = running_.find(chunk);
  return it != running_.end() && it->second.alone;
}

bool ChunkPlan::OnChunkFinished(std::uint32_t chunk) {
  const auto it = running_.find(chunk);
  if (it == running_.end() || it->second.done != it->second.units.size()) return false;
  running_.erase(it);
  return true;
}

std::optional<std::uint32_t> ChunkPlan::UnitAt(std::uint32_t chunk, std::uint32_t position) const {
  const auto it = running_.find(chunk);
  if (it == running_.end() || position >= it->second.units.size()) return std::nullopt;
  return it->second.units[position];
}

std::vector<GivenUp> ChunkPlan::OnWorkerDied(std::span<const std::uint32_t> chunks,
                                             std::optional<std::uint32_t> position, bool own_doing) {
  std::vector<GivenUp> given_up;
  std::vector<std::uint32_t> back;
  bool in_work = true;
  for (const std::uint32_t chunk : chunks) {
    const auto it = running_.find(chunk);
    if (it == running_.end()) continue;
    const Running& running = it->second;
    std::size_t from = running.done;
    const bool began = position && *position == running.done;
    if (in_work && from < running.units.size() && (began || running.done == 0)) {
      Blame(running.units[from], own_doing, given_up);
      ++from;
    }
    in_work = false;
    back.insert(back.end(), running.units.begin() + static_cast<std::ptrdiff_t>(from), running.units.end());
    running_.erase(it);
  }
  Requeue(back);
  return given_up;
}

void ChunkPlan::TakeBack(std::span<const std::uint32_t> chunks) {
  std::vector<std::uint32_t> back;
  for (const std::uint32_t chunk : chunks) {
    const auto it = running_.find(chunk);
    if (it == running_.end()) continue;
    const Running& running = it->second;
    back.insert(back.end(), running.units.begin() + static_cast<std::ptrdiff_t>(running.done), running.units.end());
    running_.erase(it);
  }
  Requeue(back);
}

void ChunkPlan::Requeue(const std::vector<std::uint32_t>& units) {
  for (const std::uint32_t unit : units) pending_cost_ += units_[unit].cost;
  requeued_.insert(requeued_.begin(), units.begin(), units.end());
}

void ChunkPlan::TryAgain(std::uint32_t unit) {
  --num_done_;
  ++num_retried_;
  remaining_cost_ += units_[unit].cost;
  retries_.push_back(unit);
}

void ChunkPlan::Blame(std::uint32_t unit, bool own_doing, std::vector<GivenUp>& given_up) {
  Unit& u = units_[unit];
  std::uint16_t& deaths = own_doing ? u.own_deaths : u.outside_deaths;
  if (deaths < std::numeric_limits<std::uint16_t>::max()) ++deaths;
  if (deaths <= (own_doing ? options_.own_retries : options_.outside_retries)) {
    ++num_retried_;
    retries_.push_back(unit);
    return;
  }
  ++num_given_up_;
  remaining_cost_ = std::max(remaining_cost_ - u.cost, 0.0);
  given_up.push_back({unit, u.own_deaths + u.outside_deaths});
}

}  // namespace fitd
