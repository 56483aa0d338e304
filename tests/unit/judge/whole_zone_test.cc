// SPDX-License-Identifier: Apache-2.0
// Whole zones: every signature and the whole chain of denial, from a zone file or a transfer.
#include "anchorwatch/judge/whole_zone.h"

#include <algorithm>
#include <functional>

#include "anchorwatch/dnssec/zone_digest.h"

#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;
using Denial = ZoneSigner::Denial;
using Sets = std::vector<dns::RRset>;
using Damage = std::function<void(JudgeLab&, Sets&)>;

constexpr UnixSeconds kDaySeconds = 86400;

dns::RRset& set_in(Sets& sets, std::string_view owner, RrType type) {
  const auto at = std::find_if(sets.begin(), sets.end(), [&](const dns::RRset& set) {
    return set.owner == name_of(owner) && set.type == type;
  });
  if (at == sets.end()) throw std::runtime_error("no such set");
  return *at;
}

void drop(Sets& sets, std::string_view owner, RrType type) {
  std::erase_if(
      sets, [&](const dns::RRset& set) { return set.owner == name_of(owner) && set.type == type; });
}

struct WholeLab {
  explicit WholeLab(Denial denial, std::uint16_t iterations = 0)
      : lab(options(denial, iterations)) {
    lab.zone.add(
        "www A 192.0.2.7\n* TXT \"wild\"\nhost.deep A 192.0.2.8\nold DNAME new\n"
        "child NS ns.child\nns.child A 192.0.2.9\nchild DS 12345 13 2 "
        "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
        "open NS ns.open\nns.open A 192.0.2.10\nfar.away NS ns1\n");
  }

  static ZoneSigner::Options options(Denial denial, std::uint16_t iterations) {
    ZoneSigner::Options options;
    options.denial = denial;
    options.nsec3_iterations = iterations;
    return options;
  }

  Judgement judge_with(const Damage& damage = {}) {
    lab.sign();
    Sets sets = lab.zone.sets();
    if (damage) damage(lab, sets);
    return judge_sets(std::move(sets));
  }

  Judgement judge_sets(Sets sets) {
    evidence::ZoneEvidence look = lab.look();
    look.whole_zone.emplace();
    look.whole_zone->source = "zone file example.zone";
    Result<evidence::ZoneContent> content =
        evidence::make_zone_content(lab.zone.apex(), std::move(sets));
    if (content) {
      look.whole_zone->content = std::make_shared<const evidence::ZoneContent>(*std::move(content));
    } else {
      look.whole_zone->failure = content.error().message();
    }
    return lab.run(look);
  }

  JudgeLab lab;
};

/// The findings that come from the whole zone: "CODE severity subject; …".
std::string whole_summary(const Judgement& judgement) {
  Judgement part = judgement;
  std::erase_if(part.findings, [](const Finding& each) { return !each.data.contains("source"); });
  for (Finding& finding : part.findings) finding.caused_by.reset();
  return summary(part);
}

std::string damaged(Denial denial, const Damage& damage) {
  WholeLab lab(denial);
  return whole_summary(lab.judge_with(damage));
}

SignOptions from_until(UnixSeconds from, UnixSeconds until) {
  SignOptions options;
  options.inception = from;
  options.expiration = until;
  return options;
}

TEST(WholeZone, GoodZonesAreSilent) {
  for (const Denial denial : {Denial::kNsec, Denial::kNsec3, Denial::kNsec3OptOut}) {
    WholeLab lab(denial);
    const Judgement judgement = lab.judge_with();
    EXPECT_EQ(whole_summary(judgement), "") << static_cast<int>(denial);
    ASSERT_TRUE(judgement.whole_zone.has_value());
    const WholeZoneSummary& whole = *judgement.whole_zone;
    EXPECT_EQ(whole.failure, "");
    EXPECT_EQ(whole.signatures, whole.valid_signatures);
    EXPECT_GT(whole.signatures, 10);
    EXPECT_EQ(whole.delegations, 3);
    EXPECT_EQ(whole.secure_delegations, 1);
    // apex, *, away, child, deep, far.away, host.deep, ns, ns1, ns2, old, open, www.
    EXPECT_EQ(whole.names, 13);
    EXPECT_EQ(whole.opt_out_spans > 0, denial == Denial::kNsec3OptOut);
    EXPECT_EQ(whole.earliest_expiration, kNow + 13 * kDaySeconds);
  }
}

