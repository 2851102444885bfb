/// Reading a RocksDB store: snapshots and iterators.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <rocksdb/iterator.h>
#include <rocksdb/snapshot.h>

#include "storage/rocks_database.h"
#include "storage/rocks_status.h"
#include "storage/rocks_value.h"

namespace muster {

inline constexpr std::size_t kScanReadaheadBytes = std::size_t{2} << 20U;

class RocksSnapshot : public KvSnapshot {
 public:
  explicit RocksSnapshot(const RocksDatabase& database)
      : database_{database}, snapshot_{database.db->GetSnapshot()} {
    ++database_.readers;
  }

  ~RocksSnapshot() override {
    database_.db->ReleaseSnapshot(snapshot_);
    --database_.readers;
  }

  [[nodiscard]] std::uint64_t number() const override { return snapshot_->GetSequenceNumber(); }

  [[nodiscard]] const rocksdb::Snapshot* rocks() const { return snapshot_; }

 private:
  const RocksDatabase& database_;
  const rocksdb::Snapshot* snapshot_;
};

inline rocksdb::ReadOptions read_options(const KvSnapshot* snapshot) {
  rocksdb::ReadOptions options;
  if (snapshot != nullptr) {
    options.snapshot = static_cast<const RocksSnapshot*>(snapshot)->rocks();
  }
  return options;
}

struct RowPlace {
  Family family{};
  std::string_view key;
};

/// The value of a row. Where whole families are scanned, to find what is wrong with them, a row
/// that is not as it was written is shown as it is stored, which is never what was written.
inline Result<std::string_view> shown_value(const RocksDatabase& database,
                                            RowPlace place,
                                            std::string_view stored,
                                            std::string& buffer) {
  auto value = decode_value(place.family, place.key, stored, buffer);
  if (!value && database.whole_scans && is_checked(place.family)) {
    return stored;
  }
  return value;
}

class RocksIterator : public KvIterator {
 public:
  RocksIterator(const RocksDatabase& database,
                Family family,
                KvRange range,
                const KvSnapshot* snapshot)
      : database_{database},
        family_{family},
        range_{std::move(range)},
        lower_{as_slice(range_.from)},
        upper_{as_slice(range_.to)} {
    auto options = read_options(snapshot);
    options.iterate_lower_bound = range_.from.empty() ? nullptr : &lower_;
    options.iterate_upper_bound = range_.to.empty() ? nullptr : &upper_;
    if (database.whole_scans) {
      options.fill_cache = false;
      options.readahead_size = kScanReadaheadBytes;
    }
    auto* const handle = database.handle(family);
    // RocksDB takes bounds the wrong way round for an error in some places and not in others.
    const bool empty = handle == nullptr || (!range_.to.empty() && range_.to <= range_.from);
    rows_.reset(empty ? rocksdb::NewEmptyIterator() : database.db->NewIterator(options, handle));
    ++database_.readers;
  }

  ~RocksIterator() override {
    rows_.reset();
    --database_.readers;
  }

  void seek_to_first() override { moved().SeekToFirst(); }

  void seek_to_last() override { moved().SeekToLast(); }

  void seek(std::string_view key) override { moved().Seek(as_slice(key)); }

  void seek_for_prev(std::string_view key) override { moved().SeekForPrev(as_slice(key)); }

  void next() override { moved().Next(); }

  void prev() override { moved().Prev(); }

  [[nodiscard]] bool valid() const override { return rows_->Valid(); }

  [[nodiscard]] std::string_view key() const override { return as_view(rows_->key()); }

  [[nodiscard]] std::string_view value() const override {
    if (!value_) {
      const auto value =
          shown_value(database_, {family_, key()}, as_view(rows_->value()), decoded_);
      if (!value) {
        damage_ = value.error();
      }
      value_ = value ? *value : std::string_view{};
    }
    return *value_;
  }

  [[nodiscard]] Result<void> status() const override {
    return damage_ ? Result<void>{*damage_} : rocks_result(rows_->status());
  }

 private:
  rocksdb::Iterator& moved() {
    value_.reset();
    return *rows_;
  }

  const RocksDatabase& database_;
  Family family_;
  KvRange range_;
  rocksdb::Slice lower_;
  rocksdb::Slice upper_;
  std::unique_ptr<rocksdb::Iterator> rows_;
  mutable std::string decoded_;                    // what value_ lies in, if not in the store
  mutable std::optional<std::string_view> value_;  // of the row at hand, once asked for
  mutable std::optional<Failure> damage_;
};

}  // namespace muster
