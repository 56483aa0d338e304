// SPDX-License-Identifier: Apache-2.0
// ZoneEvidence: everything that one look at a zone learnt. The waist of the program: the live daemon,
// `check`, replay and tests all make one, and `judge` needs nothing else about the network.
//
// Threading: value type, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/digest.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/dns/message.h"
#include "anchorwatch/evidence/answer_state.h"
#include "anchorwatch/evidence/behaviour.h"
#include "anchorwatch/evidence/whole_zone.h"

namespace anchorwatch::evidence {

enum class Transport : std::uint8_t { kUdp, kTcp };

/// One question to one server, and what came back.
struct Answer {
  dns::Question question;
  AnswerState state = AnswerState::kNotAsked;
  std::string detail;  ///< For people, when state is not kAnswered.
  int rcode = 0;
  bool aa = false, ad = false, ra = false;
  bool truncated_udp = false;  ///< UDP said TC; `transport` is kTcp if TCP then worked.
  bool tcp_failed = false;     ///< TCP was needed and did not work; the sections may be incomplete.
  bool edns = false;           ///< The answer had an OPT record.
  bool do_echoed = false;      ///< … with the DO bit.
  bool edns_refused = false;   ///< Only a query without EDNS got an answer (or FORMERR came with it).
  bool foreign_class = false;  ///< Records of another class were among the answer, and were left out.
  std::string other_source;    ///< No answer came from the address asked, but one from here.
  Transport transport = Transport::kUdp;
  std::uint8_t attempts = 0;
  std::uint32_t rtt_us = 0;    ///< Of the attempt that answered.
  std::uint32_t size = 0;      ///< Octets of the message.
  std::vector<dns::ExtendedError> extended_errors;
  Bytes nsid;
  std::vector<dns::RRset> answer, authority;
  std::vector<dns::RRset> additional;  ///< A and AAAA sets only (glue of a referral); not part of the digest.

  [[nodiscard]] bool answered() const { return state == AnswerState::kAnswered; }
  /// Answered with an RCODE that says something about the name: NOERROR or NXDOMAIN.
  [[nodiscard]] bool usable() const {
    return answered() && !tcp_failed && (rcode == dns::kRcodeNoError || rcode == dns::kRcodeNxDomain);
  }
};

/// All answers of one server address in one look.
struct ServerLook {
  dns::Name name;                     ///< The first NS name with this address, in canonical order.
  std::vector<dns::Name> other_names; ///< Further NS names with the same address.
  IpAddress address;
  std::vector<Answer> answers;
  std::vector<BehaviourLook> behaviour;  ///< Ordered by kind; full looks only.
  Bytes nsid;                         ///< What the instance calls itself (RFC 5001); empty: nothing.
  /// What full looks ask beside the probes (probe/extra_questions.h). It makes findings of its own, and
  /// never the status, the observation or the reachability.
  std::vector<Answer> extra;

