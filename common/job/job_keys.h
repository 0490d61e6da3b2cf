// Every key of a job file, by section, and how its value gets into the job. Any process; the table is read-only.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/job/job.h"
#include "common/job/toml_value.h"

namespace fitd {

struct JobKey {
  std::string_view section, name;
  // Puts a key's value into the job; what is wrong with it, or nothing.
  std::function<std::string(Job&, const TomlValue&)> set;
};

// In the order of the sections.
const std::vector<JobKey>& JobKeys();

}  // namespace fitd
