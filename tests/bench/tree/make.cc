// SPDX-License-Identifier: Apache-2.0
#include "make.h"

#include <arpa/inet.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include "zone_file.h"

namespace bench {

namespace {

constexpr std::uint32_t kHour = 3600, kDay = 24 * kHour, kFolderZones = 1000;

Wire address_wire(const std::string& text) {
  in_addr address{};
  inet_pton(AF_INET, text.c_str(), &address);
  return {reinterpret_cast<const char*>(&address), sizeof address};
}

class Maker {
 public:
  Maker(const Spec& spec, std::string folder)
      : spec_(spec), folder_(std::move(folder)), validity_{spec.made_at - kHour, spec.made_at + 21 * kDay} {}

  std::string run(unsigned threads) {
    namespace fs = std::filesystem;
    std::error_code error;
    for (const char* name : {"root", "tld", "leaf"}) fs::create_directories(folder_ + "/" + name, error);
    for (std::uint32_t at = 0; at * kFolderZones < spec_.zones; ++at) {
      fs::create_directories(folder_ + "/leaf/" + std::to_string(at), error);
    }
    ds_.resize(spec_.zones);
    write_leaves(threads);
    write_hosts();
    for (std::uint32_t tld = 0; tld < spec_.tlds; ++tld) write_tld(tld);
    write_root();
    write_lists();
    return failure_;
  }

 private:
  void fail(const std::string& what) {
    const std::lock_guard lock(mutex_);
    failure_ = what;
  }

  void write(const ZoneFile& file, const std::string& path) {
    if (!file.write(folder_ + "/" + path)) fail("cannot write " + path);
  }

  void write_text(const std::string& name, const std::string& text) {
    std::ofstream file(folder_ + "/" + name, std::ios::binary);
    if (!(file << text).flush()) fail("cannot write " + name);
  }

  [[nodiscard]] static std::string leaf_path(const Spec& spec, std::uint32_t number) {
    return "leaf/" + std::to_string(number / kFolderZones) + "/" + spec.zone_name(number) + "zone";
  }

  void write_leaves(unsigned threads) {
    std::atomic<std::uint32_t> next{0};
    const auto work = [this, &next] {
      for (std::uint32_t number = next++; number < spec_.zones; number = next++) {
        const Zone zone = portfolio_zone(spec_, number);
        ZoneFile file(zone, validity_);
        file.put_whole(spec_.uses_nsec3(number));
        write(file, leaf_path(spec_, number));
        ds_[number] = zone.ksk().ds(zone.apex());
      }
    };
    std::vector<std::thread> pool;
    for (unsigned at = 0; at < threads; ++at) pool.emplace_back(work);
    for (std::thread& one : pool) one.join();
  }

  [[nodiscard]] std::vector<std::string> host_servers() const { return {spec_.server_name(0, 0), spec_.server_name(0, 1)}; }

  void write_hosts() {
    Zone zone(spec_, spec_.hosts_zone(), host_servers());
    for_each_host([&zone](const std::string& name, const std::string& address) {
      zone.add(name, type::kA, {address_wire(address)});
    });
    ZoneFile file(zone, validity_);
    file.put_whole(false);
    write(file, "leaf/hosts.zone");
    hosts_ds_ = zone.ksk().ds(zone.apex());
  }

  template <typename F>
  void for_each_host(F use) const {
    for (std::uint32_t number = 0; number < spec_.operators(); ++number) {
      for (unsigned server = 0; server < 2; ++server) use(spec_.server_name(number, server), Spec::server_address(number, server));
    }
  }

  [[nodiscard]] static std::string tld_server(unsigned server) { return "ns" + std::to_string(server + 1) + ".nic."; }

  struct Cut {
    std::string name;
    std::vector<Wire> servers;
    Wire ds;
  };

  /// Zones of a TLD in canonical order; their numbers have leading zeros.
  [[nodiscard]] std::vector<Cut> cuts_of(std::uint32_t tld) const {
    std::vector<Cut> cuts;
    if (tld == 0) {
      cuts.push_back({spec_.hosts_zone(), {}, hosts_ds_});
      for (const std::string& server : host_servers()) cuts.back().servers.push_back(name_wire(server));
    }
    for (std::uint32_t number = tld; number < spec_.zones; number += spec_.tlds) {
      const std::uint32_t op = spec_.operator_of(number);
      cuts.push_back({spec_.zone_name(number),
                      {name_wire(spec_.server_name(op, 0)), name_wire(spec_.server_name(op, 1))},
                      ds_[number]});
    }
    return cuts;
  }

