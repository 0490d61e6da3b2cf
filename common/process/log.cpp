#include "common/process/log.h"

#include <spdlog/details/file_helper.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "common/process/error_stream.h"
#include "common/process/journal.h"
#include "common/text.h"

namespace fitd {
namespace {

constexpr std::array<std::string_view, 5> kLevelNames = {"debug", "info", "warning", "error", "off"};
constexpr std::array<std::string_view, 2> kFormatNames = {"text", "json"};

// A copy: what is said while an exception leaves a target comes after the target's own memory is gone.
thread_local std::array<char, 4096> target_bytes;
thread_local std::string_view current_target;

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      break;
  }
  return spdlog::level::off;
}

thread_local std::int64_t current_run = 0;

struct ProcessLog {
  std::shared_ptr<spdlog::logger> logger;
  LogFormat format = LogFormat::kText;
  std::unique_ptr<JournalWriter> journal;  // null: not there
};

std::string Pattern(const LogOptions& options) {
  if (options.format == LogFormat::kJson) {
    const std::string worker = options.worker < 0 ? "" : ",\"worker\":" + std::to_string(options.worker);
    return "{\"time\":\"%Y-%m-%dT%H:%M:%S.%eZ\",\"level\":\"%l\",\"pid\":%P" + worker + ",%v}";
  }
  const std::string worker = options.worker < 0 ? "" : " worker=" + std::to_string(options.worker);
  return "%Y-%m-%dT%H:%M:%S.%eZ %l pid=%P" + worker + " %v";
}

std::function<void()>& BeforeErrorLine() {
  static auto* call = new std::function<void()>;
  return *call;
}

class ErrorStreamSink final : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (BeforeErrorLine()) BeforeErrorLine()();
    spdlog::memory_buf_t text;
    formatter_->format(message, text);
    WriteToErrorStream({text.data(), text.size()});
  }
  void flush_() override {}
};

// Appends to a file up to a size.
class CappedFileSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  CappedFileSink(const std::string& path, std::uint64_t limit) : limit_(limit) {
    file_.open(path, false);
    written_ = file_.size();
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (full_) return;
    spdlog::memory_buf_t text;
    formatter_->format(message, text);
    if (written_ + text.size() > limit_) {
      full_ = true;
      const std::string last = "this log has reached its limit of " + std::to_string(limit_) +
                               " bytes; further lines are left out (--log-limit, [log] run_limit)";
      const bool json = text.size() > 0 && text.data()[0] == '{';
      spdlog::details::log_msg closing = message;
      const std::string body = json ? "\"message\":\"" + last + "\"" : last;
      closing.payload = body;
      closing.level = spdlog::level::warn;
      text.clear();
      formatter_->format(closing, text);
    }
    written_ += text.size();
    file_.write(text);
  }
  void flush_() override { file_.flush(); }

 private:
  spdlog::details::file_helper file_;
  std::uint64_t limit_;
  std::uint64_t written_ = 0;
  bool full_ = false;
};

std::uint64_t LimitOf(const LogOptions& options) {
  const char* given = std::getenv("FITD_LOG_LIMIT");
  if (options.limit_bytes > 0 || given == nullptr) return options.limit_bytes;
  return std::strtoull(given, nullptr, 10);
}

std::string_view TargetOfEnvironment() {
  const char* const target = std::getenv("FITD_LOG_TARGET");
  return target == nullptr ? std::string_view() : std::string_view(target);
}

ProcessLog MakeLog(const LogOptions& options) {
  std::shared_ptr<spdlog::sinks::sink> sink;
  if (!options.stream) {
    sink = std::make_shared<spdlog::sinks::null_sink_mt>();
  } else if (options.file.empty()) {
    sink = std::make_shared<ErrorStreamSink>();
  } else if (const std::uint64_t limit = LimitOf(options); limit > 0) {
    sink = std::make_shared<CappedFileSink>(options.file, limit);
  } else {
    sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file, false);
  }
  ProcessLog log{std::make_shared<spdlog::logger>("fitd", std::move(sink)), options.format, nullptr};
  if (options.journal || TargetOfEnvironment() == "journal") {
    log.journal = std::make_unique<JournalWriter>(options.worker);
  }
  log.logger->set_formatter(
      std::make_unique<spdlog::pattern_formatter>(Pattern(options), spdlog::pattern_time_type::utc));
  log.logger->set_level(SpdlogLevel(options.level));
  // A full disk costs lines, not the run; whoever looks for them later must find why they are not there.
  log.logger->set_error_handler(
      [file = options.file, told = std::make_shared<std::once_flag>()](const std::string& why) {
        std::call_once(
            *told, [&] { WriteToErrorStream("fitd: the log " + file + " misses lines from here on: " + why + "\n"); });
      });
  // Lines are few and the last ones before a crash matter most.
  log.logger->flush_on(spdlog::level::debug);
  return log;
}

