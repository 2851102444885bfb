#include "api/server/erase_person.h"

#include <limits>
#include <optional>

#include "engine/administration/prepare.h"

namespace muster {
namespace {

constexpr Revision kNewest{std::numeric_limits<std::uint64_t>::max()};

/// Whether a stream ended, and where it stands, is known without a key.
class NoKeys final : public Sealer {
 public:
  explicit NoKeys(Sealer& other) : other_{other} {}

  Result<Slot> reserve_slot(LogId) override { return none(); }

  Result<std::string> seal(Slot, const SegmentContext&, std::string_view) override {
    return none();
  }

  Result<std::string> open(const SegmentContext&, std::string_view) override { return none(); }

  Digest digest(std::string_view bytes) override { return other_.digest(bytes); }

  Result<void> erase_slot(Slot) override { return none(); }

 private:
  static Failure none() { return failure(Errc::kGone, "erased", "there are no keys here"); }

  Sealer& other_;
};

/// Whether a stream is that of a user: other streams may be long, and are not folded in vain.
Result<bool> is_user(const LogReader& log, const PersonByStream& who) {
  std::optional<Position> first;
  MUSTER_CHECKED(log.each_entry_back(who.log, who.person, Revision{1}, [&](const auto& entry) {
    first = entry.position;
    return false;
  }));
  if (!first) {
    return false;
  }
  MUSTER_TRY(const LoggedEvent event, log.read(who.log, *first));
  return std::holds_alternative<UserCreated>(event.event);
}

}  // namespace

Result<Decide> prepare_erase_person(const LogReader& log,
                                    Sealer& sealer,
                                    const PersonByStream& who) {
  NoKeys no_keys{sealer};
  const LogReader open_parts = log.with_sealer(no_keys);
  MUSTER_TRY(const bool of_user, is_user(open_parts, who));
  if (!of_user) {
    return not_found("user");
  }
  MUSTER_TRY(AnyState folded, open_parts.fold(who.log, who.person, kNewest));
  auto* user = std::get_if<UserState>(&folded);
  if (user == nullptr || (!who.pool.is_nil() && user->pool != who.pool)) {
    return not_found("user");
  }
  if (user->gone) {
    return prepare_erase_deleted_user(who.log, std::move(*user));
  }
  // The id of who exists may be sealed.
  MUSTER_TRY(folded, log.fold(who.log, who.person, kNewest));
  const auto& whole = std::get<UserState>(folded);
  return prepare_erase_user({who.log, whole.pool_id, whole.id}, who.person);
}

}  // namespace muster
