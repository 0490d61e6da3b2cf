#include "common/models/numeric/simd_target.h"

#include <atomic>

namespace fitd {
namespace {

constexpr SimdTarget kAll[] = {SimdTarget::kBaseline, SimdTarget::kAvx2};

// With what compilers take for granted beside it, but for half precision (f16c), which clang 14 cannot ask for:
// whatever has AVX2 has it.
bool HasAvx2() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2");
#else
  return false;
#endif
}

std::atomic<SimdTarget>& Chosen() {
  static std::atomic<SimdTarget> chosen{SupportedSimdTargets().back()};
  return chosen;
}

}  // namespace

std::span<const SimdTarget> SupportedSimdTargets() {
  static const bool has_avx2 = HasAvx2();
  return std::span(kAll).first(has_avx2 ? 2 : 1);
}

SimdTarget ChosenSimdTarget() {
  return Chosen().load(std::memory_order_relaxed);
}

void ChooseSimdTarget(SimdTarget target) {
  Chosen().store(target, std::memory_order_relaxed);
}

}  // namespace fitd
