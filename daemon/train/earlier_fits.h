// What the last complete run of the same models spares a new one: targets whose data are what they were keep their
// fits, targets that have grown or changed are fitted again from where their models stood. Daemon, main thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/fit/local_fit.h"
#include "common/series/series.h"
#include "common/status.h"
#include "daemon/store/model_store.h"

namespace fitd {

// The note (Store::GetNote) of the run that a run goes on from; a run made with --fresh has none.
inline constexpr std::string_view kBaseRunNote = "base";

struct EarlierFit {
  bool kept = false;       // as it is; else `prior` is to start from
  TargetFitRecord record;  // of a kept one
  double seconds = 0;
  std::uint32_t attempts = 1;
  std::string prior;  // EncodePriorFit, use kRefit
};

// The run that an unfinished one goes on from. When that is gone, so should the unfinished one be: what it lacks would
// be fitted from nothing, and its models would depend on when it was interrupted.
struct UnfinishedBase {
  std::optional<std::int64_t> run;  // nullopt: it was begun without one
  bool gone = false;
};

class EarlierFits {
 public:
  static Result<UnfinishedBase> BaseOf(const Store& store, std::int64_t unfinished);
  // The current run of the store, when it is complete and was made with these options (RunHeader::options).
  static Result<std::optional<std::int64_t>> FindBase(const Store& store, const std::string& options);
  // A reader of its own, so that the run being made may write meanwhile. kNotFound when the run is gone.
  static Result<EarlierFits> Open(const std::string& path, std::int64_t run);

  // Calls `visit` with the place in `targets` (frame indexes, ascending) of each target the run has something for.
  // `select_anew`: only fits whose forms were selected on the same data are kept, and no form is.
  using Visitor = std::function<Status(std::size_t place, EarlierFit fit)>;
  Status ForEach(const Frame& frame, const std::vector<std::uint32_t>& targets,
                 const std::vector<std::uint64_t>& fingerprints, bool select_anew, const Visitor& visit) const;

 private:
  EarlierFits(Store store, std::int64_t run) : store_(std::move(store)), run_(run) {}

  Store store_;
  std::int64_t run_;
};

}  // namespace fitd
