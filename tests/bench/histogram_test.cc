#include "bench/histogram.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "bench/random.h"

using namespace muster;

TEST_CASE("an empty histogram has no percentiles", "[bench]") {
  const LatencyHistogram histogram;
  CHECK(histogram.count() == 0);
  CHECK(histogram.percentile(50) == 0);
  CHECK(histogram.max() == 0);
}

TEST_CASE("small values are exact", "[bench]") {
  LatencyHistogram histogram;
  for (std::uint64_t value = 0; value < 256; ++value) {
    histogram.record(value);
  }
  CHECK(histogram.percentile(0) == 0);
  CHECK(histogram.percentile(50) == 127);
  CHECK(histogram.percentile(100) == 255);
}

TEST_CASE("percentiles are at most one part in 128 above the true ones", "[bench]") {
  LatencyHistogram histogram;
  std::vector<std::uint64_t> values;
  BenchRandom random{7};
  for (int count = 0; count < 100'000; ++count) {
    // From nanoseconds to minutes, equally often in each power of two.
    const std::uint64_t value = random.next() >> (27 + random.below(37));
    values.push_back(value);
    histogram.record(value);
  }
  std::sort(values.begin(), values.end());
  for (const double percent : {0.1, 1.0, 25.0, 50.0, 90.0, 99.0, 99.9, 100.0}) {
    CAPTURE(percent);
    const auto rank = static_cast<std::size_t>(std::ceil(100'000 * percent / 100));
    const std::uint64_t exact = values[rank - 1];
    CHECK(histogram.percentile(percent) >= exact);
    CHECK(histogram.percentile(percent) <= exact + exact / 128);
  }
  CHECK(histogram.max() == values.back());
}

TEST_CASE("the largest value there is has a place", "[bench]") {
  LatencyHistogram histogram;
  histogram.record(UINT64_MAX);
  histogram.record(std::uint64_t{1} << 63U);
  CHECK(histogram.percentile(100) == UINT64_MAX);
  CHECK(histogram.count() == 2);
}

TEST_CASE("merging is recording both", "[bench]") {
  LatencyHistogram left;
  LatencyHistogram right;
  LatencyHistogram both;
  BenchRandom random{3};
  for (int count = 0; count < 1000; ++count) {
    const std::uint64_t value = random.below(1'000'000);
    (count % 3 == 0 ? left : right).record(value);
    both.record(value);
  }
  left.merge(right);
  CHECK(left.count() == both.count());
  CHECK(left.max() == both.max());
  for (const double percent : {1.0, 50.0, 99.0}) {
    CHECK(left.percentile(percent) == both.percentile(percent));
  }
}
