// Patterns for periods in words and digits that date_shapes.h does not know: 1Q 2024, Q1 FY24, 2024 Quarter 1, T1 2024,
// 1H24, FY2023/24, 2024KW05, JAN2024, 2024年1月. Daemon, ingest threads; pure functions.
#pragma once

#include <span>
#include <vector>

#include "daemon/times/date_shapes.h"

namespace fitd {

// Appends the shapes of all of `tokens`.
void AddPeriodShapes(std::span<const Token> tokens, std::vector<DateShape>& shapes);

}  // namespace fitd
