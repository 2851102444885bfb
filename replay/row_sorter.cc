#include "replay/row_sorter.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "engine/core/bytes.h"

namespace muster::replay {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{256} << 10U;

/// Rows of one family in order, from one place.
class Cursor {
 public:
  Cursor() = default;
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  virtual ~Cursor() = default;

  /// False at the end.
  virtual Result<bool> advance() = 0;

  std::string_view key;
  std::string_view value;
};

}  // namespace

class RowSorter::FileCursor final : public Cursor {
 public:
  FileCursor(const Run& run, Family family)
      : run_{run},
        next_{run.sections[index_of(family)].begin},
        end_{run.sections[index_of(family)].end} {}

  Result<bool> advance() override {
    while (!take()) {
      if (next_ == end_) {
        return rest_.empty() ? Result<bool>{false}
                             : failure(Errc::kIo,
                                       "storage_io",
                                       run_.path.string() + " does not hold what was written");
      }
      MUSTER_CHECKED(read_on());
    }
    return true;
  }

 private:
  bool take() {
    ByteReader reader{rest_};
    key = reader.text();
    value = reader.text();
    if (reader.ok()) {
      rest_ = reader.rest();
    }
    return reader.ok();
  }

  Result<void> read_on() {
    buffer_.erase(0, buffer_.size() - rest_.size());
    const std::size_t kept = buffer_.size();
    const auto wanted = static_cast<std::size_t>(
        std::min<std::uint64_t>(std::max(kBufferBytes, kept), end_ - next_));
    buffer_.resize(kept + wanted);
    for (std::size_t done = 0; done < wanted;) {
      const auto got = ::pread(run_.file.descriptor(),
                               buffer_.data() + kept + done,
                               wanted - done,
                               static_cast<off_t>(next_ + done));
      if (got <= 0) {
        return io_failure(got == 0 ? EIO : errno, "read", run_.path);
      }
      done += static_cast<std::size_t>(got);
    }
    next_ += wanted;
    rest_ = buffer_;
    return {};
  }

  const Run& run_;
  std::uint64_t next_;
  std::uint64_t end_;
  std::string buffer_;
  std::string_view rest_;  // of buffer_
};

class RowSorter::LaneCursor final : public Cursor {
 public:
  LaneCursor(const Lane& lane, Family family) : lane_{lane} {
    next_ = static_cast<std::size_t>(
        std::ranges::lower_bound(lane.entries, family, {}, &Entry::family) - lane.entries.begin());
    end_ = static_cast<std::size_t>(
        std::ranges::upper_bound(lane.entries, family, {}, &Entry::family) - lane.entries.begin());
  }

  Result<bool> advance() override {
    if (next_ == end_) {
      return false;
    }
    const Entry& entry = lane_.entries[next_++];
    const std::string_view bytes{lane_.bytes};
    key = bytes.substr(entry.offset, entry.key_bytes);
    value = bytes.substr(entry.offset + entry.key_bytes, entry.value_bytes);
    return true;
  }

 private:
  const Lane& lane_;
  std::size_t next_ = 0;
  std::size_t end_ = 0;
};

class RowSorter::Merge final : public SortedSource {
 public:
  Merge(Family family, const OutcomeHours& hours, std::vector<std::unique_ptr<Cursor>> cursors)
      : family_{family}, hours_{hours}, cursors_{std::move(cursors)} {}

  Result<bool> next(std::string_view& key, std::string_view& value) override {
    do {
      MUSTER_TRY(const bool any, step());
      if (!any) {
        return false;
      }
    } while (!takes_part(family_, heap_.back()->key, hours_));
    key = heap_.back()->key;
    value = heap_.back()->value;
    return true;
  }

 private:
  static bool later(const Cursor* left, const Cursor* right) { return left->key > right->key; }