TEST(WholeZone, AnyRRsetGivesTheEarliestExpiration) {
  WholeLab lab(Denial::kNsec);
  const UnixSeconds soon = kNow + 5 * kDaySeconds;
  const Judgement judgement = lab.judge_with([&](JudgeLab& inner, Sets& sets) {
    inner.zone.sign_again(set_in(sets, "host.deep.example.com.", RrType::kA), inner.zsk,
                          from_until(kNow - 5 * kDaySeconds, soon));
  });
  EXPECT_EQ(whole_summary(judgement), "");
  EXPECT_EQ(judgement.earliest_expiration, soon);
  EXPECT_LE(judgement.valid_until, soon);
}

TEST(WholeZone, FaultsOfSignaturesAreNamed) {
  const auto with = [](const Damage& damage) { return damaged(Denial::kNsec, damage); };
  EXPECT_EQ(with([](JudgeLab& lab, Sets& sets) {
              lab.zone.sign_again(set_in(sets, "www.example.com.", RrType::kA), lab.zsk,
                                  from_until(kNow - 9 * kDaySeconds, kNow - kDaySeconds));
            }),
            "SIG_EXPIRED error www.example.com./A");
  EXPECT_EQ(with([](JudgeLab& lab, Sets& sets) {
              lab.zone.sign_again(set_in(sets, "www.example.com.", RrType::kA), lab.zsk,
                                  from_until(kNow + 3600, kNow + kDaySeconds));
            }),
            "SIG_NOT_YET_VALID error www.example.com./A");
  EXPECT_EQ(with([](JudgeLab& lab, Sets& sets) {
              lab.zone.sign_again(set_in(sets, "www.example.com.", RrType::kA), lab.zsk,
                                  from_until(kNow - 99 * kDaySeconds, kNow + kDaySeconds));
            }),
            "SIG_EXPIRES_SOON critical www.example.com./A");
  EXPECT_EQ(with([](JudgeLab&, Sets& sets) {
              set_in(sets, "www.example.com.", RrType::kA).rrsigs.front().signature[7] ^= 1;
            }),
            "SIG_INVALID error www.example.com./A");
  EXPECT_EQ(with([](JudgeLab&, Sets& sets) {
              set_in(sets, "www.example.com.", RrType::kA).rrsigs.clear();
            }),
            "SIG_MISSING error www.example.com./A");
  EXPECT_EQ(with([](JudgeLab&, Sets& sets) {
              set_in(sets, "child.example.com.", RrType::kDs).rrsigs.clear();
            }),
            "SIG_MISSING error child.example.com./DS");
  EXPECT_EQ(with([](JudgeLab&, Sets& sets) {
              set_in(sets, "example.com.", RrType::kSoa).rrsigs.clear();
            }),
            "SIG_MISSING critical example.com./SOA");
  EXPECT_EQ(with([](JudgeLab& lab, Sets& sets) {
              const SigningKey stranger(15, SigningKey::kZsk, 77);
              lab.zone.sign_again(set_in(sets, "www.example.com.", RrType::kA), stranger,
                                  lab.zone.sign_options());
            }),
            "SIG_UNKNOWN_KEY error www.example.com./A");
  EXPECT_EQ(with([](JudgeLab& lab, Sets& sets) {
              lab.zone.sign_again(set_in(sets, "open.example.com.", RrType::kNs), lab.zsk,
                                  lab.zone.sign_options());
              lab.zone.sign_again(set_in(sets, "ns.open.example.com.", RrType::kA), lab.zsk,
                                  lab.zone.sign_options());
            }),
            "SIG_SUPERFLUOUS notice ns.open.example.com./A; "
            "SIG_SUPERFLUOUS notice open.example.com./NS");
  EXPECT_EQ(
      with([](JudgeLab&, Sets& sets) { set_in(sets, "www.example.com.", RrType::kA).ttl = 300; }),
      "SIG_TTL_MISMATCH warning www.example.com./A");
}

