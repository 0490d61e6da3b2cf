// Workers that exist only on a ManualClock: each unit takes as long as the test says, workers die and hang as the
// script says, and a run of seconds takes microseconds. For tests of the dispatcher and for judging a plan on more
// workers than the machine has.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "common/clock.h"
#include "daemon/pool/worker_runner.h"

namespace fitd {

class FakeWorkerRunner final : public WorkerRunner {
 public:
  FakeWorkerRunner(ManualClock& clock, int workers) : clock_(clock), workers_(static_cast<std::size_t>(workers)) {}

  // Seconds a unit really takes; by default what the plan expects.
  std::function<double(const WorkUnit&, double expected)> seconds_of = [](const WorkUnit&, double expected) {
    return expected;
  };
  // From the parent's decision to the worker's first instruction on a chunk, when the worker was idle.
  double wake_up_seconds = 0;
  // The parent's own time per chunk.
  double parent_seconds_per_chunk = 0;
  // From a death to the replacement that is ready.
  double respawn_seconds = 0;

  struct Death {
    DeathCause cause;
    int times = 1;              // the first so many times the unit is tried
    bool before_unit = false;   // while the worker had begun nothing of the chunk
    bool after_record = false;  // its record is out already
  };
  std::map<std::uint32_t, Death> deaths;  // by the unit's first series

  // Units that leave their worker broken: the units after them fail there. And units that fail wherever they are.
  std::set<std::uint32_t> breakers, failing;

  // What was asked of the runner.
  std::vector<ChunkOrder> started;
  std::vector<std::pair<std::uint32_t, bool>> alone_and_fresh;  // retried unit, in a fresh worker?
  int stages = 0, aborts = 0, replaced = 0;

  Status BeginStage(const StageSpec& spec) override {
    spec_ = spec;
    ++stages;
    return OkStatus();
  }

  std::span<const WorkerSlot> FreeSlots() override {
    slots_.clear();
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      const Worker& w = workers_[i];
      const bool room = !w.replaced && w.ready_at <= clock_.Now() && w.queue.size() < 2 &&
                        !(!w.queue.empty() && w.queue.back().alone);
      if (room) slots_.push_back({static_cast<int>(i), static_cast<int>(w.queue.size()), w.fresh});
    }
    std::stable_sort(slots_.begin(), slots_.end(), [](auto& a, auto& b) { return a.queued < b.queued; });
    return slots_;
  }

  Status Start(int worker, ChunkOrder order) override {
    Worker& w = workers_[static_cast<std::size_t>(worker)];
    Advance(parent_seconds_per_chunk);
    if (order.alone) alone_and_fresh.emplace_back(order.units[0].first, w.fresh && w.queue.empty());
    if (w.queue.empty()) {
      w.position = 0;
      w.unit_done_at = clock_.Now() + Seconds(wake_up_seconds) + UnitTime(order, 0);
    }
    w.fresh = false;
    w.queue.push_back(order);
    started.push_back(std::move(order));
    return OkStatus();
  }

  void Replace(int worker) override {
    Worker& w = workers_[static_cast<std::size_t>(worker)];
    w.replaced = true;
    w.announced = true;
    w.unit_done_at = clock_.Now();
    ++replaced;
  }

  WorkerEvent WaitUntil(Monotonic deadline) override {
    if (spec_.cancel != nullptr && spec_.cancel->cancelled()) return Interrupted{};
    Worker* next = nullptr;
    for (Worker& w : workers_) {
      if (w.queue.empty() && w.announced && !w.replaced) continue;
      if (next == nullptr || EventTime(w) < EventTime(*next)) next = &w;
    }
    if (next == nullptr || EventTime(*next) > deadline) {
      clock_.Advance(std::max(deadline - clock_.Now(), Duration(0)));
      return DeadlinePassed{};
    }
    clock_.Advance(std::max(EventTime(*next) - clock_.Now(), Duration(0)));
    return Step(*next);
  }

  void Abort() override {
    ++aborts;
    for (Worker& w : workers_) w.queue.clear();
  }

 private:
  struct Worker {
    std::deque<ChunkOrder> queue;
    std::uint32_t position = 0;
    Monotonic unit_done_at{}, ready_at{};
    bool fresh = true, announced = true, broken = false, replaced = false;
  };

  static Duration Seconds(double s) { return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(s)); }
  void Advance(double s) { clock_.Advance(Seconds(s)); }
  Duration UnitTime(const ChunkOrder& order, std::uint32_t position) const {
    return Seconds(seconds_of(order.units[position], order.costs[position]));
  }
  static Monotonic EventTime(const Worker& w) { return w.announced ? w.unit_done_at : w.ready_at; }
  int Index(const Worker& w) const { return static_cast<int>(&w - workers_.data()); }

  WorkerEvent Step(Worker& w) {
    if (w.replaced) {
      Death wanted{{"replaced", false}, 1, true};
      WorkerDied died = Die(w, wanted);
      died.replaced = true;
      return died;
    }
    if (!w.announced) {
      w.announced = true;
      return WorkerReady{Index(w)};
    }
    ChunkOrder& chunk = w.queue.front();
    if (w.position == chunk.units.size()) {
      const std::uint32_t done = chunk.chunk;
      w.queue.pop_front();
      w.position = 0;
      if (!w.queue.empty()) w.unit_done_at = clock_.Now() + UnitTime(w.queue.front(), 0);
      return ChunkFinished{Index(w), done};
    }
    const auto death = deaths.find(chunk.units[w.position].first);
    if (death != deaths.end() && death->second.times > 0 && !death->second.after_record) return Die(w, death->second);
    const std::uint32_t unit = chunk.units[w.position].first;
    const char* const bytes = w.broken || failing.contains(unit) ? "failure" : "record";
    w.broken = w.broken || breakers.contains(unit);
    record_ = {chunk.chunk, w.position, seconds_of(chunk.units[w.position], chunk.costs[w.position]), bytes};
    if (death != deaths.end() && death->second.times > 0) {
      dies_next_ = &death->second;
    }
    ++w.position;
    w.unit_done_at = clock_.Now();
    if (w.position < chunk.units.size()) w.unit_done_at += UnitTime(chunk, w.position);
    const RecordsArrived arrived{Index(w), chunk.chunk, {&record_, 1}};
    if (dies_next_ != nullptr) {
      w.unit_done_at = clock_.Now();
      deaths[chunk.units[w.position % chunk.units.size()].first] = {dies_next_->cause, 1, true, false};
      dies_next_->times = 0;
      dies_next_ = nullptr;
    }
    return arrived;
  }

  WorkerDied Die(Worker& w, Death& death) {
    --death.times;
    WorkerDied died{Index(w), 1, death.cause, {}, std::nullopt, "last words"};
    if (!death.before_unit) died.position = w.position;
    for (const ChunkOrder& chunk : w.queue) died.chunks.push_back(chunk.chunk);
    w = Worker();
    w.announced = false;
    w.ready_at = clock_.Now() + Seconds(respawn_seconds);
    return died;
  }

  ManualClock& clock_;
  std::vector<Worker> workers_;
  std::vector<WorkerSlot> slots_;
  StageSpec spec_;
  ResultRecord record_;
  Death* dies_next_ = nullptr;
};

}  // namespace fitd
