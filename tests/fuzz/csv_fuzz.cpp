// libFuzzer entry of the CSV reader: csv_fuzz [-max_total_time=S] CORPUS
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/csv_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fitd::CheckCsv({reinterpret_cast<const char*>(data), size});
  return 0;
}