TEST(WholeZone, AFaultBesideAValidSignatureIsANotice) {
  const std::string found = damaged(Denial::kNsec, [](JudgeLab& lab, Sets& sets) {
    dns::RRset& set = set_in(sets, "www.example.com.", RrType::kA);
    set.rrsigs.push_back(make_rrsig(set, lab.zsk, lab.zone.apex(),
                                    from_until(kNow - 9 * kDaySeconds, kNow - kDaySeconds)));
  });
  EXPECT_EQ(found, "SIG_EXPIRED notice www.example.com./A");
}

TEST(WholeZone, FaultsOfTheNsecChainAreNamed) {
  const auto with = [](const Damage& damage) { return damaged(Denial::kNsec, damage); };
  const auto nsec = [](Sets& sets, std::string_view owner) -> dns::RRset& {
    return set_in(sets, owner, RrType::kNsec);
  };
  const auto point = [&](JudgeLab& lab, Sets& sets, std::string_view owner, std::string_view next) {
    dns::RRset& set = nsec(sets, owner);
    const std::size_t old = dns::decode_nsec(set.rdatas.front())->next.wire().size();
    set.rdatas.front() = name_of(next).wire() + set.rdatas.front().substr(old);
    lab.zone.sign_again(set, lab.zsk, lab.zone.sign_options());
  };
  // A lost NSEC is one fault, the hole that it leaves included.
  EXPECT_EQ(with([](JudgeLab&, Sets& sets) { drop(sets, "ns2.example.com.", RrType::kNsec); }),
            "DENIAL_NO_MATCH error ns2.example.com./NSEC");
  // Canonical order: … far.away, child, host.deep, ns, ns1, ns2, old, open, www.
  EXPECT_EQ(with([&](JudgeLab& lab, Sets& sets) {
              point(lab, sets, "ns1.example.com.", "old.example.com.");
            }),
            "DENIAL_LIES_NAME critical ns2.example.com./A");
  EXPECT_EQ(with([&](JudgeLab& lab, Sets& sets) {
              point(lab, sets, "ns1.example.com.", "ns1a.example.com.");
            }),
            "DENIAL_NAME_NOT_COVERED error ns1.example.com./NSEC");
  EXPECT_EQ(with([&](JudgeLab& lab, Sets& sets) {
              point(lab, sets, "www.example.com.", "zzz.example.com.");
            }),
            "DENIAL_LAST_NOT_APEX error example.com.");
  EXPECT_EQ(with([](JudgeLab&, Sets& sets) { drop(sets, "www.example.com.", RrType::kA); }),
            "DENIAL_SUPERFLUOUS notice www.example.com./NSEC");
  EXPECT_EQ(with([](JudgeLab& lab, Sets& sets) {
              dns::RRset extra = rrset_of("www 3600 AAAA 2001:db8::7", "example.com.");
              lab.zone.sign_again(extra, lab.zsk, lab.zone.sign_options());
              sets.push_back(extra);
            }),
            "DENIAL_LIES_TYPE critical www.example.com./AAAA");
  EXPECT_EQ(with([](JudgeLab&, Sets& sets) { drop(sets, "child.example.com.", RrType::kDs); }),
            "DENIAL_TYPE_IN_BITMAP error child.example.com./DS");
  EXPECT_EQ(with([&](JudgeLab&, Sets& sets) {
              std::erase_if(sets, [](const dns::RRset& set) { return set.type == RrType::kNsec; });
            }),
            "DENIAL_MISSING critical example.com.");
  EXPECT_EQ(with([](JudgeLab& lab, Sets& sets) {
              dns::RRset extra = rrset_of("xtra 3600 A 192.0.2.99", "example.com.");
              lab.zone.sign_again(extra, lab.zsk, lab.zone.sign_options());
              sets.push_back(extra);
            }),
            "DENIAL_LIES_NAME critical xtra.example.com./A");
}

