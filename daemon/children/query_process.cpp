#include "daemon/children/query_process.h"

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
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/children/child_watch.h"

namespace fitd {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kErrorBytes = 4096;

// The two ends of a streamed query: the reader's, and what the runner tells it. The reader may outlive the runner,
// which then lets go of it.
class Streamed final : public QueryOutput, public std::enable_shared_from_this<Streamed> {
 public:
  // Called by the runner.
  void OnOutput(std::string_view bytes) {
    waiting_bytes_ += bytes;
    Deliver();
  }
  void OnDone(QueryAnswer answer) {
    resume_ = nullptr;
    cancel_ = nullptr;
    answer_ = std::move(answer);
    Deliver();
  }
  void SetControls(std::function<void()> resume, std::function<void()> cancel) {
    resume_ = std::move(resume);
    cancel_ = std::move(cancel);
    if (then_ && resume_) resume_();
  }

  ~Streamed() override {
    if (cancel_) cancel_();
  }
  void Next(std::function<void(Part)> then) override {
    then_ = std::move(then);
    if (waiting_bytes_.empty() && !answer_ && resume_) resume_();
    Deliver();
  }

 private:
  void Deliver() {
    if (!then_ || (waiting_bytes_.empty() && !answer_)) return;
    Part part;
    part.bytes = std::exchange(waiting_bytes_, {});
    part.end = answer_.has_value();
    if (answer_) part.answer = *answer_;
    std::exchange(then_, nullptr)(std::move(part));
  }

  std::string waiting_bytes_;
  std::optional<QueryAnswer> answer_;
  std::function<void(Part)> then_;
  std::function<void()> resume_, cancel_;
};

// One query process, from its start to the answer.
struct Query : std::enable_shared_from_this<Query> {
  explicit Query(asio::io_context& loop) : deadline(loop) {}
  // A handler that is queued already runs in spite of this, and sees by the time that it is called off.
  void CallOffDeadline() { deadline.expires_at(asio::steady_timer::time_point::max()); }

  std::shared_ptr<ChildWatch> watch;
  asio::steady_timer deadline;
  QueryAnswer answer;
  std::function<void(QueryAnswer)> done;
  std::weak_ptr<Streamed> reader;  // of a streamed query, which is paused after each part until it is resumed
  bool streamed = false;
};

class Runner final : public QueryRunner {
 public:
  Runner(asio::io_context& loop, std::string executable, QueryLimits limits)
      : loop_(loop), executable_(std::move(executable)), limits_(limits) {}

  ~Runner() override {
    for (const std::shared_ptr<Query>& query : active_) {
      if (query->watch) query->watch->Detach();
      if (const auto reader = query->reader.lock()) reader->SetControls({}, {});
    }
  }

  void Run(std::vector<std::string> arguments, std::function<void(QueryAnswer)> done) override {
    if (waiting_.size() >= limits_.waiting) {
      asio::post(loop_, [done = std::move(done)] {
        done({Status(StatusCode::kBusy, "too many store queries are waiting; try again later"), 0, {}, {}});
      });
      return;
    }
    waiting_.push_back({std::move(arguments), std::move(done), {}});
    asio::post(loop_, [this] { StartNext(); });
  }

  std::shared_ptr<QueryOutput> Stream(std::vector<std::string> arguments) override {
    auto stream = std::make_shared<Streamed>();
    const std::weak_ptr<Streamed> weak = stream;
    if (waiting_.size() >= limits_.waiting) {
      stream->OnDone({Status(StatusCode::kBusy, "too many store queries are waiting; try again later"), 0, {}, {}});
      return stream;
    }
    const auto done = [weak](QueryAnswer answer) {
      if (const auto reader = weak.lock()) reader->OnDone(std::move(answer));
    };
    waiting_.push_back({std::move(arguments), done, weak});
    asio::post(loop_, [this] { StartNext(); });
    return stream;
  }

  std::size_t num_pending() const override { return active_.size() + waiting_.size(); }

