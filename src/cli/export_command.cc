// SPDX-License-Identifier: Apache-2.0
// anchorwatch export: the answers behind a verdict or a finding, for other tools and for people.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/pipeline/replay.h"
#include "anchorwatch/report/answers.h"
#include "commands.h"
#include "common_options.h"
#include "exit_status.h"
#include "kept_zone.h"

namespace anchorwatch::cli {

namespace {

struct ExportOptions {
  LookBackOptions where;
  std::string code, format = "text";
  bool chain = false;
};

/// One look, whose answers are shown.
struct SeenLook {
  evidence::ZoneEvidence evidence;
  UnixSeconds seen_at = 0;
};

bool holds(const std::vector<dns::RRset>& sets, const judge::Subject& subject) {
  return std::any_of(sets.begin(), sets.end(), [&subject](const dns::RRset& set) {
    return set.owner == subject.name && (!subject.type || set.type == *subject.type);
  });
}

/// Whether an answer is about what a finding is about, and from a server that shows it.
bool speaks_of(const report::ShownAnswer& shown, const judge::Finding& finding) {
  const auto& servers = finding.servers;
  const bool here = servers.empty() || (shown.server != nullptr && std::find(servers.begin(), servers.end(),
                                                                            shown.server->address) != servers.end());
  if (!here) return false;
  const bool its_own = finding.subject.server && shown.server != nullptr && *finding.subject.server == shown.server->address;
  if (its_own && !finding.subject.type) return true;
  const evidence::Answer& answer = *shown.answer;
  const bool asked = answer.question.name == finding.subject.name &&
                     (!finding.subject.type || answer.question.type == *finding.subject.type);
  return asked || holds(answer.answer, finding.subject) || holds(answer.authority, finding.subject);
}

/// What every signature of the zone is measured against.
bool is_key_or_ds(const report::ShownAnswer& shown) {
  const dns::Question& question = shown.answer->question;
  const bool keys = shown.role == report::AnswerRole::kServer && question.type == dns::RrType::kDnskey;
  const bool ds = shown.role == report::AnswerRole::kParent && question.type == dns::RrType::kDs;
  return question.name == shown.zone && (keys || ds);
}

void print(const SeenLook& look, const std::vector<judge::Finding>* findings, const ExportOptions& options) {
  for (const report::ShownAnswer& shown : report::answers_of(look.evidence, look.seen_at)) {
    const auto wants = [&shown](const judge::Finding& finding) { return speaks_of(shown, finding); };
    if (findings != nullptr && !is_key_or_ds(shown) && std::none_of(findings->begin(), findings->end(), wants)) continue;
    const std::string text = options.format == "json" ? report::answer_json(shown) + "\n" : report::answer_text(shown);
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout));
  }
}

/// The open findings with the code; nothing after a complaint.
std::optional<std::vector<judge::Finding>> findings_with(judge::FindingCode code, pipeline::Replay& replay, const KeptZone& zone,
                                                         const std::vector<store::KeptLook>& looks) {
  const Result<pipeline::Replayed> told = replay.told(zone.entry, looks);
  if (!told) {
    complain(zone.entry.name.to_text() + ": " + told.error().message());
    return std::nullopt;
  }
  std::vector<judge::Finding> findings;
  for (const change::OpenFinding& open : told->state.open_findings) {
    if (open.finding.code == code) findings.push_back(open.finding);
  }
  if (!findings.empty()) return findings;
  complain(zone.entry.name.to_text() + ": no finding " + std::string(judge::info(code).name) + " was open at " +
           to_rfc3339(zone.at));
  return std::nullopt;
}

/// The last look, and the last complete one before it: a core look saw only a part.
std::vector<store::KeptLook> to_show(const std::vector<store::KeptLook>& looks) {
  std::vector<store::KeptLook> shown;
  const auto complete = std::find_if(looks.rbegin(), looks.rend(), [](const store::KeptLook& look) { return look.complete; });
  if (complete != looks.rend() && complete != looks.rbegin()) shown.push_back(*complete);
  shown.push_back(looks.back());
  return shown;
}

Result<std::vector<SeenLook>> read_looks(pipeline::Replay& replay, const std::vector<store::KeptLook>& looks, bool chain) {
  std::vector<SeenLook> seen;
  for (const store::KeptLook& look : to_show(looks)) {
    Result<evidence::ZoneEvidence> evidence = replay.evidence_of(look);
    if (!evidence) return std::move(evidence).error();
    seen.push_back({*std::move(evidence), look.first_seen_at});
  }
  while (chain && seen.front().evidence.delegation.parent != seen.front().evidence.zone) {
    Result<std::optional<pipeline::SeenAbove>> above =
        replay.above(seen.front().evidence.delegation.parent, seen.front().seen_at);
    if (!above) return std::move(above).error();
    if (!*above || !seen.front().evidence.zone.is_below((*above)->evidence.zone)) break;
    seen.insert(seen.begin(), SeenLook{std::move((*above)->evidence), (*above)->seen_at});
  }
  return seen;
}

int run_export(const ExportOptions& options) {
  const std::optional<judge::FindingCode> code = judge::parse_finding_code(options.code);
  if (!options.code.empty() && !code) {
    complain("--code " + options.code + ": there is no such code (anchorwatch explain lists them)");
    return kUsage;
  }
  int status = kFine;
  std::optional<KeptZone> zone = open_kept_zone(options.where, &status);
  if (!zone) return status;
  const std::vector<store::KeptLook> looks = zone->looks_up_to_then();
  if (looks.empty()) return complain_of_nothing_kept(*zone);
  pipeline::Replay replay(zone->reader, zone->engine, zone->config.scheduler.interval);
  std::optional<std::vector<judge::Finding>> findings;
  if (code) {
    findings = findings_with(*code, replay, *zone, looks);
    if (!findings) return kUndetermined;
  }
  const Result<std::vector<SeenLook>> seen = read_looks(replay, looks, options.chain);
  if (!seen) {
    complain(zone->entry.name.to_text() + ": " + seen.error().message());
    return kUndetermined;
  }
  for (const SeenLook& look : *seen) {
    const bool above = look.evidence.zone != zone->entry.name;
    print(look, findings && !above ? &*findings : nullptr, options);
  }
  return kFine;
}

}  // namespace

Run add_export(CLI::App& app) {
  auto options = std::make_shared<ExportOptions>();
  add_look_back(app, options->where);
  app.add_option("--code", options->code, "only answers that findings with this code speak of, with keys and DS");
  app.add_flag("--chain", options->chain, "also the answers of the zones above");
  app.add_option("--format", options->format, "text, or json: one anchorwatch.answer/1 object a line")
      ->check(CLI::IsMember({"text", "json"}));
  return [options] { return run_export(*options); };
}

}  // namespace anchorwatch::cli
