// Inputs that are broken, huge, endless or changing: each ends in a clear error or a counted repair.
#include <fcntl.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/unit/daemon/ingest/ingest_fixture.h"

namespace fitd::ingest_hostile_test {
namespace {

constexpr char kRows[] = "target,time,value\na,2024-01-01,1\na,2024-01-02,2\n";

TEST_F(IngestTest, NamesAPatternWithoutAMatch) {
  const auto r = LoadFrame(Options({Path("*.csv")}));
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(ExitCode(r.status()), 66);
  EXPECT_NE(r.status().message().find("*.csv"), std::string::npos);
  EXPECT_EQ(ExitCode(LoadFrame(Options({Path("gone.csv")})).status()), 66);
  EXPECT_EQ(ExitCode(LoadFrame(Options({folder_.string()})).status()), 66);
  EXPECT_EQ(ExitCode(LoadFrame(Options({})).status()), 64);
}

TEST_F(IngestTest, ReadsADirectoryAndEveryFileOnce) {
  Write("a.csv", kRows);
  Write("notes.txt", "not data");
  std::filesystem::create_directory(Path("sub.csv"));
  std::filesystem::create_symlink(Path("a.csv"), Path("b.csv"));
  const auto r = LoadFrame(Options({folder_.string(), Path("a.csv"), Path("*.csv")}));
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(r->report.files, 1U);
  EXPECT_EQ(r->report.rows, 2U);
}

TEST_F(IngestTest, RefusesSymlinkLoopsAndUnreadableFiles) {
  std::filesystem::create_symlink(Path("loop.csv"), Path("loop.csv"));
  auto r = LoadFrame(Options({Path("loop.csv")}));
  ASSERT_FALSE(r.ok());
  EXPECT_NE(r.status().message().find("loop.csv"), std::string::npos);
  const std::string path = Write("secret.csv", kRows);
  ASSERT_EQ(chmod(path.c_str(), 0), 0);
  if (access(path.c_str(), R_OK) == 0) GTEST_SKIP() << "root reads everything";
  r = LoadFrame(Options({path}));
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(ExitCode(r.status()), 77);
}

TEST_F(IngestTest, RefusesBinaryData) {
  auto r =
      Load(std::string("\x7f"
                       "ELF\x02\x01\0\0,time,value\n",
                       20));
  ASSERT_FALSE(r.ok());
  EXPECT_NE(r.status().message().find("binary"), std::string::npos) << r.status().message();
  r = Load(std::string("\0\x01\x02\x03,\0\n\0,\0\n", 12));
  EXPECT_EQ(r.status().code(), StatusCode::kInvalidInput);
}

TEST_F(IngestTest, RefusesALineWithoutEnd) {
  IngestOptions options = OptionsFor(std::string(kRows) + std::string(3 << 20, 'x'));
  options.max_record_bytes = 2 << 20;
  auto r = LoadFrame(options);
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.status().code(), StatusCode::kInvalidInput);
  EXPECT_NE(r.status().message().find("longer than 2 MiB"), std::string::npos) << r.status().message();
  options = OptionsFor(std::string(kRows) + "\"" + std::string(1 << 20, '\n'));
  r = LoadFrame(options);
  ASSERT_FALSE(r.ok());
  EXPECT_NE(r.status().message().find("never closed"), std::string::npos) << r.status().message();
}

TEST_F(IngestTest, RefusesDamagedCompression) {
  const std::string gz = WriteGzip("a.csv.gz", kRows);
  std::filesystem::resize_file(gz, std::filesystem::file_size(gz) - 9);
  auto r = LoadFrame(Options({gz}));
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(ExitCode(r.status()), 65);
  EXPECT_NE(r.status().message().find("ends early"), std::string::npos) << r.status().message();
  const std::string zst = WriteZstd("a.csv.zst", kRows);
  std::filesystem::resize_file(zst, std::filesystem::file_size(zst) - 3);
  r = LoadFrame(Options({zst}));
  ASSERT_FALSE(r.ok());
  EXPECT_NE(r.status().message().find("ends early"), std::string::npos) << r.status().message();
  r = LoadFrame(Options({Write("text.csv.gz", kRows)}));
  ASSERT_FALSE(r.ok());
  EXPECT_NE(r.status().message().find("not gzip"), std::string::npos) << r.status().message();
  r = LoadFrame(Options({Write("text.csv.zst", kRows)}));
  ASSERT_FALSE(r.ok());
  EXPECT_NE(r.status().message().find("not zstd"), std::string::npos) << r.status().message();
}

TEST_F(IngestTest, KnowsCompressionByItsFirstBytes) {
  EXPECT_TRUE(LoadFrame(Options({WriteGzip("a.csv", kRows)})).ok());
  EXPECT_TRUE(LoadFrame(Options({WriteZstd("b.csv", kRows)})).ok());
}

TEST_F(IngestTest, ReadsConcatenatedMembersAndFrames) {
  const std::string first = "target,time,value\na,2024-01-01,1\n";
  const std::string second = "a,2024-01-02,2\n";
  const auto slurp = [](const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const std::string gz = slurp(WriteGzip("1.gz", first)) + slurp(WriteGzip("2.gz", second)) + std::string(20, '\0');
  const std::string zst = slurp(WriteZstd("1.zst", first)) + slurp(WriteZstd("2.zst", second));
  for (const std::string& path : {Write("both.csv.gz", gz), Write("both.csv.zst", zst)}) {
    const auto r = LoadFrame(Options({path}));
    ASSERT_TRUE(r.ok()) << r.status().message();
    EXPECT_EQ(r->report.rows, 2U) << path;
  }
}

TEST_F(IngestTest, RefusesDecompressionBombs) {
  std::string bomb = kRows;
  for (int i = 0; i < 200'000; ++i) bomb += "a,2024-01-01,1\n";
  for (const std::string& path : {WriteGzip("bomb.csv.gz", bomb), WriteZstd("bomb.csv.zst", bomb)}) {
    IngestOptions options = Options({path});
    options.max_repaired = 100;  // all of its rows are the same
    EXPECT_TRUE(LoadFrame(options).ok());
    options.expansion = {50, 1 << 20, 0};
    auto r = LoadFrame(options);
    ASSERT_FALSE(r.ok());
    EXPECT_EQ(ExitCode(r.status()), 65);
    EXPECT_NE(r.status().message().find("bomb"), std::string::npos) << r.status().message();
    options.expansion = {1'000'000, 0, 1 << 20};
    r = LoadFrame(options);
    ASSERT_FALSE(r.ok());
  }
}

TEST_F(IngestTest, ReadsAFifoAndStopsWaitingWhenCancelled) {
  const std::string fifo = Path("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  std::thread writer([&] {
    const int fd = open(fifo.c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_EQ(write(fd, kRows, sizeof kRows - 1), static_cast<ssize_t>(sizeof kRows - 1));
    close(fd);
  });
  const auto r = LoadFrame(Options({fifo}));
  writer.join();
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(r->report.rows, 2U);
  EXPECT_EQ(r->frame[0].id, "a");
  EXPECT_EQ(r->report.bytes, sizeof kRows - 1);
}

TEST_F(IngestTest, IsCancelledWhileAFifoNeverEndsItsLine) {
  const std::string fifo = Path("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const int fd = open(fifo.c_str(), O_RDWR | O_CLOEXEC);  // a writer that stays
  ASSERT_EQ(write(fd, "target,time,val", 15), 15);
  IngestOptions options = Options({fifo});
  std::uint64_t seen = 0;
  options.progress = [&](std::uint64_t done, std::uint64_t) { seen = done; };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  options.cancelled = [&] { return seen == 15 || std::chrono::steady_clock::now() > deadline; };
  const auto r = LoadFrame(options);
  close(fd);
  EXPECT_EQ(seen, 15U);
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.status().code(), StatusCode::kCancelled);
}

TEST_F(IngestTest, IsCancelledWhileAFifoHasNoWriter) {
  const std::string fifo = Path("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  IngestOptions options = Options({fifo});
  options.cancelled = [] { return true; };
  EXPECT_EQ(LoadFrame(options).status().code(), StatusCode::kCancelled);
}

TEST_F(IngestTest, NoticesAFileThatChangesWhileItIsRead) {
  const InputFile file{Write("a.csv", kRows), true, sizeof kRows - 1, 0, 0};
  const std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> done{0};
  auto source = InputSource::Open(file, &stop, &done);
  ASSERT_TRUE(source.ok());
  EXPECT_TRUE((*source)->CheckUnchanged().ok());
  std::ofstream(file.path, std::ios::app) << "a,2024-01-03,3\n";
  const Status changed = (*source)->CheckUnchanged();
  EXPECT_EQ(changed.code(), StatusCode::kIo);
  EXPECT_NE(changed.message().find("changed while it was read"), std::string::npos);
  std::filesystem::resize_file(file.path, 10);
  char block[100];
  const auto stream = (*source)->Range(0);
  EXPECT_EQ(*stream->Read(block), 10U);
  const auto end = stream->Read(block);
  ASSERT_FALSE(end.ok());
  EXPECT_NE(end.status().message().find("became shorter"), std::string::npos);
}

// Rows enough to be read for more than the 50 ms until LoadFrame first asks whether it is cancelled.
std::string ManyRows() {
  std::string text = "target,time,value\n";
  for (int i = 0; i < 1'500'000; ++i) text += "a," + std::to_string(1'700'000'000 + i) + ",1\n";
  return text;
}

TEST_F(IngestTest, AFileCutAtALineEndWhileItIsReadInPiecesIsNotReadAgain) {
  const std::string text = ManyRows();
  IngestOptions options = OptionsFor(text);
  options.block_bytes = 512;
  // Both halves are being read; only the second meets the end, the first is then a piece that was stopped.
  options.range_bytes = text.size() / 2;
  bool cut = false;
  options.cancelled = [&] {
    if (!cut) std::filesystem::resize_file(options.inputs[0], text.find('\n', text.size() / 2 + 4096) + 1);
    cut = true;
    return false;
  };
  const auto r = LoadFrame(options);
  ASSERT_TRUE(cut) << "read before it could be cut";
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.status().code(), StatusCode::kIo);
  EXPECT_NE(r.status().message().find("while it was read"), std::string::npos) << r.status().message();
}

TEST_F(IngestTest, AFileThatGrowsWhileItsPiecesTurnOutWrongIsNotReadAgain) {
  // The second half begins inside quotes, which makes the pieces wrong: the file is read again, in one.
  const std::string text = ManyRows();
  const std::size_t middle = text.find('\n', text.size() / 2) + 1;
  const std::string quoted = "\"" + std::string(1 << 16, '\n') + "\",2024-01-01,1\n";
  IngestOptions options = OptionsFor(text.substr(0, middle) + quoted + text.substr(middle));
  options.block_bytes = 512;
  options.range_bytes = std::filesystem::file_size(options.inputs[0]) / 2;
  bool grown = false;
  options.cancelled = [&] {
    if (!grown) std::ofstream(options.inputs[0], std::ios::app) << "a,1800000000,1\n";
    grown = true;
    return false;
  };
  const auto r = LoadFrame(options);
  ASSERT_TRUE(grown) << "read before it could grow";
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.status().code(), StatusCode::kIo) << r.status().message();
}

TEST_F(IngestTest, ReadsAHundredThousandColumns) {
  std::string header = "time";
  std::string rows[3];
  for (int i = 0; i < 3; ++i) rows[i] = "2024-01-0" + std::to_string(i + 1);
  for (int i = 0; i < 100'000; ++i) {
    header += ",c" + std::to_string(i);
    for (std::string& row : rows) row += ",1";
  }
  IngestOptions options = OptionsFor(header + "\n" + rows[0] + "\n" + rows[1] + "\n" + rows[2] + "\n");
  options.wide = true;
  const auto r = LoadFrame(options);
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(r->frame.size(), 100'000U);
  EXPECT_EQ(r->frame.num_values(), 300'000U);
}

TEST_F(IngestTest, DoesNotFillDecadesBehindAStrayStamp) {
  std::string text = "target,time,value\na,0,0\n";
  for (int i = 0; i < 1000; ++i) text += "a," + std::to_string(1'700'000'000 + i) + ",1\n";
  const auto r = Load(text);
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(r->frame[0].values.size(), 1000U);
  EXPECT_EQ(r->report.stray, 1U);
}

TEST_F(IngestTest, ManyLongGapsDoNotTakeQuadraticTime) {
  std::string text = "target,time,value\n";
  std::int64_t t = 0;
  for (int i = 0; i < 200'000; ++i) {
    t += i % 4 == 3 ? 50'000 + i : 1;
    text += "a," + std::to_string(t) + ",1\n";
  }
  IngestOptions options = OptionsFor(text);
  options.refuse_repairs = false;
  const auto r = LoadFrame(options);
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_GT(r->report.stray, 0U);
  EXPECT_NE(r->report.refusal.find("'a'"), std::string::npos);
}

}  // namespace
}  // namespace fitd::ingest_hostile_test
