// SPDX-License-Identifier: Apache-2.0
#include "event_maker.h"

namespace anchorwatch::change {

Event EventMaker::make(EventType type, std::string_view group, const std::string& subject) const {
  std::string about(group);
  about += '|';
  about += subject;
  Event event;
  event.id = make_event_id(at_, zone_text_, type, about, transition_);
  event.type = type;
  event.time = at_;
  event.zone = zone_.name;
  event.dedup_key = zone_text_;
  event.dedup_key += '|';
  event.dedup_key += about;
  event.first_after = at_;
  event.owner = zone_.settings->owner;
  event.contact = zone_.settings->contact;
  event.tags = zone_.settings->tags;
  return event;
}

}  // namespace anchorwatch::change
