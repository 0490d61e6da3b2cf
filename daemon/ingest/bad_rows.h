// Rows that cannot be used: counts them, shows the first ones and says what to do about them. Daemon, the thread of
// LoadFrame; pure.
#pragma once

#include <cstdint>
#include <vector>

#include "common/status.h"
#include "daemon/ingest/load_frame.h"
#include "daemon/ingest/piece_reader.h"

namespace fitd {

// Counts bad rows and cells of all pieces, which are in the order of the input, into the report. kInvalidInput, with
// the first rows and a remedy, when more than `most` rows are bad, and when rows begin to mean something else in the
// middle of a file: below another header, or where a column that was empty holds numbers.
Status CheckBadRows(const std::vector<IngestInput>& inputs, const std::vector<PieceResult>& pieces, std::uint64_t most,
                    IngestReport& report);

}  // namespace fitd
