// One of several parts of a fleet, fitted apart. A value; daemon.
#pragma once

#include <string>

#include "common/status.h"

namespace fitd {

// Part `index` (from 1) of `count`: the targets whose id hashes to it, so that a target stays in its shard when others
// come and go.
struct Shard {
  int index = 1;
  int count = 1;
};
Result<Shard> ParseShard(const std::string& text);  // "2/8"; empty: everything

}  // namespace fitd
