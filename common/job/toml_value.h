// A value of a job file as TOML types it, so that only the reader of the file needs the TOML library. A plain value,
// any process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace fitd {

struct TomlValue {
  // The first alternative stands for dates, times and tables.
  std::variant<std::monostate, std::string, std::int64_t, double, bool, std::vector<TomlValue>> value;
  std::string type;  // as TOML names it, for messages
  std::string time;  // of a date or a date-time: as TOML writes it (2024-03-01T12:00:00Z); else empty

  // Null when the value is of another type.
  const std::string* text() const { return std::get_if<std::string>(&value); }
  const std::int64_t* whole() const { return std::get_if<std::int64_t>(&value); }
  const double* real() const { return std::get_if<double>(&value); }
  const bool* flag() const { return std::get_if<bool>(&value); }
  const std::vector<TomlValue>* list() const { return std::get_if<std::vector<TomlValue>>(&value); }
  // Takes whole and real numbers alike.
  std::optional<double> number() const {
    if (whole() != nullptr) return static_cast<double>(*whole());
    return real() != nullptr ? std::optional<double>(*real()) : std::nullopt;
  }
};

}  // namespace fitd
