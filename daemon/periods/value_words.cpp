#include "daemon/periods/value_words.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <span>
#include <string>

#include "common/ascii.h"

namespace fitd {
namespace {

bool AmongWords(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Words between bars, in lower case; words with letters beyond ASCII are listed in both cases.
struct DirectionPair {
  std::string_view first;
  std::string_view second;
};

constexpr DirectionPair kPairs[kDirectionPairs] = {
    // What comes in and what goes out.
    {"|cr|credit|crdt|haben|+|in|inflow|incoming|income|deposit|deposits|buy|einnahme|einnahmen|eingang|gutschrift|"
     "einzahlung|crédit|haber|abono|received|paid in|credito|import|imports|purchase|purchases|bij|money in|"
     "charge|zugang|entrada|receipt|receipts|arrival|arrivals|added|gain|refund|inbound|ingreso|ingresos|zufluss|avere|"
     "crédito|ma|alacak|кредит|Кредит|"
     "приход|Приход|收入|贷|入金|"
     "貸方|injection|kauf|ankauf|compra|compras|achat|achats|acquisto|receita|receitas|gelir|"
     "wpływ|Wpływ|wpływy|inkomst|inkomster|inkomsten|entrate|entrata|recette|recettes|revenu|revenus|"
     "koop|köp|zakup|bevétel|příjem|tulot|indtægt|dochód|przychód|"
     "покупка|доход|买入|買い|alış|"
     "boarding|loading|entry|entries|check-in|checkin|cash in|b|c|h|i|m|",
     "|dr|debit|dbit|soll|-|out|outflow|outgoing|expense|expenses|expenditure|withdrawal|withdrawals|sell|ausgabe|"
     "ausgaben|ausgang|lastschrift|auszahlung|débit|debe|cargo|sent|paid out|debito|export|exports|sale|sales|af|"
     "money out|discharge|abgang|salida|issue|departure|departures|removed|loss|payment|outbound|egreso|egresos|"
     "abfluss|debet|dare|débito|wn|ut|borç|дебет|Дебет|"
     "расход|Расход|支出|借|出金|"
     "借方|verkauf|venta|ventas|vente|ventes|vendita|venda|vendas|gasto|gastos|despesa|despesas|gider|"
     "wydatek|wydatki|utgift|utgifter|uitgave|uitgaven|uscite|uscita|dépense|dépenses|verkoop|"
     "försäljning|sprzedaż|kiadás|výdaj|menot|udgift|rozchód|koszt|"
     "продажа|卖出|売り|satış|alighting|unloading|"
     "exit|exits|check-out|checkout|cash out|payout|payouts|s|d|o|x|"},
    // What was sold and what came back of it.
    {"|sale|sales|sold|order|orders|purchase|invoice|charge|verkauf|verkäufe|bestellung|rechnung|auftrag|vente|"
     "ventes|commande|facture|venta|ventas|pedido|factura|vendita|ordine|fattura|venda|fatura|verkoop|bestelling|"
     "factuur|sprzedaż|faktura|zamówienie|satış|продажа|"
     "Продажа|shipment|completed|complete|paid|posted|fulfilled|delivered|re|in|",
     "|return|returns|returned|refund|refunds|refunded|chargeback|reversal|credit note|credit memo|creditnote|"
     "creditmemo|credit|storno|stornorechnung|retoure|retouren|rückgabe|rücksendung|gutschrift|erstattung|"
     "retour|retours|remboursement|avoir|devolución|devolucion|reembolso|abono|nota de crédito|"
     "nota de credito|reso|rimborso|nota di credito|devolução|creditnota|zwrot|korekta|iade|"
     "возврат|Возврат|退货|返品|"
     "rma|cancellation|cancelled|canceled|void|voided|reversed|chargebacks|gs|cn|"},
    {"|bid|bids|geld|", "|ask|asks|offer|brief|"},
    {"|long|", "|short|"},
    {"|consumption|consumed|demand|load|import|verbrauch|bezug|consommation|consumo|verbruik|förbrukning|zużycie|"
     "offtake|a+|1.8.0|1.29.0|",
     "|production|generation|produced|export|erzeugung|produktion|einspeisung|lieferung|producción|produção|"
     "produzione|opwekking|teruglevering|produkcja|feed-in|feedin|a-|2.8.0|2.29.0|"},
    {"|increase|plus|up-regulation|", "|decrease|minus|down-regulation|"},
};

std::string BareWord(std::string_view cell) {
  std::string word = LowerCase(TrimBlanks(cell));
  if (word.size() > 1 && word.back() == '.') word.pop_back();
  if (word.size() > 1) std::replace(word.begin(), word.end(), '_', ' ');
  // The medium and channel in front of the code of a register (OBIS): 1-1:1.29.0.
  if (word.size() > 4 && IsDigit(word[0]) && word[1] == '-' && IsDigit(word[2]) && word[3] == ':') word.erase(0, 4);
  return word;
}

}  // namespace

bool IsUnitWord(std::string_view cell) {
  static constexpr std::string_view kUnits[] = {
      "wh",     "kwh",      "mwh",     "gwh",   "twh",      "kw",      "mw",        "gw",    "kva",       "mj",
      "gj",     "tj",       "btu",     "mmbtu", "kg",       "mg",      "lb",        "lbs",   "oz",        "tons",
      "tonnes", "kt",       "ml",      "hl",    "m3",       "m³",      "m2",        "km",    "cm",        "mm",
      "ft",     "°c",       "°f",      "degc",  "degf",     "celsius", "hpa",       "kpa",   "mbar",      "psi",
      "usd",    "eur",      "gbp",     "chf",   "jpy",      "dem",     "cny",       "inr",   "sek",       "nok",
      "dkk",    "pln",      "czk",     "brl",   "cad",      "aud",     "mxn",       "units", "thousands", "millions",
      "tsd.",   "thousand", "million", "mio.",  "mln",      "percent", "pct",       "km/h",  "mph",       "kb",
      "mb",     "gb",       "tb",      "kwh/d", "bbl",      "mcf",     "mm3",       "rub",   "krw",       "hkd",
      "sgd",    "zar",      "huf",     "uah",   "billions", "szt",     "fahrenheit"};
  return AmongWords(LowerCase(TrimBlanks(cell)), kUnits);
}

bool IsUnitBesideOthers(std::string_view cell) {
  static constexpr std::string_view kUnits[] = {
      "m",   "g",    "t",   "l",    "c",   "f",       "k",      "w",   "v",   "a",    "s",   "h",     "j",
      "pa",  "in",   "yd",  "mi",   "st",  "stk",     "pcs",    "pc",  "ea",  "each", "pz",  "pza",   "ud",
      "un",  "szt.", "st.", "stk.", "db",  "try",     "tl",     "ron", "ils", "thb",  "ton", "tonne", "tonna",
      "kpl", "box",  "kar", "pal",  "ltr", "stück",   "stueck", "кг",  "шт",  "т",    "л",   "м",     "%",
      "kgm", "lbr",  "mtr", "руб",  "bar", "billion", "tsd",    "mrd", "mrd."};
  return IsUnitWord(cell) || AmongWords(BareWord(cell), kUnits) || AmongWords(LowerCase(TrimBlanks(cell)), kUnits);
}

std::vector<std::string> UnitsInRow(const std::vector<std::string_view>& cells, std::size_t columns) {
  constexpr std::size_t kLongest = 12;  // bytes
  if (cells.size() != columns) return {};
  std::vector<std::string> units;
  bool sure = false;
  for (const std::string_view cell : cells) {
    std::string_view unit = TrimBlanks(cell);
    const bool bracketed = unit.size() > 2 && (unit.front() == '[' || unit.front() == '(');
    if (bracketed) unit = unit.substr(1, unit.size() - 2);
    if (unit.size() > kLongest) return {};
    sure = sure || IsUnitWord(unit) || (bracketed && IsUnitBesideOthers(unit));
    units.emplace_back(unit);
  }
  return sure ? units : std::vector<std::string>();
}

std::string_view NameWithoutUnit(std::string_view name) {
  name = TrimBlanks(name);
  const bool enclosed = name.ends_with(']') || name.ends_with(')');
  const std::size_t at = name.find_last_of(enclosed ? "[(" : "_ /");
  if (at == std::string_view::npos || at == 0) return {};
  const std::string_view unit = enclosed ? name.substr(at + 1, name.size() - at - 2) : name.substr(at + 1);
  if (!(enclosed ? IsUnitBesideOthers(unit) : IsUnitWord(unit))) return {};
  return TrimBlanks(name.substr(0, at));
}

std::string_view ScaleInTitle(std::string_view titles) {
  struct Scale {
    std::string_view name;
    std::string_view words;  // each between blanks, as titles are compared
  };
  static constexpr Scale kScales[] = {
      {"thousands",
       "| in thousands | in thousand | thousands of | 000s | in 000 | in 1000 | in 1 000 | in tausend | in tsd | "
       "en milliers | en miles | in migliaia | em milhares | in duizenden | x 1000 | x 1 000 | w tys | "},
      {"millions",
       "| in millions | in million | millions of | in mio | in millionen | en millions | en millones | in milioni | "
       "em milhões | in miljoenen | mln | "},
      {"billions", "| in billions | billions of | in mrd | in milliarden | en milliards | in miliardi | "}};
  // Anything but letters and digits is a blank.
  std::string loose = " ";
  for (const char c : LowerCase(titles)) {
    const bool word = IsDigit(c) || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
    if (word || loose.back() != ' ') loose += word ? c : ' ';
  }
  loose += ' ';
  for (const Scale& scale : kScales) {
    for (std::size_t begin = 1; begin < scale.words.size();) {
      const std::size_t end = std::min(scale.words.find('|', begin), scale.words.size());
      const std::string_view word = scale.words.substr(begin, end - begin);
      if (!TrimBlanks(word).empty() && loose.find(word) != std::string::npos) return scale.name;
      begin = end + 1;
    }
  }
  return {};
}

bool MayBeUnitName(std::string_view name) {
  static constexpr std::string_view kNames[] = {"me",    "jm",         "j.m.", "dimension", "dim",   "measure",
                                                "meins", "magnitude",  "um",   "u.m.",      "einh.", "ud",
                                                "ue",    "dimensione", "jedn", "jedn.",     "měna"};
  return AmongWords(LowerCase(TrimBlanks(name)), kNames);
}

bool IsMultiplier(std::string_view cell) {
  cell = TrimBlanks(cell);
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size()) return false;
  constexpr double kMostExponent = 12;
  if (value >= 0 && value <= kMostExponent && std::fmod(value, 3) == 0) return true;
  constexpr double kLargest = 1e12;
  double power = 1;
  while (power < value && power < kLargest) power *= 10;
  return power == value;
}

Directions DirectionsOf(std::string_view cell) {
  constexpr std::size_t kLongest = 24;
  if (cell.size() > kLongest) return 0;
  const std::string word = BareWord(cell);
  if (word.empty()) return 0;
  const std::string listed = "|" + word + "|";
  Directions directions = 0;
  for (int pair = 0; pair < kDirectionPairs; ++pair) {
    if (kPairs[pair].first.find(listed) != std::string_view::npos) directions |= DirectionBit(pair, false);
    if (kPairs[pair].second.find(listed) != std::string_view::npos) directions |= DirectionBit(pair, true);
  }
  return directions;
}

int OppositePair(Directions directions) {
  for (int pair = 0; pair < kDirectionPairs; ++pair) {
    const Directions both = DirectionBit(pair, false) | DirectionBit(pair, true);
    if ((directions & both) == both) return pair;
  }
  return -1;
}

bool IsDirectionLetter(std::string_view cell) {
  const std::string word = BareWord(cell);
  const bool code = word == "ma" || word == "ut" || word == "wn" ||  // states of America too
                    word == "re" || word == "gs" || word == "cn";    // and of the world
  return code || (word.size() == 1 && word != "+" && word != "-");
}

bool IsDirectionName(std::string_view name) {
  static constexpr std::string_view kNames[] = {"drcr",        "crdr",  "dc",          "cd",        "sh",
                                                "sollhaben",   "shkzg", "debitcredit", "sign",      "type",
                                                "side",        "typ",   "art",         "ind",       "debetcredit",
                                                "vorzeichen",  "dchl",  "creditdebit", "direction", "transactiontype",
                                                "buysell",     "sens",  "segno",       "riktning",  "strona",
                                                "tipo",        "io",    "inout",       "flow",      "doctype",
                                                "documenttype"};
  std::string loose = LowerCase(name);
  std::erase_if(loose, [](char c) { return std::string_view("<> -_/.").find(c) != std::string_view::npos; });
  return AmongWords(loose, kNames);
}

bool AsksForSign(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "sign",       "isreturn", "isrefund",  "return",    "refund", "returned", "refunded", "iscancelled",
      "iscanceled", "canceled", "cancelled", "void",      "voided", "isvoid",   "isvoided", "isreversal",
      "reversed",   "deleted",  "isstorno",  "isdeleted", "storno", "reversal"};
  std::string loose = LowerCase(TrimBlanks(name));
  std::erase_if(loose, [](char c) { return c == ' ' || c == '_' || c == '-' || c == '?'; });
  return AmongWords(loose, kNames);
}

