// What R's forecast and statsforecast computed for the M3 series (reference/README.md beside the data says how), for
// golden tests.
#pragma once

#include <zlib.h>

#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace fitd::m3 {

struct ReferenceFit {
  std::string model;  // "ETS(M,Ad,M)", "ARIMA(0,1,1)(0,0,0)[12]+drift"
  double aicc = 0;
  double loglik = 0;
  double sigma2 = 0;
  int num_parameters = 0;  // with the variance
  std::vector<std::pair<std::string, double>> parameters;
  std::vector<double> forecast;
};

inline std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::stringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

// A line: target,"model",aicc,aic,bic,loglik,sigma2,npar,cpu_s,name=value;...,value;...
inline std::pair<std::string, ReferenceFit> ParseReference(const std::string& line) {
  const std::size_t open = line.find('"');
  const std::size_t close = line.find('"', open + 1);
  const std::vector<std::string> fields = Split(line.substr(close + 2), ',');
  ReferenceFit fit;
  fit.model = line.substr(open + 1, close - open - 1);
  fit.aicc = std::stod(fields.at(0));
  fit.loglik = std::stod(fields.at(3));
  fit.sigma2 = std::stod(fields.at(4));
  fit.num_parameters = std::stoi(fields.at(5));
  for (const std::string& item : Split(fields.at(7), ';')) {
    const std::size_t equals = item.find('=');
    fit.parameters.emplace_back(item.substr(0, equals), std::stod(item.substr(equals + 1)));
  }
  for (const std::string& value : Split(fields.at(8), ';')) fit.forecast.push_back(std::stod(value));
  return {line.substr(0, line.find(',')), std::move(fit)};
}

// By target; `name` as "R-ets-monthly". Empty when the file is not there.
inline std::map<std::string, ReferenceFit> ReadReference(const std::string& shared_dir, const std::string& name) {
  std::map<std::string, ReferenceFit> fits;
  const gzFile file = gzopen((shared_dir + "/reference/" + name + ".csv.gz").c_str(), "rb");
  if (file == nullptr) return fits;
  std::string buffer(1 << 20, '\0');
  gzgets(file, buffer.data(), static_cast<int>(buffer.size()));
  while (gzgets(file, buffer.data(), static_cast<int>(buffer.size())) != nullptr) {
    fits.insert(ParseReference(buffer.substr(0, buffer.find('\0'))));
  }
  gzclose(file);
  return fits;
}

}  // namespace fitd::m3
