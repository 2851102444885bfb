/// DIR/FORMAT says what a program must know to open the directory at all. Text, so that a person
/// can read it when no program can:
///
///   format: 1
///   minimum_reader: 1
///   features:
///   epochs: 1
///   created: 2026-11-20T14:02:07.123Z
///   checksum: 1a2b3c4d
///
/// `features` are words separated by spaces; a reader that does not know one must not open the
/// directory. `checksum` is the CRC-32C of all lines before it, in hexadecimal. Lines keep this
/// order, and a later format that adds one also adds a feature.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/ids.h"
#include "engine/core/result.h"

namespace muster {

/// What this build writes, and the newest it reads.
inline constexpr std::uint32_t kDirectoryFormat = 1;

/// There is a file DIR/epochs, and tree heads name the epoch: from the second epoch on.
inline constexpr std::string_view kEpochsFeature = "epochs";

struct DirectoryFormat {
  std::uint32_t format = kDirectoryFormat;
  /// The oldest kDirectoryFormat that can read the directory.
  std::uint32_t minimum_reader = 1;
  std::vector<std::string> features;
  /// The newest epoch; the first is 1.
  Epoch epochs{1};
  /// To the millisecond.
  Micros created{0};

  bool operator==(const DirectoryFormat&) const = default;
};

std::string write_format(const DirectoryFormat& format);
/// kCorrupt "format_damaged", or kConflict "format_too_new" or "format_unknown_feature" for an
/// intact file that this build must not open.
Result<DirectoryFormat> parse_format(std::string_view text);

/// kNotFound "file_missing" if there is no DIR/FORMAT.
Result<DirectoryFormat> read_format_file(const std::filesystem::path& directory);
Result<void> write_format_file(const std::filesystem::path& directory,
                               const DirectoryFormat& format);

}  // namespace muster
