#include "daemon/ingest/load_frame.h"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>

#include "common/out_of_memory.h"
#include "common/thread_team.h"
#include "daemon/ingest/frame_builder.h"
#include "daemon/ingest/key_search.h"
#include "daemon/ingest/name_columns.h"
#include "daemon/ingest/piece_reader.h"
#include "daemon/ingest/series_rules.h"

namespace fitd {
namespace {

constexpr auto kPollEvery = std::chrono::milliseconds(50);
// Every thread keeps books of every target it meets. When all threads meet all targets that costs more than it saves.
constexpr int kThreadsForInterleaved = 4;

int UsableCores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

bool AllRegular(const std::vector<InputFile>& files) {
  return std::all_of(files.begin(), files.end(), [](const InputFile& f) { return f.regular; });
}

// One reading of all inputs, with or without splitting large files.
class Attempt {
 public:
  Attempt(const IngestOptions& options, const std::vector<InputFile>& files, int threads)
      : options_(options), threads_(threads) {
    for (const InputFile& file : files) {
      inputs_.push_back({file, nullptr, nullptr});
      bytes_total_ += file.bytes;
      if (!file.regular) bytes_known_ = false;
    }
  }

  // Reads everything and builds the frame. `retry` is set when a newline inside quotes made the pieces wrong; `targets`
  // when other target columns than those of this reading are right.
  Result<IngestResult> Run(bool split, const Frequency& frequency, bool* retry, std::optional<std::string>* targets);
  // kIo when a file that was read in pieces is no longer what it was when it was opened.
  Status CheckUnchanged() const;
  // Gives back what was read; the files stay open.
  void Forget();

 private:
  void ReadAll(bool split);
  void ReadPieces(std::size_t thread, IngestPlan& plan);
  // Runs `work` on another thread while this one polls for cancellation and reports progress. What it throws is thrown
  // here.
  template <class Work>
  void WhilePolling(Work work);
  void ReportProgress() const;
  Status CheckReading() const;
  Status CheckPieces(bool* retry) const;
  Status CheckBadRows(IngestReport& report) const;
  Status CheckAlike(std::optional<std::string>* targets) const;
  Status FindMissedTargets(const IngestReport& report, std::optional<std::string>* targets) const;
  void Describe(IngestResult& result) const;
  WrittenTimes Times() const;

