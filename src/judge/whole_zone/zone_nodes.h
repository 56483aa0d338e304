// SPDX-License-Identifier: Apache-2.0
// ZoneNodes: the names of a whole zone in canonical order, and what each is to DNSSEC.
//
// Threading: one judgement, one thread. Borrows from ZoneContent.
// Standards: RFC 4035 §2.2 to §2.4, RFC 5155 §7.1, RFC 6672 §2.4.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "anchorwatch/evidence/whole_zone.h"

namespace anchorwatch::judge::whole_zone {

enum class NodeKind : std::uint8_t {
  kData,        ///< Authoritative records.
  kDelegation,  ///< NS below the apex: of the records here, only DS and NSEC are ours.
  kEmpty,       ///< An empty non-terminal.
  kHash,        ///< The owner of an NSEC3, no name of its own.
  kDenialOnly,  ///< Nothing but an NSEC.
  kHidden,      ///< Below a delegation: glue, or forgotten.
  kRenamed,     ///< Below a DNAME: never answered.
  kNothing,     ///< Signatures without records.
};

struct Node {
  const dns::Name* name = nullptr;
  NodeKind kind = NodeKind::kData;
  std::size_t first = 0, last = 0;  ///< Its sets: ZoneContent::sets[first, last).
  bool secure = false;              ///< A delegation with DS.
  /// Whether opt-out may leave its NSEC3 out: an insecure delegation, or an empty non-terminal with
  /// nothing but such below.
  bool insecure_only = false;

  [[nodiscard]] bool exists() const {
    return kind == NodeKind::kData || kind == NodeKind::kDelegation || kind == NodeKind::kEmpty;
  }
  /// Whether RFC 4035 §2.3 wants an NSEC here.
  [[nodiscard]] bool owns_nsec() const {
    return kind == NodeKind::kData || kind == NodeKind::kDelegation;
  }
};

class ZoneNodes {
 public:
  explicit ZoneNodes(const evidence::ZoneContent& content);
  ZoneNodes(const ZoneNodes&) = delete;
  ZoneNodes& operator=(const ZoneNodes&) = delete;

  /// In canonical order; the apex first.
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
  /// The set of `type` at the node that has records, or null.
  [[nodiscard]] const dns::RRset* find(const Node& node, dns::RrType type) const;
  /// The node called `name`, or null.
  [[nodiscard]] const Node* find(const dns::Name& name) const;
  [[nodiscard]] const evidence::ZoneContent& content() const { return content_; }

 private:
  void add(std::size_t first, std::size_t last);
  void add_empty_above(const dns::Name& name);
  void note_existence(const Node& node);
  [[nodiscard]] Node classified(std::size_t first, std::size_t last) const;

  const evidence::ZoneContent& content_;
  std::vector<Node> nodes_;
  std::deque<dns::Name> empty_names_;
  std::vector<std::size_t>
      open_empty_;                     ///< Empty non-terminals above the name that was added last.
  const dns::Name* before_ = nullptr;  ///< The name that was added last.
  const dns::Name* cut_ = nullptr;     ///< The last delegation.
  const dns::Name* dname_ = nullptr;   ///< The last owner of a DNAME.
};

}  // namespace anchorwatch::judge::whole_zone