  static void put_cuts(ZoneFile& file, const Zone& zone, const std::vector<Cut>& cuts) {
    const Wire first = cuts.empty() ? zone.apex() : name_wire(cuts.front().name);
    file.put_signed(nsec(zone.apex(), first, zone.types_at(zone.apex())));
    for (std::size_t at = 0; at < cuts.size(); ++at) {
      const Wire owner = name_wire(cuts[at].name);
      file.put_unsigned({owner, type::kNs, kHour, cuts[at].servers});
      file.put_signed({owner, type::kDs, kHour, {cuts[at].ds}});
      const Wire next = at + 1 < cuts.size() ? name_wire(cuts[at + 1].name) : zone.apex();
      file.put_signed(nsec(owner, next, {type::kNs, type::kDs}));
    }
  }

  void write_tld(std::uint32_t tld) {
    const Zone zone(spec_, spec_.tld_name(tld), {tld_server(0), tld_server(1)});
    ZoneFile file(zone, validity_);
    for (const RrSet& set : zone.sets()) file.put_signed(set);
    put_cuts(file, zone, cuts_of(tld));
    if (tld == 0) {
      for_each_host([&file](const std::string& name, const std::string& address) {
        file.put_unsigned({name_wire(name), type::kA, kHour, {address_wire(address)}});
      });
    }
    write(file, "tld/" + spec_.tld_name(tld) + "zone");
    tld_ds_.push_back(zone.ksk().ds(zone.apex()));
  }

  void write_root() {
    Zone zone(spec_, ".", {"a.root.", "b.root."});
    std::vector<std::pair<std::string, std::string>> hosts;
    for (unsigned server = 0; server < 2; ++server) {
      hosts.emplace_back(std::string(1, static_cast<char>('a' + server)) + ".root.", Spec::root_address(server));
      hosts.emplace_back(tld_server(server), Spec::tld_address(server));
    }
    for (const auto& [name, address] : hosts) zone.add(name, type::kA, {address_wire(address)});
    // Glue and delegations are in one list here: they are few, and need an order.
    Zone chain = zone;
    for (std::uint32_t tld = 0; tld < spec_.tlds; ++tld) {
      chain.add(spec_.tld_name(tld), type::kDs, {tld_ds_[tld]}, kDay);
      chain.add(spec_.tld_name(tld), type::kNs, {name_wire(tld_server(0)), name_wire(tld_server(1))}, kDay);
    }
    ZoneFile file(chain, validity_);
    std::vector<Wire> owners;
    for (const RrSet& set : chain.sets()) {
      owners.push_back(set.owner);
      const bool cut = set.type == type::kNs && set.owner != chain.apex();
      cut ? file.put_unsigned(set) : file.put_signed(set);
    }
    std::sort(owners.begin(), owners.end(), canonical_less);
    owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
    for (std::size_t at = 0; at < owners.size(); ++at) {
      file.put_signed(nsec(owners[at], owners[(at + 1) % owners.size()], chain.types_at(owners[at])));
    }
    write(file, "root/root.zone");
    write_hints(zone);
  }

  void write_hints(const Zone& root) {
    std::string hints;
    for (unsigned server = 0; server < 2; ++server) {
      const std::string name = std::string(1, static_cast<char>('a' + server)) + ".root.";
      hints += ". 3600000 NS " + name + "\n" + name + " 3600000 A " + Spec::root_address(server) + "\n";
    }
    write_text("root.hints", hints);
    std::ostringstream anchor;
    const Wire ds = root.ksk().ds(root.apex());
    anchor << ". 86400 IN DS " << root.ksk().tag() << " 13 2 " << std::hex;
    for (const char octet : ds.substr(4)) {
      anchor << (static_cast<unsigned char>(octet) >> 4U) << (static_cast<unsigned char>(octet) & 15U);
    }
    write_text("root.key", anchor.str() + "\n");
  }

  void write_lists() {
    const auto entry = [this](const std::string& name, const std::string& path) {
      return "zone:\n  name: \"" + name + "\"\n  zonefile: \"" + folder_ + "/" + path + "\"\n";
    };
    write_text("root/zones.conf", entry(".", "root/root.zone"));
    std::string tlds;
    for (std::uint32_t tld = 0; tld < spec_.tlds; ++tld) {
      tlds += entry(spec_.tld_name(tld), "tld/" + spec_.tld_name(tld) + "zone");
    }
    write_text("tld/zones.conf", tlds);
    std::string leaves = entry(spec_.hosts_zone(), "leaf/hosts.zone");
    std::string names;
    for (std::uint32_t number = 0; number < spec_.zones; ++number) {
      leaves += entry(spec_.zone_name(number), leaf_path(spec_, number));
      names += spec_.zone_name(number) + "\n";
    }
    write_text("leaf/zones.conf", leaves);
    write_text("zones.txt", names);
    write_text("tree.spec", spec_.text());
  }

  const Spec& spec_;
  std::string folder_;
  Validity validity_;
  std::vector<Wire> ds_, tld_ds_;
  Wire hosts_ds_;
  std::mutex mutex_;
  std::string failure_;
};

}  // namespace

std::string make_tree(const Spec& spec, const std::string& folder, unsigned threads) {
  return Maker(spec, folder).run(threads);
}

}  // namespace bench
