// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "option_table.h"

namespace anchorwatch::config {
namespace {

constexpr double kDay = 86400;

constexpr std::array kRows = {
    row<Config, &Config::daemon, &DaemonConfig::state_dir>(
        {.key = "daemon.state_dir",
         .type = OptionType::kPath,
         .standard = "\"/var/lib/anchorwatch\"",
         .reload = Reload::kRestart,
         .help = "Directory of the database `anchorwatch.db`."}),
    row<Config, &Config::daemon, &DaemonConfig::control_socket>(
        {.key = "daemon.control_socket",
         .type = OptionType::kPath,
         .standard = "\"\"",
         .reload = Reload::kRestart,
         .help = "Socket through which `anchorwatch` asks the daemon to do something. Empty: "
                 "`/run/anchorwatch/control.sock` for the default `state_dir` if that folder exists, else "
                 "`control.sock` in the `state_dir`."}),
    row<Config, &Config::daemon, &DaemonConfig::control_group>(
        {.key = "daemon.control_group",
         .type = OptionType::kText,
         .standard = "\"\"",
         .reload = Reload::kRestart,
         .help = "Group whose members may use the control socket; the daemon must be in it. Empty: its own group."}),
    row<Config, &Config::dns, &DnsConfig::root_hints>(
        {.key = "dns.root_hints",
         .type = OptionType::kPath,
         .standard = "\"/usr/share/dns/root.hints\"",
         .reload = Reload::kYes,
         .help = "Names and addresses of the root servers, in zone-file form."}),
    row<Config, &Config::dns, &DnsConfig::trust_anchors>(
        {.key = "dns.trust_anchors",
         .type = OptionType::kPathList,
         .standard = "[\"/usr/share/dns/root.key\"]",
         .reload = Reload::kYes,
         .help = "Files of DS or DNSKEY records in zone-file form, at any owner."}),
    row<Config, &Config::dns, &DnsConfig::port>({.key = "dns.port",
                                                 .type = OptionType::kInteger,
                                                 .standard = "53",
                                                 .min = 1,
                                                 .max = 65535,
                                                 .reload = Reload::kYes,
                                                 .help = "Port of the authoritative servers."}),
    row<Config, &Config::dns, &DnsConfig::allow_special_addresses>(
        {.key = "dns.allow_special_addresses",
         .type = OptionType::kBoolean,
         .standard = "false",
         .reload = Reload::kYes,
         .help =
             "Asks servers on loopback and private addresses, too. For laboratories and private "
             "trees; findings about such addresses stay silent."}),
    row<Config, &Config::dns, &DnsConfig::ipv4>(
        {.key = "dns.ipv4",
         .type = OptionType::kChoice,
         .standard = "\"auto\"",
         .choices = "auto on off",
         .reload = Reload::kYes,
         .help =
             "Use of IPv4. `auto`: a family that is dead everywhere is one event of the monitor, "
             "not a finding for each zone."}),
    row<Config, &Config::dns, &DnsConfig::ipv6>({.key = "dns.ipv6",
                                                 .type = OptionType::kChoice,
                                                 .standard = "\"auto\"",
                                                 .choices = "auto on off",
                                                 .reload = Reload::kYes,
                                                 .help = "Use of IPv6, as `dns.ipv4`."}),
    row<Config, &Config::dns, &DnsConfig::rate_per_address>(
        {.key = "dns.rate_per_address",
         .type = OptionType::kInteger,
         .standard = "20",
         .min = 1,
         .max = 100000,
         .unit = "queries/s",
         .reload = Reload::kYes,
         .help = "Queries to one server address, with a burst of as many. Special addresses are "
                 "exempt."}),
    row<Config, &Config::dns, &DnsConfig::rate_per_prefix>(
        {.key = "dns.rate_per_prefix",
         .type = OptionType::kInteger,
         .standard = "100",
         .min = 1,
         .max = 1000000,
         .unit = "queries/s",
         .reload = Reload::kYes,
         .help = "Queries to all server addresses of one IPv4 /24 or IPv6 /48 together, with a burst of as "
                 "many. Special addresses are exempt; `[[operator]]` sets other limits for other blocks."}),
    row<Config, &Config::dns, &DnsConfig::extra_questions>(
        {.key = "dns.extra_questions",
         .type = OptionType::kBoolean,
         .standard = "true",
         .reload = Reload::kYes,
         .help = "Once a day full looks also ask what no status needs: denial at the apex, ZONEMD, CSYNC, addresses of name "
                 "servers, DSYNC and signals of RFC 9615. Without them their findings are neither opened nor closed."}),
    row<Config, &Config::dns, &DnsConfig::unusual_questions>(
        {.key = "dns.unusual_questions",
         .type = OptionType::kBoolean,
         .standard = "true",
         .reload = Reload::kYes,
         .help = "Full looks also ask how servers take unusual questions: EDNS versions, flags and options, cookies, letter "
                 "case, transfers, NSID. Without them their findings are neither opened nor closed."}),
    row<Config, &Config::dns, &DnsConfig::forwarders>(
        {.key = "dns.forwarders",
         .type = OptionType::kTextList,
         .standard = "[]",
         .reload = Reload::kYes,
         .help = "Addresses of resolvers to ask with CD=1 where port 53 is closed: reduced mode, "
                 "said in every verdict."}),
    row<Config, &Config::dns, &DnsConfig::negative_trust_anchors>(
        {.key = "dns.negative_trust_anchors",
         .type = OptionType::kTextList,
         .standard = "[]",
         .reload = Reload::kYes,
         .help = "Names at and below which validation is off (RFC 7646)."}),
    row<Config, &Config::scheduler, &SchedulerConfig::interval>(
        {.key = "scheduler.interval",
         .type = OptionType::kDuration,
         .standard = "\"15m\"",
         .min = 1,
         .max = 30 * kDay,
         .help = "Core round of each zone: DS at the parent, DNSKEY and SOA at every address."}),
    row<Config, &Config::scheduler, &SchedulerConfig::full_interval>(
        {.key = "scheduler.full_interval",
         .type = OptionType::kDuration,
         .standard = "\"6h\"",
         .min = 1,
         .max = 30 * kDay,
         .help = "Full round of each zone: everything at every address. Not below "
                 "`scheduler.interval`."}),
    row<Config, &Config::scheduler, &SchedulerConfig::adaptive>(
        {.key = "scheduler.adaptive",
         .type = OptionType::kBoolean,
         .standard = "true",
         .help = "Core rounds of a zone come three times as often for six hours after a change and around "
                 "the end of a signature, and one interval later with each day on which nothing changed, "
                 "within the two bounds below."}),
    row<Config, &Config::scheduler, &SchedulerConfig::min_interval>(
        {.key = "scheduler.min_interval",
         .type = OptionType::kDuration,
         .standard = "\"5m\"",
         .min = 1,
         .max = 30 * kDay,
         .help = "Changes make no interval shorter than this."}),
    row<Config, &Config::scheduler, &SchedulerConfig::max_interval>(
        {.key = "scheduler.max_interval",
         .type = OptionType::kDuration,
         .standard = "\"0s\"",
         .min = 0,
         .max = 30 * kDay,
         .help = "Quiet days make no interval longer than this; `\"0s\"`: none longer than it is configured. "
                 "Otherwise not below `scheduler.min_interval`."}),
    row<Config, &Config::validation, &ValidationConfig::sha1>(
        {.key = "validation.sha1",
         .type = OptionType::kChoice,
         .standard = "\"insecure\"",
         .choices = "insecure rely",
         .help =
             "Algorithms 5 and 7: `insecure` as in RFC 9905, or `rely` as a resolver that still "
             "relies on them."}),
    row<Config, &Config::validation, &ValidationConfig::algorithms>(
        {.key = "validation.algorithms",
         .type = OptionType::kPath,
         .standard = "\"\"",
         .help = "File with another table of algorithms and DS digests, in the form of "
                 "`config/algorithms.txt`: which ones are verified, relied on and recommended."}),
    row<Config, &Config::validation, &ValidationConfig::nested_anchors>(
        {.key = "validation.nested_anchors",
         .type = OptionType::kChoice,
         .standard = "\"closest\"",
         .choices = "closest any",
         .help = "A zone with a trust anchor of its own below another one: `closest` validates it by its own anchor "
                 "alone, `any` by that or by the DS above (RFC 6840 §5.10)."}),
    row<Config, &Config::expiry, &ExpiryConfig::warn>(
        {.key = "expiry.warn",
         .type = OptionType::kNumber,
         .standard = "0.2",
         .min = 0.001,
         .max = 0.999,
         .unit = "share",
         .help = "Warns when less than this share of a signature's validity period is left."}),
    row<Config, &Config::expiry, &ExpiryConfig::critical>(
        {.key = "expiry.critical",
         .type = OptionType::kNumber,
         .standard = "0.1",
         .min = 0.001,
         .max = 0.999,
         .unit = "share",
         .help = "Critical when less than this share is left. Not above `expiry.warn`."}),
    row<Config, &Config::confirmation, &ConfirmationConfig::needed>(
        {.key = "confirmation.needed",
         .type = OptionType::kInteger,
         .standard = "2",
         .min = 1,
         .max = 10,
         .unit = "looks",
         .help = "A finding that only some of the servers show is told when so many looks have shown it. "
                 "1: at once."}),
    row<Config, &Config::confirmation, &ConfirmationConfig::of>(
        {.key = "confirmation.of",
         .type = OptionType::kInteger,
         .standard = "3",
         .min = 1,
         .max = 10,
         .unit = "looks",
         .help = "Among so many looks. Not below `confirmation.needed`."}),
    row<Config, &Config::confirmation, &ConfirmationConfig::severity>(
        {.key = "confirmation.severity",
         .type = OptionType::kChoice,
         .standard = "\"warning\"",
         .choices = "info notice warning error critical",
         .help = "Findings below this severity are told at once."}),
    row<Config, &Config::incidents, &IncidentsConfig::min_zones>(
        {.key = "incidents.min_zones",
         .type = OptionType::kInteger,
         .standard = "3",
         .min = 0,
         .max = 1000000,
         .unit = "zones",
         .help = "So many zones that show the same finding and have its cause in common are one incident. "
                 "0: only causes that are certain make incidents."}),
    row<Config, &Config::incidents, &IncidentsConfig::window>(
        {.key = "incidents.window",
         .type = OptionType::kDuration,
         .standard = "\"1h\"",
         .min = 1,
         .max = 30 * kDay,
         .help = "Within this time. Not below `scheduler.interval`, if zones are to meet."}),
    row<Config, &Config::change, &ChangeConfig::required>(
        {.key = "change.required",
         .type = OptionType::kBoolean,
         .standard = "false",
         .help = "Every zone has change management: what nobody approved is `expected: false` and one severity louder. "
                 "`false`: only zones for which a change was planned."}),
    row<Config, &Config::change, &ChangeConfig::four_eyes>(
        {.key = "change.four_eyes",
         .type = OptionType::kBoolean,
         .standard = "false",
         .help = "A planned change is approved by somebody else than who asked for it."}),
    row<Config, &Config::monitor, &MonitorConfig::as_table>(
        {.key = "monitor.as_table",
         .type = OptionType::kPath,
         .standard = "\"\"",
         .help = "File that says which autonomous system an address is in, one `PREFIX ASN` a line. `SINGLE_AS` needs "
                 "it."}),
    row<Config, &Config::history, &HistoryConfig::evidence>(
        {.key = "history.evidence",
         .type = OptionType::kChoice,
         .standard = "\"changes\"",
         .choices = "changes off",
         .reload = Reload::kRestart,
         .help = "Keeps the answers of looks that changed what is told of a zone, for `anchorwatch replay` and "
                 "`export`. `off` keeps no more; what is kept stays."}),
    row<Config, &Config::history, &HistoryConfig::evidence_days>(
        {.key = "history.evidence_days",
         .type = OptionType::kInteger,
         .standard = "90",
         .min = 1,
         .max = 36500,
         .unit = "days",
         .reload = Reload::kRestart,
         .help = "How long. What stands, and the last complete look before that time, stay."}),
    row<Config, &Config::inventory_files>(
        {.key = "inventory.files",
         .type = OptionType::kPathList,
         .standard = "[]",
         .help = "Zone lists: one name a line, or CSV with a header row."}),
};

}  // namespace

std::span<const Row<Config>> plain_rows() { return kRows; }

}  // namespace anchorwatch::config