Directions DirectionsOfFlag(std::string_view cell) {
  constexpr int kReturns = 1, kPlusAndMinus = 5;
  static constexpr std::string_view kYes[] = {"1", "true", "yes", "y", "t", "x", "ja", "oui", "si", "j"};
  static constexpr std::string_view kNo[] = {"0", "false", "no", "n", "f", "nein", "non"};
  const std::string word = BareWord(cell);
  Directions directions = 0;
  if (AmongWords(word, kYes)) directions |= DirectionBit(kReturns, true);
  if (AmongWords(word, kNo)) directions |= DirectionBit(kReturns, false);
  if (word == "1" || word == "+1" || word == "1.0") directions |= DirectionBit(kPlusAndMinus, false);
  if (word == "-1" || word == "-1.0") directions |= DirectionBit(kPlusAndMinus, true);
  return directions;
}

bool IsTotalName(std::string_view name) {
  static constexpr std::string_view kWords[] = {
      "total",     "totals",   "subtotal",   "sum",          "avg",        "average",    "mean",   "median",
      "change",    "growth",   "cagr",       "annual",       "ytd",        "summe",      "gesamt", "mittel",
      "insgesamt", "somme",    "totale",     "totaal",       "suma",       "soma",       "celkem", "moyenne",
      "media",     "promedio", "mittelwert", "durchschnitt", "cumulative", "difference", "min",    "max"};
  if (name.find('%') != std::string_view::npos) return true;
  const std::string lower = LowerCase(name);
  for (std::size_t i = 0; i < lower.size();) {
    std::size_t end = i;
    while (end < lower.size() && lower[end] >= 'a' && lower[end] <= 'z') ++end;
    const std::string_view word = std::string_view(lower).substr(i, end - i);
    if (AmongWords(word, kWords)) return true;
    i = std::max(end, i + 1);
  }
  return false;
}

}  // namespace fitd
