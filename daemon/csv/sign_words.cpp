#include "daemon/csv/sign_words.h"

#include <algorithm>
#include <string>

#include "common/ascii.h"
#include "daemon/csv/column_names.h"

namespace fitd {
namespace {

constexpr std::string_view kIn[] = {"cr",
                                    "credit",
                                    "crdt",
                                    "haben",
                                    "+",
                                    "in",
                                    "inflow",
                                    "incoming",
                                    "income",
                                    "deposit",
                                    "deposits",
                                    "buy",
                                    "einnahme",
                                    "eingang",
                                    "gutschrift",
                                    "einzahlung",
                                    "cr\xc3\xa9"
                                    "dit",
                                    "haber",
                                    "abono",
                                    "received",
                                    "paid in",
                                    "credito",
                                    "import",
                                    "purchase"};
constexpr std::string_view kOut[] = {"dr",
                                     "debit",
                                     "dbit",
                                     "soll",
                                     "-",
                                     "out",
                                     "outflow",
                                     "outgoing",
                                     "expense",
                                     "withdrawal",
                                     "withdrawals",
                                     "sell",
                                     "ausgabe",
                                     "ausgang",
                                     "lastschrift",
                                     "auszahlung",
                                     "d\xc3\xa9"
                                     "bit",
                                     "debe",
                                     "cargo",
                                     "sent",
                                     "paid out",
                                     "debito",
                                     "export",
                                     "sale"};

template <std::size_t N>
bool Among(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

std::string Bare(std::string_view cell) {
  std::string word = LowerCase(TrimBlanks(cell));
  if (word.size() > 1 && word.back() == '.') word.pop_back();
  return word;
}

}  // namespace

SignWord SignWordOf(std::string_view cell) {
  constexpr std::size_t kLongest = 16;
  if (cell.size() > kLongest) return SignWord::kNone;
  const std::string word = Bare(cell);
  if (Among(word, kIn) || word == "c" || word == "h" || word == "b") return SignWord::kIn;
  return Among(word, kOut) || word == "d" || word == "s" ? SignWord::kOut : SignWord::kNone;
}

bool IsSignLetter(std::string_view cell) {
  const std::string word = Bare(cell);
  return word.size() == 1 && word != "+" && word != "-";
}

bool IsSignName(std::string_view name) {
  static constexpr std::string_view kNames[] = {"drcr",
                                                "crdr",
                                                "dc",
                                                "cd",
                                                "sh",
                                                "sollhaben",
                                                "debitcredit",
                                                "sign",
                                                "type",
                                                "side",
                                                "typ",
                                                "art",
                                                "ind",
                                                "debetcredit",
                                                "vorzeichen",
                                                "dchl",
                                                "creditdebit",
                                                "direction",
                                                "transactiontype",
                                                "buysell"};
  std::string loose = Loosely(name);
  std::erase_if(loose, [](char c) { return c == '/' || c == '.'; });
  return Among(loose, kNames);
}

}  // namespace fitd
