// Whether the words beside new values (units, actual and forecast, in and out) go with those beside the values that a
// store was trained on. Daemon, main thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/status.h"
#include "daemon/ingest/ingest_options.h"

namespace fitd {

class WordsCheck {
 public:
  // Both outlive this. Columns that --ignore names say nothing.
  WordsCheck(const ValueMeaning& then, const IngestReport& now);

  // False: neither the old data nor the new ones have such words, so that no target can differ.
  bool has_words() const;
  // Looks at a target that the store knows and the data have.
  void See(std::string_view id);
  // kInvalidInput when the words of some target do not go together, as in a training of the old data and the new ones.
  Status Refusal() const;

 private:
  struct Found {
    std::uint64_t targets = 0;
    std::string first;  // id
  };
  static void Note(std::string_view id, Found& found);
  // Where a left-out column of ids holds another one than all of the data before; empty: none does.
  std::string OtherIds() const;
  std::string Within(const Found& found) const;
  std::string Says(const WordsSaid& then, const WordsSaid& now, const std::string& before, const std::string& here,
                   const Found& found) const;

  const ValueMeaning& then_;
  const ValueMeaning& now_;
  bool units_ = true, stages_ = true, signs_ = true;  // false: the column is none of such words in one of both
  std::uint64_t seen_ = 0;
  Found of_units_, of_stages_, of_signs_;
};

}  // namespace fitd
