// SPDX-License-Identifier: Apache-2.0
#include "admin_call.h"

#include <sys/stat.h>
#include <unistd.h>

#include "anchorwatch/control/client.h"
#include "anchorwatch/control/peer.h"
#include "anchorwatch/control/socket_path.h"
#include "anchorwatch/core/time_format.h"
#include "anchorwatch/daemon/setup.h"
#include "anchorwatch/net/uv_executor.h"
#include "anchorwatch/store/sqlite_store.h"
#include "common_options.h"

namespace anchorwatch::cli {

namespace {

constexpr std::chrono::seconds kTimeLimit{30};

/// Files that root makes could not be opened by the daemon.
Result<void> become_owner(const std::string& directory) {
  struct stat found {};
  if (geteuid() != 0 || stat(directory.c_str(), &found) != 0 || found.st_uid == 0) return {};
  if (setegid(found.st_gid) == 0 && seteuid(found.st_uid) == 0) return {};
  return Error(ErrorCode::kRefused, directory + ": cannot work as its owner, " + control::user_name(found.st_uid));
}

/// Histories that are replayed have their own time (`poll --at`).
UnixSeconds now_of(const std::string& replay) {
  const std::optional<UnixSeconds> replayed = replay.empty() ? std::nullopt : parse_time(replay);
  return replayed ? *replayed : SystemClock().now();
}

Result<store::AdminValues> do_here(const config::Config& config, store::AdminRequest request) {
  umask(0027);  // As the daemon's files.
  if (Result<void> became = become_owner(config.daemon.state_dir); !became) return std::move(became).error();
  net::UvExecutor executor;
  store::SqliteStoreOptions options;
  options.path = config.daemon.database_path();
  options.vantage = daemon::observer_name();
  options.threading = store::StoreThreading::kInline;
  Result<std::unique_ptr<store::SqliteStore>> store = store::SqliteStore::open(std::move(options), executor);
  if (!store) return std::move(store).error();
  Result<store::AdminValues> answer = Error(ErrorCode::kInternal, "no answer");
  (*store)->load_fact(store::kReplayTimeFact, [&](const Result<std::string>& replay) {
    request.at = now_of(replay ? *replay : std::string());
    (*store)->administer(std::move(request), [&](Result<store::AdminValues> result) {
      answer = std::move(result);
      executor.stop();
    });
  });
  executor.run();
  return answer;
}

}  // namespace

Result<store::AdminValues> admin_call(const config::Config& config, const std::string& kind, store::AdminValues arguments) {
  const std::string path = control::socket_path(config.daemon.control_socket, config.daemon.state_dir);
  Result<store::AdminValues> asked = control::ask(path, {config.daemon.database_path(), kind, arguments}, kTimeLimit);
  // What the daemon itself does not find it says with other words.
  const bool nobody = !asked && (asked.error().code() == ErrorCode::kNotFound || asked.error().code() == ErrorCode::kInvalidArgument) &&
                      asked.error().message().starts_with(path + ": ");
  if (!nobody) return asked;
  Result<store::AdminValues> done = do_here(config, {kind, std::move(arguments), control::own_user(), 0, config.change.four_eyes});
  if (!done && done.error().code() == ErrorCode::kBusy) return Error(ErrorCode::kBusy, done.error().message() + "; " + asked.error().message());
  return done;
}

std::optional<store::AdminValues> admin_call_or_complain(const config::Config& config, const std::string& kind,
                                                         store::AdminValues arguments) {
  Result<store::AdminValues> answer = admin_call(config, kind, std::move(arguments));
  if (answer) return *std::move(answer);
  complain(answer.error().message());
  return std::nullopt;
}

std::string text_of(const store::AdminValues& values, const std::string& name) {
  const auto found = values.find(name);
  if (found == values.end()) return {};
  const auto* text = std::get_if<std::string>(&found->second);
  return text == nullptr ? std::string() : *text;
}

}  // namespace anchorwatch::cli
