// SPDX-License-Identifier: Apache-2.0
// anchorwatch replay: verdict and findings of an earlier moment, made again from the kept answers.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/pipeline/replay.h"
#include "anchorwatch/report/check_report.h"
#include "commands.h"
#include "common_options.h"
#include "exit_status.h"
#include "kept_zone.h"
#include "replay_compare.h"

namespace anchorwatch::cli {

namespace {

using nlohmann::ordered_json;

struct ReplayOptions {
  LookBackOptions where;
  std::string judge_at, fail_on = "error";
  bool list = false, json = false;
};

/// Everything that there is to say.
struct Answer {
  report::CheckResult result;
  pipeline::Replayed replayed;
  ReplayComparison comparison;
  bool as_told = true;  ///< Otherwise judged at another time.
  bool configured = true;

  [[nodiscard]] bool exact() const {
    return as_told && !replayed.look.renewed && replayed.missing_above.empty() && replayed.other_above.empty() &&
           comparison.not_kept.empty();
  }
};

int list_looks(const KeptZone& zone, bool json) {
  for (const store::KeptLook& look : zone.looks) {
    if (json) {
      const ordered_json line{{"zone", zone.entry.name.to_text()},
                              {"first_seen", to_rfc3339(look.first_seen_at)},
                              {"last_seen", to_rfc3339(look.last_seen_at)},
                              {"status", look.status},
                              {"status_worst", look.status_worst},
                              {"reason", look.reason},
                              {"observation", look.observation},
                              {"complete", look.complete},
                              {"renewed", look.renewed},
                              {"current", look.current},
                              {"octets", look.octets}};
      static_cast<void>(std::printf("%s\n", line.dump().c_str()));
      continue;
    }
    static_cast<void>(std::printf("%s  to  %s  %-13s  %-24s  %-7s  %s\n", to_rfc3339(look.first_seen_at).c_str(),
                                  to_rfc3339(look.last_seen_at).c_str(), look.status.c_str(), look.reason.c_str(),
                                  look.observation.c_str(), look.renewed ? "signatures renewed since" : ""));
  }
  if (zone.looks.empty()) return complain_of_nothing_kept(zone);
  return kFine;
}

/// The judgement of the last look, with what was told of the zone after all looks.
judge::Judgement as_told(const pipeline::Replayed& replayed) {
  judge::Judgement judgement = replayed.judgement;
  const change::ZoneSummary& summary = replayed.state.summary;
  judgement.verdict = summary.verdict;
  judgement.status_worst = summary.status_worst;
  judgement.observation = summary.observation;
  judgement.delegation = summary.delegation;
  judgement.earliest_expiration = summary.earliest_expiration_at;
  judgement.findings.clear();
  for (const change::OpenFinding& open : replayed.state.open_findings) judgement.findings.push_back(open.finding);
  std::stable_sort(judgement.findings.begin(), judgement.findings.end(),
                   [](const judge::Finding& left, const judge::Finding& right) { return left.severity > right.severity; });
  return judgement;
}

std::string joined(const std::set<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

ordered_json replayed_json(const Answer& answer) {
  const store::KeptLook& look = answer.replayed.look;
  ordered_json json{{"evidence_first_seen", to_rfc3339(look.first_seen_at)},
                    {"evidence_last_seen", to_rfc3339(look.last_seen_at)},
                    {"judged_at", to_rfc3339(answer.replayed.judged_at)},
                    {"exact", answer.exact()},
                    {"renewed", look.renewed},
                    {"agrees", nullptr},
                    {"differences", ordered_json::array()},
                    {"not_kept", answer.comparison.not_kept},
                    {"missing_above", answer.replayed.missing_above},
                    {"other_above", answer.replayed.other_above}};
  if (answer.as_told) json["agrees"] = answer.comparison.differences.empty();
  const auto or_null = [](const std::string& text) { return text.empty() ? ordered_json() : ordered_json(text); };
  for (const ReplayDifference& each : answer.comparison.differences) {
    json["differences"].push_back(
        {{"what", each.what}, {"told", or_null(each.told)}, {"replayed", or_null(each.replayed)}, {"why", or_null(each.why)}});
  }
  return json;
}

void print_json(const Answer& answer) {
  ordered_json json = ordered_json::parse(report::check_json(answer.result));
  json["replayed"] = replayed_json(answer);
  static_cast<void>(std::printf("%s\n", json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str()));
}

std::string caveats(const Answer& answer) {
  const pipeline::Replayed& replayed = answer.replayed;
  std::string text;
  if (replayed.look.renewed) text += "  signatures were renewed after that look, which changed nothing that was told\n";
  if (!replayed.missing_above.empty()) text += "  nothing is kept of the zones above: " + joined(replayed.missing_above) + "\n";
  if (!replayed.other_above.empty()) {
    text += "  judged otherwise now than then, with other anchors or another policy: " + joined(replayed.other_above) + "\n";
  }
  if (!answer.configured) text += "  the configuration has no such zone: its defaults hold\n";
  for (const std::string& each : answer.comparison.not_kept) text += "  not kept, as the content of whole zones is not: " + each + "\n";
  return text;
}

std::string differences_text(const Answer& answer) {
  if (!answer.as_told) return {};
  if (answer.comparison.differences.empty()) return "  as it was told then\n";
  std::string text = "  it was told otherwise then; the configuration may have been another one (anchors, severities, expectations):\n";
  for (const ReplayDifference& each : answer.comparison.differences) {
    text += "    " + each.what + ": told " + (each.told.empty() ? "not at all" : each.told) + ", now " +
            (each.replayed.empty() ? "not at all" : each.replayed) + (each.why.empty() ? "" : "; " + each.why) + "\n";
  }
  return text;
}

void print_text(const Answer& answer) {
  const bool colour = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  const store::KeptLook& look = answer.replayed.look;
  std::string text = report::check_text(answer.result, colour ? report::Colour::kOn : report::Colour::kOff);
  text += "\nfrom the answers of " + to_rfc3339(look.first_seen_at) + ", which stood until " + to_rfc3339(look.last_seen_at);
  if (!answer.as_told) text += ", judged as of " + to_rfc3339(answer.replayed.judged_at);
  text += "\n" + differences_text(answer) + caveats(answer);
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout));
}

/// The last complete look, or the last one at all.
const store::KeptLook& to_judge(const std::vector<store::KeptLook>& looks) {
  const auto complete = std::find_if(looks.rbegin(), looks.rend(), [](const store::KeptLook& look) { return look.complete; });
  return complete != looks.rend() ? *complete : looks.back();
}

Result<Answer> make_answer(KeptZone& zone, const std::vector<store::KeptLook>& looks, std::optional<UnixSeconds> judge_at) {
  const MonoTime started = SystemClock().mono();
  pipeline::Replay replay(zone.reader, zone.engine, zone.config.scheduler.interval);
  Result<pipeline::Replayed> replayed = judge_at ? replay.judged_at(zone.entry, to_judge(looks), *judge_at)
                                                 : replay.told(zone.entry, looks);
  if (!replayed) return std::move(replayed).error();
  Answer answer;
  answer.replayed = *std::move(replayed);
  answer.as_told = !judge_at;
  answer.configured = zone.configured;
  if (!judge_at) {
    Result<ReplayComparison> compared = compare_with_told(zone.reader, answer.replayed, zone.entry.name.to_text(), zone.at);
    if (!compared) return std::move(compared).error();
    answer.comparison = *std::move(compared);
  }
  answer.result.judgement = judge_at ? answer.replayed.judgement : as_told(answer.replayed);
  answer.result.evidence = answer.replayed.evidence;
  answer.result.at = judge_at.value_or(zone.at);
  answer.result.queries = answer.replayed.evidence.queries;
  answer.result.elapsed_ms = std::chrono::duration_cast<std::chrono::milliseconds>(SystemClock().mono() - started).count();
  return answer;
}

int run_replay(const ReplayOptions& options) {
  const std::optional<Severity> fail_on = parse_severity(options.fail_on);
  std::optional<UnixSeconds> judge_at;
  if (!options.judge_at.empty()) judge_at = parse_time(options.judge_at);
  if (!fail_on || (!options.judge_at.empty() && !judge_at)) {
    complain(fail_on ? "--judge-at " + options.judge_at + ": not a time" : "--fail-on " + options.fail_on + ": no severity");
    return kUsage;
  }
  int status = kFine;
  std::optional<KeptZone> zone = open_kept_zone(options.where, &status);
  if (!zone) return status;
  if (options.list) return list_looks(*zone, options.json);
  const std::vector<store::KeptLook> looks = zone->looks_up_to_then();
  if (looks.empty()) return complain_of_nothing_kept(*zone);
  const Result<Answer> answer = make_answer(*zone, looks, judge_at);
  if (!answer) {
    complain(zone->entry.name.to_text() + ": " + answer.error().message());
    return kUndetermined;
  }
  options.json ? print_json(*answer) : print_text(*answer);
  return exit_status_of(answer->result.judgement, zone->entry.settings->expectation, *fail_on);
}

}  // namespace

void add_look_back(CLI::App& app, LookBackOptions& options) {
  app.add_option("zone", options.zone, "a zone that was looked at")->required();
  app.add_option("--at", options.at, "as of this time (RFC 3339 or Unix seconds; default: now, or the last poll --at)");
  app.add_option("--config", options.config, std::string("configuration file (default: ") + kDefaultConfig + ")");
}

Run add_replay(CLI::App& app) {
  auto options = std::make_shared<ReplayOptions>();
  add_look_back(app, options->where);
  app.add_option("--judge-at", options->judge_at, "judge the answers that stood at --at as of this other time");
  app.add_flag("--list", options->list, "the looks whose answers are kept");
  app.add_flag("--json", options->json, "one anchorwatch.check/1 object with \"replayed\"");
  app.add_option("--fail-on", options->fail_on, "exit 1 from this severity on (default: error)");
  return [options] { return run_replay(*options); };
}

}  // namespace anchorwatch::cli
