// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/store/sqlite_store.h"

#include "admin_handler.h"
#include "batch_writer.h"
#include "schema.h"
#include "try.h"

namespace anchorwatch::store {

/// The queue, under the name that the header promises.
class SqliteStore::Writer : public BatchWriter, public std::enable_shared_from_this<Writer> {
 public:
  using PartTaker = std::function<void(std::vector<StoredZone>)>;
  using Done = std::function<void(Result<void>)>;
  using BatchWriter::BatchWriter;

  /// Hands over the zones behind a row, part by part.
  void load_after(std::int64_t row, PartTaker part, Done done);

  /// Hands the value that `read` makes to `done`, on the loop.
  template <typename T, typename Read>
  void ask(Read read, std::function<void(Result<T>)> done, Bytes about = {}) {
    Job job;
    job.urgency = Urgency::kNow;
    job.about = std::move(about);
    job.read = [this, read = std::move(read), done = std::move(done)](Session& session) mutable {
      auto value = std::make_shared<Result<T>>(read(session));
      post([value, done = std::move(done)] { done(std::move(*value)); });
    };
    add(std::move(job));
  }
};

namespace {

Result<std::unique_ptr<Session>> open_session(const SqliteStoreOptions& options) {
  sqlite::OpenOptions open;
  open.busy_timeout = options.busy_timeout;
  open.fault_hook = options.fault_hook;
  open.max_pages = options.max_pages;
  open.foreign_keys = options.check_references;
  Result<sqlite::Database> database = sqlite::Database::open(options.path, std::move(open));
  if (!database) return std::move(database).error();
  AW_TRY(sqlite::migrate(*database, schema()));
  return Session::open(*std::move(database), options.vantage, options.evidence);
}

}  // namespace

SqliteStore::SqliteStore(std::shared_ptr<Writer> writer, bool keeps_evidence)
    : writer_(std::move(writer)), keeps_evidence_(keeps_evidence) {}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(SqliteStoreOptions options,
                                                       Executor& executor) {
  InstanceLock lock;
  if (options.lock == StoreLock::kTake && options.path != ":memory:") {
    Result<InstanceLock> taken = InstanceLock::acquire(directory_of(options.path));
    if (!taken) return std::move(taken).error();
    lock = *std::move(taken);
  }
  Result<std::unique_ptr<Session>> session = open_session(options);
  if (!session) return std::move(session).error();
  auto writer = std::make_shared<Writer>(options, executor, *std::move(session), std::move(lock));
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(writer), options.evidence.keep));
}

void SqliteStore::sync_inventory(std::vector<inventory::ZoneEntry> zones, UnixSeconds at,
                                 std::function<void(Result<InventoryChange>)> done) {
  const auto change = std::make_shared<InventoryChange>();
  Job job;
  job.urgency = Urgency::kNow;
  job.write = [zones = std::move(zones), at, change](Session& session) -> Result<void> {
    Result<InventoryChange> result = session.inventory().sync(zones, at);
    if (!result) return std::move(result).error();
    *change = *std::move(result);
    return {};
  };
  job.done = [change, done = std::move(done)](Result<void> result) {
    if (!result) return done(std::move(result).error());
    done(std::move(*change));
  };
  writer_->add(std::move(job));
}

// The next part is read when the loop has taken the one before: they do not pile up there.
void SqliteStore::Writer::load_after(std::int64_t row, PartTaker part, Done done) {
  const auto take = [self = weak_from_this(), part = std::move(part),
                     done = std::move(done)](Result<ZonesPart> read) {
    if (!read) return done(std::move(read).error());
    part(std::move(read->zones));
    if (!read->more) return done({});
    const std::shared_ptr<Writer> writer = self.lock();
    if (!writer) return done(Error(ErrorCode::kInternal, "the store was closed while it was read"));
    writer->load_after(read->last, part, done);
  };
  ask<ZonesPart>([row](Session& session) { return session.zones().load_part(row); }, take);
}

void SqliteStore::load_all(std::function<void(std::vector<StoredZone>)> part,
                           std::function<void(Result<void>)> done) {
  writer_->load_after(0, std::move(part), std::move(done));
}

void SqliteStore::load(dns::Name zone, std::function<void(Result<change::ZoneState>)> done) {
  Bytes about = zone.wire();
  writer_->ask<change::ZoneState>(
      [zone = std::move(zone)](Session& session) { return session.load(zone); }, std::move(done), std::move(about));
}

