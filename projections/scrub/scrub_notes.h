/// DIR/scrub: how far the scrub has come, so that a restart goes on, and the digests of files that
/// carry no checksum of their own, as they were found first. Text; not part of a backup, and when
/// it is gone or damaged the scrub begins anew.
///
///   muster-scrub 1
///   pass <number> began <microseconds> part <name> place <word, or ->
///   passed <microseconds at which the last whole pass began> <and ended>
///   file <path below the directory> <SHA-256, hexadecimal>
///   ...
///   checksum: 1a2b3c4d
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/ids.h"
#include "engine/core/result.h"

namespace muster {

class ScrubNotes {
 public:
  std::uint64_t pass = 1;
  Micros began{};
  std::string part;   // at hand
  std::string place;  // in it
  /// The last whole pass; nothing before the first was over.
  std::optional<Micros> passed_began;
  std::optional<Micros> passed_ended;
  /// Digests, in hexadecimal, by path.
  std::map<std::string, std::string> files;

  [[nodiscard]] std::string write() const;
  /// Nothing for what write() does not write.
  static std::optional<ScrubNotes> parse(std::string_view text);

  /// Fresh ones when there are none, or they are damaged.
  static ScrubNotes read(const std::filesystem::path& directory);
  [[nodiscard]] Result<void> save(const std::filesystem::path& directory) const;
};

}  // namespace muster
