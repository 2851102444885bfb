#include "projections/catalog.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "projections/keys.h"
#include "projections/rows.h"

namespace muster {
namespace {

// Decoded once for all readers: ten thousand pools of 2 KiB, and room for as many again.
constexpr std::size_t kSharedBytesMax = std::size_t{48} * 1024 * 1024;
// Per slot; there are kReaderSlots of them. When there is more, the slot starts anew.
constexpr std::size_t kSlotBytesMax = std::size_t{4} * 1024 * 1024;
// A key and a pointer in a slot, beside the bytes of the key.
constexpr std::size_t kEntryBytes = 128;
// A decoded state beside the bytes of its row.
constexpr std::size_t kOverheadBytes = 512;

/// A key on the stack: almost every look-up is a hit and should not allocate. Ids of clients of the
/// API are at most 64 bytes; a longer one is just not kept.
class ShortKey {
 public:
  ShortKey(LogId log, char letter, std::string_view id) {
    if (id.size() > bytes_.size() - kLogBytes - 1) {
      return;
    }
    const auto number = raw(log);
    std::memcpy(bytes_.data(), &number, kLogBytes);
    bytes_[kLogBytes] = letter;
    std::ranges::copy(id, bytes_.begin() + kLogBytes + 1);  // an empty id may have no address
    size_ = kLogBytes + 1 + id.size();
  }

