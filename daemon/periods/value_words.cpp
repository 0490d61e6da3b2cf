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
     "boarding|loading|entry|entries|check-in|checkin|b|c|h|",
     "|dr|debit|dbit|soll|-|out|outflow|outgoing|expense|expenses|expenditure|withdrawal|withdrawals|sell|ausgabe|"
     "ausgaben|ausgang|lastschrift|auszahlung|débit|debe|cargo|sent|paid out|debito|export|exports|sale|sales|af|"
     "money out|discharge|abgang|salida|issue|departure|departures|removed|loss|payment|outbound|egreso|egresos|"
     "abfluss|debet|dare|débito|wn|ut|borç|дебет|Дебет|"
     "расход|Расход|支出|借|出金|"
     "借方|verkauf|venta|ventas|vente|ventes|vendita|venda|vendas|gasto|gastos|despesa|despesas|gider|"
     "wydatek|wydatki|utgift|utgifter|uitgave|uitgaven|uscite|uscita|dépense|dépenses|verkoop|"
     "försäljning|sprzedaż|kiadás|výdaj|menot|udgift|rozchód|koszt|"
     "продажа|卖出|売り|satış|alighting|unloading|"
     "exit|exits|check-out|checkout|s|d|"},
    // What was sold and what came back of it.
    {"|sale|sales|sold|order|orders|purchase|invoice|charge|verkauf|verkäufe|bestellung|rechnung|auftrag|vente|"
     "ventes|commande|facture|venta|ventas|pedido|factura|vendita|ordine|fattura|venda|fatura|verkoop|bestelling|"
     "factuur|sprzedaż|faktura|zamówienie|satış|продажа|"
     "Продажа|shipment|",
     "|return|returns|returned|refund|refunds|refunded|chargeback|reversal|credit note|credit memo|creditnote|"
     "creditmemo|credit|storno|stornorechnung|retoure|retouren|rückgabe|rücksendung|gutschrift|erstattung|"
     "retour|retours|remboursement|avoir|devolución|devolucion|reembolso|abono|nota de crédito|"
     "nota de credito|reso|rimborso|nota di credito|devolução|creditnota|zwrot|korekta|iade|"
     "возврат|Возврат|退货|返品|"
     "rma|cancellation|"},
    {"|bid|bids|geld|", "|ask|asks|offer|brief|"},
    {"|long|", "|short|"},
    {"|consumption|consumed|demand|load|import|verbrauch|bezug|consommation|consumo|verbruik|förbrukning|zużycie|"
     "offtake|",
     "|production|generation|produced|export|erzeugung|produktion|einspeisung|lieferung|producción|produção|"
     "produzione|opwekking|teruglevering|produkcja|feed-in|feedin|"},
    {"|increase|plus|up-regulation|", "|decrease|minus|down-regulation|"},
};

std::string BareWord(std::string_view cell) {
  std::string word = LowerCase(TrimBlanks(cell));
  if (word.size() > 1 && word.back() == '.') word.pop_back();
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
  const bool code = word == "ma" || word == "ut" || word == "wn";  // states of America too
  return code || (word.size() == 1 && word != "+" && word != "-");
}

bool IsDirectionName(std::string_view name) {
  static constexpr std::string_view kNames[] = {"drcr",       "crdr",  "dc",          "cd",        "sh",
                                                "sollhaben",  "shkzg", "debitcredit", "sign",      "type",
                                                "side",       "typ",   "art",         "ind",       "debetcredit",
                                                "vorzeichen", "dchl",  "creditdebit", "direction", "transactiontype",
                                                "buysell",    "sens",  "segno",       "riktning",  "strona",
                                                "tipo"};
  std::string loose = LowerCase(name);
  std::erase_if(loose, [](char c) { return std::string_view("<> -_/.").find(c) != std::string_view::npos; });
  return AmongWords(loose, kNames);
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
