#include "projections/as_of/row_owner.h"

#include <algorithm>
#include <iterator>

#include "engine/core/bytes.h"
#include "projections/keys.h"
#include "projections/rows.h"
#include "storage/log/view_family.h"

namespace muster {
namespace {

constexpr std::size_t kPoolEnd = kLogBytes + kStreamBytes;

std::string_view from(std::string_view bytes, std::size_t count) {
  return bytes.substr(std::min(count, bytes.size()));
}

/// A row that begins as a unique one does: stream since.
Position since_in_owner(std::string_view value) {
  return Position{ByteReader{from(value, kStreamBytes)}.varint()};
}

Position since_in(std::string_view value) {
  return Position{ByteReader{value}.varint()};
}

RowOwner itself(View view, std::string_view key, std::string_view value) {
  return {{view, std::string{key}}, head_in(value).first};
}

/// The row of a user of the pool that the key begins with.
RowOwner user_of(std::string_view key, std::string_view id, Position first) {
  return {{View::kUsers, std::string{key.substr(0, kPoolEnd)}.append(id)}, first};
}

std::optional<RowOwner> owner_of_user_key(std::string_view key, std::string_view value) {
  switch (key[kPoolEnd]) {
    case 'i':
    case 'a':
    case 'I':
    case 'A':
      return user_of(key, id_in_owner(value), since_in_owner(value));
    case 'r':
    case 'R':
      return user_of(key, id_in_from_end_key(key), since_in(value));
    default:
      return std::nullopt;
  }
}

std::optional<RowOwner> owner_of_index(std::string_view key, std::string_view value) {
  if (is_arrival_key(key)) {
    const auto arrival = parse_arrival(value);
    return arrival ? std::optional{user_of(key, arrival->id, arrival->first)} : std::nullopt;
  }
  const bool by_value = static_cast<unsigned char>(key[kPoolEnd]) < 0x80;
  const std::string_view id = by_value ? id_in_from_end_key(key) : from(key, kPoolEnd + 1);
  return user_of(key, id, since_in(value));
}

std::optional<RowOwner> owner_of_group(std::string_view key, std::string_view value) {
  switch (key[kPoolEnd]) {
    case 'g':
      return itself(View::kGroups, key, value);
    case 'm':
      return user_of(key, name_in_group_key(key), since_in(value));
    case 'n': {
      std::string primary{key.substr(0, kPoolEnd)};
      primary.append("g").append(id_in_owner(value));
      return RowOwner{{View::kGroups, std::move(primary)}, since_in_owner(value)};
    }
    default:
      return std::nullopt;
  }
}

std::optional<RowOwner> owner_of_state(std::string_view key, std::string_view value) {
  const LogId log{ByteReader{key}.big_endian_32()};
  const auto state = [&](Aggregate aggregate, std::string_view id, Position first) {
    return RowOwner{{View::kStates, state_key(log, aggregate, id)}, first};
  };
  const std::string_view rest = key.substr(kLogBytes + 1);
  switch (key[kLogBytes]) {
    case 'P':
      return state(Aggregate::kPool, id_in_owner(value), since_in_owner(value));
    case 'S':
      return state(Aggregate::kSchema, id_in_owner(value), since_in_owner(value));
    case 'F':
      return state(Aggregate::kPool, rest, since_in(value));
    case 'U':
      return state(Aggregate::kSchema, rest, since_in(value));
    case 'E':
    case static_cast<char>(Aggregate::kErasedUser):
      // Of erasures there is only what is now: no moment before knows them.
      return state(Aggregate::kErasedUser, rest, Position{~std::uint64_t{0}});
    case 'W': {
      const std::size_t kind = rest.find('\0');
      if (kind == std::string_view::npos || kind + 1 >= rest.size()) {
        return std::nullopt;
      }
      return rest[kind + 1] == 'n'
                 ? state(Aggregate::kPool, id_in_owner(value), since_in_owner(value))
                 : state(Aggregate::kPool, rest.substr(kind + 2), since_in(value));
    }
    default:
      return itself(View::kStates, key, value);
  }
}

}  // namespace

std::optional<View> view_with_past(Family family) {
  constexpr View kViews[] = {
      View::kStates, View::kUsers, View::kUserKeys, View::kUserIndex, View::kGroups};
  const auto* const found = std::ranges::find(kViews, family, family_of);
  return found == std::end(kViews) ? std::nullopt : std::optional{*found};
}

std::optional<RowOwner> owner_of(View view, std::string_view key, std::string_view value) {
  if (key.size() <= (view == View::kStates ? kLogBytes : kPoolEnd)) {
    return std::nullopt;
  }
  if (view == View::kStates) {
    return owner_of_state(key, value);
  }
  if (view == View::kUserKeys) {
    return owner_of_user_key(key, value);
  }
  if (view == View::kUserIndex) {
    return owner_of_index(key, value);
  }
  return view == View::kGroups ? owner_of_group(key, value)
                               : std::optional{itself(view, key, value)};
}

}  // namespace muster
