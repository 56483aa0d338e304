// SPDX-License-Identifier: Apache-2.0
// RrType: RR type codes (IANA registry); values that have no name here are legal too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace anchorwatch::dns {

enum class RrType : std::uint16_t {
  kA = 1, kNs = 2, kCname = 5, kSoa = 6, kPtr = 12, kMx = 15, kTxt = 16, kSig = 24, kAaaa = 28, kSrv = 33,
  kDname = 39, kOpt = 41, kDs = 43, kRrsig = 46, kNsec = 47, kDnskey = 48, kNsec3 = 50,
  kNsec3Param = 51, kTlsa = 52, kCds = 59, kCdnskey = 60, kCsync = 62, kZonemd = 63, kSvcb = 64,
  kHttps = 65, kDsync = 66, kNxname = 128, kTkey = 249, kTsig = 250, kAxfr = 252, kAny = 255, kCaa = 257,
};

/// Mnemonic, or "TYPE65280" for one without (RFC 3597 §5).
inline constexpr std::uint16_t kClassIn = 1;
inline constexpr std::uint16_t kClassCh = 3;  ///< Where servers keep their version (RFC 4892).

std::string to_string(RrType type);
/// Accepts mnemonics of any case and TYPEnnn.
std::optional<RrType> parse_rr_type(std::string_view text);

/// RCODE mnemonic, e.g. "NXDOMAIN"; "RCODE24" for one without.
std::string rcode_to_string(int rcode);
inline constexpr int kRcodeNoError = 0;
inline constexpr int kRcodeFormErr = 1;
inline constexpr int kRcodeServFail = 2;
inline constexpr int kRcodeNxDomain = 3;
inline constexpr int kRcodeNotImp = 4;
inline constexpr int kRcodeRefused = 5;
inline constexpr int kRcodeBadVers = 16;
inline constexpr int kRcodeBadCookie = 23;

}  // namespace anchorwatch::dns
