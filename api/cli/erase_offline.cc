#include <chrono>
#include <thread>

#include "api/cli/erase.h"
#include "api/server/erase_person.h"
#include "api/server/erasures.h"
#include "api/server/reapply_ledger.h"
#include "api/server/submit.h"
#include "engine/administration/prepare.h"
#include "engine/core/instant.h"

namespace muster {
namespace {

constexpr std::chrono::milliseconds kLook{100};

/// The stream that --user or --stream names.
Result<PersonByStream> find_person(const Services& services, const EraseFlags& flags, LogId log) {
  if (!flags.stream.empty()) {
    const auto stream = Uuid::parse(flags.stream);
    return stream ? Result<PersonByStream>{PersonByStream{log, StreamId{*stream}}}
                  : Result<PersonByStream>{not_found("user")};
  }
  const auto point = services.published.now();
  MUSTER_TRY(const auto pool, services.catalog.find_pool(*point, log, flags.pool));
  if (pool == nullptr) {
    return not_found("pool");
  }
  MUSTER_TRY(const auto row, services.users.find({*point, log, *pool}, flags.user));
  if (row) {
    return PersonByStream{log, row->head().stream, pool->head.stream};
  }
  const auto stream = Uuid::parse(flags.user);
  return stream ? Result<PersonByStream>{PersonByStream{log, StreamId{*stream}, pool->head.stream}}
                : Result<PersonByStream>{not_found("user")};
}

/// Waits for the certificate, printing the steps.
Result<UserState> wait_for(const Services& services, const PersonByStream& who) {
  std::string printed;
  while (true) {
    MUSTER_TRY(const auto erased,
               services.erasures.find(*services.published.now(), who.log, who.person));
    if (!erased) {
      return not_found("user");
    }
    const ErasureProgress progress = services.erasures.progress(*erased);
    const std::string shown = std::string{name_of(progress.step)} + progress.problem;
    if (shown != printed) {
      printed = shown;
      print_step(name_of(progress.step), progress.problem);
    }
    if (erased->certified) {
      return *erased;
    }
    std::this_thread::sleep_for(kLook);
  }
}

Result<void> erase_one(OfflineInstance& offline, const EraseFlags& flags) {
  const Services& services = offline.services();
  MUSTER_TRY(const auto tenant,
             services.catalog.find_tenant(*services.published.now(), flags.tenant));
  if (!tenant) {
    return not_found("tenant");
  }
  MUSTER_TRY(const PersonByStream who, find_person(services, flags, tenant->log));
  MUSTER_TRY(Decide decide, prepare_erase_person(services.log, services.domain.sealer, who));
  MUSTER_CHECKED(submit_and_wait(services.commands, who.log, std::move(decide)));
  MUSTER_TRY(const UserState erased, wait_for(services, who));
  MUSTER_TRY(const LoggedEvent certificate, services.log.read(who.log, erased.head.last));
  const auto* certified = std::get_if<UserErasureCertified>(&certificate.event);
  print_erased(flags.output,
               {who.person.text(),
                "certified",
                to_rfc3339(erased.erased_time),
                std::to_string(erased.erased_position),
                certified == nullptr ? "" : std::to_string(certified->events),
                certified == nullptr ? "" : certified->ledger});
  return {};
}

Result<void> erase_ledger(OfflineInstance& offline, const EraseFlags& flags) {
  MUSTER_TRY(const ReappliedLedger done, reapply_ledger(offline.instance(), flags.ledger));
  print_counts(flags.output,
               "ledger",
               {{flags.ledger,
                 {{"people", done.lines},
                  {"erased", done.erased},
                  {"erased_before", done.already},
                  {"not_in_this_copy", done.unknown}}}});
  return {};
}

}  // namespace

int erase_offline(const EraseFlags& flags) {
  return run_offline(flags.offline, [&](OfflineInstance& offline) {
    return flags.ledger.empty() ? erase_one(offline, flags) : erase_ledger(offline, flags);
  });
}

}  // namespace muster
