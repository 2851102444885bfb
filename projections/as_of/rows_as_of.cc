#include "projections/as_of/rows_as_of.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "engine/core/check.h"
#include "projections/as_of/row_owner.h"
#include "projections/as_of/rows_walk.h"
#include "projections/keys.h"
#include "projections/past_keys.h"
#include "projections/rows.h"
#include "storage/log/view_family.h"

namespace muster {
namespace {

Failure no_past(std::string_view what) {
  return failure(Errc::kInvalid, "not_known_then", what);
}

/// Users of a kind, one more.
void count(Counters& users, bool jit) {
  ++users[jit ? 1 : 0];
}

/// What a row that ended says in place of its value, where its index is only roughly needed.
std::string rough_value(const RowKey& place, std::string_view past) {
  const bool by_owner =
      place.view == View::kUserKeys && !parse_past(past).value_or(Past{}).note.empty();
  return std::string{by_owner ? past : past.substr(kStreamBytes)};
}

bool is_index(View view) {
  return view == View::kUserKeys || view == View::kUserIndex;
}

}  // namespace

Result<bool> RowsAsOf::was(const RowKey& place,
                           std::string_view now,
                           bool roughly,
                           const KvSnapshot* snapshot,
                           std::string& value) const {
  const auto owner = owner_of(place.view, place.key, now);
  if (!owner) {
    return unreadable_row();
  }
  if (raw(owner->first) >= size()) {
    return false;
  }
  if (roughly) {
    value = now;
    return true;
  }
  StreamHead head;
  if (owner->primary == place) {
    head = head_in(now);
  } else {
    std::string primary;
    MUSTER_TRY(const bool there,
               kv_.get(family_of(owner->primary.view), owner->primary.key, primary, snapshot));
    if (!there) {
      return unreadable_row();
    }
    head = head_in(primary);
  }
  if (raw(head.last) < size()) {
    value = now;
    return true;
  }
  MUSTER_TRY(auto then, streams_.row(head.stream, place));
  value = then ? *std::move(then) : std::string{};
  return then.has_value();
}

Result<bool> RowsAsOf::was_before(const RowKey& place,
                                  bool roughly,
                                  const KvSnapshot* snapshot,
                                  std::string& value) const {
  // The first that ended at or after the moment: what ended before it was not there any more.
  const std::string first = past_key(place, Position{size()});
  const std::string behind = past_prefix(place.view, place.key) + std::string{"\0\x01", 2};
  const auto ended = kv_.iterate(Family::kPast, {first, behind}, snapshot);
  ended->seek_to_first();
  if (!ended->valid()) {
    MUSTER_CHECKED(ended->status());
    return false;
  }
  const auto past = parse_past(ended->value());
  if (!past) {
    return unreadable_row();
  }
  if (raw(past->first) >= size()) {
    return false;
  }
  if (roughly) {
    value = rough_value(place, ended->value());
    return true;
  }
  MUSTER_TRY(auto then, streams_.row(past->stream, place));
  value = then ? *std::move(then) : std::string{};
  return then.has_value();
}

Result<bool> RowsAsOf::get(Family family,
                           std::string_view key,
                           std::string& value,
                           const KvSnapshot* snapshot) const {
  value.clear();
  if (family == Family::kCounts) {
    MUSTER_TRY(const Counters users, users_of(key, snapshot));
    value = encode_counters(users);
    return users != Counters{};
  }
  const auto view = view_with_past(family);
  if (!view) {
    return no_past("this is not kept for the past");
  }
  const RowKey place{*view, std::string{key}};
  std::string now;
  MUSTER_TRY(const bool there, kv_.get(family, key, now, snapshot));
  if (there) {
    MUSTER_TRY(const bool held, was(place, now, false, snapshot, value));
    if (held) {
      return true;
    }
  }
  MUSTER_TRY(const bool was, was_before(place, false, snapshot, value));
  if (was || *view != View::kUsers) {
    return was;
  }
  // Who is erased by now is asked for by stream.
  return was_before({*view, place.key + kNobodysByte}, false, snapshot, value);
}

Result<std::vector<std::optional<std::string>>> RowsAsOf::multi_get(
    Family family,
    std::span<const std::string_view> keys,
    const KvSnapshot* snapshot) const {
  std::vector<std::optional<std::string>> values;
  for (const std::string_view key : keys) {
    std::string value;
    MUSTER_TRY(const bool there, get(family, key, value, snapshot));
    values.push_back(there ? std::optional{std::move(value)} : std::nullopt);
  }
  return values;
}

std::unique_ptr<KvIterator> RowsAsOf::iterate(Family family,
                                              KvRange range,
                                              const KvSnapshot* snapshot) const {
  const auto view = view_with_past(family);
  if (!view) {
    return failed_walk(no_past("this is not kept for the past"));
  }
  check(range.from.size() >= kLogBytes && range.to.size() >= kLogBytes,
        "a walk over rows that were lies inside one log");
  auto now = rows_now(*view, range, snapshot);
  if (!now) {
    return failed_walk(std::move(now).error());
  }
  auto ended = kv_.iterate(Family::kPast, past_range(*view, range), snapshot);
  WalkPlace place{*view, std::move(range), is_index(*view), snapshot};
  return walk_rows(*this, std::move(place), *std::move(now), std::move(ended));
}

/// Of a pool that grew a lot since, only users who were there: by their arrivals.
Result<std::unique_ptr<KvIterator>> RowsAsOf::rows_now(View view,
                                                       const KvRange& range,
                                                       const KvSnapshot* snapshot) const {
  constexpr std::size_t kPool = kLogBytes + kStreamBytes;
  const Family family = family_of(view);
  if (view != View::kUsers || range.from.size() < kPool) {
    return kv_.iterate(family, range, snapshot);
  }
  const std::string pool = range.from.substr(0, kPool);
  const PoolKeys keys{streams_.view().log,
                      StreamId{Uuid::from_bytes(std::string_view{pool}.substr(kLogBytes))}};
  const auto arrivals = kv_.iterate(
      Family::kUserIndex, {keys.arrivals_prefix(), keys.arrival(Position{size()})}, snapshot);
  std::vector<std::string> users;
  std::size_t looked_at = 0;
  for (arrivals->seek_to_first(); arrivals->valid(); arrivals->next()) {
    if (++looked_at > arrivals_max_) {
      return kv_.iterate(family, range, snapshot);
    }
    const auto arrival = parse_arrival(arrivals->value());
    if (!arrival) {
      return unreadable_row();
    }
    std::string key = keys.user(arrival->id);
    if (key >= range.from && (range.to.empty() || key < range.to)) {
      users.push_back(std::move(key));
    }
  }
  MUSTER_CHECKED(arrivals->status());
  std::ranges::sort(users);
  return walk_keys(kv_, family, std::move(users), snapshot);
}

Result<std::optional<Counters>> RowsAsOf::count_arrivals(const KvRange& range,
                                                         std::size_t count_max,
                                                         const KvSnapshot* snapshot) const {
  Counters users{};
  std::size_t counted = 0;
  bool ok = true;
  MUSTER_CHECKED(kv_.scan(
      Family::kUserIndex,
      range,
      [&](std::string_view, std::string_view value) {
        const auto arrival = parse_arrival(value);
        ok = arrival.has_value();
        if (ok) {
          count(users, arrival->jit);
        }
        return ok && ++counted <= count_max;
      },
      snapshot));
  if (!ok) {
    return unreadable_row();
  }
  return counted <= count_max ? std::optional{users} : std::nullopt;
}

Result<Counters> RowsAsOf::users_of(std::string_view count_key, const KvSnapshot* snapshot) const {
  if (count_key.size() != kLogBytes + 1 + kStreamBytes || count_key[kLogBytes] != 'p') {
    return no_past("this sum is not kept for the past");
  }
  const PoolKeys keys{streams_.view().log,
                      StreamId{Uuid::from_bytes(count_key.substr(kLogBytes + 1))}};
  const KvRange then{keys.arrivals_prefix(), keys.arrival(Position{size()})};
  const KvRange since{then.to, KvRange::of_prefix(keys.arrivals_prefix()).to};
  // Most moments that are asked about are late: few came since, and how many there are now is
  // known.
  MUSTER_TRY(const auto came_since, count_arrivals(since, arrivals_max_, snapshot));
  Counters users{};
  if (came_since) {
    std::string now;
    MUSTER_TRY(const bool any, kv_.get(Family::kCounts, count_key, now, snapshot));
    users = any ? decode_counters(now) : Counters{};
    std::ranges::transform(users, *came_since, users.begin(), std::minus<>{});
  } else {
    constexpr auto kAll = std::numeric_limits<std::size_t>::max();
    MUSTER_TRY(const auto came, count_arrivals(then, kAll, snapshot));
    users = came.value_or(Counters{});
  }
  bool ok = true;
  MUSTER_CHECKED(kv_.scan(
      Family::kPast,
      past_range(View::kUserIndex, then),
      [&](std::string_view key, std::string_view value) {
        const auto ended = parse_past_key(key);
        const auto past = parse_past(value);
        ok = ok && ended && past;
        if (ok && raw(ended->end) >= size()) {
          count(users, past->note == "j");
        }
        return ok;
      },
      snapshot));
  return ok ? Result<Counters>{users} : Result<Counters>{unreadable_row()};
}

}  // namespace muster
