#include "daemon/train/user_global_stage.h"

#include <fmt/format.h>

#include "common/fit/stage_tasks.h"

namespace fitd {
namespace {

class ResultSink final : public StageSink {
 public:
  explicit ResultSink(const std::string& name) : name_(name) {}

  Status OnRecord(const WorkUnit&, std::string_view bytes, double, int) override {
    FITD_ASSIGN_OR_RETURN(result_, DecodeUserGlobal(bytes));
    return {};
  }
  Status OnLost(const TargetLost& lost) override {
    return {StatusCode::kWorkerLost,
            fmt::format("the global algorithm {} ended its worker {} times with {}{}{}", name_, lost.attempts,
                        lost.cause, lost.last_words.empty() ? "" : "; last words: ", lost.last_words)};
  }
  std::string Take() { return std::move(result_); }

 private:
  const std::string& name_;
  std::string result_;
};

}  // namespace

Result<std::string> RunUserGlobalStage(const Frame& frame, const ModelPlan& plan, const Job& job, WorkerPool& pool,
                                       const SignalCancel& cancel) {
  LocalFitOptions fit = plan.fit;
  fit.algorithms = {plan.user_global};
  const std::string context = EncodeLocalFitOptions(fit);
  StageOptions options;
  options.kind = TaskKind::kUserGlobal;
  options.context = context;
  options.units = {{0, static_cast<std::uint32_t>(frame.size())}};
  // It may take hours and no time is known in advance; --target-timeout is about single targets.
  options.first_limit = std::chrono::hours(24 * 7);
  options.retries = job.workers.retries;
  options.cancel = &cancel.source();
  ResultSink sink(plan.user_global);
  FITD_RETURN_IF_ERROR(pool.RunStage(frame, options, sink).status());
  return sink.Take();
}

}  // namespace fitd
