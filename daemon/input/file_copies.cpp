#include "daemon/input/file_copies.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>

#include "common/checksum.h"

namespace fitd {
namespace {

using Paths = std::pair<std::string, std::string>;
// Number and checksum of the bytes of a file.
using Content = std::pair<std::uint64_t, std::uint64_t>;

constexpr std::size_t kBlockCompared = 1U << 16;
constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

class CopySearch {
 public:
  CopySearch(const ExpansionLimits& limits, const std::atomic<bool>& stop) : limits_(limits), stop_(stop) {}

  bool IsPacked(const InputFile& file) {
    const Result<std::unique_ptr<InputSource>> source = InputSource::Open(file, &stop_, &uncounted_);
    if (!source.ok()) return false;
    const Result<bool> packed = (*source)->IsCompressed();
    return packed.ok() && *packed;
  }

  // Of the first `most` bytes, unpacked or as they are; nullopt when they cannot be read.
  std::optional<Content> ContentOf(const InputFile& file, bool unpack, std::uint64_t most) {
    const Result<std::unique_ptr<InputSource>> source = InputSource::Open(file, &stop_, &uncounted_);
    if (!source.ok()) return std::nullopt;
    Result<std::unique_ptr<InputStream>> stream = unpack ? (*source)->Stream(limits_) : (*source)->Range(0);
    if (!stream.ok()) return std::nullopt;
    Content content{0, 0};
    while (content.first < most) {
      const std::optional<std::size_t> size = FillBlock(**stream);
      if (!size) return std::nullopt;
      if (*size == 0) break;
      content = {content.first + *size, Checksum64({block_.data(), *size}, content.second)};
    }
    return content;
  }

 private:
  // Whole blocks, so that a checksum does not depend on how a stream hands its bytes out.
  std::optional<std::size_t> FillBlock(InputStream& stream) {
    std::size_t filled = 0;
    while (filled < block_.size()) {
      const Result<std::size_t> got = stream.Read({block_.data() + filled, block_.size() - filled});
      if (!got.ok()) return std::nullopt;
      if (*got == 0) break;
      filled += *got;
    }
    return filled;
  }

  const ExpansionLimits& limits_;
  const std::atomic<bool>& stop_;
  std::atomic<std::uint64_t> uncounted_{0};
  std::vector<char> block_ = std::vector<char>(kBlockCompared);
};

// The first two that have the same `content_of`.
template <class ContentOf>
std::optional<Paths> FirstPair(const std::vector<const InputFile*>& files, ContentOf content_of) {
  std::map<Content, const InputFile*> seen;
  for (const InputFile* file : files) {
    const std::optional<Content> content = content_of(*file);
    if (!content) continue;
    const auto [same, added] = seen.try_emplace(*content, file);
    if (!added) return Paths(same->second->path, file->path);
  }
  return std::nullopt;
}

// Files of which the first block is the same, each with whether it is packed.
using Group = std::vector<std::pair<const InputFile*, bool>>;

// Plain files are read whole only where their size is that of what some packed one holds.
std::optional<Paths> PairWithPacked(CopySearch& search, const Group& group) {
  std::map<const InputFile*, Content> contents;
  for (const auto& [file, packed] : group) {
    if (!packed) continue;
    if (const std::optional<Content> content = search.ContentOf(*file, true, kAll)) contents.emplace(file, *content);
  }
  std::vector<const InputFile*> files;
  for (const auto& [file, packed] : group) {
    const auto as_large = [bytes = file->bytes](const auto& other) { return other.second.first == bytes; };
    if (!packed && std::any_of(contents.begin(), contents.end(), as_large)) {
      if (const std::optional<Content> content = search.ContentOf(*file, false, kAll)) contents.emplace(file, *content);
    }
    if (contents.count(file) > 0) files.push_back(file);
  }
  return FirstPair(files, [&](const InputFile& file) { return std::optional(contents.at(&file)); });
}

}  // namespace

std::optional<std::pair<std::string, std::string>> FindCopies(const std::vector<const InputFile*>& files,
                                                              const ExpansionLimits& limits,
                                                              const std::atomic<bool>& stop) {
  CopySearch search(limits, stop);
  std::map<std::uint64_t, std::vector<const InputFile*>> of_size;
  for (const InputFile* file : files) of_size[file->bytes].push_back(file);
  for (const auto& [bytes, alike] : of_size) {
    if (alike.size() < 2) continue;
    std::map<Content, std::vector<const InputFile*>> of_head;
    for (const InputFile* file : alike) {
      if (const auto head = search.ContentOf(*file, false, kBlockCompared)) of_head[*head].push_back(file);
    }
    for (const auto& [head, same] : of_head) {
      if (same.size() < 2) continue;
      const auto whole = [&](const InputFile& file) { return search.ContentOf(file, false, kAll); };
      if (const std::optional<Paths> found = FirstPair(same, whole)) return found;
    }
  }
  Group all;
  bool any_packed = false;
  for (const InputFile* file : files) {
    all.emplace_back(file, search.IsPacked(*file));
    any_packed = any_packed || all.back().second;
  }
  if (!any_packed) return std::nullopt;
  std::map<Content, Group> of_head;
  for (const auto& [file, packed] : all) {
    if (const auto head = search.ContentOf(*file, packed, kBlockCompared)) of_head[*head].emplace_back(file, packed);
  }
  for (const auto& [head, group] : of_head) {
    const bool has_packed = std::any_of(group.begin(), group.end(), [](const auto& one) { return one.second; });
    if (!has_packed || group.size() < 2) continue;
    if (const std::optional<Paths> found = PairWithPacked(search, group)) return found;
  }
  return std::nullopt;
}

}  // namespace fitd
