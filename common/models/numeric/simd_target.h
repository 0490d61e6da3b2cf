// Which instructions the vector kernels run with: those that every processor of the architecture has, or AVX2. All
// compute the same bits. Any process, any thread.
#pragma once

#include <cstdint>
#include <span>

namespace fitd {

enum class SimdTarget : std::uint8_t { kBaseline, kAvx2 };

// Those that this processor and its system have, the least first.
std::span<const SimdTarget> SupportedSimdTargets();
// The last of these, unless a test chose another one.
SimdTarget ChosenSimdTarget();
// For tests, while no kernel runs.
void ChooseSimdTarget(SimdTarget target);

}  // namespace fitd

// Of a function that Highway compiled for each target, the one for the chosen target. In place of its own dispatch,
// whose library measures a timer whenever it is loaded: 4 of the 10 ms of CPU that a process took to start.
#if defined(__x86_64__) && !defined(__AVX2__)
#define FITD_SIMD(function) \
  (ChosenSimdTarget() == SimdTarget::kAvx2 ? &N_AVX2::function : &HWY_STATIC_DISPATCH(function))
#else
#define FITD_SIMD(function) (&HWY_STATIC_DISPATCH(function))
#endif
