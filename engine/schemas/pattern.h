/// A regular expression of a schema, run by RE2: time is linear in the text, never exponential, and
/// memory is bounded. Look-around and back references cannot be run and are refused.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/core/result.h"

namespace re2 {
class RE2;
}

namespace muster {

/// Immutable; matching is safe from several threads at once. Copies share the program.
class Pattern {
 public:
  /// `spelled` as in ECMA-262; differences to RE2 are translated (\uXXXX, \u{X}, \cX, [\b], named
  /// groups). The reason of a failure says what cannot be run, as part of a sentence.
  static Result<Pattern> compile(std::string_view spelled);

  /// Whether some part of `text` (valid UTF-8) matches.
  [[nodiscard]] bool matches(std::string_view text) const;

  /// Size of the program. A match takes at worst about 2 ns times this times the bytes of the text.
  [[nodiscard]] std::uint64_t instructions() const { return instructions_; }

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> program);

  std::shared_ptr<const re2::RE2> program_;
  std::uint64_t instructions_;
};

/// The same expression in RE2's spelling.
Result<std::string> translate_pattern(std::string_view spelled);

}  // namespace muster
