#include "api/transparency/formats.h"

#include <algorithm>
#include <charconv>

#include "engine/core/check.h"

namespace muster {
namespace {

constexpr std::size_t kDigits = 3;            // of a segment of a name
constexpr std::size_t kSegmentsMax = 5;       // 10^15 tiles
constexpr std::string_view kPartial = ".p/";  // between name and width

/// Exactly three digits.
std::optional<std::uint64_t> parse_segment(std::string_view text) {
  const bool digits = text.size() == kDigits &&
                      std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<std::uint64_t> parse_index(std::string_view text) {
  std::uint64_t index = 0;
  for (std::size_t i = 0; i < kSegmentsMax; ++i) {
    const auto slash = text.find('/');
    std::string_view segment = text.substr(0, slash);
    const bool last = slash == std::string_view::npos;
    if (!last) {
      if (!segment.starts_with('x')) {
        return std::nullopt;
      }
      segment.remove_prefix(1);
    }
    const auto value = parse_segment(segment);
    if (!value || (i == 0 && !last && *value == 0)) {
      return std::nullopt;
    }
    index = index * 1000 + *value;
    if (last) {
      return index;
    }
    text.remove_prefix(slash + 1);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  const bool padded = text.size() > 1 && text.front() == '0';
  return error == std::errc{} && stopped == end && !padded ? std::optional{value} : std::nullopt;
}

std::optional<TileName> parse_tile_name(std::string_view text) {
  TileName name;
  if (const auto partial = text.find(kPartial); partial != std::string_view::npos) {
    const auto width = parse_decimal(text.substr(partial + kPartial.size()));
    if (!width || *width == 0 || *width >= kTileWidth) {
      return std::nullopt;
    }
    name.width = *width;
    text = text.substr(0, partial);
  }
  const auto index = parse_index(text);
  if (!index) {
    return std::nullopt;
  }
  name.index = *index;
  return name;
}

void append_bundled(std::string& bundle, std::string_view entry) {
  check(entry.size() <= kBundledEntryMax, "an open part is too long for a bundle");
  bundle.push_back(static_cast<char>(entry.size() >> 8U));
  bundle.push_back(static_cast<char>(entry.size() & 0xFFU));
  bundle.append(entry);
}

std::string write_tlog_proof(std::uint64_t index,
                             const Proof& hashes,
                             std::string_view checkpoint) {
  std::string text = "c2sp.org/tlog-proof@v1\nindex " + std::to_string(index) + "\n";
  for (const Digest& hash : hashes) {
    text += to_base64(as_view(hash)) + "\n";
  }
  text += "\n";
  text += checkpoint;
  return text;
}

}  // namespace muster
