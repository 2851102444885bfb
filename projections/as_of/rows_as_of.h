/// RowsAsOf: the views of one log as they were after its first events.
///
/// Readers of the views read it like the store, and so answer as they did then. A row that is there
/// now and whose state has not changed since is what it was; of any other the state is folded anew.
/// Rows that are there no more are found in past.1. Of indexes of users a walk may also give rows
/// of users who had what is asked for at another time: lists look at the user anyway.
///
/// Bounds: kInvalid "moment_too_busy" when too many rows that were not there then lie in the way,
/// and "history_too_long" of a stream with too many events.
#pragma once

#include "projections/as_of/streams_as_of.h"
#include "storage/kv.h"

namespace muster {

/// How many rows that were not there then one request passes over: a tenth of a second.
inline constexpr std::size_t kPassedOverMax = 200'000;
/// A pool that had so few users is listed by their arrivals, however many it has now; and when so
/// few came since, only they are counted.
inline constexpr std::size_t kArrivalsMax = 8192;

/// One request. Families without past, and sums other than those of a pool's users, are refused.
class RowsAsOf final : public KvReads {
 public:
  /// All of them outlive this object.
  RowsAsOf(const KvReads& kv, StreamsAsOf& streams, std::size_t arrivals_max = kArrivalsMax)
      : kv_{kv}, streams_{streams}, arrivals_max_{arrivals_max} {}

  Result<bool> get(Family family,
                   std::string_view key,
                   std::string& value,
                   const KvSnapshot* snapshot) const override;
  Result<std::vector<std::optional<std::string>>> multi_get(
      Family family,
      std::span<const std::string_view> keys,
      const KvSnapshot* snapshot) const override;
  std::unique_ptr<KvIterator> iterate(Family family,
                                      KvRange range,
                                      const KvSnapshot* snapshot) const override;

  // For the iterators.

  /// Whether a row that is there now was there then, and its value. With `roughly` a row may be
  /// taken for it whose user was there.
  Result<bool> was(const RowKey& place,
                   std::string_view now,
                   bool roughly,
                   const KvSnapshot* snapshot,
                   std::string& value) const;
  /// The same of a row that ended.
  Result<bool> was_before(const RowKey& place,
                          bool roughly,
                          const KvSnapshot* snapshot,
                          std::string& value) const;

  /// Counts a row that was not there; false when there were too many.
  [[nodiscard]] bool pass_over() const { return ++passed_over_ <= kPassedOverMax; }

 private:
  [[nodiscard]] std::uint64_t size() const { return streams_.view().size; }

  Result<std::unique_ptr<KvIterator>> rows_now(View view,
                                               const KvRange& range,
                                               const KvSnapshot* snapshot) const;
  /// Nothing when there are more.
  Result<std::optional<Counters>> count_arrivals(const KvRange& range,
                                                 std::size_t count_max,
                                                 const KvSnapshot* snapshot) const;
  Result<Counters> users_of(std::string_view count_key, const KvSnapshot* snapshot) const;

  const KvReads& kv_;
  StreamsAsOf& streams_;
  std::size_t arrivals_max_;
  mutable std::size_t passed_over_ = 0;
};

}  // namespace muster
