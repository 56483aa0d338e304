// SPDX-License-Identifier: Apache-2.0
// TSIG: a shared secret that proves where a message comes from.
//
// Threading: pure functions, any thread; one TsigVerifier: one thread.
// Standards: RFC 8945 (§4.3 digests, §5.3 client, §5.3.1 several messages over TCP, §6 algorithms).
// Limits:    99 messages without a signature between two with one; MACs are not truncated.
#pragma once

#include <cstdint>
#include <string_view>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/hmac.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/dns/name.h"

namespace anchorwatch::dns {

struct TsigKey {
  Name name;
  HmacHash hash = HmacHash::kSha256;
  Bytes secret;
};

/// Reads the text of a key file: `key "NAME" { algorithm hmac-sha256; secret "…"; };` as BIND
/// writes it, or `[ALGORITHM:]NAME:SECRET` on one line.
/// @errors kParse: neither, an algorithm other than hmac-sha256, hmac-sha384 and hmac-sha512, or a
///         secret that is no base64. The message never shows the secret.
Result<TsigKey> parse_tsig_key(std::string_view text);

struct SignedQuery {
  Bytes wire;  ///< With the TSIG record.
  Bytes mac;   ///< What the answer's MAC is made over.
};
/// @param query  a whole message without TSIG.
SignedQuery sign_query(BytesView query, const TsigKey& key, UnixSeconds now);

/// Checks the messages that answer one signed query, in their order.
class TsigVerifier {
 public:
  TsigVerifier(TsigKey key, Bytes query_mac) : key_(std::move(key)), mac_(std::move(query_mac)) {}

  /// Takes the next message and returns it without its TSIG.
  ///
  /// A message between signed ones is authentic only when the next signed one is: nothing may be
  /// used before `finish` says so.
  /// @errors kParse: malformed. kRefused: not signed where it must be, another key, a wrong MAC, a
  ///         time that is off, or what the server says about our signature ("BADKEY").
  Result<Bytes> take(BytesView wire, UnixSeconds now);
  /// Whether the last message was signed, as it must be.
  Result<void> finish() const;

 private:
  struct Record;
  Result<void> check(const Record& record, BytesView message, UnixSeconds now);

  TsigKey key_;
  Bytes mac_;       ///< Of the query, then of the last signed message.
  Bytes unsigned_;  ///< Messages since then.
  int unsigned_messages_ = 0;
  bool first_ = true;
};

}  // namespace anchorwatch::dns
