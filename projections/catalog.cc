#include "projections/catalog.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "projections/keys.h"
#include "projections/rows.h"

namespace muster {
namespace {

// Per slot; there are kReaderSlots of them. Pools and schemas in constant use are a few hundred of
// a few KiB; when there are more, the slot starts anew and costs each a read.
constexpr std::size_t kSlotBytesMax = std::size_t{4} * 1024 * 1024;
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

template <class Load>
Result<std::shared_ptr<const void>> Catalog::look_up(const ReadPoint& point,
                                                     std::string_view key,
                                                     const Load& load) const {
  const auto keep = [&](Kept& kept) {
    if (kept.version < point.states_version) {
      kept.entries.clear();
      kept.bytes = 0;
      kept.version = point.states_version;
    }
    return kept.version == point.states_version && !key.empty();
  };
  std::shared_ptr<const void> thing;
  const bool hit = kept_.with_mine([&](Kept& kept) {
    if (!keep(kept)) {
      return false;
    }
    const auto found = kept.entries.find(key);
    if (found == kept.entries.end()) {
      return false;
    }
    thing = found->second;
    return true;
  });
  if (hit) {
    return thing;
  }
  MUSTER_TRY(Loaded loaded, load());
  kept_.with_mine([&](Kept& kept) {
    if (!keep(kept)) {
      return;  // a reader of a newer state was here, or the key is not worth keeping
    }
    if (kept.bytes + loaded.bytes > kSlotBytesMax) {
      kept.entries.clear();
      kept.bytes = 0;
    }
    if (kept.entries.emplace(key, loaded.thing).second) {
      kept.bytes += loaded.bytes;
    }
  });
  return loaded.thing;
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
