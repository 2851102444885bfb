#include "projections/erasures.h"

#include "projections/rows.h"

namespace muster {
namespace {

Result<UserState> decode(std::string_view row) {
  MUSTER_TRY(AnyState state, decode_state_row(Aggregate::kErasedUser, row));
  return std::get<UserState>(std::move(state));
}

}  // namespace

Result<std::vector<StreamId>> open_erasures(const Kv& kv,
                                            const ReadPoint& point,
                                            LogId log,
                                            std::size_t limit) {
  std::vector<StreamId> people;
  const std::string prefix = open_erasures_prefix(log);
  const auto add = [&](std::string_view key, std::string_view) {
    if (const auto stream = Uuid::parse(key.substr(prefix.size()))) {
      people.emplace_back(*stream);
    }
    return people.size() < limit;
  };
  MUSTER_CHECKED(kv.scan(Family::kStates, KvRange::of_prefix(prefix), add, point.snapshot.get()));
  return people;
}

Result<std::optional<UserState>> find_erasure(const Kv& kv,
                                              const ReadPoint& point,
                                              LogId log,
                                              StreamId person) {
  std::string row;
  MUSTER_TRY(const bool there,
             kv.get(Family::kStates,
                    state_key(log, Aggregate::kErasedUser, person.text()),
                    row,
                    point.snapshot.get()));
  if (!there) {
    return std::optional<UserState>{};
  }
  MUSTER_TRY(UserState user, decode(row));
  return std::optional{std::move(user)};
}

Result<std::vector<UserState>> list_erasures(const Kv& kv,
                                             const ReadPoint& point,
                                             LogId log,
                                             std::optional<StreamId> after,
                                             std::size_t limit) {
  std::vector<UserState> people;
  KvRange range = KvRange::of_prefix(states_prefix(log, Aggregate::kErasedUser));
  if (after) {
    // The key behind that of a person is its own with a byte more.
    range.from = state_key(log, Aggregate::kErasedUser, after->text()) + '\0';
  }
  Result<void> outcome;
  const auto add = [&](std::string_view, std::string_view row) {
    auto user = decode(row);
    if (!user) {
      outcome = user.error();
      return false;
    }
    people.push_back(*std::move(user));
    return people.size() < limit;
  };
  MUSTER_CHECKED(kv.scan(Family::kStates, std::move(range), add, point.snapshot.get()));
  MUSTER_CHECKED(outcome);
  return people;
}

}  // namespace muster
