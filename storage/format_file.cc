#include "storage/format_file.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/core/bytes.h"
#include "engine/core/instant.h"
#include "storage/file_io.h"

namespace muster {

namespace {

constexpr std::size_t kFormatBytesMax = 4096;  // it has some hundred bytes

/// The features that this build understands.
constexpr std::array<std::string_view, 1> kKnownFeatures{kEpochsFeature};

Failure damaged(std::string_view what) {
  return failure(Errc::kCorrupt,
                 "format_damaged",
                 "the FORMAT file of the directory is damaged (" + std::string{what} +
                     "); restore it from a backup");
}

std::string checksum_of(std::string_view lines) {
  std::string bytes;
  put_big_endian_32(bytes, crc32c(lines));
  return to_hex(bytes);
}

/// Takes `name: value` and its line feed off the front.
Result<std::string_view> take_line(std::string_view& text, std::string_view name) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos || !text.starts_with(name) ||
      text.substr(name.size(), 1) != ":") {
    return damaged("no line " + std::string{name});
  }
  auto value = text.substr(name.size() + 1, end - name.size() - 1);
  value.remove_prefix(value.starts_with(' ') ? 1 : 0);
  text.remove_prefix(end + 1);
  return value;
}

Result<std::uint32_t> take_number(std::string_view& text, std::string_view name) {
  MUSTER_TRY(const auto value, take_line(text, name));
  std::uint32_t number = 0;
  const auto* end = value.data() + value.size();
  const auto parsed = std::from_chars(value.data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end || number == 0) {
    return damaged("line " + std::string{name});
  }
  return number;
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  while (!line.empty()) {
    const auto end = std::min(line.find(' '), line.size());
    if (end > 0) {
      words.emplace_back(line.substr(0, end));
    }
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

/// Gives the lines before the checksum.
Result<std::string_view> checked_lines(std::string_view text) {
  const auto start = text.rfind("checksum: ");
  if (start == std::string_view::npos || (start > 0 && text[start - 1] != '\n')) {
    return damaged("no checksum");
  }
  const auto lines = text.substr(0, start);
  if (text.substr(start) != "checksum: " + checksum_of(lines) + "\n") {
    return damaged("wrong checksum");
  }
  return lines;
}

}  // namespace

std::string write_format(const DirectoryFormat& format) {
  std::string text = "format: " + std::to_string(format.format) +
                     "\nminimum_reader: " + std::to_string(format.minimum_reader) + "\nfeatures:";
  for (const auto& feature : format.features) {
    text += " " + feature;
  }
  text += "\nepochs: " + std::to_string(raw(format.epochs)) +
          "\ncreated: " + to_rfc3339(format.created) + "\n";
  return text + "checksum: " + checksum_of(text) + "\n";
}

Result<DirectoryFormat> parse_format(std::string_view text) {
  MUSTER_TRY(auto lines, checked_lines(text));
  DirectoryFormat format;
  MUSTER_TRY(format.format, take_number(lines, "format"));
  MUSTER_TRY(format.minimum_reader, take_number(lines, "minimum_reader"));
  if (format.minimum_reader > kDirectoryFormat) {
    return failure(Errc::kConflict,
                   "format_too_new",
                   "the directory needs a program that reads format " +
                       std::to_string(format.minimum_reader) + ", this one reads up to " +
                       std::to_string(kDirectoryFormat) + "; use a newer version of Muster");
  }
  MUSTER_TRY(const auto features, take_line(lines, "features"));
  format.features = words_of(features);
  for (const auto& feature : format.features) {
    if (std::find(kKnownFeatures.begin(), kKnownFeatures.end(), feature) == kKnownFeatures.end()) {
      return failure(Errc::kConflict,
                     "format_unknown_feature",
                     "the directory uses the feature \"" + feature +
                         "\", which this program does not know; use a newer version of Muster");
    }
  }
  MUSTER_TRY(const auto epochs, take_number(lines, "epochs"));
  format.epochs = Epoch{epochs};
  MUSTER_TRY(const auto created, take_line(lines, "created"));
  const auto instant = parse_rfc3339(created);
  if (!instant.has_value()) {
    return damaged("line created");
  }
  format.created = *instant;
  if (!lines.empty()) {
    return damaged("an unknown line");
  }
  return format;
}

Result<DirectoryFormat> read_format_file(const std::filesystem::path& directory) {
  auto text = read_file(directory / "FORMAT", kFormatBytesMax);
  if (!text) {
    return text.error().code == Errc::kTooLarge ? damaged("too large") : text.error();
  }
  return parse_format(*text);
}

Result<void> write_format_file(const std::filesystem::path& directory,
                               const DirectoryFormat& format) {
  return write_file_atomically(directory / "FORMAT", write_format(format));
}

}  // namespace muster
