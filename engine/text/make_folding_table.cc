/// Writes engine/text/folding_table.inc from the ICU it is built with. Run by hand, only to make a
/// table with a new number:
///   cmake --build build/dev --target make_folding_table
///   build/dev/bin/make_folding_table > engine/text/folding_table.inc
#include <cstdint>
#include <cstdio>
#include <vector>

#include <unicode/uchar.h>

namespace {

struct Range {
  std::int32_t first;
  std::int32_t last;
  std::int32_t step;
  std::int32_t shift;
};

/// Extends `range` by `point` if the same shift applies at the same distance.
bool extend(Range& range, std::int32_t point, std::int32_t shift) {
  const std::int32_t distance = point - range.last;
  if (shift != range.shift || distance > 2) {
    return false;
  }
  if (range.first == range.last) {
    range.step = distance;
  }
  if (distance != range.step) {
    return false;
  }
  range.last = point;
  return true;
}

std::vector<Range> collect() {
  std::vector<Range> ranges;
  for (std::int32_t point = 0; point <= 0x10FFFF; ++point) {
    const std::int32_t shift = u_tolower(point) - point;
    if (shift == 0) {
      continue;
    }
    if (ranges.empty() || !extend(ranges.back(), point, shift)) {
      ranges.push_back({point, point, 1, shift});
    }
  }
  return ranges;
}

}  // namespace

int main() {
  std::printf("// Made by make_folding_table from Unicode %s. Never edited: see fold.h.\n",
              U_UNICODE_VERSION);
  for (const Range& range : collect()) {
    std::printf("    {0x%04X, 0x%04X, %d, %d},\n",
                static_cast<unsigned>(range.first),
                static_cast<unsigned>(range.last),
                range.step,
                range.shift);
  }
  return 0;
}
