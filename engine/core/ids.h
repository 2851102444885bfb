/// Identities and counters that must not be mixed up. Each is its own type, so that swapping two
/// of them does not compile.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

/// Which log an event lies in: 0 is the system's, every tenant has one of its own.
enum class LogId : std::uint32_t {};
inline constexpr LogId kSystemLog{0};

/// Place of an event in its log: 0, 1, 2, ... without gaps.
enum class Position : std::uint64_t {};
/// How many events a stream has; the first event of a stream has revision 1.
enum class Revision : std::uint64_t {};
/// Place of a key slot in DIR/keys.
enum class Slot : std::uint32_t {};
/// Microseconds since 1970-01-01T00:00:00Z.
enum class Micros : std::int64_t {};
/// Counts restores of a directory from a backup.
enum class Epoch : std::uint32_t {};

template <class Enum>
constexpr auto raw(Enum value) noexcept {
  return static_cast<std::underlying_type_t<Enum>>(value);
}

/// 128 bits, RFC 9562. Text form is the lower-case 36-character one.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Uuid&) const = default;

  [[nodiscard]] bool is_nil() const { return *this == Uuid{}; }

  [[nodiscard]] std::string text() const;

  /// The sixteen raw bytes; valid as long as this object.
  [[nodiscard]] std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  /// Nothing unless `text` is a canonical 36-character UUID in lower case.
  static std::optional<Uuid> parse(std::string_view text);
  /// `bytes` must have exactly sixteen.
  static Uuid from_bytes(std::string_view bytes);
};

/// The stream of one aggregate. Always server-made (UUIDv7), so that it is never personal.
struct StreamId : Uuid {
  StreamId() = default;

  explicit StreamId(const Uuid& uuid) : Uuid{uuid} {}

  auto operator<=>(const StreamId&) const = default;
};

}  // namespace muster

template <>
struct std::hash<muster::StreamId> {
  std::size_t operator()(const muster::StreamId& id) const noexcept {
    return std::hash<std::string_view>{}(id.view());
  }
};
