/// FoldingCheck: whose identifiers and verified addresses would be the same if a pool ignored case.
/// Only reads.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/json.h"
#include "engine/ports/entropy.h"
#include "projections/users.h"

namespace muster {

struct FoldingCollision {
  std::string_view kind;  // "identifier", "address"
  std::string value;      // the folded form
  /// Ids, the first kUsersMax of them. One: the user has it twice.
  std::vector<std::string> users;

  static constexpr std::size_t kUsersMax = 10;
};

struct FoldingCollisions {
  std::uint64_t total = 0;
  std::vector<FoldingCollision> listed;  // the first kListedMax

  static constexpr std::size_t kListedMax = 100;
};

/// Reads on a thread of its own. No snapshot is held for longer than one chunk of users, so what
/// changes meanwhile may be seen or not: that decides nothing, the rows of users do.
class FoldingCheck {
 public:
  /// How many folded forms are held at once, each as the eight bytes of its fingerprint: 64 MiB. A
  /// pool with more is read several times, for a part of the fingerprints each.
  static constexpr std::size_t kHeldMax = std::size_t{8} << 20U;
  /// How many users are read at one snapshot: some 50 ms.
  static constexpr std::size_t kChunkUsers = 10'000;

  FoldingCheck(const Published& published,
               const Users& users,
               Entropy& entropy,
               std::size_t held_max = kHeldMax);

  /// After every chunk: how many users were looked at. False ends the check.
  using GoOn = std::function<bool(std::uint64_t examined)>;
  /// Nothing when it was ended.
  [[nodiscard]] Result<std::optional<FoldingCollisions>> run(LogId log,
                                                             const PoolState& pool,
                                                             const GoOn& go_on) const;

 private:
  struct Where {
    LogId log{};
    const PoolState& pool;
    const GoOn& go_on;
  };

  /// Fingerprints from `first` on, up to `last`, which becomes less when there are too many.
  struct Held {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::vector<std::uint64_t> prints;
  };

  using Visit = std::function<void(std::string_view id, JsonValue document)>;
  /// False when it was ended.
  Result<bool> walk(const Where& where, const Visit& visit) const;
  /// Leaves those in `held` that several users have.
  Result<bool> gather(const Where& where, Held& held, FoldingCollisions& found) const;
  /// Who has them; counts those out that turn out to be nobody's or one user's.
  Result<bool> name(const Where& where,
                    std::span<const std::uint64_t> prints,
                    FoldingCollisions& found) const;
  [[nodiscard]] std::uint64_t print_of(char kind, std::string_view form) const;
  void hold(Held& held, std::uint64_t print) const;

  const Published& published_;
  const Users& users_;
  std::size_t held_max_;
  /// Nobody outside can make two forms of the same fingerprint.
  std::array<std::uint8_t, 16> salt_{};
};

}  // namespace muster
