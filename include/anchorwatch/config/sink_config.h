// SPDX-License-Identifier: Apache-2.0
// SinkConfig: one [[sink]]: where events go.
//
// Threading: value types, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "anchorwatch/core/result.h"
#include "anchorwatch/core/severity.h"

namespace anchorwatch::config {

enum class SinkType : std::uint8_t { kWebhook, kSyslog };
const char* to_string(SinkType type);

/// Body formats of this version. The contract has more names; asking for one of those is an error.
enum class SinkFormat : std::uint8_t { kStandard, kRfc5424 };
const char* to_string(SinkFormat format);

enum class SyslogTransport : std::uint8_t { kUnix, kUdp, kTcp, kTls };
const char* to_string(SyslogTransport transport);

/// Where a syslog sink sends: unix:///dev/log, udp://host:514, tcp://host:601, tls://host:6514.
struct SyslogAddress {
  SyslogTransport transport = SyslogTransport::kUnix;
  std::string path;        ///< Of the socket; kUnix only.
  std::string host;        ///< Name or address without brackets; empty for kUnix.
  std::uint16_t port = 0;  ///< The transport's default when not written: 514, 601, 6514.

  /// @errors kParse: another scheme, no host or path, a bad port.
  static Result<SyslogAddress> parse(std::string_view text);
  /// The form that `parse` reads.
  [[nodiscard]] std::string to_text() const;
  bool operator==(const SyslogAddress&) const = default;
};

/// Where a secret comes from: `secret_file`.
struct SecretSource {
  std::string path;        ///< The file, relative to the configuration file that names it.
  std::string credential;  ///< systemd credential name; empty when the value has a slash.
  [[nodiscard]] bool empty() const { return path.empty(); }
  bool operator==(const SecretSource&) const = default;
};
/// Reads a secret without the white space around it. A credential of that name comes before the
/// file.
/// @param credentials_directory  $CREDENTIALS_DIRECTORY, may be empty.
/// @errors kNotFound, kIo: the file is missing or unreadable. kParse: it is empty or has control
///         characters.
Result<std::string> read_secret(const SecretSource& source,
                                const std::string& credentials_directory);
/// $CREDENTIALS_DIRECTORY, or empty.
std::string credentials_directory();

struct SinkConfig {
  std::string name;  ///< Unique; names the sink in v_delivery.
  SinkType type = SinkType::kWebhook;
  bool enabled = true;
  SinkFormat format = SinkFormat::kStandard;
  Severity min_severity = Severity::kInfo;
  bool allow_special_addresses = false;  ///< Loopback and private targets, and plain http.
  std::chrono::seconds timeout{10};      ///< Of one attempt.
  std::uint32_t retry_max = 40;  ///< Attempts after the first, then the event is a dead letter.
  std::string ca_file;           ///< PEM; empty: the system's.

  std::string url;      ///< Webhook.
  SecretSource secret;  ///< Webhook; empty: unsigned requests.

  SyslogAddress address;      ///< Syslog.
  std::uint8_t facility = 3;  ///< Syslog, RFC 5424 §6.2.1; 3 is daemon.

  bool operator==(const SinkConfig&) const = default;
};

/// RFC 5424 facility number of a keyword ("local4" is 20).
std::optional<std::uint8_t> parse_facility(std::string_view text);
/// @pre facility < 24.
const char* facility_name(std::uint8_t facility);

}  // namespace anchorwatch::config
