// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "option_table.h"

namespace anchorwatch::config {
namespace {

constexpr double kDay = 86400;
constexpr std::string_view kProbes =
    "[\"@/SOA\", \"@/NS\", \"@/A\", \"@/AAAA\", \"@/MX\", \"@/TXT\", \"@/CAA\", \"@/CDS\", "
    "\"@/CDNSKEY\"]";
constexpr std::string_view kExpectations = "signed unsigned any";

constexpr std::array kDefaults = {
    OptionInfo{.key = "defaults.expect",
               .type = OptionType::kChoice,
               .standard = "\"any\"",
               .choices = kExpectations,
               .help = "As `zone.expect`, for zones that do not say."},
    OptionInfo{.key = "defaults.probes",
               .type = OptionType::kTextList,
               .standard = kProbes,
               .help = "As `zone.probes`, for zones that do not say. Absolute names count for the "
                       "zones that they lie in."},
    OptionInfo{.key = "defaults.denial_probe",
               .type = OptionType::kBoolean,
               .standard = "true",
               .help = "As `zone.denial_probe`, for zones that do not say."},
};

constexpr std::array kZone = {
    OptionInfo{.key = "zone.name",
               .type = OptionType::kText,
               .standard = "required",
               .help = "Apex. Letters outside ASCII are welcome; they become A-labels (IDNA2008)."},
    OptionInfo{.key = "zone.expect",
               .type = OptionType::kChoice,
               .standard = "`defaults.expect`",
               .choices = kExpectations,
               .help =
                   "`signed`: delegated and secure. `unsigned`: delegated and securely insecure. "
                   "`any`: delegated."},
    OptionInfo{.key = "zone.expect_ds",
               .type = OptionType::kTextList,
               .standard = "[]",
               .help =
                   "DS set that the parent should have: key tag, algorithm, digest type, digest. "
                   "In CSV separated by `;`."},
    OptionInfo{.key = "zone.algorithms",
               .type = OptionType::kIntegerList,
               .standard = "[]",
               .help = "Algorithm numbers (1 to 254) that the zone may use; empty: any."},
    OptionInfo{.key = "zone.probes",
               .type = OptionType::kTextList,
               .standard = "`defaults.probes`",
               .help =
                   "What to ask besides DS and DNSKEY: NAME/TYPE, split at the last slash. `@` is "
                   "the apex, a name with a final dot is absolute, another lies below the zone."},
    OptionInfo{.key = "zone.denial_probe",
               .type = OptionType::kBoolean,
               .standard = "`defaults.denial_probe`",
               .help = "Also asks for one random name that should not exist."},
    OptionInfo{.key = "zone.owner",
               .type = OptionType::kText,
               .standard = "\"\"",
               .help = "Who is responsible; stands in events and in the database."},
    OptionInfo{.key = "zone.contact",
               .type = OptionType::kText,
               .standard = "\"\"",
               .help = "Where to reach the owner; stands in events."},
    OptionInfo{.key = "zone.registrar",
               .type = OptionType::kText,
               .standard = "\"\"",
               .help = "Through whom the DS set changes."},
    OptionInfo{.key = "zone.criticality",
               .type = OptionType::kText,
               .standard = "\"\"",
               .help = "The operator's own word, e.g. `high`."},
    OptionInfo{.key = "zone.tags",
               .type = OptionType::kTextList,
               .standard = "[]",
               .help = "Words to group zones by, without white space; they stand in events."},
    OptionInfo{.key = "zone.severity",
               .type = OptionType::kSeverityTable,
               .standard = "{}",
               .help = "Severities of findings about this zone, e.g. `{ SIG_EXPIRED = \"warning\" }`; before "
                       "those of its tags and `[severity]`. In CSV `SIG_EXPIRED=warning`, separated by blanks or `;`."},
    OptionInfo{.key = "zone.interval",
               .type = OptionType::kDuration,
               .standard = "`scheduler.interval`",
               .min = 1,
               .max = 30 * kDay,
               .help = "Core round of this zone."},
    OptionInfo{.key = "zone.zone_file",
               .type = OptionType::kPath,
               .standard = "\"\"",
               .help = "Signed zone in master-file form: every signature, the whole denial chain and "
                       "ZONEMD are checked in full rounds."},
    OptionInfo{.key = "zone.axfr",
               .type = OptionType::kText,
               .standard = "\"\"",
               .help = "As `zone.zone_file`, by zone transfer over TCP from ADDRESS, ADDRESS:PORT or "
                       "[ADDRESS]:PORT (default port: `dns.port`). Private addresses are allowed."},
    OptionInfo{.key = "zone.tsig_key",
               .type = OptionType::kPath,
               .standard = "\"\"",
               .help = "File with the TSIG key for `zone.axfr`: a `key` block as BIND writes it, or "
                       "`[ALGORITHM:]NAME:SECRET`. hmac-sha256, hmac-sha384, hmac-sha512."},
};

constexpr OptionInfo kSeverity{.key = "severity.CODE",
                               .type = OptionType::kChoice,
                               .standard = "",
                               .choices = "critical error warning notice info",
                               .help =
                                   "Severity of the findings with this code, instead of the "
                                   "catalogue's. One key a code, e.g. `SIG_EXPIRED`."};

constexpr OptionInfo kTagSeverity{.key = "tag.NAME.severity.CODE",
                                  .type = OptionType::kChoice,
                                  .standard = "",
                                  .choices = "critical error warning notice info",
                                  .help =
                                      "Severity of the findings with this code at zones with the tag NAME; "
                                      "before `severity.CODE`. Where several tags of a zone speak of one "
                                      "code, the highest severity counts."};

}  // namespace

std::span<const OptionInfo> defaults_options() { return kDefaults; }
std::span<const OptionInfo> zone_options() { return kZone; }
const OptionInfo& severity_option() { return kSeverity; }
const OptionInfo& tag_severity_option() { return kTagSeverity; }

}  // namespace anchorwatch::config
