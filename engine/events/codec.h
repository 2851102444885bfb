/// Declared members to JSON and back. Used by the event codec and by the rows of states.
///
/// A member that has its empty value (empty text or list, false, 0, nil id) is not written; reading
/// gives an absent member its empty value. So members can be added to a declaration later without
/// touching stored bytes.
#pragma once

#include <limits>

#include "engine/core/json.h"
#include "engine/core/json_writer.h"
#include "engine/events/describe.h"

namespace muster::codec {

template <class T>
concept Number = std::is_integral_v<T> && !std::is_same_v<T, bool>;
template <class T>
concept StrongNumber = std::is_enum_v<T>;

template <class T>
bool is_empty(const T& value) {
  return value == T{};
}

template <class T>
void write_fields(JsonWriter& writer, const T& value);

template <class T>
void write_value(JsonWriter& writer, const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    writer.string(value);
  } else if constexpr (std::is_same_v<T, JsonText>) {
    writer.raw(value.text);
  } else if constexpr (std::is_same_v<T, bool>) {
    writer.boolean(value);
  } else if constexpr (std::is_same_v<T, StreamId>) {
    writer.string(value.text());
  } else if constexpr (Number<T>) {
    writer.integer(static_cast<std::int64_t>(value));
  } else if constexpr (StrongNumber<T>) {
    writer.integer(static_cast<std::int64_t>(raw(value)));
  } else if constexpr (kIsVector<T>) {
    writer.begin_array();
    for (const auto& element : value) {
      write_value(writer, element);
    }
    writer.end_array();
  } else {
    writer.begin_object();
    write_fields(writer, value);
    writer.end_object();
  }
}

template <class T>
void write_fields(JsonWriter& writer, const T& value) {
  for_each_field<T>([&](const auto& declared) {
    const auto& member = value.*declared.member;
    if (!is_empty(member)) {
      writer.key(declared.name);
      write_value(writer, member);
    }
  });
}

/// False when the JSON is not what a declaration of this type writes.
template <class T>
bool read_fields(JsonValue json, T& value);

template <class T>
bool read_value(JsonValue json, T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    const auto text = json.text();
    value = std::string{text.value_or(std::string_view{})};
    return text.has_value();
  } else if constexpr (std::is_same_v<T, JsonText>) {
    value.text = json.minified();
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    const auto flag = json.flag();
    value = flag.value_or(false);
    return flag.has_value();
  } else if constexpr (std::is_same_v<T, StreamId>) {
    const auto text = json.text();
    const auto uuid = text ? Uuid::parse(*text) : std::nullopt;
    value = StreamId{uuid.value_or(Uuid{})};
    return uuid.has_value();
  } else if constexpr (Number<T> || StrongNumber<T>) {
    const auto number = json.whole();
    value = static_cast<T>(number.value_or(0));
    return number.has_value();
  } else if constexpr (kIsVector<T>) {
    value.clear();
    for (const JsonValue element : json.elements()) {
      if (!read_value(element, value.emplace_back())) {
        return false;
      }
    }
    return json.is_array();
  } else {
    return read_fields(json, value);
  }
}

template <class T>
bool read_fields(JsonValue json, T& value) {
  bool ok = json.is_object();
  for_each_field<T>([&](const auto& declared) {
    if (const auto member = json.find(declared.name); ok && member) {
      ok = read_value(*member, value.*declared.member);
    }
  });
  return ok;
}

/// The record as one JSON object.
template <Described T>
std::string to_json(const T& value) {
  std::string out;
  JsonWriter writer{out};
  write_value(writer, value);
  return out;
}

}  // namespace muster::codec
