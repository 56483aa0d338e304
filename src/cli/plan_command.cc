// SPDX-License-Identifier: Apache-2.0
// anchorwatch plan: what a change that is not made yet does to resolvers that hold older data.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/daemon/setup.h"
#include "anchorwatch/history/rollover.h"
#include "anchorwatch/inventory/zone_name.h"
#include "anchorwatch/store/reader.h"
#include "commands.h"
#include "common_options.h"
#include "exit_status.h"
#include "freshness.h"
#include "plan_step.h"

namespace anchorwatch::cli {

namespace {

using nlohmann::ordered_json;

/// Combinations that are printed; more would only repeat.
constexpr std::size_t kMostPrinted = 8;

struct PlanOptions {
  std::string zone, config, at;
  PlanRequest request;
  bool json = false;
};

/// Everything that there is to say.
struct Plan {
  std::optional<UnixSeconds> bogus_at;  ///< If nobody signs anew …
  std::string bogus_because;            ///< … this signature.
  dns::Name zone;
  UnixSeconds now = 0;
  UnixSeconds seen_at = 0;
  history::ZoneHistory history;
  dnssec::ValidationPolicy policy;
  std::vector<std::string> step;  ///< Empty: only what stands.
  history::StepOutlook outlook;

  [[nodiscard]] bool safe_now() const { return outlook.safe_from && *outlook.safe_from <= now; }
};

const char* outcome_of(const Plan& plan) {
  if (plan.safe_now()) return "safe";
  return plan.outlook.safe_from ? "safe_later" : "breaks";
}

std::vector<std::string> sentences(const history::ZoneHistory& history, const std::vector<history::Split>& splits) {
  std::vector<std::string> texts;
  for (const history::Split& split : splits) {
    std::string text = history::describe(history, split);
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
  }
  if (texts.size() > kMostPrinted) texts.resize(kMostPrinted);
  return texts;
}

std::string next_text(const Plan& plan, const history::Rollover& rollover) {
  const history::NextStep next = history::next_step(plan.history, rollover, plan.zone, plan.policy, plan.now);
  if (next.what.empty()) return "nothing has to follow";
  std::string text = "next: " + next.what;
  if (!next.safe_from) return text;
  return text + (*next.safe_from <= plan.now ? ", safe now" : ", safe from " + to_rfc3339(*next.safe_from));
}

void print_standing(const Plan& plan) {
  const std::vector<history::Split> splits = history::find_splits(plan.history, plan.zone, plan.policy, plan.now);
  if (splits.empty()) {
    static_cast<void>(std::printf("  No older data that resolvers may hold fails with what is served.\n"));
  }
  for (const std::string& text : sentences(plan.history, splits)) static_cast<void>(std::printf("  %s\n", text.c_str()));
  for (const history::Rollover& rollover : history::name_rollovers(plan.history)) {
    static_cast<void>(std::printf("  %s: %s since %s; %s\n", to_string(rollover.kind), to_string(rollover.phase),
                                  to_rfc3339(rollover.since.first_after).c_str(), next_text(plan, rollover).c_str()));
  }
}

void print_outlook(const Plan& plan) {
  for (const std::string& line : plan.step) static_cast<void>(std::printf("  %s\n", line.c_str()));
  if (plan.safe_now()) {
    static_cast<void>(std::printf("safe now: no resolver fails because of it\n"));
    return;
  }
  if (plan.outlook.safe_from) {
    static_cast<void>(std::printf("safe from %s (in %s); now:\n", to_rfc3339(*plan.outlook.safe_from).c_str(),
                                  humanise(std::chrono::seconds(*plan.outlook.safe_from - plan.now)).c_str()));
  } else {
    static_cast<void>(std::printf("breaks the zone, whenever it is done, unless something else changes first:\n"));
  }
  for (const std::string& text : sentences(plan.outlook.after, plan.outlook.splits)) {
    static_cast<void>(std::printf("  %s\n", text.c_str()));
  }
}

ordered_json rollovers_json(const Plan& plan) {
  ordered_json list = ordered_json::array();
  for (const history::Rollover& rollover : history::name_rollovers(plan.history)) {
    const history::NextStep next = history::next_step(plan.history, rollover, plan.zone, plan.policy, plan.now);
    list.push_back({{"kind", to_string(rollover.kind)}, {"phase", to_string(rollover.phase)},
                    {"since", to_rfc3339(rollover.since.first_after)}, {"old_key_tags", rollover.old_keys},
                    {"new_key_tags", rollover.new_keys}, {"next_step", next.what},
                    {"next_step_safe_from", next.safe_from ? ordered_json(to_rfc3339(*next.safe_from)) : ordered_json(nullptr)}});
  }
  return list;
}

void print_json(const Plan& plan) {
  ordered_json line{{"schema", "anchorwatch.plan/1"}, {"zone", plan.zone.to_text()}, {"at", to_rfc3339(plan.now)},
                    {"seen_at", to_rfc3339(plan.seen_at)}};
  if (plan.step.empty()) {
    line["fails"] = sentences(plan.history, history::find_splits(plan.history, plan.zone, plan.policy, plan.now));
  } else {
    line["step"] = plan.step;
    line["outcome"] = outcome_of(plan);
    line["safe_from"] = plan.outlook.safe_from ? ordered_json(to_rfc3339(*plan.outlook.safe_from)) : ordered_json(nullptr);
    line["fails"] = sentences(plan.outlook.after, plan.outlook.splits);
  }
  line["rollovers"] = rollovers_json(plan);
  line["bogus_at"] = plan.bogus_at ? ordered_json(to_rfc3339(*plan.bogus_at)) : ordered_json(nullptr);
  line["bogus_because"] = plan.bogus_at ? ordered_json(plan.bogus_because) : ordered_json(nullptr);
  static_cast<void>(std::printf("%s\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str()));
}

/// Fills zone, times and history; the exit status where there is nothing to plan with.
std::optional<int> look_up(Plan& plan, const PlanOptions& options, const config::Config& config, store::Reader& reader) {
  store::ZoneFilter filter;
  filter.zone = plan.zone.to_text();
  Result<std::vector<store::ZoneStatusRow>> rows = reader.zones(filter);
  Result<std::optional<history::ZoneHistory>> history = reader.history(filter.zone);
  const std::optional<UnixSeconds> now = moment_of(options.at, reader);
  if (!now) return kUsage;
  if (!rows || !history) {
    complain(rows ? history.error().message() : rows.error().message());
    return kUsage;
  }
  if (rows->empty()) {
    complain(filter.zone + ": not in the inventory");
    return kUsage;
  }
  if (!*history || !rows->front().last_observed_at) {
    complain(filter.zone + (rows->front().last_observed_at ? ": not seen by this version yet" : ": never seen") +
             ", so nothing is known of what resolvers hold");
    return kUndetermined;
  }
  // With --at the question is about another moment, as if nothing changed up to it.
  if (options.at.empty() && Freshness(config, !config.files.empty(), *now).is_stale(rows->front())) {
    complain(filter.zone + ": last seen at " + to_rfc3339(*rows->front().last_observed_at) +
             ", too long ago to know what resolvers hold; look again (anchorwatch poll, or the daemon), or say --at");
    return kUndetermined;
  }
  plan.now = *now;
  plan.seen_at = *rows->front().last_observed_at;
  plan.history = **std::move(history);
  plan.bogus_at = rows->front().bogus_at;
  plan.bogus_because = rows->front().bogus_because;
  return std::nullopt;
}

int run_plan(const PlanOptions& options) {
  std::optional<config::Config> config = read_config_or_default(options.config);
  if (!config) return kUsage;
  Plan plan;
  Result<dns::Name> name = inventory::parse_zone_name(options.zone);
  if (!name) {
    complain(options.zone + ": " + name.error().message());
    return kUsage;
  }
  plan.zone = *std::move(name);
  const Result<pipeline::EngineOptions> engine = daemon::engine_options(*config);
  Result<store::Reader> reader = store::Reader::open(config->daemon.database_path());
  if (!engine || !reader) {
    complain(engine ? reader.error().message() : engine.error().message());
    return kUsage;
  }
  plan.policy = engine->policy.validation;
  if (const auto status = look_up(plan, options, *config, *reader)) return *status;
  if (!options.request.empty()) {
    const Result<history::Step> step = make_step(options.request, plan.history, plan.zone);
    if (!step) {
      complain(step.error().message());
      return kUsage;
    }
    plan.step = options.request.lines();
    plan.outlook = history::look_ahead(plan.history, *step, plan.zone, plan.policy, plan.now);
  }
  if (options.json) {
    print_json(plan);
  } else {
    static_cast<void>(std::printf("%s as last seen at %s\n", plan.zone.to_text().c_str(), to_rfc3339(plan.seen_at).c_str()));
    plan.step.empty() ? print_standing(plan) : print_outlook(plan);
    if (plan.bogus_at) {
      static_cast<void>(std::printf("  Bogus from %s, if nobody signs anew: %s\n", to_rfc3339(*plan.bogus_at).c_str(), plan.bogus_because.c_str()));
    }
  }
  return plan.step.empty() || plan.safe_now() ? kFine : kMissed;
}

}  // namespace

Run add_plan(CLI::App& app) {
  auto options = std::make_shared<PlanOptions>();
  PlanRequest& request = options->request;
  app.add_option("zone", options->zone, "a zone of the inventory; without a change: what stands, and the next step of rollovers")->required();
  // One value each, so that a zone may follow.
  const auto add = [&app](const char* name, std::vector<std::string>& to, const char* help) {
    app.add_option(name, to, help)->allow_extra_args(false);
  };
  add("--add-ds", request.add_ds, "a DS at the parent: the tag of a published key, or \"tag algorithm type digest\"");
  add("--remove-ds", request.remove_ds, "tag of a DS at the parent");
  add("--add-key", request.add_keys, "a key, \"flags 3 algorithm key\"");
  add("--remove-key", request.remove_keys, "tag of a published key");
  add("--sign-keys-with", request.sign_keys_with, "tag of a key that shall sign the key set, too");
  add("--sign-with", request.sign_with, "tag of a key that shall sign all other data, too");
  add("--stop-signing-with", request.stop_signing_with, "tag of a key that shall sign nothing any more");
  app.add_flag("--go-insecure", request.go_insecure, "remove every DS");
  app.add_flag("--unsign", request.unsign, "remove all keys and signatures");
  app.add_option("--config", options->config, std::string("configuration file (default: ") + kDefaultConfig + ")");
  app.add_option("--at", options->at, "as of this time, not now");
  app.add_flag("--json", options->json, "one object");
  return [options] { return run_plan(*options); };
}

}  // namespace anchorwatch::cli
