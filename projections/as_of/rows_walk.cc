#include "projections/as_of/rows_walk.h"

#include <algorithm>
#include <optional>

#include "projections/keys.h"
#include "projections/past_keys.h"
#include "projections/rows.h"

namespace muster {
namespace {

class FailedWalk final : public KvIterator {
 public:
  explicit FailedWalk(Failure failure) : failure_{std::move(failure)} {}

  void seek_to_first() override {}

  void seek_to_last() override {}

  void seek(std::string_view) override {}

  void seek_for_prev(std::string_view) override {}

  void next() override {}

  void prev() override {}

  [[nodiscard]] bool valid() const override { return false; }

  [[nodiscard]] std::string_view key() const override { return {}; }

  [[nodiscard]] std::string_view value() const override { return {}; }

  [[nodiscard]] Result<void> status() const override { return failure_; }

 private:
  Failure failure_;
};

class KeyWalk final : public KvIterator {
 public:
  KeyWalk(const KvReads& kv,
          Family family,
          std::vector<std::string> keys,
          const KvSnapshot* snapshot)
      : kv_{kv}, family_{family}, keys_{std::move(keys)}, snapshot_{snapshot} {}

  void seek_to_first() override { stand(0, true); }

  void seek_to_last() override { stand(keys_.size(), false); }

  void seek(std::string_view key) override { stand(below(key), true); }

  void seek_for_prev(std::string_view key) override {
    const std::size_t place = below(key);
    stand(place < keys_.size() && keys_[place] == key ? place + 1 : place, false);
  }

  void next() override { stand(place_ + 1, true); }

  void prev() override { stand(place_, false); }

  [[nodiscard]] bool valid() const override { return place_ < keys_.size(); }

  [[nodiscard]] std::string_view key() const override { return keys_[place_]; }

  [[nodiscard]] std::string_view value() const override { return value_; }

  [[nodiscard]] Result<void> status() const override { return status_; }

 private:
  [[nodiscard]] std::size_t below(std::string_view key) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(keys_, key) - keys_.begin());
  }

  /// At the first key from `place` on that the store has; backwards: at the last one before it.
  void stand(std::size_t place, bool forwards) {
    for (;;) {
      if (forwards ? place >= keys_.size() : place == 0) {
        break;
      }
      const std::size_t at = forwards ? place : place - 1;
      const auto found = kv_.get(family_, keys_[at], value_, snapshot_);
      if (!found) {
        status_ = found.error();
        break;
      }
      if (*found) {
        place_ = at;
        return;
      }
      place = forwards ? at + 1 : at;
    }
    place_ = keys_.size();
  }

  const KvReads& kv_;
  Family family_;
  std::vector<std::string> keys_;
  const KvSnapshot* snapshot_;
  std::size_t place_ = keys_.size();
  std::string value_;
  Result<void> status_;
};

class RowWalk final : public KvIterator {
 public:
  RowWalk(const RowsAsOf& rows,
          WalkPlace place,
          std::unique_ptr<KvIterator> now,
          std::unique_ptr<KvIterator> ended)
      : rows_{rows}, place_{std::move(place)}, now_{std::move(now)}, ended_{std::move(ended)} {}

  void seek_to_first() override {
    now_->seek_to_first();
    ended_->seek_to_first();
    settle(true);
  }

  void seek_to_last() override {
    now_->seek_to_last();
    ended_->seek_to_last();
    settle(false);
  }

  void seek(std::string_view key) override {
    now_->seek(key);
    ended_->seek(past_prefix(place_.view, key));
    settle(true);
  }

  void seek_for_prev(std::string_view key) override {
    now_->seek_for_prev(key);
    ended_->seek_for_prev(behind(key));
    settle(false);
  }

  void next() override { leave(true); }

  void prev() override { leave(false); }

  [[nodiscard]] bool valid() const override { return valid_; }

  [[nodiscard]] std::string_view key() const override { return key_; }

  [[nodiscard]] std::string_view value() const override { return value_; }

  [[nodiscard]] Result<void> status() const override {
    MUSTER_CHECKED(status_);
    MUSTER_CHECKED(now_->valid() ? Result<void>{} : now_->status());
    return ended_->valid() ? Result<void>{} : ended_->status();
  }

 private:
  /// Behind all rows of past.1 that were under this key.
  [[nodiscard]] std::string behind(std::string_view key) const {
    return past_prefix(place_.view, key) + std::string{"\0\x01", 2};
  }

