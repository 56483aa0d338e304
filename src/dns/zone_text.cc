// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/zone_text.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "anchorwatch/dns/message.h"

#include "ldns_text.h"
#include "printable.h"
#include "rrset_builder.h"
#include "wire_scan.h"
#include "zone_lines.h"

namespace anchorwatch::dns {
namespace {

constexpr std::uint32_t kDefaultTtl = 3600;

Error ldns_error(ldns_status status) {
  const char* text = ldns_get_errorstr_by_id(status);
  return {ErrorCode::kParse, text == nullptr ? "syntax error" : text};
}

LdnsPtr<ldns_rdf> to_rdf(const Name& name) {
  return LdnsPtr<ldns_rdf>(
      ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, name.wire().size(), name.wire().data()));
}

/// Whether the name ends with a dot that is not escaped.
bool is_absolute(std::string_view name) {
  if (!name.ends_with('.')) return false;
  name.remove_suffix(1);
  std::size_t backslashes = 0;
  for (; name.ends_with('\\'); name.remove_suffix(1)) ++backslashes;
  return backslashes % 2 == 0;
}

/// Takes the first word off `text`; a backslash keeps the character after it in the word.
std::string_view take_word(std::string_view& text) {
  constexpr std::string_view kBlanks = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  std::size_t end = 0;
  while (end < text.size() && kBlanks.find(text[end]) == std::string_view::npos) {
    end += text[end] == '\\' ? 2U : 1U;
  }
  const std::string_view word = text.substr(0, std::min(end, text.size()));
  text.remove_prefix(word.size());
  return word;
}

/// Without the white space behind it, in which ldns sees "superfluous text"; an escaped blank
/// stays.
std::string_view without_end_blanks(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t");
  if (last == std::string_view::npos) return {};
  const std::size_t escaped = text[last] == '\\' ? 1U : 0U;
  return text.substr(0, std::min(last + 1 + escaped, text.size()));
}

bool starts_with_digit(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

/// Seconds, or numbers with the units s, m, h, d and w as BIND reads them ("1h30m").
std::optional<std::uint32_t> parse_ttl(std::string_view text) {
  constexpr std::uint64_t kMax = 0xffffffffU;
  std::uint64_t total = 0;
  if (!starts_with_digit(text)) return std::nullopt;
  while (starts_with_digit(text)) {
    std::uint64_t value = 0;
    const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || value > kMax) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    std::uint64_t unit = 1;
    if (!text.empty()) {
      switch (text.front()) {
        case 's':
        case 'S': break;
        case 'm':
        case 'M': unit = 60; break;
        case 'h':
        case 'H': unit = 3600; break;
        case 'd':
        case 'D': unit = 86400; break;
        case 'w':
        case 'W': unit = 604800; break;
        default: return std::nullopt;
      }
      text.remove_prefix(1);
    }
    total += value * unit;
    if (total > kMax) return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  return static_cast<std::uint32_t>(total);
}

/// Whether the numbers that RDATA text starts with fit their fields: ldns cuts high bits off
/// silently, so that a key tag with a digit too many would be another key tag.
bool numbers_fit(RrType type, std::string_view text) {
  const ldns_rr_descriptor& format = *ldns_rr_descript(static_cast<std::uint16_t>(type));
  for (std::size_t i = 0; i < format._maximum; ++i) {
    const std::string_view word = take_word(text);
    std::uint32_t max = 0xffffffffU;
    switch (format._wireformat[i]) {
      case LDNS_RDF_TYPE_DNAME: continue;
      case LDNS_RDF_TYPE_INT8:
      case LDNS_RDF_TYPE_ALG: max = 0xff; break;
      case LDNS_RDF_TYPE_INT16: max = 0xffff; break;
      case LDNS_RDF_TYPE_INT32:
      case LDNS_RDF_TYPE_PERIOD: break;
      default: return true;  // No such number comes later in any type.
    }
    if (word == "\\#") return true;
    if (word.starts_with('-')) return false;
    if (!starts_with_digit(word)) continue;  // A mnemonic, or something that ldns will refuse.
    const std::optional<std::uint32_t> value = parse_ttl(word);
    if (!value || *value > max) return false;
  }
  return true;
}

/// Reads RDATA with ldns. Only the type goes in beside it, so that errors are about the RDATA.
Result<Bytes> parse_rdata(RrType type, std::string_view rdata, const ldns_rdf* origin) {
  if (!numbers_fit(type, rdata)) {
    return Error{ErrorCode::kParse, to_string(type) + " record: a number does not fit its field"};
  }
  const std::string line = ". 0 IN TYPE" + std::to_string(static_cast<unsigned>(type)) + ' ' +
                           std::string(without_end_blanks(rdata));
  ldns_rr* parsed = nullptr;
  const ldns_status status = ldns_rr_new_frm_str(&parsed, line.c_str(), 0, origin, nullptr);
  if (status != LDNS_STATUS_OK) return ldns_error(status).with(to_string(type) + " record");
  const LdnsPtr<ldns_rr> record(parsed);
  return canonical_rdata_of(*record);
}

class ZoneParser {
 public:
  explicit ZoneParser(Name origin) : origin_(std::move(origin)), origin_rdf_(to_rdf(origin_)) {}

  Result<void> parse(std::string_view text) {
    return text.front() == '$' ? directive(text) : record(text);
  }
  std::vector<RRset> take() { return builder_.take(); }

 private:
  Result<void> directive(std::string_view text) {
    const std::string_view keyword = take_word(text);
    const std::string_view value = take_word(text);
    if (!take_word(text).empty()) return Error{ErrorCode::kParse, "text after the directive"};
    if (keyword == "$TTL") {
      const std::optional<std::uint32_t> ttl = parse_ttl(value);
      if (!ttl) return Error{ErrorCode::kParse, "$TTL needs a period of time"};
      ttl_ = *ttl;
      return {};
    }
    if (keyword == "$ORIGIN") {
      Result<Name> name = resolve(value);
      if (!name) return std::move(name).error().with("$ORIGIN");
      origin_ = *std::move(name);
      origin_rdf_ = to_rdf(origin_);
      return {};
    }
    return Error{ErrorCode::kParse, "only the directives $TTL and $ORIGIN are supported"};
  }

  Result<Name> resolve(std::string_view text) const {
    if (text == "@") return origin_;
    if (text.empty() || is_absolute(text)) return Name::from_text(text);
    return Name::from_text(std::string(text) + '.' + (origin_.is_root() ? "" : origin_.to_text()));
  }

  Result<void> record(std::string_view text) {
    if (text.front() != ' ' && text.front() != '\t') {
      Result<Name> owner = resolve(take_word(text));
      if (!owner) return std::move(owner).error();
      owner_ = *std::move(owner);
    }
    if (!owner_) return Error{ErrorCode::kParse, "the first record has no owner name"};

    std::uint32_t ttl = ttl_;
    std::string_view word = take_word(text);
    for (;; word = take_word(text)) {  // TTL and class come in either order (RFC 1035 §5.1).
      if (starts_with_digit(word)) {
        const std::optional<std::uint32_t> value = parse_ttl(word);
        if (!value) return Error{ErrorCode::kParse, "the TTL is not a period of time"};
        ttl = *value;
      } else if (word == "CH" || word == "HS" || word == "ch" || word == "hs") {
        return Error{ErrorCode::kParse, "only class IN is supported"};
      } else if (word != "IN" && word != "in" && word != "CLASS1") {
        break;
      }
    }
    const std::optional<RrType> type = parse_rr_type(word);
    if (!type) {
      if (word.empty()) return Error{ErrorCode::kParse, "the record has no type"};
      return Error{ErrorCode::kParse, to_printable(word.substr(0, 40)) + " is no record type"};
    }
    Result<Bytes> rdata = parse_rdata(*type, text, origin_rdf_.get());
    if (!rdata) return std::move(rdata).error();
    if (!builder_.add(owner_->wire(), *type, effective_ttl(ttl), *std::move(rdata))) {
      return Error{ErrorCode::kParse, to_string(*type) + " record: malformed"};
    }
    return {};
  }

  Name origin_;
  LdnsPtr<ldns_rdf> origin_rdf_;
  std::optional<Name> owner_;  ///< Of the record before, for records that leave it out.
  std::uint32_t ttl_ = kDefaultTtl;
  RrsetBuilder builder_;
};

}  // namespace

struct ZoneTextReader::State {
  explicit State(const Name& origin) : parser(origin) {}
  ZoneLines lines;
  ZoneParser parser;

