#include "daemon/ui/ui_request.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "common/ascii.h"
#include "daemon/report/report_page.h"
#include "daemon/ui/page_files.h"

namespace fitd {
namespace {

// "/v1/jobs/NAME/start" and "/v1/runs/NUMBER/cancel": what may be posted. The daemon checks the name.
bool IsAction(std::string_view target) {
  constexpr std::string_view kJobs = "/v1/jobs/";
  constexpr std::string_view kStart = "/start";
  constexpr std::string_view kRuns = "/v1/runs/";
  constexpr std::string_view kCancel = "/cancel";
  const auto between = [target](std::string_view before, std::string_view behind) {
    return target.substr(before.size(), target.size() - before.size() - behind.size());
  };
  if (target.starts_with(kJobs) && target.ends_with(kStart) && target.size() > kJobs.size() + kStart.size()) {
    return between(kJobs, kStart).find('/') == std::string_view::npos;
  }
  return target.starts_with(kRuns) && target.ends_with(kCancel) && target.size() > kRuns.size() + kCancel.size() &&
         AllDigits(between(kRuns, kCancel));
}

// In time that does not depend on where they differ.
bool SameToken(std::string_view given, std::string_view token) {
  if (given.size() != token.size() || token.empty()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < token.size(); ++i) {
    difference |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(token[i]);
  }
  return difference == 0;
}

bool IsOurs(std::string_view host, const UiIdentity& identity) {
  const std::string port = ":" + std::to_string(identity.port);
  const auto named = [&](std::string_view name) {
    return host == std::string(name) + port || (identity.port == 80 && host == name);
  };
  return named(identity.address) || named("localhost");
}

const UiFile* FindFile(std::string_view path) {
  static const std::string& style = *new std::string(std::string(BaseStyle()) + std::string(kAppStyle));
  static const std::array<std::pair<std::string_view, UiFile>, 8> files = {{
      {"/", {"text/html; charset=utf-8", kIndexPage}},
      {"/app.js", {"text/javascript; charset=utf-8", kAppScript}},
      {"/anomalies.js", {"text/javascript; charset=utf-8", kAnomalyScript}},
      {"/charts.js", {"text/javascript; charset=utf-8", kHelperScript}},
      {"/app.css", {"text/css; charset=utf-8", style}},
      {"/uPlot.js", {"text/javascript; charset=utf-8", kChartScript}},
      {"/uPlot.css", {"text/css; charset=utf-8", kChartStyle}},
      {"/uPlot.LICENSE", {"text/plain; charset=utf-8", kChartLicense}},
  }};
  for (const auto& [name, file] : files) {
    if (name == path) return &file;
  }
  return nullptr;
}

}  // namespace

std::variant<UiFile, UiForward, UiRefusal> DecideUi(const UiRequest& request, const UiIdentity& identity) {
  if (!IsOurs(request.host, identity)) {
    return UiRefusal{421,
                     "this server is not called '" + request.host.substr(0, 100) + "'; use the address it printed"};
  }
  if (!request.origin.empty() && request.origin != "http://" + request.host) {
    return UiRefusal{403, "a page of another site may not ask this server"};
  }
  const bool own = request.fetch_site.empty() || request.fetch_site == "same-origin" || request.fetch_site == "none";
  if (!own) return UiRefusal{403, "a page of another site may not ask this server"};
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  if (request.method == "POST") {
    if (!IsAction(path)) return UiRefusal{404, "nothing can be posted there"};
    if (!SameToken(request.token, identity.token)) {
      return UiRefusal{403, "starting and cancelling need the token of the address that fitd ui has printed"};
    }
    return UiForward{request.method, request.target};
  }
  if (request.method != "GET" && request.method != "HEAD") {
    return UiRefusal{405, "only GET, HEAD and POST are known here"};
  }
  if (const UiFile* file = FindFile(path)) return *file;
  if (path.starts_with("/v1/")) return UiForward{request.method, request.target};
  return UiRefusal{404, "there is no such page"};
}

std::string_view UiSecurityHeaders() {
  return "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
         "img-src "
         "data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
         "X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n"
         "Cross-Origin-Resource-Policy: same-origin\r\nCross-Origin-Opener-Policy: same-origin\r\n";
}

std::string MakeUiToken() {
  std::array<unsigned char, 16> bytes{};
  std::size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t more = ::getrandom(bytes.data() + got, bytes.size() - got, 0);
    if (more > 0) got += static_cast<std::size_t>(more);
  }
  std::string token;
  for (const unsigned char byte : bytes) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", byte);
    token += digits.data();
  }
  return token;
}

}  // namespace fitd
