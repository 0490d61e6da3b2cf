#include "daemon/periods/direction_words.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <unordered_map>

#include "common/ascii.h"
#include "common/calendar_name.h"

namespace fitd {
namespace {

// Words between bars, as FoldWord writes them or with their accents; those of scripts that it does not fold are listed
// in both cases.
struct DirectionPair {
  std::string_view first;
  std::string_view second;
};

constexpr DirectionPair kPairs[kDirectionPairs] = {
    // What comes in and what goes out.
    {"cr|credit|crdt|haben|+|in|inflow|inflows|incoming|income|deposit|deposits|deposited|buy|bought|einnahme|"
     "einnahmen|eingang|eingänge|gutschrift|einzahlung|einlagerung|zufuhr|zulauf|zubuchung|eintritt|anmeldung|"
     "received|receive|paid in|credito|import|imports|imported|purchase|purchases|purchased|bij|money in|charge|zugang|"
     "zugänge|zufluss|einfuhr|entrada|entradas|receipt|receipts|arrival|arrivals|arrived|arrive|add|added|addition|"
     "additions|gain|gains|refund|inbound|ingreso|ingresos|ingresso|ingressi|avere|ma|alacak|кредит|приход|收入|贷|"
     "贷方|"
     "貸方|入金|injection|kauf|einkauf|ankauf|ankunft|einstieg|compra|compras|achat|achats|acquisto|acquisti|receita|"
     "receitas|gelir|wpływ|wpływy|inkomst|inkomster|inkomsten|entrate|entrata|recette|recettes|revenu|revenus|koop|"
     "inkoop|köp|kjøp|køb|zakup|zakupy|bevétel|příjem|příjmy|tulo|tulot|indtægt|indtægter|inntekt|inntekter|dochód|"
     "przychód|покупка|доход|доходы|поступление|поступления|пополнение|вход|въезд|ввоз|импорт|ввод|прием|зачисление|"
     "купівля|надходження|买入|买|入|进|进口|入库|存入|流入|充值|上车|購入|買い|買|入庫|収入|預入|乗車|輸入|仕入|입금|"
     "입고|매수|수입|대변|승차|구매|alış|giriş|tahsilat|yatırma|"
     "entrée|entrées|encaissement|encaissements|versement|dépôt|arrivée|arrivées|montée|montées|embauche|ajout|ajouts|"
     "alta|altas|cobro|cobros|depósito|depósitos|llegada|llegadas|recepción|haber|abono|recebimento|chegada|embarque|"
     "admissão|accredito|versamento|incasso|incassi|carico|arrivo|arrivi|assunzione|ontvangst|ontvangsten|storting|"
     "instroom|aankomst|instap|inbetalning|insättning|innbetaling|indbetaling|indskud|inn|ind|wpłata|przyjęcie|wejście|"
     "uznanie|kupno|pz|vklad|nákup|příchod|má dáti|befizetés|jóváírás|vétel|érkezés|pano|osto|intrare|încasare|venit|"
     "cumpărare|είσοδος|Είσοδος|πίστωση|Πίστωση|αγορά|Αγορά|έσοδα|Έσοδα|وارد|دائن|إيداع|شراء|إيرادات|זכות|הכנסה|כניסה|"
     "קניה|"
     "masuk|pemasukan|kredit|beli|setoran|thu|nhập|vào|mua|รับ|ซื้อ|เข้า|जमा|आय|"
     "boarding|boardings|boarded|loading|loaded|entry|entries|enter|entered|entering|check-in|check in|checkin|cash in|"
     "earn|earned|accrued|accrual|hire|hires|hired|join|joins|joined|joiner|joiners|signup|signups|sign-up|sign up|"
     "subscribe|subscribed|activation|activated|b|c|h|i|m",
     "dr|debit|dbit|soll|-|out|outflow|outflows|outgoing|expense|expenses|expenditure|withdrawal|withdrawals|withdrawn|"
     "sell|sold|ausgabe|ausgaben|ausgang|ausgänge|lastschrift|auszahlung|auslagerung|abfuhr|ablauf|abbuchung|austritt|"
     "abmeldung|debe|cargo|sent|send|paid out|debito|export|exports|exported|sale|sales|af|money out|discharge|abgang|"
     "abgänge|ausfuhr|salida|salidas|issue|issues|issued|departure|departures|departed|depart|remove|removed|removal|"
     "removals|subtract|loss|losses|payment|payments|pay|outbound|egreso|egresos|abfluss|debet|dare|wn|ut|borç|дебет|"
     "расход|расходы|支出|借|借方|出金|verkauf|abfahrt|ausstieg|venta|ventas|vente|ventes|vendita|vendite|venda|vendas|"
     "gasto|gastos|despesa|despesas|gider|wydatek|wydatki|utgift|utgifter|uitgave|uitgaven|uscite|uscita|dépense|"
     "dépenses|verkoop|försäljning|sälj|salg|sprzedaż|kiadás|výdaj|výdaje|výdej|meno|menot|udgift|udgifter|rozchód|"
     "koszt|продажа|списание|снятие|выход|выезд|вывоз|экспорт|вывод|увольнение|витрата|卖出|卖|出|出口|出库|取出|流出|"
     "提现|下车|売却|売り|売|出庫|引出|降車|輸出|売上|출금|출고|매도|지출|차변|하차|수출|satış|çıkış|ödeme|çekme|"
     "sortie|sorties|décaissement|décaissements|retrait|retraits|départ|départs|descente|descentes|suppression|baja|"
     "bajas|pago|pagos|retiro|retiros|envío|saída|saídas|saque|levantamento|pagamento|pagamentos|partida|desembarque|"
     "demissão|desligamento|addebito|prelievo|scarico|partenza|partenze|cessazione|betaling|opname|uitstroom|vertrek|"
     "uitstap|utbetalning|uttag|utbetaling|udbetaling|hævning|ud|uit|wypłata|wydanie|wyjście|obciążenie|wz|výběr|"
     "prodej|"
     "odchod|dal|kifizetés|terhelés|eladás|indulás|otto|myynti|ieșire|plată|cheltuială|vânzare|έξοδος|Έξοδος|χρέωση|"
     "Χρέωση|πώληση|Πώληση|έξοδα|Έξοδα|صادر|مدين|سحب|بيع|مصروفات|חובה|הוצאה|יציאה|מכירה|keluar|pengeluaran|jual|"
     "penarikan|"
     "chi|xuất|ra|bán|จ่าย|ขาย|ออก|नामे|व्यय|"
     "alighting|alightings|alighted|unloading|unloaded|exit|exits|exited|exiting|check-out|check out|checkout|cash out|"
     "payout|payouts|redeem|redeemed|redemption|redemptions|burn|burned|spend|spent|expired|leave|leaves|left|leaver|"
     "leavers|quit|quits|terminated|termination|terminations|churn|churned|unsubscribe|unsubscribed|deactivation|"
     "deactivated|s|d|o|x"},
    // What was sold and what came back of it.
    {"sale|sales|sold|order|orders|ordered|purchase|purchases|invoice|invoices|inv|charge|charges|charged|verkauf|"
     "verkäufe|verkauft|bestellung|bestellungen|rechnung|rechnungen|auftrag|lieferung|bezahlt|abgeschlossen|vente|"
     "ventes|vendu|commande|facture|livré|payé|payée|venta|ventas|vendido|pedido|factura|pagado|pagada|entregado|"
     "completado|vendita|vendite|ordine|fattura|pagato|completato|venda|vendas|fatura|pago|entregue|concluído|verkoop|"
     "verkocht|bestelling|factuur|betaald|geleverd|voltooid|sprzedaż|faktura|zamówienie|zapłacono|satış|продажа|продан|"
     "оплачен|выполнен|заказ|prodej|predaj|prodáno|eladás|myynti|försäljning|salg|vânzare|πώληση|Πώληση|销售|销货|订单|"
     "売上|販売|注文|판매|주문|مبيعات|מכירה|penjualan|bán hàng|shipment|shipped|completed|complete|paid|posted|"
     "fulfilled|delivered|settled|captured|succeeded|sl|re|in",
     "return|returns|returned|refund|refunds|refunded|chargeback|chargebacks|reversal|reversals|credit note|"
     "credit notes|credit memo|credit memos|creditnote|creditmemo|credit|crn|crm|cm|storno|stornorechnung|storniert|"
     "stornierung|retoure|retouren|retourniert|rückgabe|rückgaben|rücksendung|rücklieferung|gutschrift|gutschriften|"
     "erstattung|erstattet|retour|retours|retourné|remboursement|remboursé|annulation|annulé|annulée|avoir|avoirs|"
     "devolución|devoluciones|devuelto|reembolso|reembolsado|anulado|anulada|cancelado|cancelada|abono|"
     "nota de crédito|reso|resi|rimborso|rimborsato|annullato|restituito|nota di credito|devolução|devoluções|"
     "devolvido|reembolsos|estorno|creditnota|geretourneerd|terugbetaald|geannuleerd|terugbetaling|zwrot|zwroty|"
     "korekta|anulowano|zwrócono|iade|iptal|возврат|возвращен|отмена|отменен|сторно|vratka|vrácení|dobropis|visszáru|"
     "sztornó|palautus|hyvitys|retur|returer|återbetalning|kreditering|kreditnota|kreditfaktura|tilbagebetaling|"
     "refusjon|restituire|επιστροφή|Επιστροφή|退货|退款|退貨|返品|返金|取消|반품|환불|취소|مرتجع|החזר|pengembalian|"
     "trả hàng|rma|cancellation|cancellations|cancelled|canceled|cancel|void|voided|reversed|rejected|failed|rt|gs|cn"},
    {"bid|bids|geld|geldkurs", "ask|asks|offer|offers|brief|briefkurs"},
    {"long", "short"},
    {"consumption|consumed|consume|demand|load|usage|used|import|imports|imported|grid import|from "
     "grid|verbrauch|bezug|"
     "entnahme|netzbezug|consommation|soutirage|consumo|consumi|prelievo|verbruik|afname|levering|förbrukning|forbrug|"
     "forbruk|kulutus|zużycie|pobór|spotřeba|odběr|fogyasztás|tüketim|потребление|споживання|用电|消费|消費|買電|소비|"
     "offtake|a+|1.8.0|1.29.0|e1",
     "production|produced|produce|generation|generated|generate|export|exports|exported|grid export|to grid|erzeugung|"
     "produktion|einspeisung|einspeise|rückspeisung|lieferung|netzeinspeisung|injection|inyección|excedentes|vertido|"
     "generación|producción|produção|geração|injeção|produzione|immissione|opwekking|productie|teruglevering|injectie|"
     "invoeding|inmatning|produksjon|tuotanto|produkcja|oddanie|výroba|dodávka|termelés|üretim|генерация|выработка|"
     "производство|виробництво|发电|生产|発電|売電|생산|발전|feed-in|feed in|feedin|a-|2.8.0|2.29.0|b1"},
    {"increase|increases|plus|up-regulation|zunahme|hausse|aumento|toename|ökning|増加|增加|rise",
     "decrease|decreases|minus|down-regulation|abnahme|baisse|disminución|diminuzione|diminuição|afname|minskning|減少|"
     "减少|fall"},
};

bool IsListed(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string DirectionWord(std::string_view cell) {
  std::string word = FoldWord(cell);
  if (word.size() > 1 && word.back() == '.') word.pop_back();
  if (word.size() > 1) std::replace(word.begin(), word.end(), '_', ' ');
  // The medium and channel in front of the code of a register (OBIS): 1-1:1.29.0.
  if (word.size() > 4 && IsDigit(word[0]) && word[1] == '-' && IsDigit(word[2]) && word[3] == ':') word.erase(0, 4);
  return word;
}

using WordsOfDirections = std::unordered_map<std::string, Directions>;

WordsOfDirections MakeWords() {
  WordsOfDirections all;
  const auto add = [&all](std::string_view words, Directions bit) {
    for (std::size_t begin = 0; begin < words.size();) {
      const std::size_t end = std::min(words.find('|', begin), words.size());
      Directions& known = all[FoldWord(words.substr(begin, end - begin))];
      known = static_cast<Directions>(known | bit);
      begin = end + 1;
    }
  };
  for (int pair = 0; pair < kDirectionPairs; ++pair) {
    add(kPairs[pair].first, DirectionBit(pair, false));
    add(kPairs[pair].second, DirectionBit(pair, true));
  }
  return all;
}

// The name of a column in lower case, without blanks and the marks between its words.
std::string LooseName(std::string_view name) {
  std::string loose = FoldWord(name);
  std::erase_if(loose, [](char c) { return std::string_view("<> -_/.?").find(c) != std::string_view::npos; });
  return loose;
}

}  // namespace

Directions DirectionsOf(std::string_view cell) {
  constexpr std::size_t kLongest = 40;  // bytes
  if (cell.size() > kLongest) return 0;
  static const WordsOfDirections kWords = MakeWords();
  const auto known = kWords.find(DirectionWord(cell));
  return known == kWords.end() ? Directions{0} : known->second;
}

int OppositePair(Directions directions) {
  for (int pair = 0; pair < kDirectionPairs; ++pair) {
    const Directions both = DirectionBit(pair, false) | DirectionBit(pair, true);
    if ((directions & both) == both) return pair;
  }
  return -1;
}

bool GoesOut(Directions directions) {
  constexpr int kReturns = 1;
  constexpr Directions kSeconds = 0b101010101010;
  const bool sold = (directions & DirectionBit(kReturns, false)) != 0;
  const bool returned = (directions & DirectionBit(kReturns, true)) != 0;
  return returned || (!sold && (directions & kSeconds) != 0);
}

bool IsDirectionLetter(std::string_view cell) {
  // Words that are also states of America (MA, UT), countries, codes or other words of some language.
  static constexpr std::string_view kCodes[] = {"ma",  "ut", "wn",  "re",  "gs",  "cn",   "inv",  "crn", "crm",
                                                "cm",  "sl", "rt",  "e1",  "b1",  "pz",   "wz",   "ra",  "ind",
                                                "inn", "ud", "chi", "thu", "dal", "meno", "otto", "pano"};
  const std::string word = DirectionWord(cell);
  return IsListed(word, kCodes) || (word.size() == 1 && word != "+" && word != "-");
}

bool IsDirectionName(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "drcr",         "crdr",         "dc",          "cd",        "sh",
      "sollhaben",    "shkzg",        "debitcredit", "sign",      "type",
      "side",         "typ",          "art",         "ind",       "debetcredit",
      "vorzeichen",   "dchl",         "creditdebit", "direction", "transactiontype",
      "buysell",      "sens",         "segno",       "riktning",  "strona",
      "tipo",         "io",           "inout",       "flow",      "doctype",
      "documenttype", "doc",          "document",    "richtung",  "kennzeichen",
      "belegart",     "bewegungsart", "vorgang",     "movement",  "movementtype",
      "movimiento",   "movimento",    "mouvement",   "channel",   "suffix",
      "nmisuffix",    "register"};
  return IsListed(LooseName(name), kNames);
}

bool AsksForSign(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "sign",        "isreturn",   "isrefund",    "return",        "refund",     "returned",     "refunded",
      "iscancelled", "iscanceled", "canceled",    "cancelled",     "void",       "voided",       "isvoid",
      "isvoided",    "isreversal", "reversed",    "deleted",       "isstorno",   "isdeleted",    "storno",
      "reversal",    "isreversed", "isreturned",  "isrefunded",    "direction",  "inout",        "inorout",
      "io",          "drcr",       "debitcredit", "isdebit",       "iscredit",   "buysell",      "iscreditnote",
      "creditnote",  "creditmemo", "retoure",     "ruckgabe",      "gutschrift", "storniert",    "istretoure",
      "avoir",       "estavoir",   "retour",      "remboursement", "annule",     "devolucion",   "esdevolucion",
      "reembolso",   "anulado",    "cancelado",   "reso",          "rimborso",   "annullato",    "devolucao",
      "estorno",     "zwrot",      "retur",       "iade",          "iptal",      "возврат",      "отменен",
      "сторно",      "退货",       "返品",        "取消",          "chargeback", "ischargeback", "sens",
      "segno",       "vorzeichen"};
  return IsListed(LooseName(name), kNames);
}

