// SPDX-License-Identifier: Apache-2.0
// SignerStage: a zone that some signer signs, looked at as the daemon does, for months of virtual time.
//
// A signer is a function from a moment to the signatures that it serves then. Looks with nothing new move the times only,
// as in pipeline/zone_looks; every other one is advance()d.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "anchorwatch/core/time_format.h"

#include "unit/change/history.h"

namespace anchorwatch::change {

inline constexpr UnixSeconds kHour = 3600;

inline judge::RrsigFact signature(const std::string& owner, dns::RrType type, std::uint16_t tag, UnixSeconds inception,
                                  UnixSeconds life, std::vector<IpAddress> servers = {address("192.0.2.1"), address("192.0.2.2")}) {
  return {name(owner), type, tag, 13, inception, inception + life, std::move(servers)};
}

class SignerStage : public ::testing::Test {
 protected:
  using Signer = std::function<std::vector<judge::RrsigFact>(UnixSeconds)>;

  /// Looks at what `signer` serves for so long.
  void watch(const Signer& signer, UnixSeconds time) {
    const UnixSeconds end = at_ + time;
    while (at_ < end) {
      at_ += look_every_;
      look(signer(at_));
    }
  }
  /// As watch(), with a signer that does nothing any more, until it is told of. @return whether it was.
  bool watch_the_stopped(const Signer& signer, UnixSeconds time) {
    const UnixSeconds stopped = at_;
    const auto frozen = [&](UnixSeconds) { return signer(stopped); };
    for (UnixSeconds passed = 0; passed < time && open() == nullptr; passed += look_every_) watch(frozen, look_every_);
    return open() != nullptr;
  }

  void look(std::vector<judge::RrsigFact> signatures) {
    // What must be judged again is looked at in full.
    const bool over = at_ >= last_.state.summary.valid_until_at;
    const bool full = last_.state.summary.last_full_at == 0 || at_ - last_.state.summary.last_full_at >= full_every_ || over;
    if (!full) {
      std::erase_if(signatures, [](const judge::RrsigFact& fact) {
        return fact.type != dns::RrType::kDnskey && fact.type != dns::RrType::kSoa;
      });
    }
    std::sort(signatures.begin(), signatures.end(), [](const auto& left, const auto& right) {
      return std::tie(left.owner, left.type, left.key_tag, left.inception) <
             std::tie(right.owner, right.type, right.key_tag, right.inception);
    });
    world_.depth = full ? evidence::Depth::kFull : evidence::Depth::kCore;
    world_.facts.rrsigs = {true, signatures};
    world_.judgement.valid_until = world_.judgement.link.valid_until = at_ + 30 * kDay;
    std::vector<judge::RrsigFact>& same = full ? seen_full_ : seen_core_;
    if (same == signatures && at_ < last_.state.summary.valid_until_at) {
      last_.events.clear();
      last_.state.summary.last_checked_at = last_.state.summary.last_observed_at = at_;
      if (full) last_.state.summary.last_full_at = at_;
      return;
    }
    same = signatures;
    judge(signatures);
    last_ = world_.look(last_.state, at_);
    ++judged_;
    if (last_.history_changed) ++written_;
    for (const Event& event : last_.events) events_.push_back(event);
  }

  /// What the judgement says of the signatures of a look, beside that all is well.
  virtual void judge(const std::vector<judge::RrsigFact>& /*signatures*/) {}

  [[nodiscard]] const judge::Finding* open() const {
    for (const OpenFinding& each : last_.state.open_findings) {
      if (each.finding.code == judge::FindingCode::SIGNER_LATE) return &each.finding;
    }
    return nullptr;
  }
  void expect_silence() const {
    for (const Event& event : events_) ADD_FAILURE() << to_rfc3339(event.time) << " " << event.summary;
  }
  /// What is left of the life of the signature that is late.
  [[nodiscard]] UnixSeconds left() const {
    return parse_time(std::get<std::string>(open()->data.at("expiration"))).value() - at_;
  }

  World world_;
  UnixSeconds at_ = kNoon, look_every_ = 900, full_every_ = 6 * kHour;
  ZoneUpdate last_;
  std::vector<Event> events_;
  int judged_ = 0, written_ = 0;

 private:
  std::vector<judge::RrsigFact> seen_core_, seen_full_;
};

/// The RRsets of a small zone, and which key signs each.
struct SignedSet {
  std::string owner;
  dns::RrType type;
  std::uint16_t tag;
};
inline const std::vector<SignedSet> kSmallZone{{"example.com.", dns::RrType::kDnskey, 1},
                                               {"example.com.", dns::RrType::kSoa, 2},
                                               {"example.com.", dns::RrType::kNs, 2},
                                               {"example.com.", dns::RrType::kMx, 2},
                                               {"www.example.com.", dns::RrType::kA, 2}};

/// Keeps the signatures that were made, and makes new ones when `is_due` says so. Moments must not go back.
class Signatory {
 public:
  struct Made {
    UnixSeconds inception = 0, life = 0;
  };
  /// @param is_due  by the number of the RRset in kSmallZone, its signature, and the moment; a signature of length 0 is due.
  using IsDue = std::function<bool(std::size_t, const Made&, UnixSeconds)>;
  using Make = std::function<Made(std::size_t, UnixSeconds)>;
  Signatory(IsDue is_due, Make make, bool soa_with_all)
      : is_due_(std::move(is_due)), make_(std::move(make)), soa_with_all_(soa_with_all), made_(kSmallZone.size()) {}

  std::vector<judge::RrsigFact> operator()(UnixSeconds at) {
    bool any = false;
    for (std::size_t i = 0; i < made_.size(); ++i) {
      if (made_[i].life != 0 && !is_due_(i, made_[i], at)) continue;
      made_[i] = make_(i, at);
      any = true;
    }
    if (any && soa_with_all_) made_[1] = make_(1, at);
    std::vector<judge::RrsigFact> facts;
    for (std::size_t i = 0; i < made_.size(); ++i) {
      const SignedSet& set = kSmallZone[i];
      facts.push_back(signature(set.owner, set.type, set.tag, made_[i].inception, made_[i].life));
    }
    return facts;
  }

 private:
  IsDue is_due_;
  Make make_;
  bool soa_with_all_;
  std::vector<Made> made_;
};

}  // namespace anchorwatch::change