  /// Before all rows of past.1 that were under this key.
  [[nodiscard]] std::string before(std::string_view key) const {
    return past_prefix(place_.view, key) + std::string{"\0\0", 2};
  }

  [[nodiscard]] std::optional<PastKey> ended_row() const {
    return ended_->valid() ? parse_past_key(ended_->key()) : std::nullopt;
  }

  /// Goes on from the row at which the walk stands.
  void leave(bool forwards) {
    const std::string key = key_;
    if (forwards != forwards_) {
      forwards ? now_->seek(key) : now_->seek_for_prev(key);
      forwards ? ended_->seek(before(key)) : ended_->seek_for_prev(behind(key));
    }
    const auto ended = ended_row();
    pass(key, now_->valid() && now_->key() == key, ended && ended->row.key == key, forwards);
    settle(forwards);
  }

  void fail(Failure failure) {
    status_ = std::move(failure);
    valid_ = false;
  }

  /// At the next row that was there, from where both stand.
  void settle(bool forwards) {
    valid_ = false;
    forwards_ = forwards;
    while (status_.has_value()) {
      auto ended = ended_row();
      if (ended_->valid() && !ended) {
        return fail(unreadable_row());
      }
      const bool has_now = now_->valid();
      if (!has_now && !ended) {
        return;
      }
      const bool from_now =
          has_now &&
          (!ended || (forwards ? now_->key() <= ended->row.key : now_->key() >= ended->row.key));
      const bool from_ended = ended && (!from_now || now_->key() == ended->row.key);
      const RowKey row{place_.view,
                       from_now ? std::string{now_->key()} : std::move(ended->row.key)};
      const auto found = look(row, from_now, from_ended);
      if (!found) {
        return fail(found.error());
      }
      if (*found) {
        key_ = row.key;
        valid_ = true;
        return;
      }
      if (!rows_.pass_over()) {
        return fail(failure(Errc::kInvalid,
                            "moment_too_busy",
                            "too many rows that came or went since lie in the way; ask for one "
                            "thing by its id, or use muster-replay at"));
      }
      pass(row.key, from_now, from_ended, forwards);
    }
  }

  Result<bool> look(const RowKey& row, bool from_now, bool from_ended) {
    if (from_now) {
      MUSTER_TRY(const bool was,
                 rows_.was(row, now_->value(), place_.roughly, place_.snapshot, value_));
      if (was) {
        return true;
      }
    }
    return from_ended ? rows_.was_before(row, place_.roughly, place_.snapshot, value_)
                      : Result<bool>{false};
  }

  void pass(const std::string& key, bool from_now, bool from_ended, bool forwards) {
    if (from_now) {
      forwards ? now_->next() : now_->prev();
    }
    if (from_ended) {
      forwards ? ended_->seek(behind(key)) : ended_->seek_for_prev(before(key));
    }
  }

  const RowsAsOf& rows_;
  WalkPlace place_;
  std::unique_ptr<KvIterator> now_;
  std::unique_ptr<KvIterator> ended_;
  bool valid_ = false;
  bool forwards_ = true;
  std::string key_;
  std::string value_;
  Result<void> status_;
};

}  // namespace

std::unique_ptr<KvIterator> walk_rows(const RowsAsOf& rows,
                                      WalkPlace place,
                                      std::unique_ptr<KvIterator> now,
                                      std::unique_ptr<KvIterator> ended) {
  return std::make_unique<RowWalk>(rows, std::move(place), std::move(now), std::move(ended));
}

KvRange past_range(View view, const KvRange& range) {
  const std::string_view log = std::string_view{range.from}.substr(0, kLogBytes);
  // A range up to the end of the log ends where the view does: rows of other views follow.
  std::string to = range.to.starts_with(log) ? past_prefix(view, range.to)
                                             : KvRange::of_prefix(past_prefix(view, log)).to;
  return {past_prefix(view, range.from), std::move(to)};
}

std::unique_ptr<KvIterator> walk_keys(const KvReads& kv,
                                      Family family,
                                      std::vector<std::string> keys,
                                      const KvSnapshot* snapshot) {
  return std::make_unique<KeyWalk>(kv, family, std::move(keys), snapshot);
}

std::unique_ptr<KvIterator> failed_walk(Failure failure) {
  return std::make_unique<FailedWalk>(std::move(failure));
}

}  // namespace muster