 private:
  void StartNext() {
    while (active_.size() < limits_.parallel && !waiting_.empty()) {
      Waiting next = std::move(waiting_.front());
      waiting_.pop_front();
      const std::shared_ptr<Streamed> reader = next.stream ? next.stream->lock() : nullptr;
      if (next.stream && !reader) continue;  // the client has gone meanwhile
      const auto query = std::make_shared<Query>(loop_);
      active_.push_back(query);
      query->done = std::move(next.done);
      query->reader = reader;
      query->streamed = reader != nullptr;
      if (Status status = StartOne(*query, std::move(next.arguments)); !status.ok()) {
        query->answer.status = std::move(status);
        Finish(*query);
      } else if (reader) {
        reader->SetControls([this, query = query.get()] { Resume(*query); },
                            [query = query.get()] {
                              query->watch->KillGroup();
                              query->watch->ResumeOutput();  // to its end, so that it can be reported
                            });
      }
    }
  }

  void Resume(Query& query) {
    ExpectOutput(query);
    query.watch->ResumeOutput();
  }

  void ExpectOutput(Query& query) {
    query.deadline.expires_after(limits_.timeout);
    query.deadline.async_wait([weak = query.weak_from_this()](const boost::system::error_code& error) {
      const std::shared_ptr<Query> late = weak.lock();
      if (error || !late || late->deadline.expiry() > asio::steady_timer::clock_type::now()) return;
      late->answer.status = Status(StatusCode::kTimeout, "the store query took too long");
      late->watch->KillGroup();
    });
  }

  Status StartOne(Query& query, std::vector<std::string> arguments) {
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
    handlers.on_output = [this, &query](std::string_view bytes) { OnOutput(query, bytes); };
    handlers.on_error = [&query](std::string_view bytes) {
      query.answer.error.append(bytes.substr(0, kErrorBytes - std::min(kErrorBytes, query.answer.error.size())));
    };
    handlers.on_exit = [this, &query](const ExitReport& report) { OnExit(query, report); };
    FITD_ASSIGN_OR_RETURN(query.watch,
                          ChildWatch::Start(loop_, std::move(process), std::move(read_end), std::move(handlers)));
    ExpectOutput(query);
    return OkStatus();
  }

  void OnOutput(Query& query, std::string_view bytes) {
    if (!query.answer.status.ok()) return;
    if (query.streamed) return PassOn(query, bytes);
    if (query.answer.output.size() + bytes.size() > limits_.max_output_bytes) {
      query.answer.status = Status(StatusCode::kInternal, "the answer is too large; use the command line");
      query.answer.output.clear();
      query.watch->KillGroup();
      return;
    }
    query.answer.output.append(bytes);
  }

  static void PassOn(Query& query, std::string_view bytes) {
    const std::shared_ptr<Streamed> reader = query.reader.lock();
    if (!reader) return;  // what is still in the pipe of a query that was ended
    query.watch->PauseOutput();
    query.CallOffDeadline();  // the reader has its own time for each part
    reader->OnOutput(bytes);
  }

  void OnExit(Query& query, const ExitReport& report) {
    query.answer.exit_code = report.code;
    if (report.kind == ExitReport::Kind::kSignalled && query.answer.status.ok()) {
      query.answer.status =
          Status(StatusCode::kInternal, fmt::format("the store query died of signal {}", report.signal));
    }
    if (report.kind == ExitReport::Kind::kUnknown && query.answer.status.ok()) {
      query.answer.status = Status(StatusCode::kInternal, "nobody knows how the store query ended");
    }
    Finish(query);
    StartNext();
  }

  void Finish(Query& query) {
    const auto done = std::move(query.done);
    QueryAnswer answer = std::move(query.answer);
    active_.remove(query.shared_from_this());
    done(std::move(answer));
  }

  asio::io_context& loop_;
  std::string executable_;
  QueryLimits limits_;
  std::list<std::shared_ptr<Query>> active_;
  struct Waiting {
    std::vector<std::string> arguments;
    std::function<void(QueryAnswer)> done;
    std::optional<std::weak_ptr<Streamed>> stream;
  };
  std::deque<Waiting> waiting_;
};

}  // namespace

std::unique_ptr<QueryRunner> MakeQueryRunner(asio::io_context& loop, std::string executable, QueryLimits limits) {
  return std::make_unique<Runner>(loop, std::move(executable), limits);
}

}  // namespace fitd
