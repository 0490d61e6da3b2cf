#include "daemon/client/answer.h"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "common/text.h"

namespace fitd {

std::string AnswerText(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end() || it->is_null()) return "-";
  return it->is_string() ? PrintableLines(it->get<std::string>()) : it->dump();
}

int Fail(const Status& status) {
  // A full disk under the log is no failure of what was asked: fmt would throw.
  std::fputs(fmt::format("fitd: {}\n", PrintableLines(status.message())).c_str(), stderr);
  return ExitCode(status);
}

}  // namespace fitd
