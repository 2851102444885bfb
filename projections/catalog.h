/// What almost every request needs: tenants, pools, schemas, clients, workspaces and signing keys
/// by id. States that were looked up are kept, decoded, until a group changes any state of this
/// kind.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/core/result.h"
#include "projections/published.h"
#include "projections/reader_slots.h"

namespace muster {

/// Any thread. The look-ups answer null for what does not exist at `point`.
class Catalog {
 public:
  template <class State>
  using Found = Result<std::shared_ptr<const State>>;

  /// `kv` outlives this object.
  explicit Catalog(const KvReads& kv) : kv_{kv} {}

  [[nodiscard]] Found<TenantState> find_tenant(const ReadPoint& point, std::string_view id) const;
  [[nodiscard]] Found<WorkspaceState> find_workspace(const ReadPoint& point,
                                                     LogId log,
                                                     std::string_view id) const;
  [[nodiscard]] Found<ClientState> find_client(const ReadPoint& point,
                                               LogId log,
                                               std::string_view id) const;
  /// Nothing for a pool that is being deleted.
  [[nodiscard]] Found<PoolState> find_pool(const ReadPoint& point,
                                           LogId log,
                                           std::string_view id) const;
  [[nodiscard]] Found<SchemaState> find_schema(const ReadPoint& point,
                                               LogId log,
                                               std::string_view id) const;
  [[nodiscard]] Found<WebhookState> find_webhook(const ReadPoint& point,
                                                 LogId log,
                                                 std::string_view id) const;
  /// All keys of a tenant in order of id; never null.
  [[nodiscard]] Found<std::vector<SigningKeyState>> signing_keys(const ReadPoint& point,
                                                                 LogId log) const;

 private:
  struct Hash {
    using is_transparent = void;

    std::size_t operator()(std::string_view key) const noexcept {
      return std::hash<std::string_view>{}(key);
    }
  };

  /// Things by key; all of it holds at `version`.
  struct Kept {
    std::uint64_t version = 0;
    std::size_t bytes = 0;
    std::unordered_map<std::string, std::shared_ptr<const void>, Hash, std::equal_to<>> entries;

    /// False when it is not known; `thing` may become null, which says that there is none.
    bool find(std::uint64_t wanted, std::string_view key, std::shared_ptr<const void>& thing);
    /// Begins anew when it would take more than `bytes_max`.
    void keep(std::uint64_t wanted,
              std::string_view key,
              const std::shared_ptr<const void>& thing,
              std::size_t cost,
              std::size_t bytes_max);

   private:
    /// Forgets what is older. False when a reader of a newer state was here.
    bool is_at(std::uint64_t wanted);
  };

  /// How a thing is read from the store. Also says how many bytes it took.
  struct Loaded {
    std::shared_ptr<const void> thing;
    std::size_t bytes = 0;
  };
  template <class Load>
  Result<std::shared_ptr<const void>> look_up(const ReadPoint& point,
                                              std::string_view key,
                                              const Load& load) const;
  template <class State>
  Found<State> find(const ReadPoint& point,
                    LogId log,
                    Aggregate aggregate,
                    std::string_view id) const;

  const KvReads& kv_;
  /// What each reader found lately, without waiting for the others. Each thing is there once, in
  /// `shared_`, however many readers know it.
  mutable ReaderSlots<Kept> kept_;
  mutable std::mutex mutex_;
  mutable Kept shared_;
};

}  // namespace muster
