// What says whether a value was observed: the marks that statistical offices put behind times and values (provisional,
// revised, estimated, a footnote), and the words of a column for it.
// Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace fitd {

// Of 2023*, 2023p, 2021 (e) and 2020 [2] what stands in front of the mark; empty: nothing of the kind. F and B are none
// of them: forecasts and budgets are no observations.
std::string_view WithoutMark(std::string_view text);

// What such a mark behind a time says of the values below it. Analysts write 2023A and 2024E, 2024P or 2024 est. for
// what is to come; 2024p, 2024e and 2024* may be provisional as well.
enum class TimeMark : std::uint8_t { kNone, kObserved, kToCome, kUnsure, kOther };
TimeMark MarkOfTime(std::string_view text);

// Whether a column of this name says behind which year values are estimates, as the IMF's "Estimates Start After" does.
bool SaysSinceWhenToCome(std::string_view name);

// Actual, observed, Ist; forecast, plan, budget: what a value is that may not have been observed. Nothing of one
// letter, and no word that is a kind of something else too (target, final).
bool IsStageWord(std::string_view text);
// Those of them that say it was not: Budget, STEO forecast, Medium variant.
bool IsStageToCome(std::string_view text);
// Whether a column of this name answers it by yes or no, as is_forecast does, and whether a cell does so.
bool AsksForStage(std::string_view name);
bool IsStageFlag(std::string_view text);

}  // namespace fitd