  /// Empty when the id is too long.
  [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, 128> bytes_{};
  std::size_t size_ = 0;
};

// Beside the letters of aggregates.
constexpr char kAllSigningKeys = 'K';

}  // namespace

bool Catalog::Kept::is_at(std::uint64_t wanted) {
  if (version < wanted) {
    entries.clear();
    bytes = 0;
    version = wanted;
  }
  return version == wanted;
}

bool Catalog::Kept::find(std::uint64_t wanted,
                         std::string_view key,
                         std::shared_ptr<const void>& thing) {
  if (key.empty() || !is_at(wanted)) {
    return false;
  }
  const auto found = entries.find(key);
  if (found == entries.end()) {
    return false;
  }
  thing = found->second;
  return true;
}

void Catalog::Kept::keep(std::uint64_t wanted,
                         std::string_view key,
                         const std::shared_ptr<const void>& thing,
                         std::size_t cost,
                         std::size_t bytes_max) {
  if (key.empty() || !is_at(wanted)) {
    return;
  }
  if (bytes + cost > bytes_max) {
    entries.clear();
    bytes = 0;
  }
  if (entries.emplace(key, thing).second) {
    bytes += cost;
  }
}

template <class Load>
Result<std::shared_ptr<const void>> Catalog::look_up(const ReadPoint& point,
                                                     std::string_view key,
                                                     const Load& load) const {
  const std::uint64_t version = point.states_version;
  std::shared_ptr<const void> thing;
  const auto find = [&](Kept& kept) {
    return kept.find(version, key, thing);
  };
  if (kept_.with_mine(find)) {
    return thing;
  }
  bool begun_anew = false;
  const auto with_shared = [&](const auto& use) {
    const std::lock_guard lock{mutex_};
    const std::uint64_t version_before = shared_.version;
    const std::size_t size_before = shared_.entries.size();
    const bool used = use();
    begun_anew |= shared_.version != version_before || shared_.entries.size() < size_before;
    return used;
  };
  if (!with_shared([&] { return find(shared_); })) {
    MUSTER_TRY(Loaded loaded, load());
    thing = std::move(loaded.thing);
    with_shared([&] {
      shared_.keep(version, key, thing, loaded.bytes, kSharedBytesMax);
      return true;
    });
  }
  if (begun_anew) {
    // Slots, those of idle threads too, hold on to what was forgotten; the bound is of both.
    kept_.with_each([](Kept& kept) {
      kept.entries.clear();
      kept.bytes = 0;
    });
  }
  // Counted per slot: readers of one pool do not meet at its reference count.
  const auto held = std::make_shared<const std::shared_ptr<const void>>(std::move(thing));
  thing = std::shared_ptr<const void>{held, held->get()};
  kept_.with_mine(
      [&](Kept& kept) { kept.keep(version, key, thing, key.size() + kEntryBytes, kSlotBytesMax); });
  return thing;
}

template <class State>
Catalog::Found<State> Catalog::find(const ReadPoint& point,
                                    LogId log,
                                    Aggregate aggregate,
                                    std::string_view id) const {
  const ShortKey key{log, static_cast<char>(aggregate), id};
  const auto load = [&]() -> Result<Loaded> {
    std::string row;
    const std::string place = state_key(log, aggregate, id);
    MUSTER_TRY(const bool found, kv_.get(Family::kStates, place, row, point.snapshot.get()));
    Loaded loaded{nullptr, place.size() + kOverheadBytes};
    if (found) {
      MUSTER_TRY(AnyState state, decode_state_row(aggregate, row));
      loaded.thing = std::make_shared<const State>(std::move(std::get<State>(state)));
      loaded.bytes += 2 * row.size();
    }
    return loaded;
  };
  MUSTER_TRY(auto thing, look_up(point, key.view(), load));
  return std::static_pointer_cast<const State>(std::move(thing));
}

Catalog::Found<TenantState> Catalog::find_tenant(const ReadPoint& point,
                                                 std::string_view id) const {
  return find<TenantState>(point, kSystemLog, Aggregate::kTenant, id);
}

Catalog::Found<WorkspaceState> Catalog::find_workspace(const ReadPoint& point,
                                                       LogId log,
                                                       std::string_view id) const {
  return find<WorkspaceState>(point, log, Aggregate::kWorkspace, id);
}

Catalog::Found<ClientState> Catalog::find_client(const ReadPoint& point,
                                                 LogId log,
                                                 std::string_view id) const {
  return find<ClientState>(point, log, Aggregate::kClient, id);
}

Catalog::Found<PoolState> Catalog::find_pool(const ReadPoint& point,
                                             LogId log,
                                             std::string_view id) const {
  return find<PoolState>(point, log, Aggregate::kPool, id);
}

Catalog::Found<SchemaState> Catalog::find_schema(const ReadPoint& point,
                                                 LogId log,
                                                 std::string_view id) const {
  return find<SchemaState>(point, log, Aggregate::kSchema, id);
}

Catalog::Found<WebhookState> Catalog::find_webhook(const ReadPoint& point,
                                                   LogId log,
                                                   std::string_view id) const {
  return find<WebhookState>(point, log, Aggregate::kWebhook, id);
}

Catalog::Found<std::vector<SigningKeyState>> Catalog::signing_keys(const ReadPoint& point,
                                                                   LogId log) const {
  using Keys = std::vector<SigningKeyState>;
  const auto load = [&]() -> Result<Loaded> {
    auto keys = std::make_shared<Keys>();
    Result<void> decoded;
    std::size_t bytes = kOverheadBytes;
    const auto visit = [&](std::string_view, std::string_view row) {
      auto state = decode_state_row(Aggregate::kSigningKey, row);
      if (!state) {
        decoded = std::move(state).error();
        return false;
      }
      keys->push_back(std::get<SigningKeyState>(*std::move(state)));
      bytes += 2 * row.size();
      return true;
    };
    MUSTER_CHECKED(kv_.scan(Family::kStates,
                            KvRange::of_prefix(states_prefix(log, Aggregate::kSigningKey)),
                            visit,
                            point.snapshot.get()));
    MUSTER_CHECKED(decoded);
    return Loaded{std::move(keys), bytes};
  };
  MUSTER_TRY(auto thing, look_up(point, ShortKey{log, kAllSigningKeys, {}}.view(), load));
  return std::static_pointer_cast<const Keys>(std::move(thing));
}

}  // namespace muster
