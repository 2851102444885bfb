/// The vocabulary in which events and states are declared, once.
///
/// A declaration names each stored member, says what it is for and how private it is. Encoding,
/// JSON Schema, documentation, dispatch, tests and erasure all follow from it. Member names are
/// on disk for ever; a name that was used once is never used for something else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "engine/core/ids.h"

namespace muster {

enum class EventCode : std::uint16_t {};
enum class EventVersion : std::uint16_t {};

/// Where a member of an event is stored.
enum class Privacy : std::uint8_t {
  kPublic,    // in the open part: readable by whoever holds the log, part of the Merkle leaf
  kPersonal,  // in the subject's sealed segment: gone when the subject's key is destroyed
  kSecret,    // as kPersonal, and never printed by any tool
};

/// A JSON value kept as the text the client sent, minified. Empty means absent.
struct JsonText {
  std::string text;

  [[nodiscard]] bool empty() const { return text.empty(); }

  bool operator==(const JsonText&) const = default;
};

template <class Owner, class Member>
struct Field {
  std::string_view name;
  Member Owner::*member;
  std::string_view note;
  Privacy privacy;
};

template <class Owner, class Member>
constexpr Field<Owner, Member> field(std::string_view name,
                                     Member Owner::*member,
                                     std::string_view note,
                                     Privacy privacy = Privacy::kPublic) {
  return {name, member, note, privacy};
}

/// A record: a struct that is stored inside an event or a state.
template <class... Fields>
struct RecordDescription {
  std::tuple<Fields...> fields;
};

template <class... Fields>
constexpr RecordDescription<Fields...> record(Fields... fields) {
  return {{fields...}};
}

struct EventName {
  std::string_view name;
  EventCode code;
  EventVersion version;
  std::string_view summary;
};

template <class... Fields>
struct EventDescription {
  EventName event;
  std::tuple<Fields...> fields;
};

template <class... Fields>
constexpr EventDescription<Fields...> event(EventName name, Fields... fields) {
  return {name, {fields...}};
}

template <class T>
concept Described = requires {
  T::describe().fields;
};

template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;

/// Calls `visit(field)` for each declared field, in order.
template <Described T, class Visitor>
constexpr void for_each_field(Visitor&& visit) {
  std::apply([&](const auto&... fields) { (visit(fields), ...); }, T::describe().fields);
}

/// Of instants that an import brings along.
inline constexpr std::string_view kImportedInstant =
    "Microseconds since 1970, from an import; absent: the time of the event.";

template <class... Events>
struct EventList {
  static constexpr std::size_t kCount = sizeof...(Events);
};

}  // namespace muster
