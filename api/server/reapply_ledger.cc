#include "api/server/reapply_ledger.h"

#include <set>
#include <thread>

#include "api/server/erase_person.h"
#include "api/server/submit.h"
#include "projections/erasures.h"
#include "projections/user_row.h"
#include "storage/erasure/ledger.h"

namespace muster {
namespace {

constexpr std::chrono::milliseconds kLook{50};
/// A pool that is being deleted is emptied in the background; until then nobody can name its users.
constexpr int kTriesMax = 600;

/// The ledger may be the file to which lines about these very people will be added: it is read to
/// its end first.
Result<std::vector<LedgerLine>> lines_of(const std::filesystem::path& path, Micros created) {
  std::vector<LedgerLine> lines;
  MUSTER_TRY(const LedgerEnd end, read_ledger(path, [&](const LedgerLine& line, const Digest&) {
               lines.push_back(line);
               return Result<void>{};
             }));
  if (end.lines > 0 && end.created != created) {
    return failure(Errc::kConflict,
                   "ledger_of_another_directory",
                   path.string() + " tells of another directory");
  }
  return lines;
}

class Reapplying {
 public:
  explicit Reapplying(Instance& instance)
      : instance_{instance},
        kv_{instance.directory().kv()},
        log_{kv_, instance.directory().vault()} {}

  Result<void> take(const LedgerLine& line) {
    if (!seen_.emplace(line.log, line.person).second) {
      return {};  // erased more than once, by an earlier restore
    }
    ++outcome_.lines;
    MUSTER_TRY(const auto erased, erasure_of(line.log, line.person));
    if (erased) {
      ++outcome_.already;
      return {};
    }
    MUSTER_TRY(const bool known, has_events(line));
    if (!known) {
      ++outcome_.unknown;
      return {};
    }
    ++outcome_.erased;
    return erase(line);
  }

  /// Waits for the certificates.
  Result<ReappliedLedger> finish() {
    for (const auto& [log, person] : seen_) {
      while (true) {
        MUSTER_TRY(const auto erased, erasure_of(log, person));
        if (!erased || erased->certified) {
          break;
        }
        std::this_thread::sleep_for(kLook);
      }
    }
    return outcome_;
  }

 private:
  Result<std::optional<UserState>> erasure_of(LogId log, StreamId person) {
    return find_erasure(kv_, *instance_.published().now(), log, person);
  }

  Result<bool> has_events(const LedgerLine& line) {
    bool any = false;
    MUSTER_CHECKED(
        log_.each_entry_back(line.log, line.person, Revision{1}, [&](const StreamEntry&) {
          any = true;
          return false;
        }));
    return any;
  }

  Result<void> erase(const LedgerLine& line) {
    Result<void> done;
    for (int tries = 0; tries < kTriesMax; ++tries) {
      done = try_to_erase(line);
      const bool again =
          !done && (done.error().code == Errc::kNotFound || done.error().code == Errc::kStale);
      if (!again) {
        return done;
      }
      std::this_thread::sleep_for(kLook);
    }
    return done;
  }

  Result<void> try_to_erase(const LedgerLine& line) {
    auto decide =
        prepare_erase_person(log_, instance_.directory().vault(), {line.log, line.person});
    auto done = submit(line.log, std::move(decide));
    if (done || done.error().code != Errc::kNotFound) {
      return done;
    }
    // Keys that are newer than the rest of the copy: the id that the caller chose can be read from
    // the row alone.
    MUSTER_TRY(const auto name, name_in_rows(line));
    return name ? submit(line.log, prepare_erase_user(*name, line.person)) : done;
  }

  Result<void> submit(LogId log, Result<Decide> decide) {
    MUSTER_CHECKED(decide);
    MUSTER_CHECKED(submit_and_wait(instance_.sequencer(), log, *std::move(decide)));
    return {};
  }

  Result<std::optional<UserName>> name_in_rows(const LedgerLine& line) {
    MUSTER_TRY(const LoggedEvent first, first_event(line));
    const auto* created = std::get_if<UserCreated>(&first.event);
    std::optional<UserName> name;
    if (created == nullptr) {
      return name;
    }
    const auto look = [&](std::string_view key, std::string_view row) {
      if (head_in(row).stream == line.person) {
        name = UserName{line.log, created->pool_id, std::string{id_in_user_key(key)}};
      }
      return !name;
    };
    MUSTER_CHECKED(kv_.scan(Family::kUsers,
                            KvRange::of_prefix(PoolKeys{line.log, created->pool}.users_prefix()),
                            look));
    return name;
  }

  Result<LoggedEvent> first_event(const LedgerLine& line) {
    Position first{};
    MUSTER_CHECKED(
        log_.each_entry_back(line.log, line.person, Revision{1}, [&](const StreamEntry& entry) {
          first = entry.position;
          return false;
        }));
    return log_.read(line.log, first);
  }

  Instance& instance_;
  const Kv& kv_;
  LogReader log_;
  std::set<std::pair<LogId, StreamId>> seen_;
  ReappliedLedger outcome_;
};

}  // namespace

Result<ReappliedLedger> reapply_ledger(Instance& instance, const std::filesystem::path& ledger) {
  MUSTER_TRY(const auto lines, lines_of(ledger, instance.directory().created()));
  Reapplying reapplying{instance};
  for (const LedgerLine& line : lines) {
    MUSTER_CHECKED(reapplying.take(line));
  }
  return reapplying.finish();
}

}  // namespace muster