  const IngestOptions& options_;
  int threads_;
  std::vector<IngestInput> inputs_;
  std::uint64_t bytes_total_ = 0;
  bool bytes_known_ = true;
  std::atomic<bool> stop_{false};
  bool cancelled_ = false;
  std::atomic<std::uint64_t> bytes_read_{0};
  Status prepared_;
  std::mutex mutex_;
  std::vector<PieceResult> pieces_;
  std::vector<std::unique_ptr<TargetTable>> tables_;
};

void Attempt::ReportProgress() const {
  if (!options_.progress) return;
  // Ranges overlap a little where they meet.
  const std::uint64_t done = bytes_read_.load();
  options_.progress(bytes_known_ ? std::min(done, bytes_total_) : done, bytes_known_ ? bytes_total_ : 0);
}

template <class Work>
void Attempt::WhilePolling(Work work) {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::exception_ptr thrown;
  std::jthread runner;  // joined on every way out: `work` uses what lives here
  try {
    runner = std::jthread([&] {
      try {
        work();
      } catch (...) {
        thrown = std::current_exception();
      }
      const std::lock_guard<std::mutex> lock(mutex);
      done = true;
      changed.notify_one();
    });
  } catch (const std::system_error&) {  // no more threads for this user: without progress
    return work();
  }
  std::unique_lock<std::mutex> lock(mutex);
  while (!changed.wait_for(lock, kPollEvery, [&] { return done; })) {
    lock.unlock();
    if (options_.cancelled && !cancelled_ && options_.cancelled()) {
      cancelled_ = true;
      stop_.store(true);
    }
    ReportProgress();
    lock.lock();
  }
  lock.unlock();
  runner.join();
  if (thrown) std::rethrow_exception(thrown);
}

void Attempt::ReadPieces(std::size_t thread, IngestPlan& plan) {
  PieceReader reader(options_, stop_, bytes_read_);
  TargetTable& table = *tables_[thread];
  while (const std::optional<IngestPiece> piece = plan.Next()) {
    PieceResult result = reader.Read(inputs_, *piece, table);
    const bool failed = !result.status.ok();
    const std::lock_guard<std::mutex> lock(mutex_);
    pieces_.push_back(std::move(result));
    if (failed) stop_.store(true);
    if (stop_.load()) break;
  }
  table.Finish();
}

void Attempt::ReadAll(bool split) {
  if (split) {
    PieceReader reader(options_, stop_, bytes_read_);
    for (IngestInput& input : inputs_) {
      prepared_ = reader.Prepare(input);
      if (!prepared_.ok()) return;
    }
  }
  for (const IngestInput& input : inputs_) {
    if (input.layout && input.layout->interleaved) threads_ = std::min(threads_, kThreadsForInterleaved);
  }
  IngestPlan plan(inputs_, threads_, options_.range_bytes);
  for (int i = 0; i < threads_; ++i) tables_.push_back(std::make_unique<TargetTable>());
  tables_.resize(RunOnThreads(tables_.size(), [&](std::size_t thread) { ReadPieces(thread, plan); }));
  std::sort(pieces_.begin(), pieces_.end(),
            [](const PieceResult& a, const PieceResult& b) { return a.piece.number < b.piece.number; });
}

Status Attempt::CheckUnchanged() const {
  for (const IngestInput& input : inputs_) {
    if (input.source) FITD_RETURN_IF_ERROR(input.source->CheckUnchanged());
  }
  return OkStatus();
}

void Attempt::Forget() {
  pieces_.clear();
  tables_.clear();
}

// Errors of the reading itself, wherever their pieces began: another reading would meet other data, not better data.
Status Attempt::CheckReading() const {
  FITD_RETURN_IF_ERROR(prepared_);
  for (const PieceResult& p : pieces_) {
    if (p.status.code() == StatusCode::kIo || p.status.code() == StatusCode::kInternal) return p.status;
  }
  return CheckUnchanged();
}

// The first real error in the order of the input, found only in pieces that began at a record.
Status Attempt::CheckPieces(bool* retry) const {
  Status stopped;
  std::uint64_t expected = 0;
  for (const PieceResult& p : pieces_) {
    if (!p.piece.whole) {
      const bool first = p.piece.begin == p.layout->data_offset;
      if (!first && p.begin != expected && stopped.ok()) {
        *retry = true;
        return OkStatus();
      }
      expected = p.end;
    }
    if (p.status.code() == StatusCode::kCancelled) {
      stopped = p.status;
      continue;
    }
    if (p.status.ok()) continue;
    if (!stopped.ok() && !p.piece.whole && !cancelled_) *retry = true;
    return p.status;
  }
  if (cancelled_) return {StatusCode::kCancelled, "cancelled while reading the data"};
  return stopped;
}

Status Attempt::CheckBadRows(IngestReport& report) const {
  std::uint64_t line = 0;
  std::uint64_t good_rows = 0;
  for (const PieceResult& p : pieces_) {
    if (!p.layout) continue;
    if (p.piece.whole || p.piece.begin == p.layout->data_offset) line = p.layout->header_lines + 1;
    report.bad_rows += p.counts.bad;
    const std::string& path = inputs_[p.piece.input].file.path;
    for (const BadRow& bad : p.counts.first_bad) {
      if (report.first_bad_rows.size() >= kBadRowsShown) break;
      report.first_bad_rows.push_back((path == "-" ? "standard input" : path) + ":" + std::to_string(line + bad.line) +
                                      ":" + std::to_string(bad.column) + ": " + bad.message);
    }
    for (const BadRow& bad : p.counts.first_bad_cells) {
      if (report.first_bad_cells.size() >= kBadRowsShown) break;
      report.first_bad_cells.push_back((path == "-" ? "standard input" : path) + ":" + std::to_string(line + bad.line) +
                                       ":" + std::to_string(bad.column) + ": " + bad.message);
    }
    line += p.counts.lines;
    report.bad_cells += p.counts.bad_cells;
    good_rows += p.counts.rows;
  }
  if (report.bad_rows <= options_.max_bad_rows) return OkStatus();
  constexpr std::size_t kNamed = 3;
  std::string message = std::to_string(report.bad_rows) + (report.bad_rows == 1 ? " row" : " rows") + " cannot be used";
  for (std::size_t i = 0; i < std::min(kNamed, report.first_bad_rows.size()); ++i) {
    message += "\n  " + report.first_bad_rows[i];
  }
  if (report.bad_rows > kNamed) message += "\n  and " + std::to_string(report.bad_rows - kNamed) + " more";
  for (const PieceResult& p : pieces_) {
    // Leaving all of them out is no remedy.
    if (good_rows == 0 && p.layout) return {StatusCode::kInvalidInput, message + "\n" + NoRowFits(*p.layout)};
  }
  message += "\nmend them, or leave them out with --max-bad-rows " + std::to_string(report.bad_rows);
  return {StatusCode::kInvalidInput, message};
}

void Attempt::Describe(IngestResult& result) const {
  const PieceResult* first = nullptr;
  IngestReport& report = result.report;
  std::uint32_t counted = static_cast<std::uint32_t>(-1);
  std::uint64_t rows_of_file = 0;
  report.files = inputs_.size();
  for (const PieceResult& p : pieces_) {
    if (p.piece.input != counted) {
      report.empty_files += counted != static_cast<std::uint32_t>(-1) && rows_of_file == 0;
      counted = p.piece.input;
      rows_of_file = 0;
    }
    rows_of_file += p.counts.rows;
    report.rows += p.counts.rows;
    report.missing_values += p.counts.missing;
    if (!first && p.layout) first = &p;
  }
  report.empty_files += rows_of_file == 0;
  report.bytes = bytes_known_ ? bytes_total_ : bytes_read_.load();
  if (!first) return;
  DescribeTimes(options_, Times(), result);
  const CsvLayout& layout = *first->layout;
  report.columns = ReportColumns(layout);
  NameColumns(layout, report.columns, result.frame);
}

// Files with the same header must be read alike. An id that only some of them show is the id of all.
Status Attempt::CheckAlike(std::optional<std::string>* targets) const {
  const PieceResult* first = nullptr;
  for (const PieceResult& p : pieces_) {
    if (!p.layout) continue;
    if (!first) first = &p;
    const CsvLayout& a = *first->layout;
    const CsvLayout& b = *p.layout;
    if (&a == &b || a.names != b.names) continue;
    if (a.shape != b.shape || a.times != b.times || (a.values != b.values && a.targets == b.targets)) {
      return {StatusCode::kInvalidInput,
              inputs_[first->piece.input].file.path + " and " + inputs_[p.piece.input].file.path +
                  " have the same columns but would be read in different ways (" + DescribeColumns(ReportColumns(a)) +
                  "; " + DescribeColumns(ReportColumns(b)) +
                  "); say which with --time-column, --value-column, --target-column or --layout"};
    }
    if (a.targets == b.targets) continue;
    *targets = a.OptionFor(a.targets.size() >= b.targets.size() ? a.targets : b.targets);
  }
  return OkStatus();
}

Status Attempt::FindMissedTargets(const IngestReport& report, std::optional<std::string>* targets) const {
  const CsvLayout* layout = nullptr;
  std::vector<InputFile> files;
  for (const PieceResult& p : pieces_) {
    if (!p.layout) continue;
    if (!layout) layout = p.layout.get();
    if (p.layout->names != layout->names) return OkStatus();
  }
  for (const IngestInput& input : inputs_) files.push_back(input.file);
  if (!layout) return OkStatus();
  FITD_ASSIGN_OR_RETURN(*targets, SearchTargets(files, *layout, options_, report, stop_));
  return OkStatus();
}

// How the times of all files were written.
WrittenTimes Attempt::Times() const {
  WrittenTimes times;
  for (const PieceResult& p : pieces_) {
    times.offsets.Add(p.counts.offsets);
    if (p.layout && (!times.layout || (!times.any_row && p.counts.format))) times.layout = p.layout.get();
    times.any_row = times.any_row || p.counts.format.has_value();
  }
  return times;
}

Result<IngestResult> Attempt::Run(bool split, const Frequency& frequency, bool* retry,
                                  std::optional<std::string>* targets) {
  try {
    WhilePolling([&] { ReadAll(split); });
  } catch (const std::bad_alloc&) {
    return OutOfMemory("reading the data", bytes_total_);
  }
  FITD_RETURN_IF_ERROR(CheckReading());
  FITD_RETURN_IF_ERROR(CheckPieces(retry));
  if (*retry) return Status(StatusCode::kInternal, "to be read again without splitting");
  IngestResult result;
  FITD_RETURN_IF_ERROR(CheckBadRows(result.report));
  FITD_RETURN_IF_ERROR(CheckAlike(targets));
  if (*targets) return Status(StatusCode::kInternal, "to be read again with other targets");
  FITD_ASSIGN_OR_RETURN(const SeriesRules rules, MakeSeriesRules(options_, frequency, Times()));
  Result<Frame> frame = Status(StatusCode::kInternal, "no frame");
  try {
    WhilePolling([&] { frame = BuildFrame(std::move(tables_), options_, rules, threads_, stop_, result.report); });
  } catch (const std::bad_alloc&) {
    return OutOfMemory("laying the series on their grids", bytes_total_);
  }
  FITD_RETURN_IF_ERROR(frame.status());
  result.frame = std::move(frame).value();
  Describe(result);
  Status missed;
  WhilePolling([&] { missed = FindMissedTargets(result.report, targets); });
  FITD_RETURN_IF_ERROR(missed);
  if (result.frame.empty()) {
    return Status(StatusCode::kInvalidInput, inputs_[0].file.path + (inputs_.size() > 1 ? " and others" : "") +
                                                 ": no values in the data (" + std::to_string(result.report.rows) +
                                                 " rows read)");
  }
  if (options_.refuse_repairs && !result.report.refusal.empty()) {
    return Status(StatusCode::kInvalidInput, result.report.refusal);
  }
  ReportProgress();
  return result;
}

}  // namespace

Result<IngestResult> LoadFrame(const IngestOptions& options) {
  FITD_ASSIGN_OR_RETURN(const Frequency frequency, FrequencyOf(options));
  FITD_ASSIGN_OR_RETURN(const std::vector<InputFile> files, ExpandInputs(options.inputs));
  const int threads = options.threads > 0 ? options.threads : UsableCores();
  // A pipe can be read only once, so a reading that may have to be repeated is not tried.
  const bool split = threads > 1 && AllRegular(files);
  bool retry = false;
  std::optional<std::string> targets;
  Attempt attempt(options, files, threads);
  Result<IngestResult> result = attempt.Run(split, frequency, &retry, &targets);
  if (retry) {
    attempt.Forget();
    bool ignored = false;
    result = Attempt(options, files, threads).Run(false, frequency, &ignored, &targets);
    FITD_RETURN_IF_ERROR(attempt.CheckUnchanged());
  }
  if (!targets) return result;
  result = Status(StatusCode::kInternal, "to be read again");  // gives the memory back
  if (!AllRegular(files)) {
    return Status(StatusCode::kInvalidInput,
                  "the inputs show different targets: say --target-column '" + *targets + "'");
  }
  attempt.Forget();
  IngestOptions decided = options;
  decided.target_column = *targets;
  FITD_ASSIGN_OR_RETURN(IngestResult read, LoadFrame(decided));
  read.report.columns.notes.push_back("rows of one time are told apart by " + *targets + ", so that is the target");
  return read;
}

}  // namespace fitd
