#include "tests/sim/engine.h"

#include <algorithm>

#include "projections/keys.h"
#include "storage/log/view_family.h"

namespace muster::sim {

std::string digest_text(int number) {
  Digest digest{};
  digest[0] = static_cast<std::uint8_t>(number);
  digest[1] = static_cast<std::uint8_t>(number >> 8);
  return to_base64url(as_view(digest));
}

Engine::Engine(Disk& disk, SimClock& clock, Entropy& entropy, std::unique_ptr<EventLog> log)
    : disk_{disk},
      clock_{clock},
      log_{std::move(log)},
      ports_{disk.sealer, entropy, clock},
      builder_{{*log_, views_, disk.sealer}, Epoch{1}},
      guard_{clock},
      next_group_{log_->newest_group() + 1},
      published_{disk.kv.snapshot()} {}

Result<std::unique_ptr<Engine>> Engine::start(Disk& disk, SimClock& clock, Entropy& entropy) {
  MUSTER_TRY(auto log, EventLog::open(disk.kv, [&disk] { return disk.free_bytes; }));
  MUSTER_TRY(const auto unfinished, log->unfinished_erasures());
  for (const Slot slot : unfinished) {
    MUSTER_CHECKED(disk.sealer.erase_slot(slot));
  }
  log->finish_erasure(unfinished);
  MUSTER_CHECKED(disk.sealer.begin_reserving(log->first_free_slot()));
  std::unique_ptr<Engine> engine{new Engine{disk, clock, entropy, std::move(log)}};
  MUSTER_CHECKED(engine->know_tenants());
  return engine;
}

Result<void> Engine::know_tenants() {
  Result<void> outcome;
  MUSTER_CHECKED(disk_.kv.scan(Family::kStates,
                               KvRange::of_prefix(states_prefix(kSystemLog, Aggregate::kTenant)),
                               [&](std::string_view, std::string_view row) {
                                 const auto state = decode_state_row(Aggregate::kTenant, row);
                                 if (!state) {
                                   outcome = state.error();
                                   return false;
                                 }
                                 const auto& tenant = std::get<TenantState>(*state);
                                 builder_.know_tenant(tenant.log, tenant.id);
                                 return true;
                               }));
  return outcome;
}

std::optional<AnyState> Engine::read_any(const StateAddress& address) const {
  const RowKey place = views_.row_of(address);
  std::string row;
  const auto found = disk_.kv.get(family_of(place.view), place.key, row, published_.get());
  check(found.has_value(), "the store can be read");
  if (!*found) {
    return std::nullopt;
  }
  auto state = views_.decode(address, row);
  check(state.has_value(), "stored rows can be read");
  return *std::move(state);
}

std::optional<std::string> Engine::etag(const Intent& intent) {
  if (intent.kind == Kind::kReplacePool || intent.kind == Kind::kDeletePool) {
    const auto state = pool(intent.log, intent.id);
    if (!state) {
      return std::nullopt;
    }
    std::string row;
    const std::string key = views_.pool_count_key(intent.log, state->head.stream);
    check(disk_.kv.get(Family::kCounts, key, row, published_.get()).has_value(), "counts are read");
    return make_pool_etag(Epoch{1}, state->head, decode_counters(row));
  }
  if (intent.kind > Kind::kNotePasswordVerified) {
    return std::nullopt;
  }
  const auto in = pool(intent.log, intent.pool);
  const auto user = in ? read<UserState>({intent.log, Aggregate::kUser, in->head.stream, intent.id})
                       : std::nullopt;
  return user ? std::optional{make_etag(Epoch{1}, user->head)} : std::nullopt;
}

Result<void> Engine::append(const Group& group) {
  MUSTER_TRY(const GroupLog::Snapshot snapshot, log_->append(group));
  unpublished_.emplace_back(group.number, std::static_pointer_cast<const KvSnapshot>(snapshot));
  return {};
}

Result<void> Engine::erase_keys(const Group& group) {
  for (const Slot slot : group.erased_slots) {
    MUSTER_CHECKED(disk_.sealer.erase_slot(slot));
  }
  return {};
}

void Engine::publish(const Group& group) {
  log_->finish_erasure(group.erased_slots);
  const auto found =
      std::ranges::find(unpublished_, group.number, [](const auto& entry) { return entry.first; });
  check(found != unpublished_.end(), "only appended groups are published");
  published_ = found->second;
  unpublished_.erase(unpublished_.begin(), found + 1);
}

}  // namespace muster::sim
