#include "daemon/service/service.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <memory>
#include <utility>

#include "common/process/descriptor_limit.h"
#include "common/process/log.h"
#include "common/process/sandbox.h"
#include "daemon/api/api.h"
#include "daemon/api/http_server.h"
#include "daemon/children/file_thread.h"
#include "daemon/children/query_process.h"
#include "daemon/children/run_cgroups.h"
#include "daemon/children/run_process.h"
#include "daemon/runs/job_catalog.h"
#include "daemon/runs/run_logs.h"
#include "daemon/runs/run_manager.h"
#include "daemon/runs/service_config.h"
#include "daemon/service/config_keeper.h"
#include "daemon/service/crash_guard.h"
#include "daemon/service/lifetime.h"
#include "daemon/service/manager_notifier.h"
#include "daemon/service/service_paths.h"
#include "daemon/service/state_saver.h"
#include "daemon/service/systemd.h"

namespace fitd {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds kDefaultIdleExit{300'000};
constexpr milliseconds kLastAnswers{2'000};  // for answers that are being sent when the daemon exits

constexpr std::chrono::seconds kWellAfter{60};  // after this time earlier bad ends are forgotten

// Requests that are answered even when the configuration is not valid.
bool IsAboutHealth(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  return path == "/v1/health" || path == "/metrics" || path == "/v1/metrics";
}

void LogLine(LogLevel level, std::int64_t run, const std::string& text) {
  SetLogRun(run);
  Log(level, text);
  SetLogRun(0);
}

class Service final : private HttpHandler, private RunObserver {
 public:
  // `refusal`: why the configuration is not valid; nothing is started until it is fixed.
  Service(const ServeOptions& options, ServicePaths paths, const ServiceConfig& config, const Status& refusal,
          UniqueFd socket, bool activated)
      : options_(options),
        paths_(std::move(paths)),
        activated_(activated),
        socket_(std::move(socket)),
        manager_(TakeWatchdogInterval()),
        start_(clock_.Now()),
        start_wall_(clock_.WallNow()),
        cgroup_(RunCgroups::Enter()),
        files_(loop_, LogLine),
        config_(files_, paths_.config_file, config, refusal, LogLine),
        saver_(files_, paths_.state_file, LogLine),
        launcher_(MakeRunLauncher(
            loop_,
            {paths_.executable, paths_.jobs, paths_.run_logs, config.log_level, paths_.journal, config.run_log_limit},
            cgroup_, LogLine)),
        queries_(MakeQueryRunner(loop_, paths_.executable,
                                 {config.max_queries, config.query_queue, config.query_timeout, 16U << 20})),
        runs_(clock_, *launcher_, *this, LogLine, config),
        api_({clock_, runs_, files_, *queries_, [this] { return Gauges(); }, LogLine,
              [this](std::function<void(const Status&)> then) { saver_.Save(Snapshot(), std::move(then)); }},
             JobCatalog(paths_.jobs, HasPrivateTmp()), paths_.run_logs),
        server_(loop_, socket_.get(), HttpLimitsOf(config),
                MakeAccessPolicy(config.reader_group, config.operator_group), *this, LogLine),
        state_(StateLimits(), clock_.Now()),
        signals_(loop_, SIGTERM, SIGINT, SIGHUP),
        timer_(loop_) {}

  Status Run() {
    FITD_RETURN_IF_ERROR(LoadSnapshot());
    WaitForSignal();
    FITD_RETURN_IF_ERROR(ExpectDescriptors(4));  // for a client, and for starting a run
    FITD_RETURN_IF_ERROR(server_.Start());
    const std::string socket =
        activated_ ? NameOfSocket(socket_.get()) + " (socket of systemd)" : paths_.socket + " (own socket)";
    LogLine(LogLevel::kInfo, 0, fmt::format("fitd {} serves {}", FITD_VERSION, socket));
    NotifyManager("READY=1\nSTATUS=" + Describe());
    Tick();
    loop_.run();
    files_.Drain();
    return WriteSnapshot(paths_.state_file, Snapshot());
  }

  // The guard is reset once this process has run for kWellAfter. It outlives the service.
  void SetCrashGuard(CrashGuard* guard) { crash_guard_ = guard; }

 private:
  // RunObserver.
  void OnStateChanged() override { saver_.Save(Snapshot()); }
  void OnNewEvents(std::int64_t run) override { server_.WakeFollowers(run); }
  void OnForgotten(std::int64_t run) override {
    files_.Run([folder = paths_.run_logs + "/" + std::to_string(run)] { RemoveRunLogs(folder); }, [] {});
  }

  // HttpHandler.
  void Handle(const ApiRequest& request, const PeerCredentials& peer, Access access,
              const ApiResponder& respond) override {
    const Status& refusal = config_.refusal();
    if (!refusal.ok() && !IsAboutHealth(request.target)) return respond(ErrorResponse(503, refusal));
    api_.Handle(request, peer, access, respond);
  }
  const EventBacklog* Events(std::int64_t run) override { return runs_.events(run); }
  void OnAnswered(int http_status) override { ++runs_.counters().requests[http_status]; }
  void OnDropped() override { ++runs_.counters().clients_dropped; }
  void OnClientsChanged() override { Observe(); }

  ServiceLifetime::Limits StateLimits() const {
    ServiceLifetime::Limits limits;
    milliseconds idle = config_.config().idle_exit.value_or(activated_ ? kDefaultIdleExit : milliseconds{0});
    limits.idle_exit = options_.idle_exit.value_or(idle);
    limits.drain_limit = config_.config().drain_limit;
    limits.stall_limit = config_.config().stall_limit;
    return limits;
  }

  ServiceGauges Gauges();
  Status LoadSnapshot();
  std::string Snapshot() { return FormatSnapshot(runs_.queue(), runs_.counters()); }

  void WaitForSignal() {
    signals_.async_wait([this](ErrorCode error, int signal) {
      if (error) return;
      WaitForSignal();
      if (signal == SIGHUP) return Reload();
      Stop(signal);
    });
  }

  void Stop(int signal) {
    if (state_.draining()) {
      runs_.KillAll();  // a second signal
    } else {
      LogLine(LogLevel::kInfo, 0, fmt::format("stopping after signal {}", signal));
      state_.BeginDrain(clock_.Now());
      NotifyManager("STOPPING=1\nSTATUS=" + runs_.Describe());
      runs_.BeginDrain();
    }
    Tick();
  }

  void Reload() {
    const auto then = [this](bool changed) {
      if (changed) Apply(config_.config());
      NotifyManager("READY=1\nSTATUS=" + Describe());
      Tick();
    };
    if (config_.Reload(then)) NotifyReloading();
  }

  void Apply(const ServiceConfig& config) {
    runs_.SetConfig(config);
    state_.SetLimits(StateLimits());
    server_.SetLimits(HttpLimitsOf(config));
    server_.SetPolicy(MakeAccessPolicy(config.reader_group, config.operator_group));
    LogLine(LogLevel::kInfo, 0, "configuration loaded from " + paths_.config_file);
  }

  void Observe() { state_.Observe(server_.num_clients(), runs_.num_pending() + queries_->num_pending(), clock_.Now()); }

  // Runs at least once a second, and after any event that may have changed something.
  void Tick() {
    if (leaving_) return;
    const Monotonic now = clock_.Now();
    if (config_.refusal().ok()) {
      runs_.Tick();
    } else if (config_.FileHasChanged()) {
      Reload();
    }
    if (!saver_.saved().ok()) saver_.Save(Snapshot());
    if (crash_guard_ && now - start_ >= kWellAfter) std::exchange(crash_guard_, nullptr)->Forget();
    Observe();
    state_.ObserveActive(runs_.num_active());
    state_.ObserveProgress(runs_.OldestProgress());
    if (state_.DrainExpired(now)) runs_.KillAll();
    manager_.Tell(Describe(), state_.WatchdogMayKnow(now), state_.draining());
    if (state_.DrainComplete() || state_.ShouldExitIdle(now)) return Leave();
    timer_.expires_after(TickInterval());
    timer_.async_wait([this](ErrorCode error) {
      if (!error) Tick();
    });
  }

  // Why the service is not well; empty: it is.
  std::string Problem() const {
    if (!config_.problem().ok()) return config_.problem().message();
    return saver_.saved().ok() ? std::string() : "the queue cannot be saved: " + saver_.saved().message();
  }
  std::string Describe() const {
    const std::string problem = Problem();
    return problem.empty() ? runs_.Describe() : problem;
  }

  milliseconds TickInterval() const {
    milliseconds interval = runs_.num_active() > 0 ? milliseconds(250) : milliseconds(1000);
    if (const auto longest = manager_.LongestSilence()) interval = std::min(interval, *longest);
    const milliseconds idle = StateLimits().idle_exit;
    if (idle.count() > 0) interval = std::min(interval, idle / 4);
    return std::max(interval, milliseconds(20));
  }

  // Closes the listener, answers pending requests, then ends the loop.
  void Leave();
  void WaitForClients(Monotonic deadline);

  const ServeOptions& options_;
  ServicePaths paths_;
  bool activated_;
  UniqueFd socket_;
  SystemClock clock_;
  ManagerNotifier manager_;
  Monotonic start_;
  std::chrono::system_clock::time_point start_wall_;
  RunCgroups cgroup_;
  asio::io_context loop_{1};
  CrashGuard* crash_guard_ = nullptr;
  FileThread files_;
  ConfigKeeper config_;
  StateSaver saver_;
  std::unique_ptr<RunLauncher> launcher_;
  std::unique_ptr<QueryRunner> queries_;
  RunManager runs_;
  Api api_;
  HttpServer server_;
  ServiceLifetime state_;
  asio::signal_set signals_;
  asio::steady_timer timer_;
  bool leaving_ = false;
};

ServiceGauges Service::Gauges() {
  ServiceGauges gauges;
  gauges.version = FITD_VERSION;
  gauges.start_seconds = std::chrono::duration<double>(start_wall_.time_since_epoch()).count();
  gauges.clients = server_.num_clients();
  gauges.streams = server_.num_streams();
  gauges.queue_length = runs_.queue().num_queued();
  gauges.queue_limit = config_.config().queue_limit;
  gauges.runs_active = runs_.num_active();
  gauges.draining = state_.draining();
  gauges.state_saved = saver_.saved().ok();
  gauges.state_save_failures = saver_.failures();
  gauges.problem = Problem();
  for (const RunRecord& run : runs_.queue().runs()) {
    const RunProgress* progress = runs_.progress(run.id);
    if (progress == nullptr) continue;
    const RunAdvanced p = progress->latest().value_or(RunAdvanced());
    const std::string_view stage = progress->latest() ? StageName(p.stage) : std::string_view();
    gauges.active.push_back({run.job, std::string(stage), p.done, p.total, p.failures});
  }
  return gauges;
}

Status Service::LoadSnapshot() {
  FITD_ASSIGN_OR_RETURN(ServiceSnapshot snapshot, ReadSnapshotOrSetAside(paths_.state_file, LogLine));
  if (const std::int64_t newest = NewestRunWithLogs(paths_.run_logs); newest >= snapshot.next_id) {
    LogLine(LogLevel::kWarning, 0,
            fmt::format("{} holds logs of runs up to {} that {} does not know; new runs are numbered from {} on",
                        paths_.run_logs, newest, paths_.state_file, newest + 1));
    snapshot.next_id = newest + 1;
  }
  runs_.Restore(std::move(snapshot));
  return OkStatus();
}

void Service::Leave() {
  leaving_ = true;
  if (!state_.draining()) {
    LogLine(LogLevel::kInfo, 0, "idle; leaving");
    NotifyManager("STOPPING=1\nSTATUS=idle");
  }
  server_.Stop();
  signals_.cancel();
  const Monotonic deadline = clock_.Now() + kLastAnswers;
  WaitForClients(deadline);
}

void Service::WaitForClients(Monotonic deadline) {
  if (server_.num_clients() == 0 || clock_.Now() >= deadline) return loop_.stop();
  timer_.expires_after(milliseconds(5));
  timer_.async_wait([this, deadline](ErrorCode error) {
    if (!error) WaitForClients(deadline);
  });
}

Status ServeOrFail(const ServeOptions& options) {
  FITD_ASSIGN_OR_RETURN(UniqueFd socket, TakeActivationSocket());
  FITD_ASSIGN_OR_RETURN(ServicePaths paths, MakeServicePaths(options));
  Result<ServiceConfig> parsed = ParseServiceConfig(paths.config_file);
  const bool activated = socket.valid();
  // A service with a socket of systemd stays and reports the error. If it exited, every client would start it again,
  // until systemd gives up the socket.
  if (!parsed.ok() && !activated) return parsed.status();
  const ServiceConfig config = parsed.ok() ? *parsed : ServiceConfig{};
  // Checked before anything is created, so that a service that cannot start leaves nothing behind.
  if (!activated) FITD_RETURN_IF_ERROR(ExpectFreeSocket(paths.socket));
  FITD_RETURN_IF_ERROR(MakeFolders(paths));
  FITD_RETURN_IF_ERROR(SetUpServiceLog(options, paths, config.log_level));
  FITD_ASSIGN_OR_RETURN(const UniqueFd lock, LockFile(paths.lock_file, "--state-dir"));
  FITD_ASSIGN_OR_RETURN(const UniqueFd log_lock, LockFile(paths.log_lock_file, "--log-dir"));
  CrashGuard guard(paths.starts_file);
  if (activated) guard.Wait(LogLine);
  if (!activated) {
    FITD_ASSIGN_OR_RETURN(socket, BindSocket(paths.socket, config.reader_group));
  }
  RaiseDescriptorLimit();  // clients are descriptors
  Service service(options, paths, config, parsed.status(), std::move(socket), activated);
  service.SetCrashGuard(&guard);
  const Status status = service.Run();
  if (status.ok()) guard.Forget();
  if (!activated) unlink(paths.socket.c_str());
  return status;
}

}  // namespace

int Serve(const ServeOptions& options) {
  Status status;
  try {
    status = ServeOrFail(options);
  } catch (const std::exception& e) {
    status = Status(StatusCode::kInternal, std::string("fitd serve: ") + e.what());
  }
  if (!status.ok()) Log(LogLevel::kError, status.message());
  return ExitCode(status);
}

}  // namespace fitd
