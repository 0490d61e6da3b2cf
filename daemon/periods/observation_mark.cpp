#include "daemon/periods/observation_mark.h"

#include <algorithm>
#include <string>

#include "common/ascii.h"
#include "daemon/periods/period_words.h"

namespace fitd {

std::string_view WithoutMark(std::string_view name) {
  static constexpr std::string_view kMarks[] = {"*",        "\xe2\x80\xa0", "\xe2\x80\xa1",
                                                "\xc2\xb9", "\xc2\xb2",     "\xc2\xb3"};
  static constexpr std::string_view kWords[] = {"p",       "e",           "r",           "a",         "b",
                                                "c",       "d",           "s",           "u",         "est",
                                                "est.",    "prov",        "prov.",       "prel",      "prel.",
                                                "rev",     "rev.",        "estimate",    "actual",    "final",
                                                "revised", "preliminary", "provisional", "estimated", "vorl\u00e4ufig"};
  constexpr std::size_t kLongestNote = 2;  // digits
  std::string_view rest = name;
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view mark : kMarks) {
      if (rest.ends_with(mark)) rest.remove_suffix(mark.size()), more = true;
    }
  }
  rest = TrimBlanks(rest);
  if (rest.size() < name.size()) return rest;
  const bool enclosed = rest.ends_with(')') || rest.ends_with(']');
  const std::size_t open = enclosed ? rest.find_last_of("([") : std::string_view::npos;
  if (enclosed && open == std::string_view::npos) return {};
  std::size_t begin = open;
  if (!enclosed) {
    begin = rest.size();
    while (begin > 0 && !IsDigit(rest[begin - 1]) && rest[begin - 1] != ' ') --begin;
  }
  const std::string_view note = enclosed ? rest.substr(open + 1, rest.size() - open - 2) : rest.substr(begin);
  const bool number = enclosed && !note.empty() && note.size() <= kLongestNote &&
                      std::all_of(note.begin(), note.end(), [](char c) { return IsDigit(c); });
  std::string word = LowerCase(note);
  if (note == "B" || note == "F") word.clear();
  if (!number && std::find(std::begin(kWords), std::end(kWords), word) == std::end(kWords)) return {};
  return TrimBlanks(rest.substr(0, begin));
}

TimeMark MarkOfTime(std::string_view text) {
  const std::string_view bare = WithoutMark(text);
  if (bare.empty()) return TimeMark::kNone;
  std::string_view mark = TrimBlanks(text.substr(bare.size()));
  if (mark.size() > 2 && (mark.front() == '(' || mark.front() == '[')) mark = mark.substr(1, mark.size() - 2);
  if (mark == "E" || mark == "P") return TimeMark::kToCome;
  const std::string word = LowerCase(mark);
  if (word.starts_with("est")) return TimeMark::kToCome;
  if (word == "a" || word == "actual" || word == "final") return TimeMark::kObserved;
  const bool unsure = word == "e" || word == "p" || word == "*" || word.starts_with("prov") || word.starts_with("prel");
  return unsure ? TimeMark::kUnsure : TimeMark::kOther;
}

bool SaysSinceWhenToCome(std::string_view name) {
  const std::string lower = LowerCase(name);
  const auto has = [&lower](std::string_view words) { return lower.find(words) != std::string::npos; };
  const bool begins = has("start") || has("begin") || has("after");
  return (begins && (has("estimate") || has("forecast") || has("projection"))) || has("last actual") ||
         has("latest actual");
}

namespace {

// FC, FC01 and LE3 (latest estimate), and 4+8: months that are past and to come.
bool IsForecastNumber(std::string_view word) {
  constexpr std::size_t kLongest = 5;
  if (word.size() < 2 || word.size() > kLongest) return false;
  if (word == "fc" || ((word.starts_with("fc") || word.starts_with("le")) && AllDigits(word.substr(2)))) return true;
  const std::size_t plus = word.find('+');
  if (plus == std::string_view::npos || plus == 0 || plus + 1 == word.size()) return false;
  const std::string_view past = word.substr(0, plus), rest = word.substr(plus + 1);
  return AllDigits(past) && AllDigits(rest) && std::stoi(std::string(past)) + std::stoi(std::string(rest)) == 12;
}

}  // namespace

bool IsStageToCome(std::string_view text) {
  static constexpr std::string_view kStages =
      " forecast forecasts forecasted forecasting fcst fcsts bud plan plans planned budget budgets budgeted budgete "
      "predicted predict prediction predictions projected proj projection projections outlook variant scenario "
      "anticipated expected fcast nowcast nowcasts simulated simulation modelled modeled future upcoming "
      "prognose prognosen prognosis prognostiziert hochrechnung erwartung erwartet geplant planung planwert planwerte "
      "prevu prevue previsionnel prevision previsions prevision projete planifie attendu "
      "pronosticado pronostico pronosticos ppto presupuesto presupuestado planificado previsto proyeccion proyectado "
      "orcado orcamento previsao planejado planeado projecao projetado "
      "preventivo previsione previsioni pianificato begroting begroot raming verwacht verwachting gepland "
      "prognos prognoser planerad forvantad budsjett budsjettert planlagt forventet ennuste suunnitelma budjetti "
      "prognoza prognozowane planowane planowany budzet szacunek predpoved predpoklad rozpocet planovano odhad "
      "prognoos terv tervezett elorejelzes koltsegvetes butce tahmin tahmini ongoru planlanan buget planificat "
      "anggaran rencana prakiraan perkiraan ramalan "
      "планируемый плановый план прогноз прогнозный бюджет ожидаемый кошторис "
      "πρόβλεψη Πρόβλεψη προϋπολογισμός Προϋπολογισμός σχέδιο Σχέδιο "
      "متوقع توقع توقعات خطة ميزانية תחזית תקציב תכנון คาดการณ์ แผน งบประมาณ अनुमान पूर्वानुमान बजट "
      "予算 計画 予測 予想 予定 見込 見込み 見通し 預測 預算 計劃 計畫 计划 预算 预测 预计 规划 계획 예산 예측 예상 "
      "전망 ";
  const std::string folded = FoldWord(TrimBlanks(text));
  for (std::size_t begin = 0; begin < folded.size();) {
    const std::size_t end = std::min(folded.find_first_of(" -_", begin), folded.size());
    std::string_view bare = std::string_view(folded).substr(begin, end - begin);
    if (bare.ends_with('.')) bare.remove_suffix(1);
    const std::string word = " " + std::string(bare) + " ";
    if (word.size() > 2 && kStages.find(word) != std::string_view::npos) return true;
    if (IsForecastNumber(bare)) return true;
    begin = end + 1;
  }
  return false;
}

