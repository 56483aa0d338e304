// SPDX-License-Identifier: Apache-2.0
#include "spread.h"

namespace anchorwatch::change {

void add_spread(Event& event, const std::vector<IpAddress>& servers, std::size_t asked, const std::string& whom) {
  std::vector<std::string> texts;
  for (const IpAddress& server : servers) texts.push_back(server.to_text());
  event.after["servers"] = std::move(texts);
  event.after["servers_asked"] = static_cast<std::int64_t>(std::max(asked, servers.size()));
  if (servers.size() >= asked) return;
  const std::string spreading = std::to_string(servers.size()) + " of " + std::to_string(asked) + " " + whom;
  event.summary += " So far " + spreading + (servers.size() == 1 ? " shows it." : " show it.");
  event.after["spreading"] = spreading;
}

std::size_t parents_that_told(const Step& step) {
  const auto& parents = step.look.judgement.parents;
  return static_cast<std::size_t>(std::count_if(parents.begin(), parents.end(), [](const judge::ServerVerdict& parent) {
    return parent.verdict.status == dnssec::SecurityStatus::kSecure ||
           parent.verdict.status == dnssec::SecurityStatus::kInsecure;
  }));
}

}  // namespace anchorwatch::change
