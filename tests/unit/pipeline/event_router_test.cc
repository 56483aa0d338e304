// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/event_router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace anchorwatch::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

change::Event event(const std::string& id, Severity severity) {
  change::Event made;
  made.id = id;
  made.severity = severity;
  return made;
}

std::vector<std::string> texts(const std::vector<store::OutboxRow>& rows) {
  std::vector<std::string> out;
  for (const store::OutboxRow& row : rows) out.push_back(row.event_id + ">" + row.sink);
  return out;
}

TEST(EventRouter, EachSinkGetsWhatIsSevereEnoughForIt) {
  const EventRouter router({{"all", Severity::kInfo},
                            {"default", EventRoute().min_severity},
                            {"pager", Severity::kError}});
  EXPECT_THAT(
      texts(router.rows_for({event("1", Severity::kInfo), event("2", Severity::kNotice),
                             event("3", Severity::kError), event("4", Severity::kCritical)})),
      ElementsAre("1>all", "2>all", "2>default", "3>all", "3>default", "3>pager", "4>all",
                  "4>default", "4>pager"));
}

TEST(EventRouter, NoEventsOrNoSinksGiveNoRows) {
  EXPECT_THAT(EventRouter({{"a", Severity::kInfo}}).rows_for({}), IsEmpty());
  EXPECT_THAT(EventRouter({}).rows_for({event("1", Severity::kCritical)}), IsEmpty());
}

TEST(EventRouter, NewRoutesCountFromNowOn) {
  EventRouter router({{"a", Severity::kInfo}});
  router.replace({{"b", Severity::kWarning}});
  EXPECT_THAT(
      texts(router.rows_for({event("1", Severity::kNotice), event("2", Severity::kWarning)})),
      ElementsAre("2>b"));
}

}  // namespace
}  // namespace anchorwatch::pipeline
