#include "bench/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace muster {

namespace {

constexpr unsigned kStepBits = 7;
constexpr std::size_t kSteps = std::size_t{1} << kStepBits;
// Values below 2 * kSteps are exact; every further bit of width adds kSteps buckets.
constexpr std::size_t kBuckets = (64 - kStepBits + 1) * kSteps;

}  // namespace

LatencyHistogram::LatencyHistogram() : counts_(kBuckets) {}

std::size_t LatencyHistogram::bucket_of(std::uint64_t value) {
  if (value < kSteps) {
    return value;
  }
  const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - kStepBits - 1;
  return shift * kSteps + (value >> shift);
}

std::uint64_t LatencyHistogram::upper_edge(std::size_t bucket) {
  if (bucket < 2 * kSteps) {
    return bucket;
  }
  const auto shift = bucket / kSteps - 1;
  const std::uint64_t step = bucket - shift * kSteps;
  return (step << shift) + ((std::uint64_t{1} << shift) - 1);
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
  std::transform(counts_.begin(),
                 counts_.end(),
                 other.counts_.begin(),
                 counts_.begin(),
                 [](std::uint64_t left, std::uint64_t right) { return left + right; });
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

std::uint64_t LatencyHistogram::percentile(double percent) const {
  const double wanted = std::ceil(static_cast<double>(count_) * percent / 100);
  const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    seen += counts_[bucket];
    if (seen >= rank) {
      return std::min(upper_edge(bucket), max_);
    }
  }
  return max_;
}

}  // namespace muster
