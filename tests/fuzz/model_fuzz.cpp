// The decoders of models and outcomes on hostile bytes: kCorrupt, or a value that encodes to no more bytes than it came
// from and decodes to itself.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/fit/model_archive.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const fitd::Result<fitd::FitOutcome> outcome = fitd::DecodeOutcome(bytes); outcome.ok()) {
    const std::string again = fitd::EncodeOutcome(*outcome);
    const fitd::Result<fitd::FitOutcome> twice = fitd::DecodeOutcome(again);
    if (again.size() > size || !twice.ok() || fitd::EncodeOutcome(*twice) != again) std::abort();
    if (!fitd::DecodeOutcomeHeader(bytes).ok()) std::abort();
  }
  if (const fitd::Result<fitd::Model> model = fitd::DecodeModel(bytes); model.ok()) {
    if (fitd::EncodeModel(*model).size() > size) std::abort();
  }
  return 0;
}
