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

TEST(Text, AppendsCharactersOfOneToFourBytes) {
  std::string text;
  for (const char32_t code : {U'a', U'\u00e9', U'\u20ac', U'\u2840', U'\U0001f600'}) AppendUtf8(text, code);
  EXPECT_EQ(text, "a\xc3\xa9\xe2\x82\xac\xe2\xa1\x80\xf0\x9f\x98\x80");
  EXPECT_TRUE(IsUtf8(text));
}

TEST(Text, QuotesForAShellWhatItWouldNotKeep) {
  EXPECT_EQ(ShellWord("/usr/bin/fitd"), "/usr/bin/fitd");
  EXPECT_EQ(ShellWord(""), "''");
  EXPECT_EQ(ShellWord("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellWord("a b$c"), "'a b$c'");
}

}  // namespace
}  // namespace fitd::text_test
