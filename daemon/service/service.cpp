#include "daemon/service/service.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "common/process/log.h"
#include "common/process/sandbox.h"
#include "daemon/api/api.h"
#include "daemon/api/http_server.h"
#include "daemon/children/file_thread.h"
#include "daemon/children/run_cgroups.h"
#include "daemon/children/run_process.h"
#include "daemon/runs/job_catalog.h"
#include "daemon/runs/run_manager.h"
#include "daemon/runs/service_config.h"
#include "daemon/service/crash_guard.h"
#include "daemon/service/file_watch.h"
#include "daemon/service/lifetime.h"
#include "daemon/service/service_paths.h"
#include "daemon/service/state_saver.h"
#include "daemon/service/systemd.h"

namespace fitd {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds kDefaultIdleExit{300'000};
constexpr milliseconds kLastAnswers{2'000};     // for answers in hand when the daemon leaves
constexpr milliseconds kStopExtension{15'000};  // asked of systemd again and again while draining

constexpr std::chrono::seconds kWellAfter{60};  // an earlier end counts as a bad one

// What can be asked of a service that is not well.
bool IsAboutHealth(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  return path == "/v1/health" || path == "/metrics" || path == "/v1/metrics";
}

void LogLine(LogLevel level, std::int64_t run, const std::string& text) {
  SetLogRun(run);
  Log(level, text);
  SetLogRun(0);
}

HttpLimits MakeHttpLimits(const ServiceConfig& config) {
  HttpLimits limits;
  limits.max_clients = config.max_clients;
  limits.max_streams = config.max_streams;
  limits.client_timeout = config.client_timeout;
  return limits;
}

class Service {
 public:
  // `refusal`: why the configuration is not valid. Nothing is started then until it is mended.
  Service(const ServeOptions& options, ServicePaths paths, ServiceConfig config, Status refusal, UniqueFd socket,
          bool activated)
      : options_(options),
        paths_(std::move(paths)),
        config_(std::move(config)),
        refusal_(std::move(refusal)),
        activated_(activated),
        socket_(std::move(socket)),
        watchdog_(TakeWatchdogInterval()),
        start_(clock_.Now()),
        start_wall_(clock_.WallNow()),
        cgroup_(ServiceCgroup::Enter()),
        files_(loop_),
        saver_(files_, paths_.state_file, LogLine),
        launcher_(MakeRunLauncher(
            loop_,
            {paths_.executable, paths_.jobs, paths_.run_logs, config_.log_level, paths_.journal, config_.run_log_limit},
            cgroup_, LogLine)),
        queries_(MakeQueryRunner(loop_, paths_.executable,
                                 {config_.max_queries, config_.query_queue, config_.query_timeout, 16U << 20})),
        runs_(clock_, *launcher_, RunHooks(), config_),
        api_({runs_, files_, *queries_, [this] { return Gauges(); }, LogLine,
              [this](std::function<void(const Status&)> then) { saver_.Save(Snapshot(), std::move(then)); }},
             JobCatalog(paths_.jobs, HasPrivateTmp()), paths_.run_logs),
        server_(loop_, socket_.get(), MakeHttpLimits(config_),
                MakeAccessPolicy(config_.reader_group, config_.operator_group), ServerHooks()),
        state_(StateLimits(), clock_.Now()),
        signals_(loop_, SIGTERM, SIGINT, SIGHUP),
        timer_(loop_) {}

  Status Run() {
    FITD_RETURN_IF_ERROR(LoadSnapshot());
    if (!refusal_.ok()) Refuse(refusal_);
    WaitForSignal();
    FITD_RETURN_IF_ERROR(server_.Start());
    LogLine(LogLevel::kInfo, 0,
            fmt::format("fitd {} serves {} ({})", FITD_VERSION, paths_.socket,
                        activated_ ? "socket of systemd" : "own socket"));
    NotifyManager("READY=1\nSTATUS=" + Describe());
    Tick();
    loop_.run();
    files_.Drain();
    return WriteFileAtomically(paths_.state_file, Snapshot());
  }

  // Tells it when this process has been up for long enough. Outlives the service.
  void SetCrashGuard(CrashGuard* guard) { crash_guard_ = guard; }

 private:
  RunManager::Hooks RunHooks() {
    RunManager::Hooks hooks;
    hooks.state_changed = [this] { saver_.Save(Snapshot()); };
    hooks.new_events = [this](std::int64_t run) { server_.WakeFollowers(run); };
    hooks.forgotten = [this](std::int64_t run) {
      files_.Run([folder = paths_.run_logs + "/" + std::to_string(run)] { RemoveRunLogs(folder); }, [] {});
    };
    hooks.log = LogLine;
    return hooks;
  }

  HttpServer::Hooks ServerHooks() {
    HttpServer::Hooks hooks;
    hooks.handle = [this](const ApiRequest& request, const PeerCredentials& peer, Access access,
                          const ApiResponder& respond) {
      if (!refusal_.ok() && !IsAboutHealth(request.target)) return respond(ErrorResponse(503, refusal_));
      api_.Handle(request, peer, access, respond);
    };
    hooks.events = [this](std::int64_t run) { return runs_.events(run); };
    hooks.answered = [this](int status) { ++runs_.counters().requests[status]; };
    hooks.dropped = [this] { ++runs_.counters().clients_dropped; };
    hooks.clients_changed = [this] { Observe(); };
    hooks.log = LogLine;
    return hooks;
  }

  ServiceState::Limits StateLimits() const {
    ServiceState::Limits limits;
    milliseconds idle = config_.idle_exit.value_or(activated_ ? kDefaultIdleExit : milliseconds{0});
    limits.idle_exit = options_.idle_exit.value_or(idle);
    limits.drain_limit = config_.drain_limit;
    limits.stall_limit = config_.stall_limit;
    return limits;
  }

  ServiceGauges Gauges() {
    ServiceGauges gauges;
    gauges.version = FITD_VERSION;
    gauges.start_seconds = std::chrono::duration<double>(start_wall_.time_since_epoch()).count();
    gauges.clients = server_.num_clients();
    gauges.streams = server_.num_streams();
    gauges.queue_length = runs_.queue().num_queued();
    gauges.queue_limit = config_.queue_limit;
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

  Status LoadSnapshot() {
    auto snapshot = ReadSnapshot(paths_.state_file);
    if (!snapshot.ok() && snapshot.status().code() == StatusCode::kCorrupt) {
      // History is not worth refusing service for; the file is kept for whoever wants to look.
      LogLine(LogLevel::kError, 0, snapshot.status().message() + "; it is kept as " + paths_.state_file + ".damaged");
      if (rename(paths_.state_file.c_str(), (paths_.state_file + ".damaged").c_str()) != 0) {
        return StatusFromErrno(errno, paths_.state_file);
      }
      return OkStatus();
    }
    if (!snapshot.ok()) return snapshot.status();
    runs_.Restore(std::move(*snapshot));
    return OkStatus();
  }

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
      runs_.KillAll();  // told twice
    } else {
      LogLine(LogLevel::kInfo, 0, fmt::format("stopping after signal {}", signal));
      state_.BeginDrain(clock_.Now());
      NotifyManager("STOPPING=1\nSTATUS=" + runs_.Describe());
      runs_.BeginDrain();
    }
    Tick();
  }

  void Reload() {
    if (reloading_) return;
    reloading_ = true;
    NotifyReloading();
    auto config = std::make_shared<Result<ServiceConfig>>(Status(StatusCode::kInternal, "not read"));
    files_.Run([this, config] { *config = ParseServiceConfig(paths_.config_file); },
               [this, config] {
                 reloading_ = false;
                 if (config->ok()) {
                   Apply(**config);
                 } else if (!refusal_.ok()) {
                   Refuse(config->status());
                 } else {
                   LogLine(LogLevel::kError, 0,
                           "the configuration is not loaded, the old one stays: " + config->status().message());
                 }
                 NotifyManager("READY=1\nSTATUS=" + Describe());
                 Tick();
               });
  }

  void Apply(const ServiceConfig& config) {
    config_ = config;
    refusal_ = OkStatus();
    runs_.SetConfig(config_);
    state_.SetLimits(StateLimits());
    server_.SetLimits(MakeHttpLimits(config_));
    server_.SetPolicy(MakeAccessPolicy(config_.reader_group, config_.operator_group));
    LogLine(LogLevel::kInfo, 0, "configuration loaded from " + paths_.config_file);
  }

  void Refuse(const Status& reason) {
    refusal_ =
        Status(StatusCode::kBadConfig, "the service waits for its configuration to be mended: " + reason.message());
    if (refusal_.message() != refusal_logged_) LogLine(LogLevel::kError, 0, refusal_.message());
    refusal_logged_ = refusal_.message();
  }

  // Looks every tick whether the file that was not valid has changed.
  void LookForMendedConfiguration() {
    if (config_watch_.HasChanged()) Reload();
  }

  void Observe() { state_.Observe(server_.num_clients(), runs_.num_pending() + queries_->num_pending(), clock_.Now()); }

  // Once or more a second, and after whatever may have changed something.
  void Tick() {
    if (leaving_) return;
    const Monotonic now = clock_.Now();
    if (refusal_.ok()) {
      runs_.Tick();
    } else {
      LookForMendedConfiguration();
    }
    if (!saver_.saved().ok()) saver_.Save(Snapshot());
    if (crash_guard_ && now - start_ >= kWellAfter) std::exchange(crash_guard_, nullptr)->Forget();
    Observe();
    state_.ObserveActive(runs_.num_active());
    state_.ObserveProgress(runs_.OldestProgress());
    if (state_.DrainExpired(now)) runs_.KillAll();
    TellManager(now);
    if (state_.DrainComplete() || state_.ShouldExitIdle(now)) return Leave();
    timer_.expires_after(TickInterval());
    timer_.async_wait([this](ErrorCode error) {
      if (!error) Tick();
    });
  }

  void TellManager(Monotonic now) {
    std::string message;
    if (std::string status = Describe(); status != told_status_) {
      message = "STATUS=" + status + "\n";
      told_status_ = std::move(status);
    }
    if (watchdog_ && state_.WatchdogMayKnow(now)) message += "WATCHDOG=1\n";
    if (state_.draining()) {
      message += fmt::format("EXTEND_TIMEOUT_USEC={}\n",
                             std::chrono::duration_cast<std::chrono::microseconds>(kStopExtension).count());
    }
    if (!message.empty()) NotifyManager(message);
  }

  // Why the service is not well; empty: it is.
  std::string Problem() const {
    if (!refusal_.ok()) return refusal_.message();
    return saver_.saved().ok() ? std::string() : "the queue cannot be saved: " + saver_.saved().message();
  }
  std::string Describe() const {
    const std::string problem = Problem();
    return problem.empty() ? runs_.Describe() : problem;
  }

  milliseconds TickInterval() const {
    milliseconds interval = runs_.num_active() > 0 ? milliseconds(250) : milliseconds(1000);
    if (watchdog_) interval = std::min(interval, std::chrono::duration_cast<milliseconds>(*watchdog_ / 3));
    const milliseconds idle = StateLimits().idle_exit;
    if (idle.count() > 0) interval = std::min(interval, idle / 4);
    return std::max(interval, milliseconds(20));
  }

  // No client connects any more; whoever waits for an answer gets it, then the loop has nothing left to do.
  void Leave() {
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

  void WaitForClients(Monotonic deadline) {
    if (server_.num_clients() == 0 || clock_.Now() >= deadline) return loop_.stop();
    timer_.expires_after(milliseconds(5));
    timer_.async_wait([this, deadline](ErrorCode error) {
      if (!error) WaitForClients(deadline);
    });
  }

  const ServeOptions& options_;
  ServicePaths paths_;
  ServiceConfig config_;
  Status refusal_;  // not OK: the configuration is not valid and nothing is started
  std::string refusal_logged_;
  FileWatch config_watch_{paths_.config_file};
  bool activated_;
  UniqueFd socket_;
  SystemClock clock_;
  std::optional<std::chrono::microseconds> watchdog_;
  Monotonic start_;
  std::chrono::system_clock::time_point start_wall_;
  ServiceCgroup cgroup_;
  asio::io_context loop_{1};
  CrashGuard* crash_guard_ = nullptr;
  FileThread files_;
  StateSaver saver_;
  std::unique_ptr<RunLauncher> launcher_;
  std::unique_ptr<QueryRunner> queries_;
  RunManager runs_;
  Api api_;
  HttpServer server_;
  ServiceState state_;
  asio::signal_set signals_;
  asio::steady_timer timer_;
  std::string told_status_;
  bool reloading_ = false;
  bool leaving_ = false;
};

Status ServeOrFail(const ServeOptions& options) {
  FITD_ASSIGN_OR_RETURN(UniqueFd socket, TakeActivationSocket());
  FITD_ASSIGN_OR_RETURN(ServicePaths paths, MakeServicePaths(options));
  Result<ServiceConfig> parsed = ParseServiceConfig(paths.config_file);
  const bool activated = socket.valid();
  // A service whose socket is systemd's stays and says what is wrong: one that left would be started by the next client
  // again and again, until the socket is given up.
  if (!parsed.ok() && !activated) return parsed.status();
  const ServiceConfig config = parsed.ok() ? *parsed : ServiceConfig{};
  FITD_RETURN_IF_ERROR(SetUpServiceLog(options, paths, config.log_level));
  FITD_ASSIGN_OR_RETURN(const UniqueFd lock, LockState(paths.lock_file));
  CrashGuard guard(paths.starts_file);
  if (activated) guard.Wait(LogLine);
  if (!activated) {
    FITD_ASSIGN_OR_RETURN(socket, BindSocket(paths.socket, config.reader_group));
  }
  RaiseDescriptorLimit();
  signal(SIGPIPE, SIG_IGN);
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
