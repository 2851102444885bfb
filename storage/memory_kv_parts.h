/// The batch, snapshot and iterator of memory_kv.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/check.h"
#include "engine/core/result.h"
#include "storage/memory_kv.h"

namespace muster {

enum class ChangeKind : std::uint8_t { kPut, kErase, kEraseRange };

struct Change {
  ChangeKind kind = ChangeKind::kPut;
  Family family = Family::kMeta;
  std::string key;
  std::string value;  // of kEraseRange: the end of the range
};

class MemoryBatch : public KvBatch {
 public:
  void put(Family family, std::string_view key, std::string_view value) override {
    add({ChangeKind::kPut, family, std::string{key}, std::string{value}});
  }

  void erase(Family family, std::string_view key) override {
    add({ChangeKind::kErase, family, std::string{key}, {}});
  }

  void erase_range(Family family, std::string_view from, std::string_view to) override {
    check(!to.empty(), "erase_range() without an end");
    if (from < to) {
      add({ChangeKind::kEraseRange, family, std::string{from}, std::string{to}});
    }
  }

  void clear() override {
    changes_.clear();
    bytes_ = 0;
  }

  [[nodiscard]] std::size_t count() const override { return changes_.size(); }

  [[nodiscard]] std::size_t bytes() const override { return bytes_; }

  [[nodiscard]] const std::vector<Change>& changes() const { return changes_; }

 private:
  void add(Change change) {
    bytes_ += change.key.size() + change.value.size();
    changes_.push_back(std::move(change));
  }

  std::vector<Change> changes_;
  std::size_t bytes_ = 0;
};

/// Holds the state after one batch in place.
class MemorySnapshot : public KvSnapshot {
 public:
  explicit MemorySnapshot(const MemoryKv& kv) : kv_{kv} {
    const std::lock_guard lock{kv_.mutex_};
    reader_ = kv_.readers_.insert(kv_.written_);
  }

  ~MemorySnapshot() override {
    const std::lock_guard lock{kv_.mutex_};
    kv_.readers_.erase(reader_);
  }

  [[nodiscard]] std::uint64_t number() const override { return *reader_; }

  [[nodiscard]] std::uint64_t batch() const { return *reader_; }

 private:
  const MemoryKv& kv_;
  std::multiset<std::uint64_t>::const_iterator reader_;
};

/// Copies one row at a time, so that the lock is held only while it moves.
class MemoryIterator : public KvIterator {
 public:
  MemoryIterator(const MemoryKv& kv, Family family, KvRange range, const KvSnapshot* snapshot)
      : kv_{kv}, family_{family}, range_{std::move(range)} {
    const std::lock_guard lock{kv_.mutex_};
    reader_ = kv_.readers_.insert(kv_.batch_of(snapshot));
  }

  ~MemoryIterator() override {
    const std::lock_guard lock{kv_.mutex_};
    kv_.readers_.erase(reader_);
  }

  void seek_to_first() override { seek(range_.from); }

  void seek(std::string_view key) override {
    const std::lock_guard lock{kv_.mutex_};
    forward(table().lower_bound(std::max(key, std::string_view{range_.from})));
  }

  void seek_to_last() override {
    const std::lock_guard lock{kv_.mutex_};
    backward(range_.to.empty() ? table().end() : table().lower_bound(range_.to));
  }

  void seek_for_prev(std::string_view key) override {
    const std::lock_guard lock{kv_.mutex_};
    backward(range_.to.empty() || key < range_.to ? table().upper_bound(key)
                                                  : table().lower_bound(range_.to));
  }

  void next() override {
    check(valid_, "next() of an iterator that is not valid");
    const std::lock_guard lock{kv_.mutex_};
    forward(table().upper_bound(key_));
  }

  void prev() override {
    check(valid_, "prev() of an iterator that is not valid");
    const std::lock_guard lock{kv_.mutex_};
    backward(table().lower_bound(key_));
  }

  [[nodiscard]] bool valid() const override { return valid_; }

  [[nodiscard]] std::string_view key() const override { return key_; }

  [[nodiscard]] std::string_view value() const override { return value_; }

  [[nodiscard]] Result<void> status() const override { return {}; }

 private:
  using Place = MemoryKv::Table::const_iterator;

  [[nodiscard]] const MemoryKv::Table& table() const { return kv_.tables_[index_of(family_)]; }

  bool take(const Place& place) {
    const auto* value = MemoryKv::value_at(place->second, *reader_);
    if (value == nullptr) {
      return false;
    }
    key_ = place->first;
    value_ = *value;
    return true;
  }

  /// To the first living row at or after `place`.
  void forward(Place place) {
    valid_ = false;
    while (!valid_ && place != table().end() && (range_.to.empty() || place->first < range_.to)) {
      valid_ = take(place);
      ++place;
    }
  }

  /// To the last living row before `place`.
  void backward(Place place) {
    valid_ = false;
    while (!valid_ && place != table().begin() && (--place)->first >= range_.from) {
      valid_ = take(place);
    }
  }

  const MemoryKv& kv_;
  Family family_;
  KvRange range_;
  std::multiset<std::uint64_t>::const_iterator reader_;
  bool valid_ = false;
  std::string key_;
  std::string value_;
};

}  // namespace muster
