// cereal archives over strings for bytes that may come from somebody else: a length read from the input can never make
// the reader allocate more than a small multiple of the bytes that are really there. Any process, any thread.
//
// The bytes are those of cereal::BinaryOutputArchive on a little-endian machine. This is the one header that includes
// cereal; include it only from .cpp files (tests/check_includes.py checks).
#pragma once

#include <bit>
#include <cereal/cereal.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/vector.hpp>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "common/status.h"

namespace fitd {

static_assert(std::endian::native == std::endian::little, "archives are written in the machine's own byte order");

// Appends to a string of the caller.
class ArchiveWriter : public cereal::OutputArchive<ArchiveWriter, cereal::AllowEmptyClassElision> {
 public:
  explicit ArchiveWriter(std::string& out) : OutputArchive(this), out_(out) {}
  void saveBinary(const void* data, std::size_t size) { out_.append(static_cast<const char*>(data), size); }

 private:
  std::string& out_;
};

// Reads from bytes that outlive it; throws cereal::Exception at the first thing that does not fit (see Decode).
class ArchiveReader : public cereal::InputArchive<ArchiveReader, cereal::AllowEmptyClassElision> {
 public:
  explicit ArchiveReader(std::string_view bytes) : InputArchive(this), bytes_(bytes) {}

  void loadBinary(void* data, std::size_t size) {
    if (size > bytes_.size()) throw cereal::Exception("ends too early");
    if (size > 0) std::memcpy(data, bytes_.data(), size);
    bytes_.remove_prefix(size);
  }
  // Every element of a container takes at least one byte, so a larger count is a lie; found before anything is
  // allocated.
  void CheckCount(cereal::size_type count) const {
    if (count > bytes_.size()) throw cereal::Exception("claims more elements than it has bytes");
  }
  std::size_t remaining() const { return bytes_.size(); }

 private:
  std::string_view bytes_;
};

template <class T>
requires(std::is_arithmetic_v<T>) void CEREAL_SAVE_FUNCTION_NAME(ArchiveWriter& archive, const T& value) {
  archive.saveBinary(std::addressof(value), sizeof(value));
}

template <class T>
requires(std::is_arithmetic_v<T>) void CEREAL_LOAD_FUNCTION_NAME(ArchiveReader& archive, T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    std::uint8_t byte = 0;
    archive.loadBinary(&byte, 1);
    if (byte > 1) throw cereal::Exception("a truth value is neither 0 nor 1");
    value = byte == 1;
  } else {
    archive.loadBinary(std::addressof(value), sizeof(value));
  }
}

template <class T>
void CEREAL_SAVE_FUNCTION_NAME(ArchiveWriter& archive, const cereal::SizeTag<T>& tag) {
  archive(static_cast<cereal::size_type>(tag.size));
}

template <class T>
void CEREAL_LOAD_FUNCTION_NAME(ArchiveReader& archive, cereal::SizeTag<T>& tag) {
  cereal::size_type count = 0;
  archive(count);
  archive.CheckCount(count);
  tag.size = static_cast<std::remove_reference_t<T>>(count);
}

template <class Archive, class T>
requires(std::is_same_v<Archive, ArchiveWriter> ||
         std::is_same_v<Archive, ArchiveReader>) void CEREAL_SERIALIZE_FUNCTION_NAME(Archive& archive,
                                                                                     cereal::NameValuePair<T>& pair) {
  archive(pair.value);
}

template <class T>
void CEREAL_SAVE_FUNCTION_NAME(ArchiveWriter& archive, const cereal::BinaryData<T>& data) {
  archive.saveBinary(data.data, static_cast<std::size_t>(data.size));
}

template <class T>
void CEREAL_LOAD_FUNCTION_NAME(ArchiveReader& archive, cereal::BinaryData<T>& data) {
  archive.loadBinary(data.data, static_cast<std::size_t>(data.size));
}

template <class T>
void EncodeTo(std::string& out, const T& value) {
  ArchiveWriter writer(out);
  writer(value);
}

template <class T>
std::string Encode(const T& value) {
  std::string out;
  EncodeTo(out, value);
  return out;
}

// The one guarded place where archives are read: whatever is wrong with the bytes (too short, too long, impossible
// lengths, no memory for them) comes back as kCorrupt, with `what` naming the thing. `value` is unspecified then.
template <class T>
Status Decode(std::string_view bytes, T& value, std::string_view what) {
  try {
    ArchiveReader reader(bytes);
    reader(value);
    if (reader.remaining() > 0) {
      return {StatusCode::kCorrupt, std::string(what) + ": " + std::to_string(reader.remaining()) + " bytes too many"};
    }
    return OkStatus();
  } catch (const std::exception& e) {
    return {StatusCode::kCorrupt, std::string(what) + ": " + e.what()};
  }
}

}  // namespace fitd

CEREAL_SETUP_ARCHIVE_TRAITS(fitd::ArchiveReader, fitd::ArchiveWriter)
