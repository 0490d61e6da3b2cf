#include "daemon/ingest/load_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <new>

#include "common/job/name_list.h"
#include "common/out_of_memory.h"
#include "common/polled_work.h"
#include "common/process/topology.h"
#include "common/text.h"
#include "common/thread_team.h"
#include "daemon/ingest/bad_rows.h"
#include "daemon/ingest/frame_builder.h"
#include "daemon/ingest/key_search.h"
#include "daemon/ingest/piece_reader.h"
#include "daemon/ingest/reading_check.h"
#include "daemon/ingest/series_rules.h"
#include "daemon/ingest/unlike_files.h"
#include "daemon/rows/alike_ids.h"
#include "daemon/rows/flagged_values.h"

namespace fitd {
namespace {

// Every thread keeps books of every target it meets: 96 bytes (TargetRows) and an open extent. When rows of all targets
// alternate, all threads meet all targets, and each more of them adds 100 MB and more for a million targets. The bound
// is chosen, not measured: no machine with more than 4 cores was at hand.
constexpr int kThreadsForInterleaved = 4;

// As many as a run has workers: one per core, limited by the CPU quota of the process.
int UsableCores() {
  const Result<Topology> topology = DetectTopology();
  return topology.ok() ? topology->NumWorkers() : 1;
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

  // Reads everything and builds the frame. Sets `retry` when a newline inside quotes made the split into pieces wrong,
  // and `targets` (as --target-column takes it) when the inputs must be read again with other target columns.
  Result<IngestResult> Run(bool split, const Frequency& frequency, bool* retry, std::optional<std::string>* targets);
  // kIo when a file that was read in pieces is no longer what it was when it was opened.
  Status CheckUnchanged() const;
  // Frees what was read; the files stay open.
  void Forget();

 private:
  void ReadAll(bool split);
  void ReadPieces(std::size_t thread, IngestPlan& plan);
  // Runs `work` on another thread while this one looks for cancellation and reports progress.
  template <class Work>
  void WhilePolling(Work work) {
    DoWhilePolling(work, [this] { Poll(); });
  }
  void Poll();
  void ReportProgress() const;
  Status CheckReading() const;
  Status FindMissedTargets(const IngestReport& report, std::optional<std::string>* targets) const;

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
  // Neighbouring ranges overlap by a few bytes, so more may be read than the files have.
  const std::uint64_t done = bytes_read_.load();
  options_.progress(bytes_known_ ? std::min(done, bytes_total_) : done, bytes_known_ ? bytes_total_ : 0);
}

void Attempt::Poll() {
  if (options_.cancelled && !cancelled_ && options_.cancelled()) {
    cancelled_ = true;
    stop_.store(true);
  }
  ReportProgress();
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
  for (int i = 0; i < threads_; ++i) tables_.push_back(std::make_unique<TargetTable>(options_.values_file.get()));
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

// Errors of reading itself (I/O, internal), whichever piece had them. Reading again without splitting would not help.
Status Attempt::CheckReading() const {
  FITD_RETURN_IF_ERROR(prepared_);
  for (const PieceResult& p : pieces_) {
    if (p.status.code() == StatusCode::kIo || p.status.code() == StatusCode::kInternal) return p.status;
  }
  return CheckUnchanged();
}

// Notes or refuses ids that differ only in case, blanks or leading zeros and share no time, as one id written in two
// ways does. When the user named the columns it is only a note.
void CheckIds(const IngestOptions& options, IngestResult& result) {
  ColumnsTaken& columns = result.report.columns;
  const bool of_files = columns.targets.empty() && columns.layout != "wide";
  if (options.observations || of_files) return;
  const AlikeIds alike = FindAlikeIds(result.frame);
  if (alike.pairs == 0) return;
  const std::string text = DescribeAlikeIds(alike);
  const bool said = !options.target_column.empty() && !options.targets_found;
  const bool columns_said = options.wide || (options.layout == "wide" && columns.layout == "wide");
  if (said || columns_said || !options.value_column.empty()) return columns.notes.push_back(text);
  // Where files have other columns, no option fits all but these.
  const std::string names = JoinNames(columns.targets);
  const std::string option =
      columns.layout == "wide"
          ? "--layout wide"
          : "--target-column " + ShellWord(columns.target_option.empty() ? names : columns.target_option);
  result.report.refusal += (result.report.refusal.empty() ? "" : "\n") + text +
                           ", as one that is written in two ways has: write them alike; if they are not one, say " +
                           option;
}

// Notes values multiplied by a letter (1.2M); refuses them when they would look like the others without the letter,
// which may then be a flag, such as B for a break.
void CheckLetters(const IngestOptions& options, std::uint64_t multiplied, IngestResult& result) {
  if (multiplied == 0) return;
  result.report.columns.notes.push_back(std::to_string(multiplied) + (multiplied == 1 ? " value is" : " values are") +
                                        " multiplied by the letter behind (K, M, B or T)");
  const FlaggedValues flagged = FindFlaggedValues(result.frame);
  if (flagged.values == 0 || options.max_repaired || options.observations) return;
  result.report.refusal +=
      (result.report.refusal.empty() ? "" : "\n") +
      fmt::format(
          "{} of {}, such as {:.15g} in {}, are multiplied by the letter behind them and would be {:.6g}, like "
          "the others, without it: where it is a flag, as B for a break, write it in a column of its own; where "
          "it is not, say --max-repaired 100%",
          flagged.values == 1 ? "1 value" : std::to_string(flagged.values) + " values",
          flagged.targets == 1 ? "1 target" : std::to_string(flagged.targets) + " targets", flagged.largest,
          QuoteForMessage(flagged.first), flagged.as_written);
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

Result<IngestResult> Attempt::Run(bool split, const Frequency& frequency, bool* retry,
                                  std::optional<std::string>* targets) {
  try {
    WhilePolling([&] { ReadAll(split); });
  } catch (const std::bad_alloc&) {
    return NoRoom(options_, "reading the data", bytes_total_);
  }
  FITD_RETURN_IF_ERROR(CheckReading());
  const ReadingCheck check(inputs_, pieces_);
  FITD_RETURN_IF_ERROR(check.CheckPieces(cancelled_, retry));
  if (*retry) return Status(StatusCode::kInternal, "to be read again without splitting");
  IngestResult result;
  FITD_RETURN_IF_ERROR(CheckBadRows(inputs_, pieces_, options_.max_bad_rows, result.report));
  FITD_RETURN_IF_ERROR(check.CheckAlike(targets));
  if (*targets) return Status(StatusCode::kInternal, "to be read again with other targets");
  const MixedFiles mixed(options_, inputs_, pieces_);
  FITD_RETURN_IF_ERROR(mixed.CheckNames());
  FITD_RETURN_IF_ERROR(CheckUnitsOfNames(options_, inputs_, pieces_));
  FITD_RETURN_IF_ERROR(CheckSameIds(options_, inputs_, pieces_));
  Status copies;
  WhilePolling([&] { copies = check.CheckCopies(options_, stop_); });
  FITD_RETURN_IF_ERROR(copies);
  FITD_ASSIGN_OR_RETURN(const SeriesRules rules, MakeSeriesRules(options_, frequency, check.Times()));
  Result<Frame> frame = Status(StatusCode::kInternal, "no frame");
  try {
    const UnreadTargets unread = check.Unread();
    WhilePolling([&] {
      frame = BuildFrame(std::move(tables_), options_, rules, threads_, stop_, unread, mixed, result.report);
    });
  } catch (const std::bad_alloc&) {
    return NoRoom(options_, "laying the series on their grids", bytes_total_);
  }
  FITD_RETURN_IF_ERROR(frame.status());
  result.frame = std::move(frame).value();
  result.report.bytes = bytes_known_ ? bytes_total_ : bytes_read_.load();
  FITD_RETURN_IF_ERROR(check.CheckOverlap(options_, result.report));
  check.Describe(options_, result);
  FITD_RETURN_IF_ERROR(mixed.CheckParts(pieces_, result.frame));
  check.CheckUnits(result.report);
  CheckIds(options_, result);
  CheckLetters(options_, check.Multiplied(), result);
  Status missed;
  WhilePolling([&] { missed = FindMissedTargets(result.report, targets); });
  FITD_RETURN_IF_ERROR(missed);
  if (!*targets) check.CheckEvents(options_, result.report);
  if ((options_.refuse_repairs || result.frame.empty()) && !result.report.refusal.empty()) {
    return Status(StatusCode::kInvalidInput, result.report.refusal);
  }
  // Of new rows that are to be put together there may be nothing yet.
  const bool waits = (options_.observations || options_.usual_shares) && result.report.parts > 0;
  if (result.frame.empty() && !waits) {
    return Status(StatusCode::kInvalidInput, inputs_[0].file.path + (inputs_.size() > 1 ? " and others" : "") +
                                                 ": no values in the data (" + std::to_string(result.report.rows) +
                                                 " rows read)");
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
                  "the inputs show different targets: say --target-column " + ShellWord(*targets));
  }
  attempt.Forget();
  IngestOptions decided = options;
  decided.target_column = *targets;
  decided.targets_found = true;
  FITD_ASSIGN_OR_RETURN(IngestResult read, LoadFrame(decided));
  read.report.columns.notes.push_back("rows of one time are told apart by " + *targets + ", so that is the target");
  return read;
}

}  // namespace fitd
