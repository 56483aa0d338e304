// SPDX-License-Identifier: Apache-2.0
// ProbeSpec: NAME/TYPE as written in `probes` and `--probe`: a question relative to any zone.
//
// Threading: value type, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "anchorwatch/core/result.h"
#include "anchorwatch/dns/message.h"

namespace anchorwatch::inventory {

class ProbeSpec {
 public:
  /// Reads NAME/TYPE, split at the last slash. `@` is the apex, a name with a final dot is
  /// absolute, any other lies below the zone. Names with letters outside ASCII become A-labels.
  /// @errors kParse: no slash, bad name, unknown type. kInvalidArgument: a type that is no data to
  ///         ask for (OPT, TSIG, AXFR, ANY …).
  static Result<ProbeSpec> parse(std::string_view text);

  /// The probe that asks just this, whatever the zone.
  static ProbeSpec of(const dns::Question& question) { return {question.name, true, question.type}; }

  /// The question for `zone`.
  /// @errors kInvalidArgument: an absolute name outside the zone. kParse: the name gets too long.
  [[nodiscard]] Result<dns::Question> resolve(const dns::Name& zone) const;
  [[nodiscard]] bool absolute() const { return absolute_; }
  [[nodiscard]] dns::RrType type() const { return type_; }
  /// The form that `parse` reads.
  [[nodiscard]] std::string to_text() const;
  bool operator==(const ProbeSpec&) const = default;

 private:
  ProbeSpec(dns::Name name, bool absolute, dns::RrType type)
      : name_(std::move(name)), absolute_(absolute), type_(type) {}
  dns::Name name_;  ///< The root stands for the apex unless `absolute_`.
  bool absolute_ = false;
  dns::RrType type_{};
};

/// What is asked when nothing else is configured: SOA, NS, A, AAAA, MX, TXT, CAA, CDS, CDNSKEY at
/// the apex.
const std::vector<ProbeSpec>& default_probes();

}  // namespace anchorwatch::inventory