ProcessLog& TheLog() {
  // Never destroyed: a line may be written while the process exits.
  static auto* log = new ProcessLog(MakeLog({{}, LogFormat::kText, LogLevel::kWarning, -1}));
  return *log;
}

std::string JsonText(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// Bytes that would break a line or a terminal are escaped.
std::string PlainText(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  AppendPrintable(out, text);
  return out;
}

std::string Body(LogFormat format, std::string_view message, std::string_view target,
                 std::span<const LogField> fields) {
  if (format == LogFormat::kJson) {
    std::string text = target.empty() ? "" : "\"target\":" + JsonText(target) + ",";
    for (const LogField& field : fields) text += JsonText(field.name) + ":" + JsonText(field.value) + ",";
    return text + "\"message\":" + JsonText(message);
  }
  return (target.empty() ? "" : "target=" + PlainText(target) + " ") + PlainText(message);
}

template <class Names>
std::optional<std::size_t> IndexOf(const Names& names, std::string_view text) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) return i;
  }
  return std::nullopt;
}

}  // namespace

Status SetUpLog(const LogOptions& options) {
  const std::string_view target = TargetOfEnvironment();
  if (!target.empty() && target != "journal" && target != "stderr") {
    return {StatusCode::kUsage, "FITD_LOG_TARGET: '" + std::string(target) + "' is not one of journal, stderr"};
  }
  try {
    TheLog() = MakeLog(options);
    return OkStatus();
  } catch (const std::exception& e) {
    return {StatusCode::kIo, "cannot open the log " + options.file + ": " + e.what()};
  }
}

namespace {

void Write(LogLevel level, std::string_view message, std::string_view target, bool to_journal,
           std::span<const LogField> fields = {}) {
  const ProcessLog& log = TheLog();
  const auto spdlog_level = SpdlogLevel(level);
  if (level == LogLevel::kOff || !log.logger->should_log(spdlog_level)) return;
  if (target.empty()) target = current_target;
  if (log.journal && to_journal) log.journal->Write(level, current_run, target, message, fields);
  const std::string body = Body(log.format, message, target, fields);
  log.logger->log(spdlog_level, spdlog::string_view_t(body.data(), body.size()));
}

}  // namespace

void Log(LogLevel level, std::string_view message, std::string_view target) {
  Write(level, message, target, true);
}

void Log(LogLevel level, std::string_view message, std::string_view target, std::span<const LogField> fields) {
  Write(level, message, target, true, fields);
}

void LogBesidesJournal(LogLevel level, std::string_view message) {
  Write(level, message, {}, false);
}

void WriteErrorLine(std::string_view line) {
  if (BeforeErrorLine()) BeforeErrorLine()();
  WriteToErrorStream(std::string(line) + "\n");
}

void SetBeforeErrorLine(std::function<void()> call) {
  BeforeErrorLine() = std::move(call);
}

LogLevel CurrentLogLevel() {
  const auto level = TheLog().logger->level();
  for (const LogLevel ours : {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError}) {
    if (SpdlogLevel(ours) == level) return ours;
  }
  return LogLevel::kOff;
}

void SetLogTarget(std::string_view target) {
  const std::size_t kept = target.copy(target_bytes.data(), target_bytes.size());
  current_target = {target_bytes.data(), kept};
}

void SetLogRun(std::int64_t run) {
  current_run = run;
}

std::string_view LogTarget() {
  return current_target;
}

Result<LogLevel> ParseLogLevel(std::string_view text) {
  if (const auto i = IndexOf(kLevelNames, text)) return static_cast<LogLevel>(*i);
  return Status(StatusCode::kUsage,
                "unknown log level \"" + std::string(text) + "\": debug, info, warning, error, off");
}

Result<LogFormat> ParseLogFormat(std::string_view text) {
  if (const auto i = IndexOf(kFormatNames, text)) return static_cast<LogFormat>(*i);
  return Status(StatusCode::kUsage, "unknown log format \"" + std::string(text) + "\": text, json");
}

std::string_view LogLevelName(LogLevel level) {
  return kLevelNames[static_cast<std::size_t>(level)];
}

std::string_view LogFormatName(LogFormat format) {
  return kFormatNames[static_cast<std::size_t>(format)];
}

}  // namespace fitd
