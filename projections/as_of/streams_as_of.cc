#include "projections/as_of/streams_as_of.h"

#include <algorithm>

#include "projections/history/stream_walk.h"
#include "projections/past_keys.h"

namespace muster {
namespace {

/// What may be said of a person who is erased by now.
UserState without_person(const UserState& user) {
  UserState left;
  left.head = user.head;
  left.pool = user.pool;
  left.pool_id = user.pool_id;
  left.id = user.head.stream.text();
  left.status = user.status;
  left.user_type = user.user_type;
  left.payload_schema_id = user.payload_schema_id;
  left.metadata_schema_id = user.metadata_schema_id;
  left.business_metadata_schema_id = user.business_metadata_schema_id;
  left.created = user.created;
  left.updated = user.updated;
  left.status_updated = user.status_updated;
  left.groups = user.groups;
  left.gone = user.gone;
  left.erased = user.erased;
  left.erased_since = true;
  return left;
}

/// Under the keys that such rows have in past.1.
void move_to_stream(StreamId stream, RowSet& rows) {
  std::vector<Row> left;
  for (Row& row : rows.rows) {
    if (auto place = key_without_person({row.view, row.key}, stream)) {
      row.key = std::move(place->key);
      left.push_back(std::move(row));
    }
  }
  rows.rows = std::move(left);
}

}  // namespace

Result<AnyState> StreamsAsOf::fold(StreamId stream) {
  bool lost = false;
  MUSTER_TRY(AnyState state,
             walk_stream(view_, stream, view_.size, [&](const LoggedEvent& event, const AnyState&) {
               lost = lost || event.sealed_lost;
               return Result<void>{};
             }));
  if (const auto* user = std::get_if<UserState>(&state); user != nullptr && lost) {
    return AnyState{without_person(*user)};
  }
  return state;
}

Result<const StreamsAsOf::Folded*> StreamsAsOf::folded(StreamId stream) {
  if (const auto known = folded_.find(stream); known != folded_.end()) {
    return &known->second;
  }
  Folded found;
  MUSTER_TRY(found.state, fold(stream));
  RowContext context;
  context.log = view_.log;
  context.tenant_id = tenant_id_;
  if (const auto* user = std::get_if<UserState>(&found.state)) {
    MUSTER_TRY(const Folded* pool, folded(user->pool));
    context.pool = std::get_if<PoolState>(&pool->state);
    if (context.pool == nullptr) {
      return failure(Errc::kCorrupt, "pool_missing", "a user's pool is not in the log");
    }
  }
  if (!std::holds_alternative<std::monostate>(found.state)) {
    views_.rows(found.state, context, found.rows);
  }
  if (const auto* user = std::get_if<UserState>(&found.state); user && user->erased_since) {
    move_to_stream(stream, found.rows);
  }
  return &folded_.emplace(stream, std::move(found)).first->second;
}

Result<std::optional<std::string>> StreamsAsOf::row(StreamId stream, const RowKey& place) {
  MUSTER_TRY(const Folded* found, folded(stream));
  const auto row = std::ranges::find_if(found->rows.rows, [&](const Row& each) {
    return each.view == place.view && each.key == place.key;
  });
  return row == found->rows.rows.end() ? std::nullopt : std::optional{row->value};
}

}  // namespace muster
