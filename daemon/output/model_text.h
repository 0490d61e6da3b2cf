// Parts of the text of a model that export and `fitd models` share. Daemon process; pure.
#pragma once

#include <string>
#include <string_view>

#include "common/fit/model_archive.h"

namespace fitd {

// {"alpha":0.1,...} and {"level":[1],...}; repeated names are kept.
void AppendJsonParameters(std::string& out, const Model& model);
void AppendJsonStates(std::string& out, const Model& model);

// ,"loglik":..,"aic":..,"aicc":..,"bic":..,"sigma2":..
void AppendJsonCriteria(std::string& out, const Criteria& criteria);
// ,loglik,aic,aicc,bic,sigma2
void AppendCsvCriteria(std::string& out, const Criteria& criteria);

}  // namespace fitd
