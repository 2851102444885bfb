/// Compares two large sets of rows without sorting or holding them.
///
/// Each row is hashed under a key drawn for this run, and the hashes are summed in buckets by the
/// row's key. Two sets whose sums are equal in every bucket are the same but for a chance of 2^-64
/// or so, also against somebody who chose the rows, because nobody can foresee the key (the
/// multiset hash MSet-Add-Hash of Clarke and others, 2003). Where sums differ, only rows of that
/// bucket need a closer look.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/ports/entropy.h"
#include "storage/kv.h"
#include "storage/seal/digest.h"

namespace muster::replay {

inline constexpr std::size_t kBuckets = 4096;

struct RowHash {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  bool operator==(const RowHash&) const = default;
};

/// Any thread.
class RowHasher {
 public:
  explicit RowHasher(Entropy& entropy);

  [[nodiscard]] RowHash of(std::string_view key, std::string_view value) const;

 private:
  Sha256 keyed_;  // has taken the key of this run
};

std::size_t bucket_of(std::string_view key);

class RowSums {
 public:
  void add(std::string_view key, const RowHash& hash) {
    Bucket& bucket = buckets_[bucket_of(key)];
    bucket.low += hash.low;
    bucket.high += hash.high;
    ++bucket.rows;
  }

  void add(const RowSums& other);

  [[nodiscard]] std::uint64_t rows() const;

  [[nodiscard]] std::uint64_t rows_in(std::size_t bucket) const { return buckets_[bucket].rows; }

  /// The buckets in which two sets of rows differ.
  [[nodiscard]] static std::vector<std::size_t> differing(const RowSums& left,
                                                          const RowSums& right);

 private:
  struct Bucket {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::uint64_t rows = 0;

    bool operator==(const Bucket&) const = default;
  };

  std::vector<Bucket> buckets_ = std::vector<Bucket>(kBuckets);
};

}  // namespace muster::replay