  Result<void> parse_what_is_there() {
    while (true) {
      Result<std::optional<ZoneEntry>> entry = lines.next();
      if (!entry) return std::move(entry).error();
      if (!entry->has_value()) return {};
      const ZoneEntry& found = **entry;
      if (Result<void> done = parser.parse(found.text); !done) {
        return std::move(done).error().with("line " + std::to_string(found.line));
      }
    }
  }
};

ZoneTextReader::ZoneTextReader(const Name& origin) : state_(std::make_unique<State>(origin)) {}
ZoneTextReader::~ZoneTextReader() = default;

Result<void> ZoneTextReader::feed(std::string_view piece) {
  state_->lines.feed(piece);
  return state_->parse_what_is_there();
}

Result<std::vector<RRset>> ZoneTextReader::finish() {
  state_->lines.finish();
  if (Result<void> done = state_->parse_what_is_there(); !done) return std::move(done).error();
  return state_->parser.take();
}

Result<std::vector<RRset>> parse_zone_text(std::string_view text, const Name& origin) {
  ZoneTextReader reader(origin);
  if (Result<void> done = reader.feed(text); !done) return std::move(done).error();
  return reader.finish();
}

Result<Bytes> parse_rdata_text(RrType type, std::string_view text) {
  ZoneLines lines(text);
  Result<std::optional<ZoneEntry>> entry = lines.next();
  if (!entry) return std::move(entry).error();
  if (!entry->has_value()) return Error{ErrorCode::kParse, to_string(type) + " record: no RDATA"};
  if (Result<std::optional<ZoneEntry>> more = lines.next(); !more || more->has_value()) {
    return Error{ErrorCode::kParse, to_string(type) + " record: more than one line"};
  }
  return parse_rdata(type, (*entry)->text, nullptr);
}

}  // namespace anchorwatch::dns
