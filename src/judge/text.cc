// SPDX-License-Identifier: Apache-2.0
#include "text.h"

#include "anchorwatch/core/time_format.h"

namespace anchorwatch::judge {

namespace {

constexpr std::size_t kMostNamed = 4;

std::string look_name(const evidence::ServerLook& look) {
  return look.name.to_text() + " (" + look.address.to_text() + ")";
}

std::string looks_text(const std::vector<const evidence::ServerLook*>& looks,
                       const ServerSet& set) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < set.size() && i < kMostNamed; ++i) {
    names.push_back(look_name(*looks[set[i]]));
  }
  if (set.size() > kMostNamed) names.push_back(std::to_string(set.size() - kMostNamed) + " more");
  return list_text(names);
}

}  // namespace

Subject zone_subject(const Context& context) {
  Subject subject;
  subject.name = context.zone;
  return subject;
}

Subject key_subject(const Context& context, std::uint16_t tag, std::uint8_t algorithm) {
  Subject subject = zone_subject(context);
  subject.key_tag = tag;
  subject.algorithm = algorithm;
  return subject;
}

Subject server_subject(const Context& context, std::size_t server,
                       std::optional<dns::RrType> type) {
  Subject subject = zone_subject(context);
  subject.server = context.servers[server]->address;
  subject.type = type;
  return subject;
}

Subject rrset_subject(const Context& context, const SetView& view) {
  Subject subject = zone_subject(context);
  subject.type = view.set->type;
  if (view.is_denial()) return subject;
  if (!context.is_random(view.set->owner)) {
    subject.name = view.set->owner;
    return subject;
  }
  const dns::Name encloser =
      view.wildcard_encloser != nullptr ? *view.wildcard_encloser : view.set->owner.parent();
  subject.name = encloser.prepend("*").value_or(encloser);
  return subject;
}

std::string server_name(const Context& context, std::size_t server) {
  return look_name(*context.servers[server]);
}

std::string server_text(const Context& context, const ServerSet& set) {
  if (set.size() > 1 && set == context.working_servers()) return "every server";
  return looks_text(context.servers, set);
}

std::string parent_text(const Context& context, const ServerSet& set) {
  if (set.size() > 1 && set.size() == context.parents.size()) return "every parent server";
  return looks_text(context.parents, set);
}

std::string key_text(std::uint16_t tag, std::uint8_t algorithm) {
  return "key " + std::to_string(tag) + " (" + dnssec::algorithm_name(algorithm) + ")";
}

std::string ds_text(const dns::Ds& ds) {
  return "DS " + std::to_string(ds.key_tag) + " " + std::to_string(ds.algorithm) + " " +
         std::to_string(ds.digest_type) + " (" + dnssec::algorithm_name(ds.algorithm) + ", " +
         dnssec::digest_name(ds.digest_type) + ")";
}

std::string time_text(UnixSeconds moment, UnixSeconds now) {
  const std::string text = to_rfc3339(moment);
  if (moment == now) return text + " (this moment)";
  const bool past = moment < now;
  const std::string span = humanise(std::chrono::seconds(past ? now - moment : moment - now));
  return text + (past ? " (" + span + " ago)" : " (in " + span + ")");
}

std::string rrset_text(const Subject& subject) {
  std::string text = subject.name.to_text();
  if (subject.type) text.append(" ").append(dns::to_string(*subject.type));
  return text;
}

std::string list_text(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
    text += items[i];
  }
  return text;
}

void note_servers(Finding& finding, const Context& context, const ServerSet& set) {
  for (const IpAddress& address : context.addresses(set)) finding.servers.push_back(address);
}

void note_parents(Finding& finding, const Context& context, const ServerSet& set) {
  for (const IpAddress& address : context.parent_addresses(set)) finding.servers.push_back(address);
}

void note_key(Finding& finding, std::uint16_t tag, std::uint8_t algorithm) {
  finding.data["key_tag"] = std::int64_t{tag};
  finding.data["algorithm"] = std::int64_t{algorithm};
}

}  // namespace anchorwatch::judge