Directions DirectionsOfFlag(std::string_view cell, bool signs) {
  constexpr int kReturns = 1, kPlusAndMinus = 5;
  static constexpr std::string_view kYes[] = {"1",    "1.0",       "true", "yes",        "y",     "t",     "x",
                                              "ja",   "oui",       "si",   "j",          "sim",   "tak",   "evet",
                                              "da",   "да",        "是",   "igen",       "ano",   "kylla", "wahr",
                                              "vrai", "verdadero", "vero", "verdadeiro", "prawda"};
  static constexpr std::string_view kNo[] = {"0",   "0.0", "false", "no",     "n",    "f",     "nein", "non",
                                             "nao", "nie", "hayir", "nu",     "нет",  "否",    "nem",  "ne",
                                             "ei",  "nee", "nej",   "falsch", "faux", "falso", "falsz"};
  const std::string word = DirectionWord(cell);
  const bool yes = IsListed(word, kYes), no = IsListed(word, kNo);
  if (word == "-1" || word == "-1.0" || (signs && no)) return DirectionBit(kPlusAndMinus, true);
  if (word == "+1" || (signs && yes)) return DirectionBit(kPlusAndMinus, false);
  return yes ? DirectionBit(kReturns, true) : no ? DirectionBit(kReturns, false) : Directions{0};
}

}  // namespace fitd
