// SPDX-License-Identifier: Apache-2.0
// Judges a whole zone (evidence/whole_zone.h): every signature, the whole chain of denial, the
// digest of the zone. It says what resolvers will find wherever they ask, not only where we probe.
//
// Threading: pure, any thread. Blocking: CPU, in proportion to the zone.
// Standards: RFC 4035 §2, RFC 5155 §7, RFC 8976 §4, RFC 9276.
// Limits:    a budget in proportion to the zone; findings: CappedFindings.
#pragma once

#include "../context.h"
#include "../sink.h"
#include "../text.h"
#include "capped_findings.h"
#include "zone_nodes.h"

namespace anchorwatch::judge::whole_zone {

/// What the checks share.
struct Review {
  Review(const Context& judge_context, const evidence::WholeZoneLook& look,
         dnssec::CryptoContext& budgeted)
      : context(judge_context),
        content(*look.content),
        source(look.source),
        crypto(budgeted),
        nodes(content),
        findings(look.source) {}

  const Context& context;
  const evidence::ZoneContent& content;
  const std::string& source;
  dnssec::CryptoContext& crypto;
  ZoneNodes nodes;
  dnssec::ZoneKeys keys;  ///< Empty for an unsigned zone.
  CappedFindings findings;
  WholeZoneSummary summary;
  UnixSeconds valid_until = 0;  ///< 0: nothing here changes with time.

  /// `severity` while a DS stands, else at most a warning.
  [[nodiscard]] Severity weigh(Severity severity) const {
    return context.ds_stands() ? severity : std::min(severity, Severity::kWarning);
  }
  [[nodiscard]] bool is_signed() const { return !keys.dnskeys.empty(); }
  void note(FindingCode code, const dns::Name& name, std::optional<dns::RrType> type,
            Severity severity, const std::string& message) {
    Subject subject;
    subject.name = name;
    subject.type = type;
    findings.note(code, std::move(subject), severity,
                  [&message](Finding& finding) { finding.message = message; });
  }
  /// `moment` changes something.
  void at(UnixSeconds moment) {
    if (moment > context.now && (valid_until == 0 || moment < valid_until)) valid_until = moment;
  }
};

/// Chooses the keys of the zone and says whether the DS leads to them.
void check_keys(Review& review);
void check_signatures(Review& review);
/// NSEC and NSEC3, whichever the zone has.
void check_denial(Review& review);
void check_nsec(Review& review);
/// One chain of NSEC3 for each set of parameters.
void check_nsec3(Review& review);
/// What a proof that stands for the node says of its types. `proof` is the type of the record.
void check_bitmap(Review& review, const Node& node, const dns::TypeBitmap& types,
                  dns::RrType proof);
void check_zonemd(Review& review);
/// Records that should not be there.
void check_records(Review& review);

/// Judges the whole zone of the evidence, if there is one, into `judgement` and `sink`.
/// @pre the status of the zone is judged and the horizon set.
void judge_whole_zone(const Context& context, dnssec::CryptoContext& crypto, FindingSink& sink,
                      Judgement& judgement);

}  // namespace anchorwatch::judge::whole_zone
