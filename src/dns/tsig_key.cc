// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "anchorwatch/dns/tsig.h"

#include "tsig_names.h"

namespace anchorwatch::dns {
namespace {

constexpr std::array kHashes{HmacHash::kSha256, HmacHash::kSha384, HmacHash::kSha512};

Error malformed(const char* what) { return {ErrorCode::kParse, std::string("TSIG key: ") + what}; }

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Words, quoted strings and the characters { } ; each as one token; comments are gone.
std::vector<std::string> tokens_of(std::string_view text) {
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (is_space(rest.front())) {
      ++at;
    } else if (rest.front() == '#' || rest.starts_with("//")) {
      at += std::min(rest.find('\n'), rest.size());
    } else if (rest.starts_with("/*")) {
      const std::size_t end = rest.find("*/", 2);
      at = end == std::string_view::npos ? text.size() : at + end + 2;
    } else if (rest.front() == '"') {
      const std::size_t end = std::min(rest.find('"', 1), rest.size());
      tokens.emplace_back(rest.substr(1, end - 1));
      at += end + 1;
    } else if (rest.find_first_of("{};") == 0) {
      tokens.emplace_back(1, rest.front());
      ++at;
    } else {
      const std::size_t end = std::min(rest.find_first_of(" \t\r\n{};\""), rest.size());
      tokens.emplace_back(rest.substr(0, end));
      at += end;
    }
  }
  return tokens;
}

Result<TsigKey> make_key(std::string_view name, std::string_view algorithm,
                         std::string_view secret) {
  TsigKey key;
  Result<Name> parsed = Name::from_text(name);
  if (!parsed) return malformed("the name is no domain name");
  key.name = *std::move(parsed);
  const auto hash = parse_hmac_name(algorithm);
  if (!hash) return malformed("the algorithm is none of hmac-sha256, hmac-sha384, hmac-sha512");
  key.hash = *hash;
  const auto octets = from_base64(secret);
  if (!octets || octets->empty()) return malformed("the secret is not in base64");
  key.secret = *octets;
  return key;
}

Result<TsigKey> from_block(const std::vector<std::string>& tokens) {
  std::string algorithm;
  std::string secret;
  if (tokens.size() < 3 || tokens[2] != "{") return malformed("key \"NAME\" { … } is expected");
  for (std::size_t i = 3; i + 2 < tokens.size() && tokens[i] != "}"; i += 3) {
    if (tokens[i + 2] != ";") return malformed("a semicolon is missing");
    if (tokens[i] == "algorithm") algorithm = tokens[i + 1];
    if (tokens[i] == "secret") secret = tokens[i + 1];
  }
  return make_key(tokens[1], algorithm, secret);
}

}  // namespace

const Name& hmac_name(HmacHash hash) {
  static const std::array<Name, 3> names{*Name::from_text("hmac-sha256"),
                                         *Name::from_text("hmac-sha384"),
                                         *Name::from_text("hmac-sha512")};
  return names.at(static_cast<std::size_t>(hash));
}

std::optional<HmacHash> parse_hmac_name(std::string_view text) {
  const Result<Name> name = Name::from_text(text);
  if (!name) return std::nullopt;
  for (const HmacHash hash : kHashes) {
    if (hmac_name(hash) == *name) return hash;
  }
  return std::nullopt;
}

Result<TsigKey> parse_tsig_key(std::string_view text) {
  const std::vector<std::string> tokens = tokens_of(text);
  if (tokens.empty()) return malformed("the file is empty");
  if (tokens.front() == "key") return from_block(tokens);
  if (tokens.size() != 1) return malformed("neither a key block nor [ALGORITHM:]NAME:SECRET");
  const std::string& line = tokens.front();
  const std::size_t last = line.rfind(':');
  if (last == std::string::npos)
    return malformed("neither a key block nor [ALGORITHM:]NAME:SECRET");
  std::string_view head = std::string_view(line).substr(0, last);
  std::string_view algorithm = "hmac-sha256";
  if (const std::size_t colon = head.find(':'); colon != std::string_view::npos) {
    algorithm = head.substr(0, colon);
    head = head.substr(colon + 1);
  }
  return make_key(head, algorithm, std::string_view(line).substr(last + 1));
}

}  // namespace anchorwatch::dns
