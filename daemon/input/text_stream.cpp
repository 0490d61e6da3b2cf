#include "daemon/input/text_stream.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "common/text.h"
#include "daemon/csv/text_encoding.h"

namespace fitd {
namespace {

constexpr std::size_t kHeadBytes = 64U << 10;

// Returns the bytes that were read ahead, then the rest.
class AheadStream final : public InputStream {
 public:
  AheadStream(std::unique_ptr<InputStream> raw, std::string head, bool carriage_returns)
      : raw_(std::move(raw)), head_(std::move(head)), carriage_returns_(carriage_returns) {}

  Result<std::size_t> Read(std::span<char> out) override {
    std::size_t n = std::min(out.size(), head_.size() - used_);
    if (n != 0) {
      std::memcpy(out.data(), head_.data() + used_, n);
      used_ += n;
      if (used_ == head_.size()) head_ = std::string(), used_ = 0;
    } else {
      FITD_ASSIGN_OR_RETURN(n, raw_->Read(out));
    }
    // A CR before an LF (in a part of the file that has both) leaves a blank line, which is passed over.
    if (carriage_returns_) std::replace(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(n), '\r', '\n');
    return n;
  }

 private:
  std::unique_ptr<InputStream> raw_;
  std::string head_;
  std::size_t used_ = 0;
  bool carriage_returns_;
};

class Utf16Stream final : public InputStream {
 public:
  Utf16Stream(std::unique_ptr<InputStream> raw, bool big) : raw_(std::move(raw)), big_(big), block_(kHeadBytes) {}

  Result<std::size_t> Read(std::span<char> out) override {
    while (used_ == text_.size()) {
      text_.clear();
      used_ = 0;
      FITD_ASSIGN_OR_RETURN(const std::size_t n, raw_->Read({block_.data() + held_, block_.size() - held_}));
      if (n == 0) {
        if (high_ != 0) AppendUtf8(text_, std::exchange(high_, 0));
        if (text_.empty()) return std::size_t{0};
        break;
      }
      Decode(held_ + n);
    }
    const std::size_t n = std::min(out.size(), text_.size() - used_);
    std::memcpy(out.data(), text_.data() + used_, n);
    used_ += n;
    return n;
  }

 private:
  void Decode(std::size_t bytes) {
    for (std::size_t i = 0; i + 1 < bytes; i += 2) {
      const auto first = static_cast<unsigned char>(block_[i]);
      const auto second = static_cast<unsigned char>(block_[i + 1]);
      const std::uint32_t unit = big_ ? first << 8U | second : second << 8U | first;
      if (high_ != 0 && unit >= 0xdc00 && unit < 0xe000) {
        AppendUtf8(text_, 0x10000 + ((std::exchange(high_, 0) - 0xd800) << 10) + (unit - 0xdc00));
        continue;
      }
      if (high_ != 0) AppendUtf8(text_, std::exchange(high_, 0));
      if (unit >= 0xd800 && unit < 0xdc00) {
        high_ = unit;
      } else {
        AppendUtf8(text_, unit);
      }
    }
    held_ = bytes % 2;
    if (held_ != 0) block_[0] = block_[bytes - 1];
  }

  std::unique_ptr<InputStream> raw_;
  bool big_;
  std::vector<char> block_;
  std::size_t held_ = 0;    // bytes of half a unit, at the front of the block
  std::uint32_t high_ = 0;  // first half of a pair; 0: none
  std::string text_;
  std::size_t used_ = 0;
};

}  // namespace

Result<std::unique_ptr<InputStream>> MakeTextStream(std::unique_ptr<InputStream> raw) {
  std::string head;
  while (head.size() < kHeadBytes && head.find('\n') == std::string::npos) {
    const std::size_t before = head.size();
    head.resize(kHeadBytes);
    FITD_ASSIGN_OR_RETURN(const std::size_t n, raw->Read({head.data() + before, kHeadBytes - before}));
    head.resize(before + n);
    if (n == 0) break;
    if (CodingOf(head) == TextCoding::kUtf16Little || CodingOf(head) == TextCoding::kUtf16Big) break;
  }
  const TextCoding coding = CodingOf(head);
  auto text = std::make_unique<AheadStream>(std::move(raw), std::move(head), coding == TextCoding::kCarriageReturns);
  if (coding != TextCoding::kUtf16Little && coding != TextCoding::kUtf16Big) return {std::move(text)};
  // The decoded lines may end with CR alone.
  return MakeTextStream(std::make_unique<Utf16Stream>(std::move(text), coding == TextCoding::kUtf16Big));
}

}  // namespace fitd
