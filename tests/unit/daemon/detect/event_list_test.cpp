#include "daemon/detect/event_list.h"

#include <gtest/gtest.h>

namespace fitd::event_list_test {
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

TEST(EventFollower, EndsAnEventThatWasQuietAndNotBefore) {
  std::vector<AnomalyEvent> events;
  EventFollower follower("a");
  follower.Add(0, 20, Row(4, true, true, AnomalyKind::kSpike), events);
  for (TimeNs t = 1; t <= kEventQuiet; ++t) follower.Add(t, 10, Row(0.1, false, false), events);
  EXPECT_TRUE(events.empty());
  follower.Add(kEventQuiet + 1, 10, Row(0.1, false, false), events);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_FALSE(events[0].quiet.has_value());
  EXPECT_EQ(events[0].end, 0);
}

TEST(EventFollower, GoesOnInPiecesAsAtOnce) {
  const auto row = [](TimeNs t) { return Row(t == 7 ? 9 : 4, t == 2, t == 2 || t == 7, AnomalyKind::kSpike); };
  std::vector<AnomalyEvent> at_once;
  EventFollower whole("a");
  for (TimeNs t = 0; t < 40; ++t) whole.Add(t, static_cast<double>(t), row(t), at_once);
  ASSERT_EQ(at_once.size(), 1U);
  for (TimeNs cut = 1; cut < 40; ++cut) {
    std::vector<AnomalyEvent> events;
    EventFollower first("a");
    for (TimeNs t = 0; t < cut; ++t) first.Add(t, static_cast<double>(t), row(t), events);
    first.End(events);
    std::optional<AnomalyEvent> open;
    if (!events.empty() && events[0].quiet) open = events[0], events.clear();
    EventFollower second("a", open);
    for (TimeNs t = cut; t < 40; ++t) second.Add(t, static_cast<double>(t), row(t), events);
    second.End(events);
    ASSERT_EQ(events.size(), 1U) << cut;
    EXPECT_EQ(events[0].start, at_once[0].start);
    EXPECT_EQ(events[0].end, at_once[0].end);
    EXPECT_EQ(events[0].peak, at_once[0].peak);
    EXPECT_EQ(events[0].observations, at_once[0].observations);
    EXPECT_FALSE(events[0].quiet.has_value());
  }
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
  ASSERT_EQ(events.size(), 8U);
  EXPECT_EQ(events[0].target, "f");
  EXPECT_FALSE(events[0].part_of_fleet);
  EXPECT_EQ(events[1].target, "*");
  EXPECT_TRUE(events[1].fleet);
  EXPECT_FALSE(events[1].part_of_fleet);
  EXPECT_EQ(events[1].observations, 5U);
  EXPECT_EQ(events[1].surprise, 9);
  EXPECT_EQ(events[2].target, "a");
  for (std::size_t part = 2; part < 7; ++part) EXPECT_TRUE(events[part].part_of_fleet) << part;
  EXPECT_EQ(events[7].target, "d");
  EXPECT_FALSE(events[7].part_of_fleet);
}

TEST(MergeFleetEvents, GoesOnWithAFleetsEventThatTheStoreHas) {
  std::vector<AnomalyEvent> events;
  for (const char* target : {"a", "b", "c"}) {
    events.push_back(Event(target, 7, 5));
    events.back().number = 2;
    events.back().part_of_fleet = true;
    events.back().end = 9;
  }
  events.push_back(Event("late", 7, 3));
  AnomalyEvent fleet = Event("*", 7, 9);
  fleet.fleet = true;
  fleet.number = 1;
  fleet.observations = 20;
  events.push_back(fleet);
  MergeFleetEvents(events, 400);
  ASSERT_EQ(events.size(), 5U);
  EXPECT_EQ(events[0].number, 1);
  EXPECT_EQ(events[0].observations, 21U);
  EXPECT_EQ(events[0].end, 9);
  EXPECT_EQ(events[0].surprise, 9);
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
}  // namespace fitd::event_list_test
