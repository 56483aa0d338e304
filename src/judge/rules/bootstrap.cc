// SPDX-License-Identifier: Apache-2.0
// The signals under the zone's name servers that would let a parent set the first DS (RFC 9615).
#include <algorithm>

#include "cds_view.h"
#include "dsync_view.h"

namespace anchorwatch::judge::rules {

namespace {

using dns::RrType;

class BootstrapRules {
 public:
  BootstrapRules(const Context& context, FindingSink& sink)
      : context_(context),
        sink_(sink),
        zone_(context.zone.to_text()),
        cds_(signal_set(context, RrType::kCds)),
        cdnskey_(signal_set(context, RrType::kCdnskey)) {}

  void run() {
    const bool some = std::any_of(
        context_.signal_views.begin(), context_.signal_views.end(), [](const SignalView& view) {
          return view.state == SignalState::kSecure || view.state == SignalState::kNotSecure;
        });
    // Without any signal nobody tries to bootstrap.
    if (!some) return;
    bool all = true;
    std::vector<std::string> different;
    for (const SignalView& view : context_.signal_views) {
      const bool present =
          view.state == SignalState::kSecure || view.state == SignalState::kNotSecure;
      if (view.state == SignalState::kAbsent) missing(view);
      if (view.state == SignalState::kNotSecure) not_secure(view);
      if (present && !fits(view)) different.push_back(view.look->name.to_text());
      all = all && view.state == SignalState::kSecure;
    }
    if (!different.empty()) mismatch(different);
    if (all && different.empty() && consistent()) available();
  }

 private:
  /// Copies of the zone that differ have a finding of their own.
  [[nodiscard]] bool consistent() const { return cds_.consistent() && cdnskey_.consistent(); }

  [[nodiscard]] bool fits(const SignalView& view) const {
    return (!cds_.consistent() || view.cds == cds_.records) &&
           (!cdnskey_.consistent() || view.cdnskey == cdnskey_.records);
  }

  Finding start(FindingCode code, const SignalView& view) const {
    Subject subject;
    subject.name = view.look->server;
    subject.type = RrType::kCds;
    Finding finding = FindingSink::start(code, std::move(subject));
    finding.data["signalling_name"] = view.look->name.to_text();
    return finding;
  }

  void missing(const SignalView& view) {
    Finding finding = start(FindingCode::BOOTSTRAP_MISSING, view);
    finding.message = "There is no CDS at " + view.look->name.to_text() +
                      ", although other name servers of " + zone_ +
                      " signal. A parent needs all of them: ask the operator of " +
                      view.look->server.to_text() + " to publish it (RFC 9615).";
    sink_.add(std::move(finding));
  }

  void not_secure(const SignalView& view) {
    Finding finding = start(FindingCode::BOOTSTRAP_NOT_SECURE, view);
    const bool cut = view.look->zone == view.look->name;
    finding.message = "The CDS at " + view.look->name.to_text() +
                      (cut ? " lies in a zone of its own" : " does not validate as secure") +
                      ", so it proves nothing for " + zone_ + ". The zone of " +
                      view.look->server.to_text() + " has to be signed and secure (RFC 9615).";
    sink_.add(std::move(finding));
  }

  void mismatch(const std::vector<std::string>& names) {
    Finding finding = FindingSink::start(FindingCode::BOOTSTRAP_MISMATCH, zone_subject(context_));
    finding.data["signalling_names"] = names;
    finding.message = "CDS or CDNSKEY at " + list_text(names) + " differ from those of " + zone_ +
                      " itself, so a parent refuses to set a DS. Publish the same sets (RFC 9615).";
    sink_.add(std::move(finding));
  }

  /// The one sign from outside that a parent reads CDS at all (RFC 9859).
  [[nodiscard]] bool parent_reads_cds() const {
    const std::vector<DsyncRecord> records = dsync_records(context_, nullptr);
    return std::any_of(records.begin(), records.end(),
                       [](const DsyncRecord& record) { return record.type == RrType::kCds; });
  }

  void available() {
    if (context_.expect() == Expect::kUnsigned) return;
    Finding finding = FindingSink::start(FindingCode::BOOTSTRAP_AVAILABLE, zone_subject(context_));
    const bool known = parent_reads_cds();
    if (!known) finding.severity = Severity::kInfo;
    finding.message = zone_ +
                      " has no DS, and its CDS stands under the names of all its servers "
                      "outside the zone, secure and equal, so a parent that bootstraps (RFC 9615) "
                      "can secure it" +
                      (known ? "." : "; whether this one does is not known.");
    sink_.add(std::move(finding));
  }

  const Context& context_;
  FindingSink& sink_;
  std::string zone_;
  SignalSet cds_, cdnskey_;
};

}  // namespace

void bootstrap(const Context& context, FindingSink& sink) {
  if (context.signal_views.empty() || !context.entry.shown_ds.empty()) return;
  BootstrapRules(context, sink).run();
}

}  // namespace anchorwatch::judge::rules