/// The NSEC3 record of a name.
dns::RRset& nsec3_of(JudgeLab& lab, Sets& sets, std::string_view name) {
  dnssec::WorkBudget budget;
  const Bytes hash = dnssec::nsec3_hash(name_of(name), "", 0, budget);
  return set_in(sets, to_base32hex(hash) + "." + lab.zone.apex().to_text(), RrType::kNsec3);
}

void drop_nsec3(JudgeLab& lab, Sets& sets, std::string_view name) {
  const dns::Name owner = nsec3_of(lab, sets, name).owner;
  std::erase_if(sets, [&](const dns::RRset& set) { return set.owner == owner; });
}

/// Takes the NSEC3 of a name out and closes the chain over it.
void hide(JudgeLab& lab, Sets& sets, std::string_view name) {
  const dns::RRset gone = nsec3_of(lab, sets, name);
  drop_nsec3(lab, sets, name);
  const Bytes hash = *from_base32hex(gone.owner.first_label());
  const Bytes next = dns::decode_nsec3(gone.rdatas.front())->next_hash;
  for (dns::RRset& set : sets) {
    if (set.type != RrType::kNsec3) continue;
    const std::size_t at = set.rdatas.front().find(hash);
    if (at == Bytes::npos) continue;
    set.rdatas.front().replace(at, hash.size(), next);
    lab.zone.sign_again(set, lab.zsk, lab.zone.sign_options());
  }
}

TEST(WholeZone, FaultsOfTheNsec3ChainAreNamed) {
  const auto with = [](const Damage& damage) { return damaged(Denial::kNsec3, damage); };
  EXPECT_EQ(with([](JudgeLab& lab, Sets& sets) { drop_nsec3(lab, sets, "www.example.com."); }),
            "DENIAL_NO_MATCH error www.example.com./NSEC3");
  EXPECT_EQ(with([](JudgeLab& lab, Sets& sets) { hide(lab, sets, "www.example.com."); }),
            "DENIAL_LIES_NAME critical www.example.com./A");
  EXPECT_EQ(with([](JudgeLab& lab, Sets& sets) { hide(lab, sets, "deep.example.com."); }),
            "DENIAL_LIES_NAME critical deep.example.com.");
  EXPECT_EQ(with([](JudgeLab& lab, Sets& sets) { hide(lab, sets, "open.example.com."); }),
            "DENIAL_OPTOUT_NEEDED error open.example.com./DS");
  EXPECT_EQ(with([](JudgeLab&, Sets& sets) { drop(sets, "child.example.com.", RrType::kDs); }),
            "DENIAL_TYPE_IN_BITMAP error child.example.com./DS");
  EXPECT_EQ(with([](JudgeLab&, Sets& sets) { drop(sets, "example.com.", RrType::kNsec3Param); }),
            "DENIAL_MISSING error example.com./NSEC3PARAM; "
            "DENIAL_TYPE_IN_BITMAP error example.com./NSEC3PARAM");
  EXPECT_EQ(with([](JudgeLab& lab, Sets& sets) {
              dns::RRset extra = rrset_of("www 3600 AAAA 2001:db8::7", "example.com.");
              lab.zone.sign_again(extra, lab.zsk, lab.zone.sign_options());
              sets.push_back(extra);
            }),
            "DENIAL_LIES_TYPE critical www.example.com./AAAA");
  const std::string stray = with([](JudgeLab& lab, Sets& sets) {
    drop(sets, "www.example.com.", RrType::kA);
    static_cast<void>(lab);
  });
  EXPECT_TRUE(stray.starts_with("DENIAL_SUPERFLUOUS notice ")) << stray;
  EXPECT_EQ(std::count(stray.begin(), stray.end(), ';'), 0) << stray;
}

