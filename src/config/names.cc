// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/config/config.h"
#include "anchorwatch/config/sink_config.h"

namespace anchorwatch::config {

const char* to_string(FamilyUse use) {
  switch (use) {
    case FamilyUse::kAuto: return "auto";
    case FamilyUse::kOn: return "on";
    case FamilyUse::kOff: return "off";
  }
  return "unknown";
}

const char* to_string(Sha1Use use) {
  switch (use) {
    case Sha1Use::kInsecure: return "insecure";
    case Sha1Use::kRely: return "rely";
  }
  return "unknown";
}

const char* to_string(NestedAnchors use) {
  switch (use) {
    case NestedAnchors::kClosest: return "closest";
    case NestedAnchors::kAny: return "any";
  }
  return "unknown";
}

const char* to_string(EvidenceUse use) {
  switch (use) {
    case EvidenceUse::kChanges: return "changes";
    case EvidenceUse::kOff: return "off";
  }
  return "unknown";
}

const char* to_string(SinkType type) {
  switch (type) {
    case SinkType::kWebhook: return "webhook";
    case SinkType::kSyslog: return "syslog";
  }
  return "unknown";
}

const char* to_string(SinkFormat format) {
  switch (format) {
    case SinkFormat::kStandard: return "standard";
    case SinkFormat::kRfc5424: return "rfc5424";
  }
  return "unknown";
}

const char* to_string(SyslogTransport transport) {
  switch (transport) {
    case SyslogTransport::kUnix: return "unix";
    case SyslogTransport::kUdp: return "udp";
    case SyslogTransport::kTcp: return "tcp";
    case SyslogTransport::kTls: return "tls";
  }
  return "unknown";
}

ConfigError Config::error_at(std::string_view key, std::string message) const {
  ConfigError error;
  error.key = key;
  error.message = std::move(message);
  if (const auto origin = origins.find(key); origin != origins.end()) {
    error.file = origin->second.file;
    error.line = origin->second.line;
    error.column = origin->second.column;
  } else if (!files.empty()) {
    error.file = files.front();
  }
  return error;
}

}  // namespace anchorwatch::config
