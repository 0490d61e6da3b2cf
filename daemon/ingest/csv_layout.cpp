#include "daemon/ingest/csv_layout.h"

#include <algorithm>
#include <span>
#include <unordered_set>

#include "daemon/ingest/csv_record.h"
#include "daemon/ingest/input_files.h"

namespace fitd {
namespace {

constexpr std::string_view kTargetNames[] = {"target", "unique_id", "item_id", "id", "series"};
constexpr std::string_view kTimeNames[] = {"time", "ds", "timestamp", "date", "datetime"};
constexpr std::string_view kValueNames[] = {"value", "y", "v"};

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

std::string Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return std::string(text);
}

std::size_t FindExact(const std::vector<std::string>& names, std::string_view wanted) {
  const auto it = std::find(names.begin(), names.end(), wanted);
  return it == names.end() ? CsvLayout::kNoColumn : static_cast<std::size_t>(it - names.begin());
}

// The first of the default names that is there, as written or in another case.
std::size_t FindDefault(const std::vector<std::string>& names, std::span<const std::string_view> defaults) {
  for (const std::string_view wanted : defaults) {
    if (const std::size_t i = FindExact(names, wanted); i != CsvLayout::kNoColumn) return i;
  }
  for (const std::string_view wanted : defaults) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (Lower(names[i]) == wanted) return i;
    }
  }
  return CsvLayout::kNoColumn;
}

std::string ListOf(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 20;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    out += (i == 0 ? "" : ", ") + QuoteForMessage(names[i]);
  }
  if (names.size() > kShown) out += " and " + std::to_string(names.size() - kShown) + " more";
  return out;
}

struct Role {
  std::string_view what;
  std::string_view option;
  const std::string& wanted;
  std::span<const std::string_view> defaults;
};

Result<std::size_t> FindColumn(const std::vector<std::string>& names, const Role& role, const std::string& path) {
  const std::size_t found = role.wanted.empty() ? FindDefault(names, role.defaults) : FindExact(names, role.wanted);
  if (found != CsvLayout::kNoColumn) return found;
  std::string message = path + ": no " + std::string(role.what) + " column";
  if (role.wanted.empty()) {
    message += " (looked for";
    for (const std::string_view name : role.defaults) message += " " + std::string(name);
    message += ")";
  } else {
    message += " named " + QuoteForMessage(role.wanted);
  }
  message += "; the columns are " + ListOf(names);
  if (names.size() == 1 && names[0].find_first_of(";\t|") != std::string::npos) {
    message += "; fields must be separated by commas";
  } else {
    message += "; name it with " + std::string(role.option);
  }
  return Status(StatusCode::kInvalidInput, message);
}

// Two columns of one name: which is meant cannot be said with an option.
Status CheckSingle(const CsvLayout& layout, std::size_t column, const std::string& path) {
  if (column == CsvLayout::kNoColumn) return {};
  const std::string& name = layout.names[column];
  for (std::size_t i = column + 1; i < layout.names.size(); ++i) {
    if (layout.names[i] != name) continue;
    return {StatusCode::kInvalidInput, path + ": columns " + std::to_string(column + 1) + " and " +
                                           std::to_string(i + 1) + " are both named " + QuoteForMessage(name) +
                                           "; rename the one that is not meant"};
  }
  return {};
}

Status CheckWideNames(const CsvLayout& layout, const std::string& path) {
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i < layout.names.size(); ++i) {
    const std::string at = path + ": column " + std::to_string(i + 1);
    if (layout.names[i].empty()) return {StatusCode::kInvalidInput, at + " has no name, so its target has none"};
    if (!seen.insert(layout.names[i]).second) {
      return {StatusCode::kInvalidInput, at + " has the name " + QuoteForMessage(layout.names[i]) +
                                             " that another column has; every target needs its own"};
    }
  }
  return layout.columns > 1 ? OkStatus() : Status(StatusCode::kInvalidInput, path + ": no column besides the time");
}

}  // namespace

Result<CsvLayout> MakeLayout(const std::vector<std::string_view>& header, const IngestOptions& options,
                             const std::string& path) {
  CsvLayout layout;
  layout.columns = header.size();
  for (const std::string_view name : header) layout.names.push_back(Trimmed(name));
  FITD_ASSIGN_OR_RETURN(layout.time,
                        FindColumn(layout.names, {"time", "--time-column", options.time_column, kTimeNames}, path));
  layout.wide = options.wide;
  if (layout.wide) {
    FITD_RETURN_IF_ERROR(CheckWideNames(layout, path));
    return layout;
  }
  FITD_ASSIGN_OR_RETURN(layout.value,
                        FindColumn(layout.names, {"value", "--value-column", options.value_column, kValueNames}, path));
  const Role target{"target", "--target-column", options.target_column, kTargetNames};
  if (!options.target_column.empty()) {
    FITD_ASSIGN_OR_RETURN(layout.target, FindColumn(layout.names, target, path));
  } else {
    layout.target = FindDefault(layout.names, kTargetNames);
  }
  layout.file_target = TargetFromPath(path == "standard input" ? "-" : path);
  for (const std::size_t column : {layout.target, layout.time, layout.value}) {
    FITD_RETURN_IF_ERROR(CheckSingle(layout, column, path));
  }
  if (layout.time == layout.value || layout.target == layout.time || layout.target == layout.value) {
    return Status(StatusCode::kInvalidInput, path + ": one column cannot be two of target, time and value");
  }
  return layout;
}

Status CheckText(std::string_view head, const std::string& path) {
  if (head.substr(0, 2) == "\xff\xfe" || head.substr(0, 2) == "\xfe\xff") {
    return {StatusCode::kInvalidInput, path + ": is UTF-16 text; convert it to UTF-8"};
  }
  if (head.find('\0') != std::string_view::npos) {
    return {StatusCode::kInvalidInput, path + ": is binary data, not CSV text (a NUL byte in the header line)"};
  }
  return OkStatus();
}

}  // namespace fitd
