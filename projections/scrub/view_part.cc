#include <algorithm>
#include <optional>
#include <unordered_map>

#include "engine/state/state.h"
#include "projections/scrub/scrub_part.h"
#include "storage/log/group_record.h"
#include "storage/log/log_reader.h"
#include "storage/log/view_family.h"

namespace muster {
namespace {

constexpr int kStreamsAtOnce = 16;
/// What folding a stream costs beside reading its bytes.
constexpr std::uint64_t kStreamBytes = std::uint64_t{32} * 1024;
constexpr std::uint64_t kEventBytes = 4096;

/// Folds every stream and compares the rows that follow with those that are stored. Rows that
/// follow from nothing are found by muster-replay verify only; here their checksums are read
/// (row_part.cc).
class ViewPart final : public ScrubPart {
 public:
  using ScrubPart::ScrubPart;

  [[nodiscard]] std::string_view name() const override { return "views"; }

  Result<ScrubPiece> next() override;

  [[nodiscard]] std::string place() const override {
    return next_ ? std::to_string(raw(next_->log)) + "/" + next_->stream.text() : std::string{};
  }

  void resume(std::string_view place) override;

  [[nodiscard]] double coverage() const override {
    const std::uint64_t total = std::max(total_, done_ + 1);
    return static_cast<double>(done_) / static_cast<double>(total);
  }

 private:
  struct Place {
    LogId log{};
    StreamId stream;
  };

  /// The first stream at or behind next_, or nothing.
  Result<std::optional<Place>> find(const ReadPoint& point) const;
  Result<std::uint64_t> check(const Place& place, const ReadPoint& point);
  Result<void> compare(const Place& place, const AnyState& state, const ReadPoint& point);
  Result<std::string> tenant_of(LogId log, const ReadPoint& point);
  void check_chain(const Place& place, const std::vector<LoggedEvent>& events, const AnyState& end);
  void report(const Place& place, std::string_view rule, const std::string& text);

  std::optional<Place> next_;  // nothing: the very first
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;  // streams of the pass before
};

void ViewPart::resume(std::string_view place) {
  const auto slash = place.find('/');
  const auto stream =
      slash == std::string_view::npos ? std::nullopt : Uuid::parse(place.substr(slash + 1));
  if (stream) {
    next_ =
        Place{LogId{static_cast<std::uint32_t>(std::stoul(std::string{place.substr(0, slash)}))},
              StreamId{*stream}};
  }
}

void ViewPart::report(const Place& place, std::string_view rule, const std::string& text) {
  context_.found(
      rule,
      "log " + std::to_string(raw(place.log)) + " stream " + place.stream.text() + ": " + text);
}

Result<std::optional<ViewPart::Place>> ViewPart::find(const ReadPoint& point) const {
  const std::string from = next_ ? stream_prefix(next_->log, next_->stream) : std::string{};
  const auto rows = context_.ports.directory.kv().iterate(
      Family::kStreams, KvRange{from, {}}, point.snapshot.get());
  rows->seek_to_first();
  MUSTER_CHECKED(rows->status());
  if (!rows->valid() || rows->key().size() < sizeof(std::uint32_t) + sizeof(StreamId)) {
    return std::optional<Place>{};
  }
  ByteReader key{rows->key()};
  Place place;
  place.log = LogId{key.big_endian_32()};
  place.stream = StreamId{Uuid::from_bytes(key.take(sizeof(StreamId)))};
  return std::optional{place};
}

Result<std::string> ViewPart::tenant_of(LogId log, const ReadPoint& point) {
  MUSTER_TRY(const auto tenants, context_.ports.lists.list_tenants(point));
  const auto found = std::ranges::find(tenants, log, &TenantState::log);
  return found == tenants.end() ? std::string{} : found->id;
}

void ViewPart::check_chain(const Place& place,
                           const std::vector<LoggedEvent>& events,
                           const AnyState& end) {
  Digest previous{};
  std::uint64_t revision = 0;
  for (const LoggedEvent& event : events) {
    if (raw(event.header.revision) != ++revision || event.header.previous != previous) {
      report(place,
             "previous_differs",
             "the event at position " + std::to_string(raw(event.header.position)) +
                 " names another predecessor than the one in the log");
      return;
    }
    previous = event.leaf;
    const bool destroyed = !exists(end);
    if (event.sealed_lost && !destroyed) {
      report(place,
             "segment_missing",
             "the sealed segment of position " + std::to_string(raw(event.header.position)) +
                 " is gone or its key destroyed, but nobody erased the stream");
      return;
    }
  }
}

Result<void> ViewPart::compare(const Place& place, const AnyState& state, const ReadPoint& point) {
  DataDirectory& directory = context_.ports.directory;
  const LogReader reader{directory.kv(), directory.vault(), point.snapshot};
  RowContext around;
  around.log = place.log;
  std::string tenant;
  AnyState pool;
  if (const auto* user = std::get_if<UserState>(&state)) {
    MUSTER_TRY(tenant, tenant_of(place.log, point));
    around.tenant_id = tenant;
    MUSTER_TRY(pool, reader.fold(place.log, user->pool, Revision{~0ULL}));
    around.pool = std::get_if<PoolState>(&pool);
    if (around.pool == nullptr || around.pool->gone) {
      return {};  // the pool was deleted, and its users go in the background
    }
  }
  RowSet expected;
  context_.ports.views.rows(state, around, expected);
  std::string stored;
  for (const Row& row : expected.rows) {
    const Family family = family_of(row.view);
    const auto found = directory.kv().get(family, row.key, stored, point.snapshot.get());
    if (!found) {
      report(place, found.error().rule, found.error().reason);
    } else if (!*found || stored != row.value) {
      report(place,
             "row_differs",
             "a row of " + std::string{name_of(family)} +
                 (*found ? " differs from the log" : " is missing") +
                 "; muster-replay verify names it, rebuild makes it again");
    }
  }
  return {};
}

Result<std::uint64_t> ViewPart::check(const Place& place, const ReadPoint& point) {
  DataDirectory& directory = context_.ports.directory;
  const LogReader reader{directory.kv(), directory.vault(), point.snapshot};
  MUSTER_TRY(const auto events, reader.history(place.log, place.stream, Revision{~0ULL}));
  AnyState state;
  for (const LoggedEvent& event : events) {
    evolve(state, event.meta(), event.event);
  }
  check_chain(place, events, state);
  if (exists(state)) {
    MUSTER_CHECKED(compare(place, state, point));
  }
  return kStreamBytes + events.size() * kEventBytes;
}

Result<ScrubPiece> ViewPart::next() {
  const auto point = context_.ports.published.now();
  ScrubPiece piece;
  for (int i = 0; i < kStreamsAtOnce; ++i) {
    MUSTER_TRY(const auto place, find(*point));
    if (!place) {
      total_ = done_;
      done_ = 0;
      next_.reset();
      piece.done = true;
      return piece;
    }
    const auto checked = check(*place, *point);
    if (!checked) {
      report(*place, checked.error().rule, checked.error().reason);
    }
    piece.bytes += checked ? *checked : kStreamBytes;
    ++done_;
    // Behind all revisions of this stream.
    next_ = place;
    for (std::size_t at = next_->stream.bytes.size(); at-- > 0 && ++next_->stream.bytes[at] == 0;) {
    }
  }
  return piece;
}

}  // namespace

ScrubPartPtr scrub_views(const ScrubContext& context) {
  return std::make_unique<ViewPart>(context);
}

}  // namespace muster
