// A folder of input files for tests of the ingest, and short ways to ask what came of them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "daemon/ingest/load_frame.h"

namespace fitd {

class IngestTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "fitd-ingest-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  std::string Write(const std::string& name, std::string_view text) const {
    std::ofstream(Path(name), std::ios::binary) << text;
    return Path(name);
  }
  std::string WriteGzip(const std::string& name, std::string_view text) const {
    gzFile file = gzopen(Path(name).c_str(), "wb");
    EXPECT_EQ(gzwrite(file, text.data(), static_cast<unsigned>(text.size())), static_cast<int>(text.size()));
    gzclose(file);
    return Path(name);
  }
  std::string WriteZstd(const std::string& name, std::string_view text) const {
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
    return Write(name, packed);
  }

  static IngestOptions Options(std::vector<std::string> inputs) {
    IngestOptions options;
    options.inputs = std::move(inputs);
    options.threads = 2;
    return options;
  }
  IngestOptions OptionsFor(std::string_view text) const { return Options({Write("data.csv", text)}); }
  Result<IngestResult> Load(std::string_view text) const { return LoadFrame(OptionsFor(text)); }

  // Everything a frame says, bit for bit.
  static std::string Dump(const Frame& frame) {
    std::string out;
    for (std::size_t i = 0; i < frame.size(); ++i) {
      const SeriesView s = frame[i];
      out += std::string(s.id) + " " + std::to_string(s.grid.start) + " " + FormatStep(s.grid.step) + ":";
      char text[40];
      for (const double v : s.values) out += (std::snprintf(text, sizeof text, " %a", v), text);
      out += " gaps " + std::to_string(frame.entry(i).gaps_filled) + "\n";
    }
    return out;
  }

  std::filesystem::path folder_;
};

}  // namespace fitd
