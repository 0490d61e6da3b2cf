#include "common/text.h"

#include <gtest/gtest.h>

namespace fitd::text_test {
namespace {

TEST(Text, QuotesForAMessageShortAndPrintable) {
  EXPECT_EQ(QuoteForMessage("abc"), "'abc'");
  EXPECT_EQ(QuoteForMessage(std::string_view("a\0\n\xff\xc2\x9b", 6)), "'a\\x00\\n\\xff\\xc2\\x9b'");
  EXPECT_EQ(QuoteForMessage(std::string(100, 'x')), "'" + std::string(40, 'x') + "'...");
}

TEST(Text, QuotesWholeCharactersForAMessage) {
  EXPECT_EQ(QuoteForMessage("temp\xc3\xa9rature"), "'temp\xc3\xa9rature'");
  EXPECT_EQ(QuoteForMessage(std::string(39, 'x') + "\xc3\xa9y"), "'" + std::string(39, 'x') + "\xc3\xa9'...");
}

}  // namespace
}  // namespace fitd::text_test