bool IsStageWord(std::string_view text) {
  static constexpr std::string_view kPast =
      " actual actuals actl act ist istwert istwerte observed observation observations obs history historical historic "
      "hist measured measurement recorded analysis gemessen beobachtet tatsachlich real realised realized "
      "realisatie realisation realise realisee reel reelle constate mesure mesuree observe werkelijk werkelijke "
      "gerealiseerd gemeten realizado observado medido efectivo ejecutado efetivo executado consuntivo effettivo "
      "misurato osservato realizacja wykonanie zmierzone rzeczywiste rzeczywisty skutecnost skutecny skutocnost "
      "utfall faktisk faktiskt toteuma toteutunut teny tenyleges gerceklesen gerceklesme realizat realisasi aktual "
      "estimate estimates факт фактический фактическое измерено πραγματικό Πραγματικό απολογισμός Απολογισμός "
      "فعلي الفعلي בפועל ביצוע จริง वास्तविक 実績 實績 実測 観測 实际 实绩 实测 观测 實際 실적 실제 관측 ";
  std::string folded = FoldWord(TrimBlanks(text));
  if (folded.size() > 1 && folded.back() == '.') folded.pop_back();
  return kPast.find(" " + folded + " ") != std::string_view::npos || IsStageToCome(text);
}

bool IsStageBesideOthers(std::string_view text) {
  static constexpr std::string_view kWords =
      " final base baseline model target targets goal goals soll sollwert ziel zielwert objectif objetivo meta "
      "obiettivo "
      "doel doelstelling mal cel cil hedef tavoite backcast hindcast proposed reference цель 目標 目标 목표 ";
  const std::string folded = FoldWord(TrimBlanks(text));
  return !folded.empty() && kWords.find(" " + folded + " ") != std::string_view::npos;
}

bool AsksForStage(std::string_view name) {
  const std::string lower = LowerCase(TrimBlanks(name));
  if (lower == "a/f" || lower == "f/a") return true;
  const auto has = [&lower](std::string_view word) { return lower.find(word) != std::string::npos; };
  static constexpr std::string_view kNames[] = {
      "variant",   "scenario",   "split",         "subset",        "szenario",     "escenario",
      "cenario",   "scenariusz", "is_plan",       "isplan",        "is_budget",    "isbudget",
      "is_future", "isfuture",   "is_observed",   "isobserved",    "observed",     "is_hist",
      "ishist",    "historical", "is_historical", "ishistorical",  "is_simulated", "issimulated",
      "is_proj",   "is_history", "scénario",      "is_prediction", "isprediction"};
  return std::find(std::begin(kNames), std::end(kNames), lower) != std::end(kNames) || has("forecast") ||
         has("predicted") || has("projected") || has("prognose") || (has("actual") && has("estimate")) ||
         has("is_actual") || has("is actual") || lower == "isactual" || lower == "actual?" || has("projection");
}

bool IsStageFlag(std::string_view text) {
  static constexpr std::string_view kFlags[] = {
      "0",    "1",   "true",  "false", "yes",   "no",         "y",       "n",   "a",  "f",  "e",  "medium",
      "high", "low", "train", "test",  "valid", "validation", "holdout", "val", "ac", "pl", "py", "bu"};
  return std::find(std::begin(kFlags), std::end(kFlags), LowerCase(TrimBlanks(text))) != std::end(kFlags);
}

bool SaysToCome(std::string_view column, std::string_view cell) {
  if (IsStageToCome(cell)) return true;
  if (!AsksForStage(column)) return false;
  const std::string word = LowerCase(TrimBlanks(cell));
  const std::string name = LowerCase(column);
  const auto has = [&name](std::string_view part) { return name.find(part) != std::string::npos; };
  const bool past = has("actual") || has("observed") || has("hist");
  const bool yes = word == "1" || word == "true" || word == "yes" || word == "y";
  const bool no = word == "0" || word == "false" || word == "no" || word == "n";
  return word == "f" || (past ? no : yes);
}

bool IsSplitWord(std::string_view text) {
  static constexpr std::string_view kWords =
      " train training test testing val valid validation holdout in-sample out-of-sample insample outofsample "
      "in_sample "
      "out_of_sample ";
  const std::string word = LowerCase(TrimBlanks(text));
  return !word.empty() && kWords.find(" " + word + " ") != std::string_view::npos;
}

bool IsQualityWord(std::string_view text) {
  static constexpr std::string_view kWords =
      " good bad uncertain questionable suspect invalid valid gut schlecht unsicher ungultig bon mauvais incertain "
      "bueno malo incierto ";
  const std::string word = FoldWord(TrimBlanks(text));
  return !word.empty() && kWords.find(" " + word + " ") != std::string_view::npos;
}

}  // namespace fitd
