// SPDX-License-Identifier: Apache-2.0
// The NSEC chain of a whole zone: one for each name, each pointing to the next, the last to the
// apex.
#include "whole_zone.h"

namespace anchorwatch::judge::whole_zone {

namespace {

using dns::RrType;

class NsecChain {
 public:
  explicit NsecChain(Review& review) : review_(review) {}

  void run() {
    collect();
    std::size_t link = 0;
    for (const Node& node : review_.nodes.nodes()) {
      while (link < links_.size() && *links_[link].node->name < *node.name) pass(links_[link++]);
      const bool here = link < links_.size() && links_[link].node == &node;
      if (node.owns_nsec()) {
        name(node, here);
      } else if (here && node.kind != NodeKind::kRenamed) {
        superfluous(node);
      }
    }
    for (std::size_t i = 0; i < links_.size(); ++i) joint(i);
  }

 private:
  struct Link {
    const Node* node = nullptr;
    dns::Nsec data;
  };

  void collect() {
    for (const Node& node : review_.nodes.nodes()) {
      const dns::RRset* set = review_.nodes.find(node, RrType::kNsec);
      if (set == nullptr) continue;
      if (set->rdatas.size() > 1) {
        review_.note(FindingCode::DENIAL_MULTIPLE, *node.name, RrType::kNsec, Severity::kWarning,
                     node.name->to_text() + " has " + std::to_string(set->rdatas.size()) +
                         " NSEC records in the " + review_.source +
                         ", where one is expected. Let the signer build the chain again.");
      }
      auto data = dns::decode_nsec(set->rdatas.front());
      if (data) links_.push_back({&node, std::move(*data)});
    }
  }

  /// Remembers how far the NSEC denies names after it.
  void pass(const Link& link) {
    if (link.data.next == review_.context.zone) {
      to_the_end_ = true;
    } else if (reach_ == nullptr || *reach_ < link.data.next) {
      reach_ = &link.data.next;
    }
  }

  void name(const Node& node, bool has_nsec) {
    const bool denied = to_the_end_ || (reach_ != nullptr && *node.name < *reach_);
    if (denied) {
      review_.note(FindingCode::DENIAL_LIES_NAME, *node.name, type_at(node),
                   review_.weigh(Severity::kCritical),
                   node.name->to_text() + " is in the " + review_.source +
                       ", while an NSEC of it says that there is no such name. Resolvers that "
                       "reuse proofs make it vanish; let the signer rebuild the chain.");
    }
    if (has_nsec) {
      check_own(node);
    } else if (!denied) {
      review_.note(FindingCode::DENIAL_NO_MATCH, *node.name, RrType::kNsec,
                   review_.weigh(Severity::kError),
                   node.name->to_text() + " has no NSEC in the " + review_.source +
                       ", so nobody can prove which types it lacks, nor that there are no names "
                       "after it. Let the signer rebuild the chain.");
    }
  }

  void check_own(const Node& node) {
    const dns::RRset* set = review_.nodes.find(node, RrType::kNsec);
    const auto data = dns::decode_nsec(set->rdatas.front());
    if (data) check_bitmap(review_, node, data->types, RrType::kNsec);
  }

  [[nodiscard]] std::optional<RrType> type_at(const Node& node) const {
    for (std::size_t i = node.first; i < node.last; ++i) {
      const dns::RRset& set = review_.content.sets[i];
      if (!set.rdatas.empty() && set.type != RrType::kNsec) return set.type;
    }
    return std::nullopt;
  }

  void superfluous(const Node& node) {
    review_.note(FindingCode::DENIAL_SUPERFLUOUS, *node.name, RrType::kNsec, Severity::kNotice,
                 "The " + review_.source + " has an NSEC of " + node.name->to_text() +
                     ", where it has no records of its own. Let the signer rebuild the chain.");
  }

  /// What lies between one NSEC and the next: too much was told as the names went by, too little is
  /// told here.
  void joint(std::size_t i) {
    const Link& link = links_[i];
    const bool last = i + 1 == links_.size();
    const dns::Name& expected = last ? review_.context.zone : *links_[i + 1].node->name;
    if (link.data.next == expected) return;
    if (last) {
      review_.note(FindingCode::DENIAL_LAST_NOT_APEX, review_.context.zone, std::nullopt,
                   review_.weigh(Severity::kError),
                   "The last NSEC in the " + review_.source + ", at " + link.node->name->to_text() +
                       ", points to " + link.data.next.to_text() +
                       " and not to the apex. Let the signer rebuild the chain.");
      return;
    }
    const bool backwards = link.data.next <= *link.node->name;
    if (!backwards && expected < link.data.next) return;  // Names between are told to be denied.
    if (link.data.next == review_.context.zone) return;   // All names after it as well.
    // A name that lacks its NSEC was told; the hole behind it is the same fault.
    const Node* next = review_.nodes.find(link.data.next);
    if (!backwards && next != nullptr && next->owns_nsec()) return;
    review_.note(FindingCode::DENIAL_NAME_NOT_COVERED, *link.node->name, RrType::kNsec,
                 review_.weigh(Severity::kError),
                 "The NSEC of " + link.node->name->to_text() + " in the " + review_.source +
                     " points to " + link.data.next.to_text() + ", the next one stands at " +
                     expected.to_text() +
                     ": no name between them can be denied. Let the signer "
                     "rebuild the chain.");
  }

  Review& review_;
  std::vector<Link> links_;
  const dns::Name* reach_ = nullptr;  ///< Names before it are denied.
  bool to_the_end_ = false;           ///< An NSEC pointed back to the apex.
};

}  // namespace

void check_nsec(Review& review) { NsecChain(review).run(); }

}  // namespace anchorwatch::judge::whole_zone
