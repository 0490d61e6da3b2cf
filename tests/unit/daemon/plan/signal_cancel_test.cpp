#include "daemon/plan/signal_cancel.h"

#include <gtest/gtest.h>

#include <csignal>
#include <memory>

namespace fitd {
namespace {

// An update of data that were refused, and a Ctrl-C just then, said "what was finished is saved, the same command goes
// on" with exit 130.
TEST(SignalCancel, WhatIsRefusedIsNotEndedByASignal) {
  Result<std::unique_ptr<SignalCancel>> installed = SignalCancel::Install();
  ASSERT_TRUE(installed.ok());
  const SignalCancel& cancel = **installed;
  const Status stopped(StatusCode::kCancelled, "interrupted");
  EXPECT_FALSE(cancel.Ended(stopped)) << "no signal has come";
  ASSERT_EQ(std::raise(SIGINT), 0);
  EXPECT_EQ(cancel.ExitCode(), 130);
  for (const StatusCode code :
       {StatusCode::kCancelled, StatusCode::kWorkerLost, StatusCode::kIo, StatusCode::kInternal, StatusCode::kBusy}) {
    EXPECT_TRUE(cancel.Ended({code, "stopped"}));
  }
  for (const StatusCode code : {StatusCode::kUsage, StatusCode::kInvalidInput, StatusCode::kNotFound,
                                StatusCode::kBadConfig, StatusCode::kPermission, StatusCode::kCorrupt}) {
    EXPECT_FALSE(cancel.Ended({code, "refused"}));
  }
}

}  // namespace
}  // namespace fitd