TEST(WholeZone, AnNsec3ThatPointsToNobodyOrTooFarIsNamed) {
  for (const bool too_far : {false, true}) {
    WholeLab lab(Denial::kNsec3);
    Finding fault;
    const Judgement judgement = lab.judge_with([&](JudgeLab& inner, Sets& sets) {
      std::vector<dns::RRset*> chain;
      for (dns::RRset& set : sets) {
        if (set.type == RrType::kNsec3) chain.push_back(&set);
      }
      std::sort(chain.begin(), chain.end(),
                [](auto* left, auto* right) { return left->owner < right->owner; });
      dns::RRset& first = *chain[0];
      Bytes next = *from_base32hex(chain[too_far ? 2 : 1]->owner.first_label());
      if (!too_far) --next.back();
      const Bytes old = dns::decode_nsec3(first.rdatas.front())->next_hash;
      first.rdatas.front().replace(first.rdatas.front().find(old), old.size(), next);
      inner.zone.sign_again(first, inner.zsk, inner.zone.sign_options());
    });
    const FindingCode code =
        too_far ? FindingCode::DENIAL_LIES_NAME : FindingCode::DENIAL_NEXT_CLOSER_NOT_COVERED;
    EXPECT_NE(find(judgement, code), nullptr) << whole_summary(judgement);
    const std::string found = whole_summary(judgement);
    EXPECT_EQ(std::count(found.begin(), found.end(), ';'), 0) << found;
  }
}

TEST(WholeZone, OptOutHidesInsecureDelegationsOnly) {
  const auto with = [](const Damage& damage) { return damaged(Denial::kNsec3OptOut, damage); };
  EXPECT_EQ(with([](JudgeLab& lab, Sets& sets) { hide(lab, sets, "child.example.com."); }),
            "DENIAL_NO_MATCH error child.example.com./NSEC3");
  EXPECT_EQ(with([](JudgeLab& lab, Sets& sets) { hide(lab, sets, "www.example.com."); }),
            "DENIAL_NO_MATCH error www.example.com./NSEC3");
}

TEST(WholeZone, ManyIterationsAreSaidAndNotComputed) {
  WholeLab lab(Denial::kNsec3, 200);
  const Judgement judgement = lab.judge_with();
  EXPECT_NE(find(judgement, FindingCode::NSEC3_ITERATIONS, "example.com."), nullptr);
  EXPECT_EQ(find(judgement, FindingCode::WORK_LIMIT), nullptr);
}

TEST(WholeZone, ManyFaultsMakeAShortReportWithTheTotal) {
  WholeLab lab(Denial::kNsec);
  for (int i = 0; i < 50; ++i) lab.lab.zone.add("h" + std::to_string(i) + " A 192.0.2.7\n");
  const Judgement judgement = lab.judge_with([](JudgeLab&, Sets& sets) {
    for (dns::RRset& set : sets) {
      if (set.owner.first_label().front() == 'h' && set.type == RrType::kA) set.rrsigs.clear();
    }
  });
  int named = 0;
  for (const Finding& finding : judgement.findings) {
    if (finding.code != FindingCode::SIG_MISSING) continue;
    ++named;
    EXPECT_EQ(std::get<std::int64_t>(finding.data.at("total")), 51);  // host.deep too.
    EXPECT_NE(finding.message.find("51 such faults"), std::string::npos) << finding.message;
  }
  EXPECT_EQ(named, 20);
}

