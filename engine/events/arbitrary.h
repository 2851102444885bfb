/// Made-up values for declared members: the same for the same seed. For tests and documentation;
/// lives beside the codec because it walks the same declarations.
#pragma once

#include <array>

#include "engine/events/describe.h"

namespace muster {

class Arbitrary {
 public:
  explicit Arbitrary(std::uint64_t seed) : state_{seed} {}

  template <Described T>
  void fill_fields(T& value) {
    for_each_field<T>([&](const auto& declared) { fill(value.*declared.member); });
  }

 private:
  /// SplitMix64: small, and its output never changes.
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
  }

  std::string text() {
    // Two-byte and three-byte UTF-8, quotes, a backslash and a control character among them.
    static constexpr std::array<std::string_view, 8> kPieces = {
        "ada", "\xC3\xA9", "\xE2\x82\xAC", "\"", "\\", "\n", "x y", "0"};
    std::string out;
    for (std::uint64_t count = 1 + next() % 6; count > 0; --count) {
      out += kPieces[next() % kPieces.size()];
    }
    return out;
  }

  template <class T>
  void fill(T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      value = text();
    } else if constexpr (std::is_same_v<T, JsonText>) {
      value.text = R"({"a":)" + std::to_string(next() % 1000) + R"(,"b":[true,null,1.50]})";
    } else if constexpr (std::is_same_v<T, bool>) {
      value = true;
    } else if constexpr (std::is_same_v<T, StreamId>) {
      for (auto& byte : value.bytes) {
        byte = static_cast<std::uint8_t>(next());
      }
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      // Integers on disk stay below 2^53.
      value = static_cast<T>(1 + next() % (1ULL << 31U));
    } else if constexpr (kIsVector<T>) {
      value.resize(1 + next() % 3);
      for (auto& element : value) {
        fill(element);
      }
    } else {
      fill_fields(value);
    }
  }

  std::uint64_t state_;
};

}  // namespace muster
