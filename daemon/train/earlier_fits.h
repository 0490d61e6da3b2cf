// What a new run can take from the last complete run of the same models: targets whose data are unchanged keep their
// fits; targets that have grown or changed are refitted starting from their old models. Daemon, main thread.
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

// Name of the note (Store::GetNote) in which a run stores the number of the run it starts from; a run made with --fresh
// has none.
inline constexpr std::string_view kBaseRunNote = "base";

struct EarlierFit {
  bool kept = false;       // the fit is kept as it is; false: `prior` is the start of a refit
  TargetFitRecord record;  // of a kept fit
  double seconds = 0;
  std::uint32_t attempts = 1;
  std::string prior;  // EncodePriorFit with use kRefit; empty when kept
};

// The run that an unfinished run started from. When that run is gone, the unfinished one should be dropped too: its
// missing targets would be fitted from nothing, so its models would depend on when it was interrupted.
struct UnfinishedBase {
  std::optional<std::int64_t> run;  // nullopt: it started without one
  bool gone = false;
};

class EarlierFits {
 public:
  // What the unfinished run started from (kBaseRunNote).
  static Result<UnfinishedBase> BaseOf(const Store& store, std::int64_t unfinished);
  // The current run of the store when it is complete and has these options (RunHeader::options); nullopt: it is not.
  static Result<std::optional<std::int64_t>> FindBase(const Store& store, const std::string& options);
  // Opens a reader of its own, so that the new run can be written meanwhile. kNotFound when the run is gone.
  static Result<EarlierFits> Open(const std::string& path, std::int64_t run);

  // Calls `visit` for each of `targets` (frame indexes, ascending) for which the run has something; `place` is the
  // index in `targets`. `select_anew`: fits are kept only when their forms were selected on the same data, and refits
  // select forms again.
  using Visitor = std::function<Status(std::size_t place, EarlierFit fit)>;
  Status ForEach(const Frame& frame, const std::vector<std::uint32_t>& targets,
                 const std::vector<std::uint64_t>& fingerprints, bool select_anew, const Visitor& visit) const;

 private:
  EarlierFits(Store store, std::int64_t run) : store_(std::move(store)), run_(run) {}

  Store store_;
  std::int64_t run_;
};

}  // namespace fitd
