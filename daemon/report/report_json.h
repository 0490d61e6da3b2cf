// Reading the JSON that runs leave in a store: what is not there, or of another kind, has a default. Daemon; pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace fitd::report_json {

// Reads a text that another program may have written: anything but an object is an empty one.
nlohmann::json ParseObject(const std::string& text);
double Number(const nlohmann::json& object, const char* key, double otherwise = 0);
std::string Text(const nlohmann::json& object, const char* key);

}  // namespace fitd::report_json
