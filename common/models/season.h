#pragma once
#include <cstdint>
#include <span>
#include <vector>
namespace fitd {
std::vector<int> DetectSeasons(std::span<const double> y, std::int64_t step_ns, std::int64_t step_months);
}
