#include "replay/row_buckets.h"

#include <functional>
#include <string>

#include "engine/core/bytes.h"

namespace muster::replay {

RowHasher::RowHasher(Entropy& entropy) {
  std::array<std::uint8_t, 64> key{};  // one block, so that nothing is hashed twice
  entropy.fill(key);
  keyed_.add({reinterpret_cast<const char*>(key.data()), key.size()});
}

RowHash RowHasher::of(std::string_view key, std::string_view value) const {
  std::array<char, 4> length{};
  const auto bytes = static_cast<std::uint32_t>(key.size());
  __builtin_memcpy(length.data(), &bytes, sizeof bytes);
  Sha256 hash = keyed_;
  const Digest digest = hash.add({length.data(), length.size()}).add(key).add(value).finish();
  ByteReader reader{as_view(digest)};
  RowHash row;
  row.low = reader.little_endian_64();
  row.high = reader.little_endian_64();
  return row;
}

std::size_t bucket_of(std::string_view key) {
  return std::hash<std::string_view>{}(key) % kBuckets;
}

void RowSums::add(const RowSums& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) {
    buckets_[i].low += other.buckets_[i].low;
    buckets_[i].high += other.buckets_[i].high;
    buckets_[i].rows += other.buckets_[i].rows;
  }
}

std::uint64_t RowSums::rows() const {
  std::uint64_t rows = 0;
  for (const Bucket& bucket : buckets_) {
    rows += bucket.rows;
  }
  return rows;
}

std::vector<std::size_t> RowSums::differing(const RowSums& left, const RowSums& right) {
  std::vector<std::size_t> buckets;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    if (left.buckets_[i] != right.buckets_[i]) {
      buckets.push_back(i);
    }
  }
  return buckets;
}

}  // namespace muster::replay
