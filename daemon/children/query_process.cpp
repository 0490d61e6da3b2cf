#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <deque>
#include <list>
#include <utility>

#include "daemon/children/child_watch.h"
#include "daemon/children/run_process.h"

namespace fitd {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kErrorBytes = 4096;

// One query process, from its start to the answer.
struct Query {
  explicit Query(asio::io_context& loop) : deadline(loop) {}
  std::shared_ptr<ChildWatch> watch;
  asio::steady_timer deadline;
  QueryAnswer answer;
  std::function<void(QueryAnswer)> done;
};

class Runner final : public QueryRunner {
 public:
  Runner(asio::io_context& loop, std::string executable, QueryLimits limits)
      : loop_(loop), executable_(std::move(executable)), limits_(limits) {}

  ~Runner() override {
    for (Query& query : active_) {
      if (query.watch) query.watch->Detach();
    }
  }

  void Run(std::vector<std::string> arguments, std::function<void(QueryAnswer)> done) override {
    if (waiting_.size() >= limits_.waiting) {
      asio::post(loop_, [done = std::move(done)] {
        done({Status(StatusCode::kBusy, "too many store queries are waiting; try again later"), 0, {}, {}});
      });
      return;
    }
    waiting_.emplace_back(std::move(arguments), std::move(done));
    asio::post(loop_, [this] { StartNext(); });
  }

  std::size_t num_pending() const override { return active_.size() + waiting_.size(); }

 private:
  using Place = std::list<Query>::iterator;

  void StartNext() {
    while (active_.size() < limits_.parallel && !waiting_.empty()) {
      auto [arguments, done] = std::move(waiting_.front());
      waiting_.pop_front();
      const Place place = active_.emplace(active_.end(), loop_);
      place->done = std::move(done);
      if (Status status = StartOne(place, std::move(arguments)); !status.ok()) {
        place->answer.status = std::move(status);
        Finish(place);
      }
    }
  }

  Status StartOne(Place place, std::vector<std::string> arguments) {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) return StatusFromErrno(errno, "pipe of a store query");
    UniqueFd read_end(fds[0]);
    const UniqueFd write_end(fds[1]);
    SpawnOptions spawn;
    spawn.executable = executable_;
    spawn.args = std::move(arguments);
    spawn.stdout_fd = write_end.get();
    UniqueFd nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
    FITD_ASSIGN_OR_RETURN(auto process, ChildProcess::Spawn(spawn, std::move(nothing)));
    ChildWatch::Handlers handlers;
    handlers.on_output = [this, place](std::string_view bytes) { OnOutput(*place, bytes); };
    handlers.on_error = [place](std::string_view bytes) {
      place->answer.error.append(bytes.substr(0, kErrorBytes - std::min(kErrorBytes, place->answer.error.size())));
    };
    handlers.on_exit = [this, place](const ExitReport& report) { OnExit(place, report); };
    FITD_ASSIGN_OR_RETURN(place->watch,
                          ChildWatch::Start(loop_, std::move(process), std::move(read_end), std::move(handlers)));
    place->deadline.expires_after(limits_.timeout);
    place->deadline.async_wait([place](const boost::system::error_code& error) {
      if (error) return;
      place->answer.status = Status(StatusCode::kTimeout, "the store query took too long");
      place->watch->KillGroup();
    });
    return OkStatus();
  }

  void OnOutput(Query& query, std::string_view bytes) {
    if (!query.answer.status.ok()) return;
    if (query.answer.output.size() + bytes.size() > limits_.max_output_bytes) {
      query.answer.status = Status(StatusCode::kInternal, "the answer is too large; use the command line");
      query.answer.output.clear();
      query.watch->KillGroup();
      return;
    }
    query.answer.output.append(bytes);
  }

  void OnExit(Place place, const ExitReport& report) {
    place->answer.exit_code = report.code;
    if (report.kind == ExitReport::Kind::kSignalled && place->answer.status.ok()) {
      place->answer.status =
          Status(StatusCode::kInternal, fmt::format("the store query died of signal {}", report.signal));
    }
    Finish(place);
    StartNext();
  }

  void Finish(Place place) {
    auto done = std::move(place->done);
    QueryAnswer answer = std::move(place->answer);
    active_.erase(place);
    done(std::move(answer));
  }

  asio::io_context& loop_;
  std::string executable_;
  QueryLimits limits_;
  std::list<Query> active_;
  std::deque<std::pair<std::vector<std::string>, std::function<void(QueryAnswer)>>> waiting_;
};

}  // namespace

std::unique_ptr<QueryRunner> MakeQueryRunner(asio::io_context& loop, std::string executable, QueryLimits limits) {
  return std::make_unique<Runner>(loop, std::move(executable), limits);
}

}  // namespace fitd
