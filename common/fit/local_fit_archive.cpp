// Archives of the local stage: what the parent tells the workers and what they send back.
#include <cstring>

#include "common/archive.h"
#include "common/fit/local_fit.h"
#include "common/fit/model_archive.h"

namespace fitd {

// Raised with every change of an archive below; unequal is refused.
constexpr std::uint32_t kOptionsVersion = 6;
constexpr std::uint32_t kLocalFitVersion = 13;

// As fitd 1.0 archived them; what goes to a worker is packed.
template <class Archive>
void serialize(Archive& archive, PooledArCoefficients& c) {
  archive(c.weights, c.sigma, c.windows);
}

template <class Archive>
void serialize(Archive& archive, PooledArGlobal& g) {
  archive(g.version, g.season, g.horizon, g.all, g.held_out);
}

template <class Archive>
void serialize(Archive& archive, TargetFitRecord::Fit& fit) {
  archive(fit.place, fit.seconds, fit.archive);
}

namespace {

struct OptionsArchive {
  std::uint32_t version = kOptionsVersion;
  bool has_seasons = false;
  std::vector<int> seasons;
  std::vector<std::vector<double>> globals;  // PackPooledAr
  LocalFitOptions options;                   // without them

  template <class Archive>
  void serialize(Archive& archive) {
    archive(version);
    if (version != kOptionsVersion) throw cereal::Exception("another version");
    archive(has_seasons, seasons, options.algorithms, options.horizon, options.validate, options.members_by_season,
            options.earlier_every, globals, options.user.python_path, options.user.options, options.user.global_result,
            options.fill_by_season, options.timezone);
  }
};

struct RecordArchive {
  std::uint32_t version = kLocalFitVersion;
  TargetFitRecord record;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(version);
    if (version != kLocalFitVersion) throw cereal::Exception("another version");
    auto status = static_cast<std::uint8_t>(record.status);
    archive(status, record.reason, record.seasons, record.horizon, record.validation, record.history,
            record.level_shifts, record.outlier_patches, record.season_before, record.late_start, record.fits);
    if (status > static_cast<std::uint8_t>(FitStatus::kShort)) throw cereal::Exception("an unknown status");
    record.status = static_cast<FitStatus>(status);
  }
};

// The options as the first version archived them, version 2: its stores keep the regressions in them.
struct FirstOptionsArchive {
  std::uint32_t version = 0;
  bool has_seasons = false;
  std::vector<int> seasons;
  LocalFitOptions options;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(version);
    if (version != 2) throw cereal::Exception("another version");
    archive(has_seasons, seasons, options.algorithms, options.horizon, options.validate, options.globals,
            options.user.python_path, options.user.options, options.user.global_result);
  }
};

constexpr std::size_t kTraitNumbers = 4;

}  // namespace

std::string EncodeLocalFitOptions(const LocalFitOptions& options) {
  OptionsArchive archive;
  archive.has_seasons = options.seasons.has_value();
  archive.seasons = options.seasons.value_or(std::vector<int>());
  archive.options = options;
  for (const PooledArGlobal& global : options.globals) archive.globals.push_back(PackPooledAr(global));
  return Encode(archive);
}

Result<LocalFitOptions> DecodeLocalFitOptions(std::string_view bytes) {
  OptionsArchive archive;
  FITD_RETURN_IF_ERROR(Decode(bytes, archive, "options of the local stage"));
  if (archive.has_seasons) archive.options.seasons = std::move(archive.seasons);
  archive.options.globals.clear();
  for (const std::vector<double>& packed : archive.globals) {
    std::optional<PooledArGlobal> global = UnpackPooledAr(packed);
    if (!global) return Status(StatusCode::kCorrupt, "options of the local stage: a regression of another version");
    archive.options.globals.push_back(*std::move(global));
  }
  return std::move(archive.options);
}

Result<std::vector<PooledArGlobal>> DecodeFirstRegressions(std::string_view bytes) {
  FirstOptionsArchive archive;
  FITD_RETURN_IF_ERROR(Decode(bytes, archive, "regressions of a store of version 1"));
  return std::move(archive.options.globals);
}

TargetFitRecord MakeRecord(const TargetFit& fit) {
  TargetFitRecord record;
  record.status = fit.status;
  record.reason = fit.reason;
  record.seasons = fit.seasons;
  record.horizon = fit.horizon;
  record.level_shifts = fit.level_shifts;
  record.outlier_patches = fit.outlier_patches;
  record.season_before = fit.season_before;
  record.late_start = fit.late_start;
  if (fit.traits.num_observations > 0) record.validation = PackFitValidation(fit.traits, fit.validation);
  for (const AlgorithmFit& one : fit.fits) record.fits.push_back({one.place, one.seconds, EncodeOutcome(one.outcome)});
  return record;
}

std::string EncodeRecord(const TargetFitRecord& record) {
  RecordArchive archive;
  archive.record = record;
  return Encode(archive);
}

Result<TargetFitRecord> DecodeRecord(std::string_view bytes) {
  RecordArchive archive;
  FITD_RETURN_IF_ERROR(Decode(bytes, archive, "record of a target"));
  return std::move(archive.record);
}

std::string PackFitValidation(const TargetTraits& traits, const Validation& validation) {
  std::vector<double> numbers = {static_cast<double>(traits.season), static_cast<double>(traits.num_observations),
                                 traits.scale, traits.level};
  const std::vector<double> packed = PackValidation(validation);
  numbers.insert(numbers.end(), packed.begin(), packed.end());
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(double)};
}

Status UnpackFitValidation(std::string_view bytes, TargetTraits& traits, Validation& validation) {
  Status corrupt(StatusCode::kCorrupt, "the validation of a target is not readable");
  if (bytes.size() % sizeof(double) != 0 || bytes.size() < kTraitNumbers * sizeof(double)) return corrupt;
  std::vector<double> numbers(bytes.size() / sizeof(double));
  std::memcpy(numbers.data(), bytes.data(), bytes.size());
  // Written so that NaN is out of range.
  if (!(numbers[0] >= 1 && numbers[0] <= 1e9) || !(numbers[1] >= 0 && numbers[1] <= 1e15)) return corrupt;
  traits.season = static_cast<int>(numbers[0]);
  traits.num_observations = static_cast<std::uint64_t>(numbers[1]);
  traits.scale = numbers[2];
  traits.level = numbers[3];
  std::optional<Validation> unpacked = UnpackValidation(std::span(numbers).subspan(kTraitNumbers));
  if (!unpacked) return corrupt;
  validation = std::move(*unpacked);
  traits.seasons = validation.traits.seasons;
  traits.lowest = validation.traits.lowest;
  traits.intermittent = validation.traits.intermittent;
  return {};
}

}  // namespace fitd