TEST(WholeZone, RecordsThatShouldNotBeThere) {
  const auto with = [](const Damage& damage) { return damaged(Denial::kNsec, damage); };
  EXPECT_EQ(with([](JudgeLab&, Sets& sets) {
              sets.push_back(rrset_of("www.example.net. 3600 A 192.0.2.7"));
            }),
            "RECORD_OUT_OF_ZONE warning www.example.net./A");
  EXPECT_EQ(with([](JudgeLab& lab, Sets& sets) {
              dns::RRset extra = rrset_of("www 3600 CNAME ns1", "example.com.");
              lab.zone.sign_again(extra, lab.zsk, lab.zone.sign_options());
              sets.push_back(extra);
            }),
            "DENIAL_LIES_TYPE critical www.example.com./CNAME; "
            "CNAME_AT_NODE error www.example.com./CNAME");
}

TEST(WholeZone, TheDigestOfTheZoneIsChecked) {
  const auto zonemd = [](Sets sets, const dns::Name& apex, std::uint32_t serial) {
    Result<evidence::ZoneContent> content = evidence::make_zone_content(apex, sets);
    Bytes rdata;
    append_u32(rdata, serial == 0 ? content->serial : serial);
    append_u8(rdata, dns::Zonemd::kSimple);
    append_u8(rdata, dns::Zonemd::kSha384);
    return rdata + dnssec::zone_digest(apex, content->sets, dns::Zonemd::kSha384);
  };
  for (const std::string_view wanted : {"", "ZONEMD_DIGEST_MISMATCH error example.com./ZONEMD",
                                        "ZONEMD_SERIAL_MISMATCH warning example.com./ZONEMD"}) {
    // The digest is over the signed zone whose bitmap lists ZONEMD, so the record is there first.
    WholeLab lab(Denial::kNsec);
    lab.lab.zone.add_record(lab.lab.zone.apex(), RrType::kZonemd, Bytes(54, '\1'));
    const Judgement judgement = lab.judge_with([&](JudgeLab& inner, Sets& sets) {
      dns::RRset& set = set_in(sets, "example.com.", RrType::kZonemd);
      set.rdatas = {zonemd(sets, inner.zone.apex(), wanted.find("SERIAL") != wanted.npos ? 9 : 0)};
      inner.zone.sign_again(set, inner.zsk, inner.zone.sign_options());
      if (wanted.find("DIGEST") != wanted.npos) {
        dns::RRset extra = rrset_of("ns.open 3600 TXT \"glue is digested too\"", "example.com.");
        sets.push_back(extra);
      }
    });
    EXPECT_EQ(whole_summary(judgement), wanted);
  }
}

TEST(WholeZone, ASourceThatFailsIsNeitherBrokenNorFine) {
  WholeLab lab(Denial::kNsec);
  lab.lab.sign();
  const Judgement judgement = lab.judge_sets({});
  const Finding* failed = find(judgement, FindingCode::ZONE_SOURCE_FAILED);
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->severity, Severity::kWarning);
  EXPECT_NE(failed->message.find("no SOA of example.com."), std::string::npos) << failed->message;
  EXPECT_EQ(whole_summary(judgement), "ZONE_SOURCE_FAILED warning example.com.");
  EXPECT_EQ(judgement.verdict, dnssec::secure());
  ASSERT_TRUE(judgement.whole_zone.has_value());
  EXPECT_NE(judgement.whole_zone->failure, "");
}

TEST(WholeZone, AnUnsignedSourceOfASecureZoneIsTheWrongSource) {
  WholeLab lab(Denial::kNsec);
  lab.lab.sign();
  Sets sets = lab.lab.zone.sets();
  std::erase_if(sets, [](const dns::RRset& set) {
    return set.type == RrType::kDnskey || set.type == RrType::kNsec;
  });
  for (dns::RRset& set : sets) set.rrsigs.clear();
  EXPECT_EQ(whole_summary(lab.judge_sets(std::move(sets))),
            "ZONE_SOURCE_FAILED warning example.com.");
}

