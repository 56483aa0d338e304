// SPDX-License-Identifier: Apache-2.0
#include "plan_step.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dns/zone_text.h"
#include "anchorwatch/dnssec/crypto.h"

namespace anchorwatch::cli {

namespace {

constexpr std::uint8_t kSha256 = 2;

std::optional<std::uint16_t> parse_tag(const std::string& text) {
  std::uint16_t tag = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), tag);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return tag;
}

/// What is served now: every DS and key once.
struct Served {
  std::vector<Bytes> ds, keys;

  explicit Served(const history::ZoneHistory& history) {
    for (const auto& version : history.ds) {
      if (version.served()) ds.insert(ds.end(), version.content.begin(), version.content.end());
    }
    for (const auto& version : history.keys) {
      if (!version.served()) continue;
      for (const history::KeySet::Key& key : version.content.keys) keys.push_back(key.rdata);
    }
    for (std::vector<Bytes>* list : {&ds, &keys}) {
      std::sort(list->begin(), list->end());
      list->erase(std::unique(list->begin(), list->end()), list->end());
    }
  }
};

std::uint16_t tag_of_ds(const Bytes& rdata) {
  const auto ds = dns::decode_ds(rdata);
  return ds ? ds->key_tag : std::uint16_t{0};
}
std::uint16_t tag_of_key(const Bytes& rdata) { return dns::key_tag(rdata); }

class StepReader {
 public:
  StepReader(const history::ZoneHistory& history, const dns::Name& zone) : served_(history), zone_(zone) {}

  Result<history::Step> run(const PlanRequest& request) {
    for (const std::string& text : request.remove_ds) add_all(step_.remove_ds, tagged("--remove-ds", text, served_.ds, tag_of_ds));
    for (const std::string& text : request.add_ds) add_ds(text);
    for (const std::string& text : request.remove_keys) add_all(step_.remove_keys, keys("--remove-key", text));
    for (const std::string& text : request.add_keys) add_key(text);
    for (const std::string& text : request.sign_keys_with) add_all(step_.sign_keys_with, keys("--sign-keys-with", text));
    for (const std::string& text : request.sign_with) add_signers(step_.sign_with, keys("--sign-with", text));
    for (const std::string& text : request.stop_signing_with) {
      const std::vector<Bytes> found = keys("--stop-signing-with", text);
      add_signers(step_.cease_to_sign_with, found);
      add_all(step_.cease_to_sign_keys_with, found);
    }
    if (request.go_insecure) add_all(step_.remove_ds, served_.ds);
    if (request.unsign) {
      add_all(step_.remove_keys, served_.keys);
      add_signers(step_.cease_to_sign_with, served_.keys);
    }
    if (!problem_.empty()) return Error(ErrorCode::kInvalidArgument, problem_);
    return std::move(step_);
  }

 private:
  void complain(const std::string& problem) {
    if (problem_.empty()) problem_ = problem;
  }

  static void add_all(std::vector<Bytes>& to, const std::vector<Bytes>& more) { to.insert(to.end(), more.begin(), more.end()); }

  static void add_signers(std::vector<history::Signers::Key>& to, const std::vector<Bytes>& keys) {
    for (const Bytes& rdata : keys) {
      const auto fields = dns::decode_dnskey(rdata);
      if (fields) to.push_back({dns::key_tag(rdata), fields->algorithm});
    }
  }

  std::vector<Bytes> tagged(const char* option, const std::string& text, const std::vector<Bytes>& list,
                            const std::function<std::uint16_t(const Bytes&)>& tag_of) {
    std::vector<Bytes> found;
    std::string there;
    const std::optional<std::uint16_t> wanted = parse_tag(text);
    if (!wanted) {
      complain(std::string(option) + " " + text + ": not a key tag");
      return found;
    }
    for (const Bytes& rdata : list) {
      if (tag_of(rdata) == *wanted) found.push_back(rdata);
      const std::string tag = std::to_string(tag_of(rdata));
      if (there.find(tag) == std::string::npos) there += (there.empty() ? "" : ", ") + tag;
    }
    if (found.empty()) {
      complain(std::string(option) + " " + text + ": " + zone_.to_text() + " has none with that tag; there " +
               (there.empty() ? "are none at all" : "are " + there));
    }
    return found;
  }

  std::vector<Bytes> keys(const char* option, const std::string& text) { return tagged(option, text, served_.keys, tag_of_key); }

  void add_ds(const std::string& text) {
    if (parse_tag(text)) {  // The DS of a key that is published.
      for (const Bytes& key : keys("--add-ds", text)) step_.add_ds.push_back(ds_of(key));
      return;
    }
    auto rdata = dns::parse_rdata_text(dns::RrType::kDs, text);
    if (!rdata || !dns::decode_ds(*rdata)) {
      complain("--add-ds \"" + text + "\": neither the tag of a published key nor a DS (tag, algorithm, digest type, digest)");
      return;
    }
    step_.add_ds.push_back(*std::move(rdata));
  }

  [[nodiscard]] Bytes ds_of(const Bytes& key) const {
    Bytes rdata;
    append_u16(rdata, dns::key_tag(key));
    append_u8(rdata, dns::decode_dnskey(key)->algorithm);
    append_u8(rdata, kSha256);
    return rdata + dnssec::ds_digest(kSha256, zone_, key);
  }

  void add_key(const std::string& text) {
    auto rdata = dns::parse_rdata_text(dns::RrType::kDnskey, text);
    if (!rdata || !dns::decode_dnskey(*rdata)) {
      complain("--add-key \"" + text + "\": not a DNSKEY (flags, protocol, algorithm, key)");
      return;
    }
    step_.add_keys.push_back(*std::move(rdata));
  }

  Served served_;
  const dns::Name& zone_;
  history::Step step_;
  std::string problem_;
};

}  // namespace

bool PlanRequest::empty() const { return lines().empty(); }

std::vector<std::string> PlanRequest::lines() const {
  std::vector<std::string> out;
  const auto add = [&](const char* what, const std::vector<std::string>& values) {
    for (const std::string& value : values) out.push_back(std::string(what) + " " + value);
  };
  add("add DS", add_ds);
  add("remove DS", remove_ds);
  add("add key", add_keys);
  add("remove key", remove_keys);
  add("sign the key set with", sign_keys_with);
  add("sign the zone with", sign_with);
  add("stop signing with", stop_signing_with);
  if (go_insecure) out.emplace_back("remove every DS");
  if (unsign) out.emplace_back("remove all keys and signatures");
  return out;
}

Result<history::Step> make_step(const PlanRequest& request, const history::ZoneHistory& history, const dns::Name& zone) {
  return StepReader(history, zone).run(request);
}

}  // namespace anchorwatch::cli