void SqliteStore::commit(ZoneCommit commit, std::function<void(Result<void>)> done) {
  const bool tells = !commit.update.events.empty() || !commit.outbox.empty() || !commit.incidents.empty();
  Job job;
  job.urgency = tells ? Urgency::kDurable : Urgency::kWait;
  job.about = commit.update.zone.wire();
  job.write = [commit = std::move(commit)](Session& session) { return session.apply(commit); };
  job.done = std::move(done);
  writer_->add(std::move(job));
}

void SqliteStore::commit_events(EventCommit commit, std::function<void(Result<void>)> done) {
  Job job;
  job.urgency = Urgency::kDurable;
  job.write = [commit = std::move(commit)](Session& session) { return session.apply(commit); };
  job.done = std::move(done);
  writer_->add(std::move(job));
}

void SqliteStore::load_fact(std::string key, std::function<void(Result<std::string>)> done) {
  writer_->ask<std::string>(
      [key = std::move(key)](Session& session) { return session.events().load_fact(key); },
      std::move(done));
}

void SqliteStore::load_silences(UnixSeconds now, std::function<void(Result<Silences>)> done) {
  writer_->ask<Silences>([now](Session& session) { return session.mutes().load(now); }, std::move(done));
}

void SqliteStore::summarize_mute(std::int64_t id, std::function<void(Result<MuteSummary>)> done) {
  writer_->ask<MuteSummary>([id](Session& session) { return session.mutes().summarize(id); }, std::move(done));
}

void SqliteStore::load_incidents(std::function<void(Result<StoredIncidents>)> done) {
  writer_->ask<StoredIncidents>([](Session& session) { return session.incidents().load(); }, std::move(done));
}

void SqliteStore::flush(std::function<void(Result<void>)> done) {
  // A synced transaction that writes something syncs the log with all that stands in it before.
  Job job;
  job.urgency = Urgency::kDurable;
  job.write = [](Session& session) {
    return session.database().exec("UPDATE severity SET name = name WHERE rank = 0");
  };
  job.done = std::move(done);
  writer_->add(std::move(job));
}

void SqliteStore::pending(std::string sink, UnixSeconds now, int limit,
                          std::function<void(Result<std::vector<PendingDelivery>>)> done) {
  writer_->ask<std::vector<PendingDelivery>>(
      [sink = std::move(sink), now, limit](Session& session) {
        return session.outbox().pending(sink, now, limit);
      },
      std::move(done));
}

void SqliteStore::record(std::vector<DeliveryOutcome> outcomes,
                         std::function<void(Result<void>)> done) {
  Job job;
  job.urgency = Urgency::kNow;
  job.write = [outcomes = std::move(outcomes)](Session& session) {
    return session.apply(outcomes);
  };
  job.done = std::move(done);
  writer_->add(std::move(job));
}

void SqliteStore::administer(AdminRequest request, std::function<void(Result<AdminValues>)> done) {
  const auto answer = std::make_shared<Result<AdminValues>>(AdminValues{});
  Job job;
  job.urgency = Urgency::kDurable;
  // A request that is refused is no failure of the batch that it stands in.
  job.write = [request = std::move(request), answer](Session& session) -> Result<void> {
    *answer = run_admin(session, request);
    if (*answer || !is_about_the_file(answer->error().code())) return {};
    return answer->error();
  };
  job.done = [answer, done = std::move(done)](Result<void> stored) {
    done(stored ? std::move(*answer) : Result<AdminValues>(std::move(stored).error()));
  };
  writer_->add(std::move(job));
}

void SqliteStore::load_plans(UnixSeconds now, std::function<void(Result<std::vector<StoredPlan>>)> done) {
  const auto plans = std::make_shared<std::vector<StoredPlan>>();
  Job job;
  job.urgency = Urgency::kNow;
  job.write = [now, plans](Session& session) -> Result<void> {
    Result<std::vector<StoredPlan>> loaded = session.changes().load(now, "monitor " + session.events().observer(), session.audit());
    if (!loaded) return std::move(loaded).error();
    *plans = *std::move(loaded);
    return {};
  };
  job.done = [plans, done = std::move(done)](Result<void> result) {
    if (!result) return done(std::move(result).error());
    done(std::move(*plans));
  };
  writer_->add(std::move(job));
}

void SqliteStore::next_due(std::string sink,
                           std::function<void(Result<std::optional<UnixSeconds>>)> done) {
  writer_->ask<std::optional<UnixSeconds>>(
      [sink = std::move(sink)](Session& session) { return session.outbox().next_due(sink); },
      std::move(done));
}

}  // namespace anchorwatch::store