  /// Brings the cursor with the least key to the back of the heap; it stays there until the next
  /// step, because the views that were given out are its own.
  Result<bool> step() {
    if (!begun_) {
      begun_ = true;
      for (const auto& cursor : cursors_) {
        MUSTER_TRY(const bool any, cursor->advance());
        if (any) {
          heap_.push_back(cursor.get());
        }
      }
      std::make_heap(heap_.begin(), heap_.end(), later);
    } else if (!heap_.empty()) {
      MUSTER_TRY(const bool more, heap_.back()->advance());
      if (more) {
        std::push_heap(heap_.begin(), heap_.end(), later);
      } else {
        heap_.pop_back();
      }
    }
    if (heap_.empty()) {
      return false;
    }
    std::pop_heap(heap_.begin(), heap_.end(), later);
    return true;
  }

  Family family_;
  const OutcomeHours& hours_;
  std::vector<std::unique_ptr<Cursor>> cursors_;
  std::vector<Cursor*> heap_;
  bool begun_ = false;
};

RowSorter::RowSorter(Options options) : options_{std::move(options)}, lanes_(options_.lanes) {
  remove_runs();  // of a rebuild that was interrupted
}

RowSorter::~RowSorter() {
  remove_runs();
}

void RowSorter::remove_runs() {
  std::error_code ignored;
  std::filesystem::remove_all(options_.directory, ignored);
}

Result<void> RowSorter::put(std::size_t lane_index, const FoldedRow& row) {
  Lane& lane = lanes_[lane_index];
  const std::size_t bytes = row.key.size() + row.value.size();
  if (lane.bytes.size() + bytes > options_.lane_bytes_max && !lane.entries.empty()) {
    MUSTER_CHECKED(spill(lane));
  }
  lane.entries.push_back({row.family,
                          static_cast<std::uint32_t>(row.key.size()),
                          static_cast<std::uint32_t>(row.value.size()),
                          lane.bytes.size()});
  lane.bytes.append(row.key).append(row.value);
  lane.sorted = false;
  return {};
}

void RowSorter::sort(Lane& lane) {
  const std::string_view bytes{lane.bytes};
  std::ranges::sort(lane.entries, [&](const Entry& left, const Entry& right) {
    if (left.family != right.family) {
      return left.family < right.family;
    }
    return bytes.substr(left.offset, left.key_bytes) < bytes.substr(right.offset, right.key_bytes);
  });
  lane.sorted = true;
}

Result<std::unique_ptr<RowSorter::Run>> RowSorter::new_run() {
  const std::lock_guard lock{mutex_};
  MUSTER_CHECKED(make_directory(options_.directory));
  auto run = std::make_unique<Run>();
  run->path = options_.directory / std::to_string(runs_made_++);
  MUSTER_TRY(run->file, FileHandle::open(run->path, O_RDWR | O_CREAT | O_TRUNC));
  return run;
}

Result<void> RowSorter::spill(Lane& lane) {
  sort(lane);
  MUSTER_TRY(std::unique_ptr<Run> run, new_run());
  std::string buffer;
  std::uint64_t written = 0;
  for (const Entry& entry : lane.entries) {
    Section& section = run->sections[index_of(entry.family)];
    if (section.end == 0) {
      section.begin = written + buffer.size();
    }
    const std::string_view bytes{lane.bytes};
    put_text(buffer, bytes.substr(entry.offset, entry.key_bytes));
    put_text(buffer, bytes.substr(entry.offset + entry.key_bytes, entry.value_bytes));
    section.end = written + buffer.size();
    if (buffer.size() >= kBufferBytes) {
      MUSTER_CHECKED(run->file.write(buffer, run->path));
      written += buffer.size();
      buffer.clear();
    }
  }
  MUSTER_CHECKED(run->file.write(buffer, run->path));
  const std::lock_guard lock{mutex_};
  runs_.push_back(std::move(run));
  lane.bytes.clear();
  lane.entries.clear();
  return {};
}

std::unique_ptr<SortedSource> RowSorter::sorted(Family family) {
  std::vector<std::unique_ptr<Cursor>> cursors;
  for (Lane& lane : lanes_) {
    if (!lane.sorted) {
      sort(lane);
    }
    cursors.push_back(std::make_unique<LaneCursor>(lane, family));
  }
  for (const auto& run : runs_) {
    cursors.push_back(std::make_unique<FileCursor>(*run, family));
  }
  return std::make_unique<Merge>(family, hours_, std::move(cursors));
}

}  // namespace muster::replay