TEST(WholeZone, KeysThatNoDsLeadsToAreNamed) {
  WholeLab lab(Denial::kNsec);
  lab.lab.sign();
  WholeLab other(Denial::kNsec);
  other.lab.ksk = SigningKey(15, SigningKey::kKsk, 41);
  other.lab.zsk = SigningKey(15, SigningKey::kZsk, 42);
  other.lab.sign();
  EXPECT_EQ(whole_summary(lab.judge_sets(other.lab.zone.sets())),
            "NO_SECURE_ENTRY critical example.com.");
}

TEST(WholeZone, WhatWasFoundHoldsWhileTheContentIsKnown) {
  WholeLab lab(Denial::kNsec);
  const Judgement judged = lab.judge_with([](JudgeLab& inner, Sets& sets) {
    set_in(sets, "www.example.com.", RrType::kA).rrsigs.clear();
    inner.zone.sign_again(set_in(sets, "host.deep.example.com.", RrType::kA), inner.zsk,
                          from_until(kNow - 5 * kDaySeconds, kNow + 5 * kDaySeconds));
  });
  const WholeZoneOutcome outcome = whole_zone_outcome(judged);
  EXPECT_EQ(outcome.link, judged.link.digest);
  evidence::ZoneEvidence look = lab.lab.look();
  look.whole_zone.emplace();
  look.whole_zone->known = sha256("content");
  Judgement again = lab.lab.run(look);
  EXPECT_FALSE(again.whole_zone.has_value());
  EXPECT_EQ(whole_summary(again), "");
  restore_whole_zone(again, outcome);
  EXPECT_EQ(summary(again), summary(judged));
  EXPECT_EQ(again.earliest_expiration, judged.earliest_expiration);
  EXPECT_EQ(again.valid_until, judged.valid_until);
  restore_whole_zone(again, outcome);
  EXPECT_EQ(again.findings.size(), judged.findings.size());
}

// Thousands of signatures cross their thresholds one after the other.
TEST(WholeZone, MomentsAreLookedAtTogether) {
  WholeLab lab(Denial::kNsec);
  const Judgement judgement = lab.judge_with([](JudgeLab& inner, Sets& sets) {
    inner.zone.sign_again(set_in(sets, "www.example.com.", RrType::kA), inner.zsk,
                          from_until(kNow - kDaySeconds, kNow + 60));
  });
  EXPECT_EQ(judgement.whole_zone->valid_until, kNow + 3600);
}

TEST(WholeZone, TheDigestOfTheEvidenceKnowsTheContent) {
  WholeLab lab(Denial::kNsec);
  lab.lab.sign();
  evidence::ZoneEvidence look = lab.lab.look();
  const Digest without = look.digest();
  look.whole_zone.emplace();
  look.whole_zone->content = std::make_shared<const evidence::ZoneContent>(
      *evidence::make_zone_content(lab.lab.zone.apex(), lab.lab.zone.sets()));
  const Digest with = look.digest();
  Sets sets = lab.lab.zone.sets();
  std::reverse(sets.begin(), sets.end());
  look.whole_zone->content = std::make_shared<const evidence::ZoneContent>(
      *evidence::make_zone_content(lab.lab.zone.apex(), sets));
  EXPECT_NE(with, without);
  EXPECT_EQ(look.digest(), with);
  look.whole_zone->known = look.whole_zone->content->digest;
  look.whole_zone->content.reset();
  EXPECT_EQ(look.digest(), with);
  set_in(sets, "www.example.com.", RrType::kA).ttl = 1;
  look.whole_zone->content = std::make_shared<const evidence::ZoneContent>(
      *evidence::make_zone_content(lab.lab.zone.apex(), sets));
  EXPECT_NE(look.digest(), with);
}

}  // namespace
}  // namespace anchorwatch::judge
