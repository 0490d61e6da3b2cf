#include "daemon/detect/event_list.h"

#include <gtest/gtest.h>

namespace fitd {
namespace {

Detection Row(double surprise, bool alert, bool unusual, AnomalyKind kind = AnomalyKind::kNone) {
  Detection row;
  row.expected = 10;
  row.surprise = surprise;
  row.alert = alert;
  row.unusual = unusual;
  row.kind = kind;
  row.sources = unusual ? 1 : 0;
  return row;
}

AnomalyEvent Event(const std::string& target, TimeNs start, double surprise = 4) {
  AnomalyEvent event;
  event.target = target;
  event.start = event.end = start;
  event.surprise = surprise;
  return event;
}

TEST(EventFollower, JoinsUnusualRowsIntoOneEventWithTheNumbersOfItsPeak) {
  std::vector<AnomalyEvent> events;
  EventFollower follower("a");
  follower.Add(1, 10, Row(0.1, false, false), events);
  follower.Add(2, 20, Row(4, true, true, AnomalyKind::kSpike), events);
  follower.Add(3, 30, Row(6, false, true), events);
  follower.Add(4, 10, Row(0.2, false, false), events);
  follower.Add(5, 15, Row(3.6, false, true), events);
  EXPECT_TRUE(events.empty());
  follower.End(events);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].start, 2);
  EXPECT_EQ(events[0].end, 5);
  EXPECT_EQ(events[0].peak, 3);
  EXPECT_EQ(events[0].value, 30);
  EXPECT_EQ(events[0].observations, 3U);
  EXPECT_TRUE(events[0].up);
  EXPECT_EQ(events[0].kind, AnomalyKind::kSpike);
}

TEST(EventFollower, CallsASpikeThatLastsALevel) {
  std::vector<AnomalyEvent> events;
  EventFollower follower("a");
  for (TimeNs t = 0; t < 20; ++t) follower.Add(t, 20, Row(4, t == 0, true, AnomalyKind::kSpike), events);
  follower.End(events);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, AnomalyKind::kLevel);
}

TEST(MergeFleetEvents, JoinsEventsOfManyTargetsAtOnce) {
  std::vector<AnomalyEvent> events = {Event("a", 7), Event("b", 7, 9), Event("c", 7), Event("d", 7),
                                      Event("d", 9), Event("e", 7),    Event("f", 5)};
  MergeFleetEvents(events, 6);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].target, "f");
  EXPECT_EQ(events[1].target, "*");
  EXPECT_TRUE(events[1].fleet);
  EXPECT_EQ(events[1].observations, 5U);
  EXPECT_EQ(events[1].surprise, 9);
  EXPECT_EQ(events[2].target, "d");
}

TEST(MergeFleetEvents, LeavesAFewOfManyTargetsAlone) {
  std::vector<AnomalyEvent> events = {Event("a", 7), Event("b", 7), Event("c", 7), Event("d", 7), Event("e", 7)};
  MergeFleetEvents(events, 200);
  EXPECT_EQ(events.size(), 5U);
}

TEST(AppendEvent, WritesCsvAndJsonWithTheSameNumbers) {
  AnomalyEvent event = Event("a,b", 0, 4);
  event.kind = AnomalyKind::kDip;
  event.sources = 5;
  event.observations = 2;
  std::string csv;
  AppendEventCsv(csv, event, {TimeFormat::kEpochSeconds, "", ""});
  EXPECT_EQ(csv.substr(0, 23), "\"a,b\",0,0,0,down,dip,0,");
  EXPECT_TRUE(csv.ends_with(",1e-04,2,models+profile\n")) << csv;
  std::string json;
  AppendEventJson(json, event, {TimeFormat::kEpochSeconds, "", ""});
  EXPECT_NE(json.find("\"target\":\"a,b\",\"start\":0,"), std::string::npos) << json;
  EXPECT_NE(json.find("\"kind\":\"dip\""), std::string::npos) << json;
}

}  // namespace
}  // namespace fitd
