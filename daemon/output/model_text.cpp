#include "daemon/output/model_text.h"

#include "common/number_format.h"
#include "common/text.h"

namespace fitd {
namespace {

// A key has to be text, which the name of a plugin's number need not be.
void AppendJsonKey(std::string& out, std::string_view name) {
  if (IsUtf8(name)) return AppendJsonText(out, name);
  std::string printable;
  AppendPrintable(printable, name);
  AppendJsonText(out, printable);
}

}  // namespace

void AppendJsonParameters(std::string& out, const Model& model) {
  out += '{';
  for (const NamedValue& parameter : model.parameters) {
    if (&parameter != &model.parameters.front()) out += ',';
    AppendJsonKey(out, parameter.name);
    out += ':';
    AppendJsonNumber(out, parameter.value);
  }
  out += '}';
}

void AppendJsonStates(std::string& out, const Model& model) {
  out += '{';
  for (const NamedVector& state : model.states) {
    if (&state != &model.states.front()) out += ',';
    AppendJsonKey(out, state.name);
    out += ":[";
    for (std::size_t i = 0; i < state.values.size(); ++i) {
      if (i > 0) out += ',';
      AppendJsonNumber(out, state.values[i]);
    }
    out += ']';
  }
  out += '}';
}

void AppendJsonCriteria(std::string& out, const Criteria& criteria) {
  const std::pair<const char*, double> fields[] = {{",\"loglik\":", criteria.loglik},
                                                   {",\"aic\":", criteria.aic},
                                                   {",\"aicc\":", criteria.aicc},
                                                   {",\"bic\":", criteria.bic},
                                                   {",\"sigma2\":", criteria.sigma2}};
  for (const auto& [key, value] : fields) {
    out += key;
    AppendJsonNumber(out, value);
  }
}

void AppendCsvCriteria(std::string& out, const Criteria& criteria) {
  for (const double value : {criteria.loglik, criteria.aic, criteria.aicc, criteria.bic, criteria.sigma2}) {
    out += ',';
    AppendNumber(out, value);
  }
}

}  // namespace fitd
