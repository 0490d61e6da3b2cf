#include "daemon/output/export_run.h"

#include "common/number_format.h"
#include "common/text.h"
#include "daemon/output/model_text.h"

namespace fitd {
namespace {

constexpr char kCsvHeader[] =
    "target,start,step,n,target_status,target_reason,seasons,algorithm,spec,status,reason,loglik,aic,aicc,bic,sigma2,"
    "parameters,states,payload\n";

std::string_view TimeFormatName(TimeFormat format) {
  switch (format) {
    case TimeFormat::kDate:
      return "date";
    case TimeFormat::kDateTime:
      return "datetime";
    case TimeFormat::kDateTimeZ:
      return "datetime-z";
    case TimeFormat::kEpochSeconds:
      return "epoch-seconds";
    case TimeFormat::kEpochMillis:
      return "epoch-millis";
    case TimeFormat::kPattern:
      return "pattern";
    case TimeFormat::kEpochMicros:
      return "epoch-micros";
    case TimeFormat::kEpochNanos:
      return "epoch-nanos";
    case TimeFormat::kCount:
      return "count";
    case TimeFormat::kDecimalYear:
      return "decimal-year";
    case TimeFormat::kExcel:
      return "excel";
    case TimeFormat::kSince:
      return "since";
  }
  return "unknown";
}

std::string Seasons(const std::vector<int>& seasons, char separator) {
  std::string text;
  for (const int season : seasons) {
    if (!text.empty()) text += separator;
    AppendInteger(text, season);
  }
  return text;
}

void AppendKey(std::string& out, std::string_view key, std::string_view value) {
  out += key;
  AppendJsonText(out, value);
}

void AppendJsonBlob(std::string& out, std::string_view key, std::string_view value) {
  out += key;
  out += '"';
  AppendBase64(out, value);
  out += '"';
}

void AppendJsonModel(std::string& out, const FitOutcome& outcome) {
  const Model& model = outcome.model;
  AppendKey(out, "{\"algorithm\":", model.algorithm);
  AppendKey(out, ",\"spec\":", model.spec);
  AppendKey(out, ",\"status\":", FitStatusName(outcome.status));
  AppendKey(out, ",\"reason\":", outcome.reason);
  out += ",\"n\":";
  AppendUnsigned(out, model.num_observations);
  AppendJsonCriteria(out, model.criteria);
  out += ",\"parameters\":";
  AppendJsonParameters(out, model);
  out += ",\"states\":";
  AppendJsonStates(out, model);
  AppendJsonBlob(out, ",\"payload\":", model.payload);
  out += '}';
}

Status AppendJsonTarget(std::string& out, const TargetRecord& target) {
  AppendKey(out, "{\"target\":", target.id);
  AppendKey(out, ",\"start\":", FormatTime(target.grid.start, TimeFormat::kDateTimeZ));
  AppendKey(out, ",\"step\":", FormatStep(target.grid.step));
  out += ",\"n\":";
  AppendUnsigned(out, target.num_values);
  AppendKey(out, ",\"status\":", FitStatusName(target.status));
  AppendKey(out, ",\"reason\":", target.reason);
  out += ",\"seasons\":[" + Seasons(target.seasons, ',') + "]";
  AppendJsonBlob(out, ",\"validation\":", target.validation);
  out += ",\"models\":[";
  for (std::size_t i = 0; i < target.models.size(); ++i) {
    FITD_ASSIGN_OR_RETURN(const FitOutcome outcome, DecodeOutcome(target.models[i].archive));
    if (i > 0) out += ',';
    AppendJsonModel(out, outcome);
  }
  out += "]}";
  return OkStatus();
}

Status ExportJson(const Store& store, const RunInfo& run, OutputSink& out) {
  std::string& text = out.text();
  text += "{\"format\":\"fitd-export\",\"version\":1,\"horizon\":";
  AppendInteger(text, run.header.horizon);
  AppendKey(text, ",\"target_column\":", run.header.target_column);
  AppendKey(text, ",\"time_column\":", run.header.time_column);
  AppendKey(text, ",\"value_column\":", run.header.value_column);
  AppendKey(text, ",\"time_format\":", TimeFormatName(run.header.time_format));
  // Only written when set, so that exports of older stores keep their bytes.
  if (!run.header.time_pattern.empty()) AppendKey(text, ",\"time_pattern\":", run.header.time_pattern);
  if (!run.header.time_zone.empty()) AppendKey(text, ",\"time_zone\":", run.header.time_zone);
  text += ",\"globals\":[";
  FITD_ASSIGN_OR_RETURN(const std::vector<std::string> names, store.GlobalNames(run.run));
  for (const std::string& name : names) {
    FITD_ASSIGN_OR_RETURN(const std::string value, store.GetGlobal(run.run, name));
    AppendKey(text, &name == &names.front() ? "{\"name\":" : ",{\"name\":", name);
    AppendJsonBlob(text, ",\"value\":", value);
    text += '}';
  }
  text += "],\"targets\":[";
  bool first = true;
  FITD_RETURN_IF_ERROR(store.ForEachTarget(run.run, {}, [&](const TargetRecord& target) -> Status {
    text += first ? "\n" : ",\n";
    first = false;
    FITD_RETURN_IF_ERROR(
        AppendJsonTarget(text, target).WithContext(store.path() + ": target " + std::string(target.id)));
    return out.Drain();
  }));
  text += "\n]}\n";
  return out.Flush();
}

std::string CsvParameters(const Model& model) {
  std::string text;
  for (const NamedValue& parameter : model.parameters) {
    text += (text.empty() ? "" : " ") + parameter.name + "=";
    AppendNumber(text, parameter.value);
  }
  return text;
}

std::string CsvStates(const Model& model) {
  std::string text;
  for (const NamedVector& state : model.states) {
    text += (text.empty() ? "" : " ") + state.name + "=";
    for (std::size_t i = 0; i < state.values.size(); ++i) {
      if (i > 0) text += '|';
      AppendNumber(text, state.values[i]);
    }
  }
  return text;
}

void AppendCsvModel(std::string& out, const FitOutcome& outcome) {
  const Model& model = outcome.model;
  for (const std::string_view field : {std::string_view(model.algorithm), std::string_view(model.spec),
                                       FitStatusName(outcome.status), std::string_view(outcome.reason)}) {
    AppendCsvField(out, field);
    out += ',';
  }
  out.pop_back();
  AppendCsvCriteria(out, model.criteria);
  out += ',';
  AppendCsvField(out, CsvParameters(model));
  out += ',';
  AppendCsvField(out, CsvStates(model));
  out += ',';
  AppendBase64(out, model.payload);
  out += '\n';
}

Status AppendCsvTarget(std::string& out, const TargetRecord& target) {
  std::string head;
  AppendCsvField(head, target.id);
  head += ',' + FormatTime(target.grid.start, TimeFormat::kDateTimeZ) + ',' + FormatStep(target.grid.step) + ',';
  AppendUnsigned(head, target.num_values);
  head += ',';
  head += FitStatusName(target.status);
  head += ',';
  AppendCsvField(head, target.reason);
  head += ',' + Seasons(target.seasons, ' ') + ',';
  if (target.models.empty()) out += head + ",,,,,,,,,,,\n";
  for (const ModelRecord& record : target.models) {
    FITD_ASSIGN_OR_RETURN(const FitOutcome outcome, DecodeOutcome(record.archive));
    out += head;
    AppendCsvModel(out, outcome);
  }
  return OkStatus();
}

Status ExportCsv(const Store& store, const RunInfo& run, OutputSink& out) {
  out.text() += kCsvHeader;
  FITD_RETURN_IF_ERROR(store.ForEachTarget(run.run, {}, [&](const TargetRecord& target) -> Status {
    FITD_RETURN_IF_ERROR(
        AppendCsvTarget(out.text(), target).WithContext(store.path() + ": target " + std::string(target.id)));
    return out.Drain();
  }));
  return out.Flush();
}

}  // namespace

Status ExportRun(const Store& store, const RunInfo& run, ExportFormat format, OutputSink& out) {
  return format == ExportFormat::kJson ? ExportJson(store, run, out) : ExportCsv(store, run, out);
}

}  // namespace fitd
