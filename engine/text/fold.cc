#include "engine/text/fold.h"

#include <algorithm>
#include <array>

namespace muster {
namespace {

/// Every `step`-th code point from `first` to `last` folds to itself plus `shift`.
struct FoldingRange {
  char32_t first;
  char32_t last;
  char32_t step;
  std::int32_t shift;
};

/// Sorted by `first`, never overlapping: a code point skipped by a step folds to itself.
constexpr FoldingRange kRanges[] = {
#include "engine/text/folding_table.inc"
};

constexpr char32_t kAsciiEnd = 0x80;

char32_t shifted(char32_t code_point, std::int32_t shift) {
  return static_cast<char32_t>(static_cast<std::int32_t>(code_point) + shift);
}

bool contains(const FoldingRange& range, char32_t code_point) {
  return code_point >= range.first && code_point <= range.last &&
         (code_point - range.first) % range.step == 0;
}

bool is_upper_ascii(char c) {
  return c >= 'A' && c <= 'Z';
}

}  // namespace

char32_t fold(char32_t code_point) {
  // The last range that begins at or before the code point is the only candidate.
  const auto* after = std::upper_bound(
      std::begin(kRanges),
      std::end(kRanges),
      code_point,
      [](char32_t point, const FoldingRange& range) { return point < range.first; });
  if (after == std::begin(kRanges)) {
    return code_point;
  }
  const FoldingRange& range = *(after - 1);
  return contains(range, code_point) ? shifted(code_point, range.shift) : code_point;
}

std::string fold(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) {
    const char byte = utf8.front();
    if (static_cast<std::uint8_t>(byte) < kAsciiEnd) {
      out.push_back(is_upper_ascii(byte) ? static_cast<char>(byte - 'A' + 'a') : byte);
      utf8.remove_prefix(1);
      continue;
    }
    const CodePoint point = first_code_point(utf8);
    if (point.valid) {
      append_utf8(out, fold(point.value));
    } else {
      out.push_back(byte);
    }
    utf8.remove_prefix(point.bytes);
  }
  return out;
}

bool is_folded_form(char32_t code_point) {
  return std::any_of(std::begin(kRanges), std::end(kRanges), [&](const FoldingRange& range) {
    return contains(range, shifted(code_point, -range.shift));
  });
}

}  // namespace muster
