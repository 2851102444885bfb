/// Chooses what the clients of a world want next: mostly things that work, sometimes things that
/// clash, now and then things that make no sense.
#pragma once

#include <optional>

#include "tests/sim/dice.h"
#include "tests/sim/oracle.h"

namespace muster::sim {

class Chooser {
 public:
  explicit Chooser(std::uint64_t seed) : dice_{seed} {}

  /// The next step of a first start, until all of it was made.
  static std::optional<Intent> founding(const Oracle& oracle);
  /// `published` is what a client can have read.
  Intent next(const Oracle& current, const Oracle& published);
  /// The same user as somebody else would create it: for imports.
  Person person();

 private:
  Kind pick_kind(const Oracle& current);
  Intent about_user(Kind kind, const Oracle& current, const Oracle& published);
  Intent about_pool(Kind kind, const Oracle& published);
  Intent about_folding(const Oracle& published);
  Intent about_schema(Kind kind);
  Intent about_others(Kind kind);
  void choose_user(Intent& intent, const Oracle& current);
  void choose_part(Intent& intent, const Oracle& current);
  Part identifier();
  Part address();
  std::string schema_id();
  std::string numbered(const std::string& prefix, std::size_t count);

  Dice dice_;
  int next_secret_ = 1;
  int next_log_ = 3;
};

}  // namespace muster::sim
