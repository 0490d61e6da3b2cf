#include "daemon/runs/service_config.h"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <functional>
#include <map>

#include "common/atomic_file.h"
#include "common/job/job.h"
#include "common/job/job_text.h"
#include "common/process/log.h"

namespace fitd {
namespace {

using std::chrono::milliseconds;

// Reads the members of one table; remembers what was wrong.
class Section {
 public:
  Section(const toml::table& root, std::string name, std::vector<std::string>& errors)
      : name_(std::move(name)), errors_(errors) {
    const toml::node* node = root.get(name_);
    if (node == nullptr) return;
    table_ = node->as_table();
    if (table_ == nullptr) errors_.push_back(At(*node) + name_ + ": must be a table, [" + name_ + "]");
  }

  // Says which keys there are, for whoever misspelt one.
  ~Section() {
    if (table_ == nullptr) return;
    for (const auto& [key, node] : *table_) {
      const std::string_view name = key.str();
      if (known_.contains(std::string(name))) continue;
      std::string list;
      for (const auto& [known, unused] : known_) list += (list.empty() ? "" : ", ") + known;
      errors_.push_back(At(node) + "unknown key " + name_ + "." + std::string(name) + " (known: " + list + ")");
    }
  }
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;

  void Duration(const char* key, milliseconds& into) {
    if (const toml::node* node = Find(key)) {
      const auto text = node->value<std::string>();
      auto duration = text ? ParseDuration(*text) : Result<std::chrono::nanoseconds>(Wrong(""));
      if (node->is_integer()) duration = std::chrono::nanoseconds(std::chrono::seconds(*node->value<std::int64_t>()));
      if (!duration.ok() || duration->count() < 0) return Expect(*node, key, "a duration such as \"5m\"");
      into = std::chrono::duration_cast<milliseconds>(*duration);
    }
  }

  template <class Integer>
  void Whole(const char* key, Integer& into, std::int64_t low, std::int64_t high) {
    if (const toml::node* node = Find(key)) {
      const auto value = node->is_integer() ? node->value<std::int64_t>() : std::nullopt;
      if (!value || *value < low || *value > high) {
        return Expect(*node, key, fmt::format("a whole number from {} to {}", low, high));
      }
      into = static_cast<Integer>(*value);
    }
  }

  void Bytes(const char* key, std::uint64_t& into) {
    if (const toml::node* node = Find(key)) {
      const auto text = node->value<std::string>();
      const Result<std::uint64_t> size =
          node->is_integer() ? ParseSize(std::to_string(*node->value<std::int64_t>())) : ParseSize(text.value_or("?"));
      if (!size.ok()) return Expect(*node, key, "a size such as \"64M\", or 0");
      into = *size;
    }
  }

  void Text(const char* key, std::string& into) {
    if (const toml::node* node = Find(key)) {
      if (!node->is_string()) return Expect(*node, key, "a string");
      into = *node->value<std::string>();
    }
  }

 private:
  static Status Wrong(const char* text) { return {StatusCode::kBadConfig, text}; }
  static std::string At(const toml::node& node) { return fmt::format("line {}: ", node.source().begin.line); }

  const toml::node* Find(const char* key) {
    known_.emplace(key, true);
    return table_ == nullptr ? nullptr : table_->get(key);
  }
  void Expect(const toml::node& node, const char* key, const std::string& what) {
    errors_.push_back(At(node) + name_ + "." + key + ": must be " + what);
  }

  std::string name_;
  std::vector<std::string>& errors_;
  const toml::table* table_ = nullptr;
  std::map<std::string, bool> known_;
};

ServiceConfig Read(const toml::table& root, std::vector<std::string>& errors) {
  ServiceConfig config;
  for (const auto& [key, node] : root) {
    const std::string_view name = key.str();
    if (name == "service" || name == "queue" || name == "clients" || name == "log") continue;
    errors.push_back(fmt::format("line {}: unknown section {} (known: service, queue, clients, log)",
                                 node.source().begin.line, name));
  }
  {
    Section service(root, "service", errors);
    milliseconds idle{-1};
    service.Duration("idle_exit", idle);
    if (idle.count() >= 0) config.idle_exit = idle;
    service.Duration("drain_limit", config.drain_limit);
    service.Duration("stall_limit", config.stall_limit);
    service.Whole("resume_attempts", config.resume_attempts, 0, 1000);
  }
  {
    Section queue(root, "queue", errors);
    queue.Whole("limit", config.queue_limit, 0, 10'000);
    queue.Whole("parallel", config.parallel_runs, 1, 64);
    queue.Whole("history", config.history, 1, 10'000);
  }
  {
    Section clients(root, "clients", errors);
    clients.Whole("max", config.max_clients, 1, 60'000);
    clients.Whole("streams", config.max_streams, 0, 60'000);
    clients.Duration("timeout", config.client_timeout);
    clients.Whole("queries", config.max_queries, 1, 64);
    clients.Whole("query_queue", config.query_queue, 0, 10'000);
    clients.Duration("query_timeout", config.query_timeout);
    clients.Text("readers", config.reader_group);
    clients.Text("operators", config.operator_group);
  }
  Section log(root, "log", errors);
  log.Text("level", config.log_level);
  log.Bytes("run_limit", config.run_log_limit);
  return config;
}

}  // namespace

std::vector<std::string> ServiceConfig::Validate() const {
  std::vector<std::string> errors;
  if (!ParseLogLevel(log_level).ok()) errors.push_back("log.level: must be debug, info, warning, error or off");
  if (client_timeout.count() <= 0) errors.emplace_back("clients.timeout: must be above 0");
  if (query_timeout.count() <= 0) errors.emplace_back("clients.query_timeout: must be above 0");
  if (drain_limit.count() <= 0) errors.emplace_back("service.drain_limit: must be above 0");
  if (max_streams > max_clients) errors.emplace_back("clients.streams: must not be above clients.max");
  return errors;
}

Result<ServiceConfig> ParseServiceConfig(const std::string& path) {
  const Result<std::string> text = ReadWholeFile(path);
  if (text.status().code() == StatusCode::kNotFound) return ServiceConfig{};
  if (!text.ok()) return text.status();
  std::vector<std::string> errors;
  ServiceConfig config;
  try {
    const int line = LineNestedTooDeep(*text);
    if (line > 0) {
      errors.push_back(fmt::format("line {}: {}", line, kNestedTooDeep));
    } else {
      config = Read(toml::parse(*text, path), errors);
    }
  } catch (const toml::parse_error& e) {
    errors.push_back(fmt::format("line {}: {}", e.source().begin.line, e.description()));
  }
  if (errors.empty()) errors = config.Validate();
  if (errors.empty()) return config;
  std::string message;
  for (const std::string& error : errors) message += (message.empty() ? "" : "; ") + path + ": " + error;
  return Status(StatusCode::kBadConfig, message);
}

}  // namespace fitd
