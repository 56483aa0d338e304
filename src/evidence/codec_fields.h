// SPDX-License-Identifier: Apache-2.0
// The fields of a ZoneEvidence in the order in which they are kept. One description for both directions: a Form writes
// the values that it is given, or sets them. Private to this module.
//
// Threading: pure functions, any thread.
#pragma once

#include "anchorwatch/evidence/evidence.h"

namespace anchorwatch::evidence {

inline constexpr auto kLastAnswerState = static_cast<unsigned>(AnswerState::kNotAsked);
inline constexpr auto kLastBehaviour = static_cast<unsigned>(BehaviourKind::kDnskeyTcp);
inline constexpr auto kLastCookie = static_cast<unsigned>(CookieState::kWrongLength);
inline constexpr auto kLastLimit = static_cast<unsigned>(LookLimit::kDetours);
inline constexpr auto kLastDepth = static_cast<unsigned>(Depth::kFull);

template <typename Form, typename Question>
void question_fields(Form& form, Question& question) {
  form.name(question.name);
  form.number(question.type);
}

template <typename Form, typename Set>
void set_fields(Form& form, Set& set) {
  form.name(set.owner);
  form.number(set.type);
  form.number(set.ttl);
  form.flags(set.ttls_differ, set.had_duplicates);
  form.list(set.rdatas, [&form](auto& rdata) { form.text(rdata); });
  form.list(set.rrsigs, [&form](auto& rrsig) {
    form.number(rrsig.type_covered);
    form.number(rrsig.algorithm);
    form.number(rrsig.labels);
    form.number(rrsig.original_ttl);
    form.number(rrsig.expiration);
    form.number(rrsig.inception);
    form.number(rrsig.key_tag);
    form.name(rrsig.signer);
    form.text(rrsig.signature);
    form.number(rrsig.ttl);
  });
}

template <typename Form, typename Answer>
void answer_fields(Form& form, Answer& answer) {
  question_fields(form, answer.question);
  form.choice(answer.state, kLastAnswerState);
  form.flags(answer.aa, answer.ad, answer.ra, answer.truncated_udp, answer.tcp_failed, answer.edns, answer.do_echoed,
             answer.edns_refused, answer.foreign_class);
  form.choice(answer.transport, static_cast<unsigned>(Transport::kTcp));
  form.number(answer.rcode);
  form.number(answer.attempts);
  form.number(answer.rtt_us);
  form.number(answer.size);
  form.text(answer.detail);
  form.text(answer.other_source);
  form.list(answer.extended_errors, [&form](auto& error) {
    form.number(error.info_code);
    form.text(error.text);
  });
  form.text(answer.nsid);
  form.sets(answer.answer);
  form.sets(answer.authority);
  form.sets(answer.additional);
}

template <typename Form, typename Look>
void behaviour_fields(Form& form, Look& look) {
  form.choice(look.kind, kLastBehaviour);
  form.choice(look.state, kLastAnswerState);
  form.flags(look.alive_after, look.aa, look.ra, look.has_answer, look.root_referral, look.edns, look.flag_returned,
             look.option_returned, look.case_kept);
  form.number(look.rcode);
  form.number(look.edns_version);
  form.choice(look.cookie, kLastCookie);
  form.text(look.text);
}

template <typename Form, typename Look>
void server_fields(Form& form, Look& look) {
  form.name(look.name);
  form.list(look.other_names, [&form](auto& name) { form.name(name); });
  form.address(look.address);
  form.list(look.answers, [&form](auto& answer) { answer_fields(form, answer); });
  form.list(look.behaviour, [&form](auto& each) { behaviour_fields(form, each); });
  form.text(look.nsid);
  form.list(look.extra, [&form](auto& answer) { answer_fields(form, answer); });
}

template <typename Form, typename Look>
void delegation_fields(Form& form, Look& look) {
  form.name(look.parent);
  form.list(look.parents, [&form](auto& server) { server_fields(form, server); });
  form.list(look.name_servers, [&form](auto& server) {
    form.name(server.name);
    form.list(server.glue, [&form](auto& address) { form.address(address); });
    form.list(server.addresses, [&form](auto& address) { form.address(address); });
    form.flags(server.looked_up, server.is_alias);
    form.text(server.failure);
  });
  form.flags(look.from_configuration, look.shares_servers);
  form.text(look.failure);
}

template <typename Form, typename Evidence>
void evidence_fields(Form& form, Evidence& look) {
  form.name(look.zone);
  form.choice(look.depth, kLastDepth);
  delegation_fields(form, look.delegation);
  form.list(look.servers, [&form](auto& server) { server_fields(form, server); });
  form.list(look.probes, [&form](auto& question) { question_fields(form, question); });
  form.optional(look.denial_name, [&form](auto& name) { form.name(name); });
  form.list(look.signals, [&form](auto& signal) {
    form.name(signal.server);
    form.name(signal.name);
    form.name(signal.zone);
    form.text(signal.failure);
    form.list(signal.answers, [&form](auto& answer) { answer_fields(form, answer); });
  });
  form.optional(look.whole_zone, [&form](auto& whole) {
    form.text(whole.source);
    form.text(whole.failure);
    form.known_content(whole);
  });
  form.flags(look.forwarded, look.ordinary_only, look.extra_left_out, look.unusual_left_out);
  form.choices(look.limits, kLastLimit);
  form.number(look.queries);
  form.number(look.answers);
}

}  // namespace anchorwatch::evidence
