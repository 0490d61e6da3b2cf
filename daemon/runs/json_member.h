// Reads numbers from JSON that other processes or earlier versions wrote. Pure; for .cpp files of daemon/runs.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace fitd {

// 0 when the member is missing or not a number.
template <class T>
T Member(const nlohmann::json& object, const char* key) {
  auto it = object.find(key);
  return it != object.end() && it->is_number() ? it->template get<T>() : T{};
}

}  // namespace fitd
