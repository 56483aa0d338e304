// SPDX-License-Identifier: Apache-2.0
// How servers take EDNS versions, flags, options and cookies that they do not know, or should.
#include <algorithm>

#include "behaviour_view.h"
#include "rules.h"

namespace anchorwatch::judge::rules {

namespace {

using evidence::BehaviourKind;
using evidence::BehaviourLook;
using evidence::CookieState;

/// A server under a name of somebody else is mended by somebody else.
bool in_owners_hands(const Context& context, std::size_t server) {
  const evidence::ServerLook& look = *context.servers[server];
  const auto inside = [&](const dns::Name& name) { return name.is_at_or_below(context.zone); };
  return inside(look.name) || std::any_of(look.other_names.begin(), look.other_names.end(), inside);
}

Finding start(const Context& context, std::size_t server, FindingCode code) {
  Finding finding = FindingSink::start(code, server_subject(context, server));
  note_servers(finding, context, {server});
  return finding;
}

void version(const Context& context, std::size_t server, FindingSink& sink) {
  const BehaviourLook* look = seen(context, server, BehaviourKind::kEdnsVersion);
  if (look == nullptr) return;
  const bool refused = look->answered() && look->rcode == dns::kRcodeBadVers;
  if (refused && look->edns_version == 0) return;
  std::string how = failure(look);
  if (how.empty()) how = "the ordinary answer";
  if (refused) how = "BADVERS and the version " + std::to_string(look->edns_version);
  Finding finding = start(context, server, FindingCode::EDNS_VERSION);
  if (!in_owners_hands(context, server)) finding.severity = Severity::kNotice;
  finding.data["answer"] = how;
  finding.message = server_name(context, server) + " gives " + how +
                    " to a question with EDNS version 1. BADVERS with version 0 is right. Update "
                    "the server, or the device before it.";
  sink.add(std::move(finding));
}

void flags(const Context& context, std::size_t server, FindingSink& sink) {
  const BehaviourLook* both = seen(context, server, BehaviourKind::kEdnsExtras);
  const BehaviourLook* alone = seen(context, server, BehaviourKind::kEdnsFlag);
  std::string how = failure(alone);
  if (how.empty() &&
      ((both != nullptr && both->flag_returned) || (alone != nullptr && alone->flag_returned))) {
    how = "an answer with that flag";
  }
  if (how.empty()) return;
  Finding finding = start(context, server, FindingCode::EDNS_FLAGS);
  finding.data["answer"] = how;
  finding.message =
      server_name(context, server) + " gives " + how +
      " to a question with an EDNS flag that nobody has assigned. It must be ignored. "
      "Update the server, or the device before it.";
  sink.add(std::move(finding));
}

struct OptionFault {
  std::string option;
  std::string how;
  bool deadly = false;  ///< Resolvers send this option, and get nothing back.
};

std::vector<OptionFault> option_faults(const Context& context, std::size_t server) {
  std::vector<OptionFault> faults;
  const BehaviourLook* both = seen(context, server, BehaviourKind::kEdnsExtras);
  const BehaviourLook* unknown = seen(context, server, BehaviourKind::kEdnsOption);
  std::string how = failure(unknown);
  if (how.empty() && ((both != nullptr && both->option_returned) ||
                      (unknown != nullptr && unknown->option_returned))) {
    how = "an answer with that option";
  }
  if (!how.empty()) faults.push_back({"an unknown option", how, false});
  const struct {
    BehaviourKind kind;
    const char* name;
  } kKnown[] = {{BehaviourKind::kNsid, "NSID"},
                {BehaviourKind::kCookie, "a cookie"},
                {BehaviourKind::kClientSubnet, "a client subnet"}};
  for (const auto& known : kKnown) {
    const BehaviourLook* look = seen(context, server, known.kind);
    how = failure(look);
    // BADCOOKIE is how a server with cookies may answer; COOKIE_FAULTS looks further.
    if (how.empty() || (look->answered() && look->rcode == dns::kRcodeBadCookie)) continue;
    faults.push_back({known.name, how, !look->answered() && known.kind != BehaviourKind::kNsid});
  }
  return faults;
}

void options(const Context& context, std::size_t server, FindingSink& sink) {
  const std::vector<OptionFault> faults = option_faults(context, server);
  if (faults.empty()) return;
  Finding finding = start(context, server, FindingCode::EDNS_OPTION);
  std::vector<std::string> words;
  for (const OptionFault& fault : faults) {
    words.push_back(fault.how + " to " + fault.option);
    if (fault.deadly) finding.severity = Severity::kError;
  }
  finding.data["answers"] = words;
  finding.message = server_name(context, server) +
                    " does not ignore EDNS options that it does not " + "know: it gives " +
                    list_text(words) + ". Update the server, or the device before it.";
  sink.add(std::move(finding));
}

/// What is wrong with a cookie in a reply; null when nothing is.
const char* cookie_words(CookieState cookie) {
  switch (cookie) {
    case CookieState::kNone:
    case CookieState::kGood: return nullptr;
    case CookieState::kUnasked: return "it sends a cookie to a question without one";
    case CookieState::kClientOnly: return "its cookie has no part of the server";
    case CookieState::kWrongClient: return "its cookie does not begin with the client's";
    case CookieState::kWrongLength: return "its cookie has a length that no cookie has";
  }
  return nullptr;
}

std::vector<std::string> cookie_faults(const Context& context, std::size_t server) {
  std::vector<std::string> faults;
  for (const BehaviourLook& look : context.servers[server]->behaviour) {
    const char* words = look.answered() ? cookie_words(look.cookie) : nullptr;
    if (words != nullptr) faults.emplace_back(words);
  }
  const BehaviourLook* own = seen(context, server, BehaviourKind::kOwnCookie);
  const BehaviourLook* foreign = seen(context, server, BehaviourKind::kForeignCookie);
  const BehaviourLook* malformed = seen(context, server, BehaviourKind::kMalformedCookie);
  if (const std::string how = failure(own); !how.empty()) {
    faults.push_back("it gives " + how + " to the cookie that it made itself");
  }
  const bool called_bad =
      foreign != nullptr && foreign->answered() && foreign->rcode == dns::kRcodeBadCookie;
  if (const std::string how = failure(foreign); !how.empty() && !called_bad) {
    faults.push_back("it gives " + how + " to a cookie of another server");
  }
  if (malformed != nullptr && malformed->as_ordinary()) {
    faults.emplace_back("it accepts a cookie of nine octets");
  }
  std::sort(faults.begin(), faults.end());
  faults.erase(std::unique(faults.begin(), faults.end()), faults.end());
  return faults;
}

void cookies(const Context& context, std::size_t server, FindingSink& sink) {
  const std::vector<std::string> faults = cookie_faults(context, server);
  if (faults.empty()) return;
  Finding finding = start(context, server, FindingCode::COOKIE_FAULTS);
  finding.data["faults"] = faults;
  finding.message = server_name(context, server) +
                    " breaks the rules for cookies: " + list_text(faults) +
                    ". Update it, and give all instances behind one address the same secret.";
  sink.add(std::move(finding));
}

}  // namespace

void edns_behaviour(const Context& context, FindingSink& sink) {
  for (std::size_t server = 0; server < context.states.size(); ++server) {
    if (!context.states[server].working) continue;
    version(context, server, sink);
    flags(context, server, sink);
    options(context, server, sink);
    cookies(context, server, sink);
  }
}

}  // namespace anchorwatch::judge::rules
