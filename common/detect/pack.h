// Bytes of a detector's state: whole numbers of 7 bits a byte, doubles as they are. Little-endian machines only, as the
// store is. Any thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace fitd {

inline void PackNumber(std::uint64_t n, std::string& out) {
  for (; n >= 0x80; n >>= 7) out.push_back(static_cast<char>((n & 0x7F) | 0x80));
  out.push_back(static_cast<char>(n));
}

// Takes a number from the front; false when there is none.
inline bool UnpackNumber(std::string_view& bytes, std::uint64_t& n) {
  n = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    n |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

template <class T>
void PackRaw(const T& value, std::string& out) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

template <class T>
bool UnpackRaw(std::string_view& bytes, T& value) {
  if (bytes.size() < sizeof(T)) return false;
  std::memcpy(&value, bytes.data(), sizeof(T));
  bytes.remove_prefix(sizeof(T));
  return true;
}

inline void PackText(std::string_view text, std::string& out) {
  PackNumber(text.size(), out);
  out.append(text);
}

// `text` is a view into what `bytes` was.
inline bool UnpackText(std::string_view& bytes, std::string_view& text) {
  std::uint64_t size = 0;
  if (!UnpackNumber(bytes, size) || size > bytes.size()) return false;
  text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

}  // namespace fitd