  /// The unusual question of this kind, or null when it was not put.
  [[nodiscard]] const BehaviourLook* find(BehaviourKind kind) const;
  /// The answer to `question`, or null when it was not asked.
  [[nodiscard]] const Answer* find(const dns::Question& question) const;
  [[nodiscard]] const Answer* find(const dns::Name& owner, dns::RrType type) const {
    return find(dns::Question{owner, type});
  }
  /// The same for `extra`.
  [[nodiscard]] const Answer* find_extra(const dns::Question& question) const;
  /// Whether any question was answered at all.
  [[nodiscard]] bool reachable() const;
};

/// One name in the parent's NS set for the zone.
struct NameServer {
  dns::Name name;
  std::vector<IpAddress> glue;       ///< Addresses that the parent gave along.
  std::vector<IpAddress> addresses;  ///< Addresses that are asked: glue, or looked up.
  bool looked_up = false;            ///< `addresses` come from a look-up of the name.
  bool is_alias = false;             ///< The name is a CNAME, which RFC 2181 §10.3 forbids.
  std::string failure;               ///< Why there is no address; empty when there is one.
};

/// What the parent says about the zone.
struct DelegationLook {
  dns::Name parent;                    ///< The zone that delegates. Equal to the zone for the root.
  std::vector<ServerLook> parents;     ///< DS answers, and NS referrals, by parent address.
  std::vector<NameServer> name_servers;  ///< The parent's NS set, in canonical order.
  bool from_configuration = false;     ///< Root hints or a stub: no parent was asked for NS.
  bool shares_servers = false;         ///< Parent and zone live on the same server: no referral to see.
  std::string failure;                 ///< Why the delegation could not be learnt; empty otherwise.
  [[nodiscard]] bool is_top(const dns::Name& zone) const { return parent == zone; }
};

/// Whether a name server outside the zone announces the keys of a zone without DS (RFC 9615).
struct SignalLook {
  dns::Name server;             ///< The NS name.
  dns::Name name;               ///< `_dsboot.ZONE._signal.NS`.
  dns::Name zone;               ///< The deepest zone cut at or above `name`; meaningful without `failure`.
  std::string failure;          ///< Why `name` could not be asked; empty otherwise.
  std::vector<Answer> answers;  ///< CDS and CDNSKEY at `name`, from one server of `zone` each.
};

/// A bound that a look ran into, so that something was not asked.
enum class LookLimit : std::uint8_t {
  kQueries,    ///< Queries for one zone.
  kTime,       ///< Time for one zone.
  kAddresses,  ///< Addresses of the zone's or the parent's servers.
  kLabels,     ///< Labels below a zone cut.
  kDetours,    ///< Name servers named in zones whose name servers are named in other zones, and so on.
};
const char* to_string(LookLimit limit);

/// How much was asked.
enum class Depth : std::uint8_t {
  kAncestor,  ///< DS and DNSKEY at as few servers as needed, for a zone above.
  kCore,      ///< DS, DNSKEY, SOA.
  kFull,      ///< Everything at every address.
};

struct ZoneEvidence {
  dns::Name zone;
  Depth depth = Depth::kFull;
  DelegationLook delegation;
  std::vector<ServerLook> servers;          ///< The zone's own servers, ordered by address.
  std::vector<dns::Question> probes;        ///< What was asked beyond DNSKEY, in order; see `denial_name`.
  std::optional<dns::Name> denial_name;     ///< The random name that should not exist, asked for type A.
  std::vector<SignalLook> signals;          ///< Asked where the zone has CDS and no DS, by NS name.
  std::optional<WholeZoneLook> whole_zone;  ///< When the zone has a source, in a full look.
  bool forwarded = false;                   ///< Answers come from a resolver (reduced mode).
  std::set<LookLimit> limits;               ///< Bounds that this look ran into.
  /// A full look without what only findings need: of the ordinary part at most the signatures are new. It says nothing
  /// about findings that only the other questions show.
  bool ordinary_only = false;
  bool extra_left_out = false;              ///< A full look whose extra questions are turned off …
  bool unusual_left_out = false;            ///< … and the unusual ones.
  int queries = 0;                          ///< Sent, retries included.
  int answers = 0;                          ///< Received and accepted.

  /// Content address of everything that a verdict may depend on: answers with their RRSIGs, states and
  /// flags by server, unusual questions by their meaning; without times, round trip times, NSIDs, TTLs, and with the random name replaced.
  /// Servers and sections in another order give the same digest, and so do the same usable answers from
  /// another server of the parent.
  [[nodiscard]] Digest digest() const { return digest(Part::kAll); }
  /// kOrdinary leaves out what only findings need: extra questions, signals, and the unusual questions about the zone.
  /// kCore gives the digest that a core look would have had at the moment of this full look.
  enum class Part : std::uint8_t { kAll, kOrdinary, kCore };
  /// kRenewed leaves out what a signer makes anew when the data stay: octets, inception and expiration of RRSIGs.
  enum class Signatures : std::uint8_t { kExact, kRenewed };
  [[nodiscard]] Digest digest(Part part, Signatures signatures = Signatures::kExact) const;
};

/// A name below the zone that sorts after nearly every other: its first label is the octet 255. The NSEC that
/// denies it is the last one of the zone. Nothing where it would be too long.
std::optional<dns::Name> last_name(const dns::Name& zone);

}  // namespace anchorwatch::evidence
