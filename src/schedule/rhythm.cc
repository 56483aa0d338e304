// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/schedule/rhythm.h"

#include <algorithm>

namespace anchorwatch::schedule {

namespace {

constexpr UnixSeconds kNewsLife = 6 * 3600;
constexpr UnixSeconds kDay = 86400;
constexpr int kIntervalsBeforeTheEnd = 8;
constexpr int kFaster = 3;
constexpr int kDaysThatCount = 30;

bool something_happens(std::chrono::seconds usual, const ZoneNews& news, UnixSeconds now) {
  if (news.changed_at != 0 && now - news.changed_at < kNewsLife) return true;
  if (!news.expires_at) return false;
  // A signature that ended long ago is a state, not a change.
  const UnixSeconds left = *news.expires_at - now;
  return left < kIntervalsBeforeTheEnd * usual.count() && left > -kNewsLife;
}

}  // namespace

std::chrono::seconds interval_for(std::chrono::seconds usual, const Rhythm& rhythm,
                                  const ZoneNews& news, UnixSeconds now) {
  if (!rhythm.adaptive) return usual;
  if (something_happens(usual, news, now)) {
    return std::max(usual / kFaster, std::min(usual, rhythm.fastest));
  }
  const UnixSeconds quiet = now - std::max(news.changed_at, news.watched_since);
  const auto days = std::clamp<UnixSeconds>(quiet / kDay, 0, kDaysThatCount);
  return std::min(usual * (1 + days), std::max(usual, rhythm.slowest));
}

}  // namespace anchorwatch::schedule
