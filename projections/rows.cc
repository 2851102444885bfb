#include "projections/rows.h"

#include "engine/core/check.h"
#include "engine/events/codec.h"

namespace muster {
namespace {

constexpr std::uint8_t kRowFormat = 3;

/// What stays of a user who was erased.
struct ErasedUser {
  StreamId pool;
  std::string pool_id;
  std::uint64_t erased = 0;  // position
  Micros time{};
  bool certified = false;

  bool operator==(const ErasedUser&) const = default;

  static constexpr auto describe() {
    return record(field("pool", &ErasedUser::pool, ""),
                  field("pool_id", &ErasedUser::pool_id, ""),
                  field("erased", &ErasedUser::erased, ""),
                  field("time", &ErasedUser::time, ""),
                  field("certified", &ErasedUser::certified, ""));
  }
};

Result<AnyState> decode_erased_user(const StreamHead& head, std::string_view json) {
  const auto document = parse_json(json);
  ErasedUser row;
  if (!document || !codec::read_fields(document->root(), row)) {
    return unreadable_row();
  }
  UserState user;
  user.head = head;
  user.gone = true;
  user.erased = true;
  user.pool = row.pool;
  user.pool_id = std::move(row.pool_id);
  user.id = head.stream.text();
  user.erased_position = row.erased;
  user.erased_time = row.time;
  user.certified = row.certified;
  return AnyState{std::move(user)};
}

template <class State>
Result<AnyState> decode_as(const StreamHead& head, std::string_view json) {
  const auto document = parse_json(json);
  State state;
  if (!document || !codec::read_fields(document->root(), state)) {
    return unreadable_row();
  }
  state.head = head;
  return AnyState{std::move(state)};
}

}  // namespace

void put_head(std::string& out, const StreamHead& head) {
  out.append(head.stream.view());
  out.push_back(static_cast<char>(kRowFormat));
  put_varint(out, raw(head.revision));
  put_varint(out, raw(head.shown));
  put_varint(out, raw(head.first));
  put_varint(out, raw(head.last));
  out.append(as_view(head.last_leaf));
  put_varint(out, raw(head.slot));
}

StreamHead take_head(ByteReader& reader) {
  StreamHead head;
  const std::string_view stream = reader.take(head.stream.bytes.size());
  if (reader.byte() != kRowFormat || !reader.ok()) {
    reader.take(reader.rest().size() + 1);  // fails: rows of another format are not ours to read
    return head;
  }
  head.stream = StreamId{Uuid::from_bytes(stream)};
  head.revision = Revision{reader.varint()};
  head.shown = Revision{reader.varint()};
  head.first = Position{reader.varint()};
  head.last = Position{reader.varint()};
  const std::string_view leaf = reader.take(head.last_leaf.size());
  std::copy(leaf.begin(), leaf.end(), head.last_leaf.begin());
  head.slot = static_cast<Slot>(reader.varint());
  return reader.ok() ? head : StreamHead{};
}

StreamHead head_in(std::string_view row) {
  ByteReader reader{row};
  return take_head(reader);
}

std::string encode_state_row(const AnyState& state) {
  std::string row;
  put_head(row, head_of(state));
  std::visit(
      [&]<class State>(const State& concrete) {
        if constexpr (Described<State>) {
          row += codec::to_json(concrete);
        } else if constexpr (std::is_same_v<State, UserState>) {
          check(concrete.erased, "a user who exists has a row of its own kind");
          row += codec::to_json(ErasedUser{concrete.pool,
                                           concrete.pool_id,
                                           concrete.erased_position,
                                           concrete.erased_time,
                                           concrete.certified});
        } else {
          check(false, "this state has a row of its own kind");
        }
      },
      state);
  return row;
}

Result<AnyState> decode_state_row(Aggregate aggregate, std::string_view row) {
  ByteReader reader{row};
  const StreamHead head = take_head(reader);
  if (!reader.ok()) {
    return unreadable_row();
  }
  const std::string_view json = reader.rest();
  switch (aggregate) {
    case Aggregate::kTenant:
      return decode_as<TenantState>(head, json);
    case Aggregate::kWorkspace:
      return decode_as<WorkspaceState>(head, json);
    case Aggregate::kClient:
      return decode_as<ClientState>(head, json);
    case Aggregate::kSigningKey:
      return decode_as<SigningKeyState>(head, json);
    case Aggregate::kWebhook:
      return decode_as<WebhookState>(head, json);
    case Aggregate::kSchema:
      return decode_as<SchemaState>(head, json);
    case Aggregate::kPool:
    case Aggregate::kDeletedPool:
      return decode_as<PoolState>(head, json);
    case Aggregate::kGroup:
    case Aggregate::kDeletedGroup:
      return decode_as<GroupState>(head, json);
    case Aggregate::kErasedUser:
      return decode_erased_user(head, json);
    case Aggregate::kUser:
      break;
  }
  check(false, "users have rows of their own kind");
  return unreadable_row();
}

Failure unreadable_row() {
  return failure(
      Errc::kCorrupt, "row_unreadable", "a stored row cannot be read; run muster-replay verify");
}

}  // namespace muster
