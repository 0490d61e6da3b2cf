// What the live page's server does with a request: a file of the page, a call of the daemon, or a refusal. Pure: no
// socket. Everything here reads bytes that any program of this host or any web site may have chosen.
//
// The rules. Host must name the address that is listened on, so that a name of another site that leads here (DNS
// rebinding) is of no use. Origin and Sec-Fetch-Site, when they are there, must say that the page itself asks, so that
// no other site can ask through a browser. What changes anything is a POST with the token in X-Fitd-Token, which only
// whoever started the server was shown, and which no other site can send.
#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace fitd {

struct UiRequest {
  std::string method;
  std::string target;
  std::string host;  // of the headers; empty: not there
  std::string origin;
  std::string fetch_site;
  std::string token;
};

struct UiIdentity {
  std::string address;  // "127.0.0.1" or "[::1]"
  int port = 0;
  std::string token;
};

struct UiFile {
  std::string_view content_type;
  std::string_view body;
};
struct UiForward {
  std::string method;
  std::string target;
};
struct UiRefusal {
  int http_status = 400;
  std::string message;
};

std::variant<UiFile, UiForward, UiRefusal> DecideUi(const UiRequest& request, const UiIdentity& identity);

// The headers that every answer has, each with its line end.
std::string_view UiSecurityHeaders();

// 128 random bits as hex digits.
std::string MakeUiToken();

}  // namespace fitd
