// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/inventory/probe_spec.h"

#include <array>
#include <optional>
#include <utility>

#include "anchorwatch/inventory/zone_name.h"

#include "text_scan.h"

namespace anchorwatch::inventory {
namespace {

constexpr std::size_t kMaxNameSize = 255;

/// Types that no zone holds as data, and RRSIG, which comes along with every answer.
bool askable(dns::RrType type) {
  const auto number = static_cast<std::uint16_t>(type);
  const bool meta = number == 0 || type == dns::RrType::kOpt || (number >= 128 && number <= 255);
  return !meta && type != dns::RrType::kRrsig;
}

/// Whether the last character is a dot that ends a label, not an escaped one.
bool ends_absolute(std::string_view name) {
  if (!name.ends_with('.')) return false;
  name.remove_suffix(1);
  const std::size_t last = name.find_last_not_of('\\');
  const std::size_t backslashes = name.size() - (last == std::string_view::npos ? 0 : last + 1);
  return backslashes % 2 == 0;
}

/// relative.zone, when the length allows.
std::optional<dns::Name> below(const dns::Name& relative, const dns::Name& zone) {
  if (relative.wire().size() - 1 + zone.wire().size() > kMaxNameSize) return std::nullopt;
  Bytes wire = relative.wire().substr(0, relative.wire().size() - 1);
  wire += zone.wire();
  return dns::Name::from_wire(wire);
}

}  // namespace

Result<ProbeSpec> ProbeSpec::parse(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) {
    return Error(ErrorCode::kParse, quoted(text) + " is not NAME/TYPE, e.g. \"@/SOA\"");
  }
  const std::string_view name_text = text.substr(0, slash);
  const auto type = dns::parse_rr_type(text.substr(slash + 1));
  if (!type) {
    return Error(ErrorCode::kParse, quoted(text.substr(slash + 1)) + " is not a record type");
  }
  if (!askable(*type)) {
    return Error(ErrorCode::kInvalidArgument,
                 dns::to_string(*type) + " is not a type that a zone can be asked for");
  }
  if (name_text == "@") return ProbeSpec(dns::Name(), false, *type);
  auto name = parse_zone_name(name_text);
  if (!name) return std::move(name).error();
  return ProbeSpec(*std::move(name), ends_absolute(name_text), *type);
}

Result<dns::Question> ProbeSpec::resolve(const dns::Name& zone) const {
  if (absolute_) {
    if (name_.is_at_or_below(zone)) return dns::Question{name_, type_};
    return Error(ErrorCode::kInvalidArgument,
                 name_.to_text() + " does not lie in " + zone.to_text());
  }
  auto name = below(name_, zone);
  if (!name) {
    return Error(ErrorCode::kParse, to_text() + " below " + zone.to_text() + " is too long");
  }
  return dns::Question{*std::move(name), type_};
}

std::string ProbeSpec::to_text() const {
  const std::string type_text = dns::to_string(type_);
  if (!absolute_ && name_.is_root()) return "@/" + type_text;
  std::string text = name_.to_text();
  if (!absolute_) text.pop_back();
  return text + "/" + type_text;
}

const std::vector<ProbeSpec>& default_probes() {
  static const std::vector<ProbeSpec> probes = [] {
    std::vector<ProbeSpec> specs;
    for (const char* text :
         {"@/SOA", "@/NS", "@/A", "@/AAAA", "@/MX", "@/TXT", "@/CAA", "@/CDS", "@/CDNSKEY"}) {
      specs.push_back(ProbeSpec::parse(text).value());
    }
    return specs;
  }();
  return probes;
}

}  // namespace anchorwatch::inventory
