// Bytes of a model and of a fit's outcome: what workers send and the store keeps, and back, bit for bit (NaN payloads,
// infinities and -0 included). Any process, any thread. Decoding treats its input as hostile: every length is checked
// against the bytes that are left before anything is allocated, and whatever is wrong comes back as kCorrupt.
//
// Format (cereal portable binary: little-endian flag byte, then little-endian fields), version 1, never renumber:
//   u8 version | u8 status | text reason | size evaluations | model            (outcome)
//   text algorithm | text spec | size n | f64 loglik, aic, aicc, bic, sigma2
//     | size k, k x (text name, f64) | size k, k x (text name, size m, m x f64) | text payload     (model)
// where `size` is an unsigned LEB128 number and `text` a size and that many bytes. A model alone is u8 version | model.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/models/base/model.h"
#include "common/status.h"

namespace fitd {

std::string EncodeModel(const Model& model);
Result<Model> DecodeModel(std::string_view bytes);

std::string EncodeOutcome(const FitOutcome& outcome);
Result<FitOutcome> DecodeOutcome(std::string_view bytes);

// The beginning of an outcome's archive, without parameters, states and payload: what tables and counts need.
struct OutcomeHeader {
  FitStatus status = FitStatus::kFailed;
  std::string reason;
  std::uint32_t evaluations = 0;
  std::string algorithm;
  std::string spec;
  std::uint64_t num_observations = 0;
  Criteria criteria;
};
Result<OutcomeHeader> DecodeOutcomeHeader(std::string_view bytes);

}  // namespace fitd
