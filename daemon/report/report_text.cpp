#include "daemon/report/report_text.h"

#include <fmt/format.h>

#include <cmath>

#include "daemon/report/axis.h"

namespace fitd {

std::string DurationText(double seconds) {
  if (seconds < 0.0995) return fmt::format("{:.0f} ms", 1000 * seconds);
  if (seconds < 120) return fmt::format("{:.3g} s", seconds);
  const auto whole = static_cast<long long>(std::llround(seconds));
  if (whole < 7200) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::string CountText(std::uint64_t n) {
  return HumanNumber(static_cast<double>(n));
}

std::string Counted(std::uint64_t n, std::string_view noun) {
  return fmt::format("{} {}{}", CountText(n), noun, n == 1 ? "" : "s");
}

std::string Bytes(double bytes) {
  if (!(bytes > 0)) return "–";
  if (bytes < 1e6) return fmt::format("{:.3g} kB", bytes / 1e3);
  return bytes < 1e9 ? fmt::format("{:.3g} MB", bytes / 1e6) : fmt::format("{:.3g} GB", bytes / 1e9);
}

std::string Percent(double value) {
  return std::isfinite(value) ? fmt::format("{:.{}f} %", value, value < 9.95 ? 2 : 1) : "–";
}

void AppendCells(std::string& out, std::initializer_list<std::string> numbers) {
  for (const std::string& number : numbers) out += "<td class=\"num\">" + number + "</td>";
}

void AppendHeads(std::string& out, std::initializer_list<std::string_view> names) {
  for (std::string_view name : names) {
    const bool number = name.starts_with('#');
    if (number) name.remove_prefix(1);
    out += number ? "<th scope=\"col\" class=\"num\">" : "<th scope=\"col\">";
    out += name;
    out += "</th>";
  }
}

}  // namespace fitd
