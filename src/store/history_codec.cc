// SPDX-License-Identifier: Apache-2.0
#include "history_codec.h"

#include "octet_form.h"

namespace anchorwatch::store {
namespace {

constexpr std::uint8_t kVersion = 2;
constexpr std::uint8_t kWithoutSigning = 1;  // Written before signers were watched.

void put(Bytes& out, bool value) { store::put(out, static_cast<std::uint8_t>(value ? 1 : 0)); }

void put(Bytes& out, const history::Window& window) {
  store::put(out, window.last_before);
  store::put(out, window.first_after);
}

history::Window take_window(Source& source) {
  history::Window window;
  window.last_before = source.i64();
  window.first_after = source.i64();
  return window;
}

template <typename Content, typename PutContent>
void put_versions(Bytes& out, const std::vector<history::Version<Content>>& versions, PutContent put_content) {
  put_list(out, versions, [&](const history::Version<Content>& version) {
    put_content(version.content);
    append_u32(out, version.ttl);
    put(out, version.from);
    put(out, version.until.has_value());
    if (version.until) put(out, *version.until);
    store::put(out, version.shown_at);
  });
}

template <typename Content, typename TakeContent>
std::vector<history::Version<Content>> take_versions(Source& source, TakeContent take_content) {
  return source.list<history::Version<Content>>([&] {
    history::Version<Content> version;
    version.content = take_content();
    version.ttl = source.u32();
    version.from = take_window(source);
    if (source.flag()) version.until = take_window(source);
    version.shown_at = source.i64();
    return version;
  });
}

void put(Bytes& out, const history::Period& period) {
  for (const auto* window : {&period.from, &period.until}) {
    put(out, window->has_value());
    if (*window) put(out, **window);
  }
}

history::Period take_period(Source& source) {
  history::Period period;
  for (auto* window : {&period.from, &period.until}) {
    if (source.flag()) *window = take_window(source);
  }
  return period;
}

void put(Bytes& out, const history::KeyTrack& track) {
  store::put(out, BytesView(track.rdata));
  append_u16(out, track.tag);
  store::put(out, track.algorithm);
  put(out, track.revoked);
  for (const auto* period : {&track.published, &track.ds, &track.signs_keys, &track.signs_data}) put(out, *period);
}

history::KeyTrack take_track(Source& source) {
  history::KeyTrack track;
  track.rdata = source.octets();
  track.tag = source.u16();
  track.algorithm = source.u8();
  track.revoked = source.flag();
  for (auto* period : {&track.published, &track.ds, &track.signs_keys, &track.signs_data}) *period = take_period(source);
  return track;
}

void put_signing(Bytes& out, const history::Signing& signing) {
  put_list(out, signing.tracks, [&](const history::SignatureTrack& track) {
    store::put(out, track.owner);
    append_u16(out, static_cast<std::uint16_t>(track.type));
    append_u16(out, track.tag);
    store::put(out, track.algorithm);
    for (const UnixSeconds time : {track.inception, track.expiration, track.seen_at}) store::put(out, time);
  });
  put_list(out, signing.habits, [&](const history::SigningHabit& habit) {
    store::put(out, static_cast<std::uint8_t>(habit.role));
    append_u16(out, habit.tag);
    store::put(out, habit.algorithm);
    store::put(out, habit.since);
    append_u32(out, habit.shortest_life);
    append_u32(out, habit.longest_life);
    put_list(out, habit.renewals, [&](const history::SigningHabit::Renewal& renewal) {
      append_u32(out, renewal.interval);
      append_u32(out, renewal.left);
      put(out, renewal.whole);
    });
  });
}

history::Signing take_signing(Source& source) {
  history::Signing signing;
  signing.tracks = source.list<history::SignatureTrack>([&] {
    history::SignatureTrack track;
    track.owner = source.name();
    track.type = static_cast<dns::RrType>(source.u16());
    track.tag = source.u16();
    track.algorithm = source.u8();
    for (UnixSeconds* time : {&track.inception, &track.expiration, &track.seen_at}) *time = source.i64();
    return track;
  });
  signing.habits = source.list<history::SigningHabit>([&] {
    history::SigningHabit habit;
    habit.role = static_cast<history::SigningRole>(source.u8());
    habit.tag = source.u16();
    habit.algorithm = source.u8();
    habit.since = source.i64();
    habit.shortest_life = source.u32();
    habit.longest_life = source.u32();
    habit.renewals = source.list<history::SigningHabit::Renewal>([&] {
      history::SigningHabit::Renewal renewal;
      renewal.interval = source.u32();
      renewal.left = source.u32();
      renewal.whole = source.flag();
      return renewal;
    });
    return habit;
  });
  return signing;
}

}  // namespace

Bytes encode_history(const history::ZoneHistory& history) {
  Bytes out;
  store::put(out, kVersion);
  put_versions(out, history.ds, [&](const history::DsSet& set) {
    put_list(out, set, [&](const Bytes& rdata) { store::put(out, BytesView(rdata)); });
  });
  put_versions(out, history.keys, [&](const history::KeySet& set) {
    put_list(out, set.keys, [&](const history::KeySet::Key& key) {
      store::put(out, BytesView(key.rdata));
      put(out, key.signs_keys);
    });
  });
  put_versions(out, history.signers, [&](const history::Signers& signers) {
    put_list(out, signers.keys, [&](const history::Signers::Key& key) {
      append_u16(out, key.tag);
      store::put(out, key.algorithm);
    });
  });
  put_list(out, history.tracks, [&](const history::KeyTrack& track) { put(out, track); });
  put(out, history.several_signers);
  put_signing(out, history.signing);
  return out;
}

Result<history::ZoneHistory> decode_history(BytesView octets) {
  Source source(octets);
  const std::uint8_t version = source.u8();
  if (version != kVersion && version != kWithoutSigning) return Error(ErrorCode::kCorrupt, "a zone's history has an unknown form");
  history::ZoneHistory history;
  history.ds = take_versions<history::DsSet>(source, [&] {
    return source.list<Bytes>([&] { return Bytes(source.octets()); });
  });
  history.keys = take_versions<history::KeySet>(source, [&] {
    history::KeySet set;
    set.keys = source.list<history::KeySet::Key>([&] {
      history::KeySet::Key key;
      key.rdata = source.octets();
      key.signs_keys = source.flag();
      return key;
    });
    return set;
  });
  history.signers = take_versions<history::Signers>(source, [&] {
    history::Signers signers;
    signers.keys = source.list<history::Signers::Key>([&] {
      history::Signers::Key key;
      key.tag = source.u16();
      key.algorithm = source.u8();
      return key;
    });
    return signers;
  });
  history.tracks = source.list<history::KeyTrack>([&] { return take_track(source); });
  history.several_signers = take_period(source);
  if (version != kWithoutSigning) history.signing = take_signing(source);
  if (!source.ok() || !source.at_end()) {
    return Error(ErrorCode::kCorrupt, "a zone's history is cut off or has octets too many");
  }
  return history;
}

}  // namespace anchorwatch::store
