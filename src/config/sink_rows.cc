// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "option_table.h"

namespace anchorwatch::config {
namespace {

using Fault = std::optional<FieldFault>;

constexpr std::string_view kWebhook = "webhook";
constexpr std::string_view kSyslog = "syslog";

Fault set_address(SinkDraft& draft, const Parsed& parsed) {
  auto address = SyslogAddress::parse(parsed.text);
  if (!address) return FieldFault{0, address.error().message()};
  draft.sink.address = *std::move(address);
  return {};
}

/// A value without slash may be the name of a credential.
Fault set_secret(SinkDraft& draft, const Parsed& parsed) {
  draft.sink.secret.path = parsed.text;
  const bool is_path = parsed.raw.find('/') != std::string::npos;
  draft.sink.secret.credential = is_path ? std::string() : parsed.raw;
  return {};
}

Fault set_facility(SinkDraft& draft, const Parsed& parsed) {
  draft.sink.facility = parse_facility(parsed.text).value_or(0);
  return {};
}

constexpr std::array kStubRows = {
    row<StubConfig, &StubConfig::zone>({.key = "stub.zone",
                                        .type = OptionType::kText,
                                        .standard = "required",
                                        .reload = Reload::kYes,
                                        .help = "Top of a private tree."}),
    row<StubConfig, &StubConfig::servers>({.key = "stub.servers",
                                           .type = OptionType::kTextList,
                                           .standard = "required",
                                           .reload = Reload::kYes,
                                           .help = "Addresses of its authoritative servers."}),
    row<StubConfig, &StubConfig::trust_anchors>(
        {.key = "stub.trust_anchors",
         .type = OptionType::kPathList,
         .standard = "[]",
         .reload = Reload::kYes,
         .help = "Files of DS or DNSKEY records for the tree, as `dns.trust_anchors`."}),
};

constexpr std::array kSinkRows = {
    row<SinkDraft, &SinkDraft::sink, &SinkConfig::name>(
        {.key = "sink.name",
         .type = OptionType::kText,
         .standard = "required",
         .help =
             "Unique name: up to 64 letters, digits, `-`, `_` and `.`. Deliveries in the database "
             "belong to this name."}),
    row<SinkDraft, &SinkDraft::sink, &SinkConfig::type>({.key = "sink.type",
                                                         .type = OptionType::kChoice,
                                                         .standard = "required",
                                                         .choices = "webhook syslog",
                                                         .help = "Kind of receiver."}),
    row<SinkDraft, &SinkDraft::sink, &SinkConfig::enabled>(
        {.key = "sink.enabled",
         .type = OptionType::kBoolean,
         .standard = "true",
         .help = "With `false` the sink gets no events, and its other keys are still checked."}),
    row<SinkDraft, &SinkDraft::format>(
        {.key = "sink.format",
         .type = OptionType::kChoice,
         .standard = "",
         .choices = "standard cloudevents ecs ocsf splunk_hec pagerduty alertmanager slack rfc5424 "
                    "cef leef",
         .help = "Form of the body. This version has `standard` (the default of webhooks) and "
                 "`rfc5424` (the default of syslog); the other names are reserved."}),
    row<SinkDraft, &SinkDraft::sink, &SinkConfig::min_severity>(
        {.key = "sink.min_severity",
         .type = OptionType::kChoice,
         .standard = "\"info\"",
         .choices = "info notice warning error critical",
         .help = "Events below this severity are not sent."}),
    row<SinkDraft, &SinkDraft::sink, &SinkConfig::allow_special_addresses>(
        {.key = "sink.allow_special_addresses",
         .type = OptionType::kBoolean,
         .standard = "false",
         .help = "Permits loopback and private targets and plain http; metadata addresses never."}),
    row<SinkDraft, &SinkDraft::sink, &SinkConfig::timeout>(
        {.key = "sink.timeout",
         .type = OptionType::kDuration,
         .standard = "\"10s\"",
         .min = 1,
         .max = 300,
         .help = "Time that one attempt may take."}),
    row<SinkDraft, &SinkDraft::sink, &SinkConfig::retry_max>(
        {.key = "sink.retry_max",
         .type = OptionType::kInteger,
         .standard = "40",
         .min = 0,
         .max = 1000,
         .unit = "attempts",
         .help = "Attempts after the first one; then the event is a dead letter of this sink."}),
    row<SinkDraft, &SinkDraft::sink, &SinkConfig::ca_file>(
        {.key = "sink.ca_file",
         .type = OptionType::kPath,
         .standard = "\"\"",
         .help = "Certification authorities (PEM) for this sink; empty: those of the system."}),
    row<SinkDraft, &SinkDraft::sink, &SinkConfig::url>(
        {.key = "sink.url",
         .type = OptionType::kText,
         .standard = "required",
         .only_for = kWebhook,
         .help = "Where events are posted: https, or http with `sink.allow_special_addresses`."}),
    Row<SinkDraft>{{.key = "sink.secret_file",
                    .type = OptionType::kPath,
                    .standard = "\"\"",
                    .only_for = kWebhook,
                    .help = "File with the signing secret (`whsec_…`), or the name of a systemd "
                            "credential; empty: requests are not signed."},
                   set_secret,
                   [](const SinkDraft& draft) { return print(draft.sink.secret.path); }},
    Row<SinkDraft>{{.key = "sink.address",
                    .type = OptionType::kText,
                    .standard = "required",
                    .only_for = kSyslog,
                    .help = "`unix:///dev/log`, `udp://host:514`, `tcp://host:601` or "
                            "`tls://host:6514`."},
                   set_address,
                   [](const SinkDraft& draft) { return print(draft.sink.address.to_text()); }},
    Row<SinkDraft>{
        {.key = "sink.facility",
         .type = OptionType::kChoice,
         .standard = "\"daemon\"",
         .choices = "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit "
                    "alert clock local0 local1 local2 local3 local4 local5 local6 local7",
         .only_for = kSyslog,
         .help = "Syslog facility."},
        set_facility,
        [](const SinkDraft& draft) {
          return print(std::string(facility_name(draft.sink.facility)));
        }},
};

}  // namespace

std::span<const Row<StubConfig>> stub_rows() { return kStubRows; }
std::span<const Row<SinkDraft>> sink_rows() { return kSinkRows; }

}  // namespace anchorwatch::config
