#include "daemon/ui/ui_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fitd::ui_request_test {
namespace {

const UiIdentity kIdentity = {"127.0.0.1", 8088, "0123456789abcdef0123456789abcdef"};

UiRequest Get(const std::string& target) {
  UiRequest request;
  request.method = "GET";
  request.target = target;
  request.host = "127.0.0.1:8088";
  return request;
}

UiRequest Post(const std::string& target) {
  UiRequest request = Get(target);
  request.method = "POST";
  request.origin = "http://127.0.0.1:8088";
  request.token = kIdentity.token;
  return request;
}

int Refused(const UiRequest& request) {
  const auto decided = DecideUi(request, kIdentity);
  const auto* refusal = std::get_if<UiRefusal>(&decided);
  return refusal == nullptr ? 0 : refusal->http_status;
}

TEST(UiRequest, ThePageIsServedAndReadingPassedOn) {
  EXPECT_TRUE(std::holds_alternative<UiFile>(DecideUi(Get("/"), kIdentity)));
  EXPECT_TRUE(std::holds_alternative<UiFile>(DecideUi(Get("/app.js?x"), kIdentity)));
  const auto call = DecideUi(Get("/v1/runs?limit=3"), kIdentity);
  ASSERT_TRUE(std::holds_alternative<UiForward>(call));
  EXPECT_EQ(std::get<UiForward>(call).target, "/v1/runs?limit=3");
  EXPECT_EQ(Refused(Get("/etc/passwd")), 404);
  EXPECT_EQ(Refused(Get("/metrics")), 404);
}

TEST(UiRequest, AnotherNameForThisHostIsRefused) {
  for (const char* host :
       {"evil.example:8088", "127.0.0.1", "127.0.0.1:80", "", "localhost", "127.0.0.1:8088.evil.example"}) {
    UiRequest request = Get("/");
    request.host = host;
    EXPECT_EQ(Refused(request), 421) << host;
  }
  UiRequest request = Get("/");
  request.host = "localhost:8088";
  EXPECT_EQ(Refused(request), 0);
}

TEST(UiRequest, OtherSitesMayNeitherReadNorWrite) {
  for (const UiRequest& asked : {Get("/v1/runs"), Post("/v1/jobs/cpu/start")}) {
    UiRequest request = asked;
    request.origin = "http://evil.example";
    EXPECT_EQ(Refused(request), 403);
    request.origin = "null";
    EXPECT_EQ(Refused(request), 403);
    request.origin.clear();
    request.fetch_site = "cross-site";
    EXPECT_EQ(Refused(request), 403);
    request.fetch_site = "same-site";  // another port of this host
    EXPECT_EQ(Refused(request), 403);
  }
}

TEST(UiRequest, ActionsNeedTheTokenAndNothingElseCanBePosted) {
  EXPECT_EQ(Refused(Post("/v1/jobs/cpu/start")), 0);
  EXPECT_EQ(Refused(Post("/v1/runs/12/cancel")), 0);
  for (const char* token : {"", "0", "0123456789abcdef0123456789abcdee"}) {
    UiRequest request = Post("/v1/jobs/cpu/start");
    request.token = token;
    EXPECT_EQ(Refused(request), 403) << token;
  }
  for (const char* target : {"/v1/jobs/a/b/start", "/v1/jobs//start", "/v1/runs/x/cancel", "/v1/runs/1", "/"}) {
    EXPECT_EQ(Refused(Post(target)), 404) << target;
  }
  UiRequest request = Post("/v1/jobs/cpu/start");
  request.method = "DELETE";
  EXPECT_EQ(Refused(request), 405);
  request.method = "HEAD";
  EXPECT_EQ(Refused(request), 0);
}

TEST(UiRequest, TokensDiffer) {
  EXPECT_EQ(MakeUiToken().size(), 32U);
  EXPECT_NE(MakeUiToken(), MakeUiToken());
}

}  // namespace
}  // namespace fitd::ui_request_test
