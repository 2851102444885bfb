#include <algorithm>
#include <sstream>

#include "projections/fold/scanned_event.h"
#include "projections/scrub/scrub_part.h"
#include "storage/log/group_record.h"
#include "storage/log/kv_tree_nodes.h"
#include "storage/log/log_reader.h"
#include "storage/seal/digest.h"
#include "storage/tree/frontier.h"

namespace muster {
namespace {

constexpr std::uint64_t kEventsAtOnce = 128;
/// What an event costs beside reading its bytes: look-ups of segments and hashes.
constexpr std::uint64_t kEventBytes = 2048;

/// Walks every log from its first event on: the bytes that are the truth, and what lies beside
/// them.
class LogPart final : public ScrubPart {
 public:
  using ScrubPart::ScrubPart;

  [[nodiscard]] std::string_view name() const override { return "log"; }

  Result<ScrubPiece> next() override;

  [[nodiscard]] std::string place() const override {
    return started_ ? std::to_string(raw(log_)) + "/" + to_hex(frontier_.serialise())
                    : std::string{};
  }

  void resume(std::string_view place) override;

  [[nodiscard]] double coverage() const override;

 private:
  void begin(const ReadPoint& point);
  Result<std::uint64_t> walk(std::uint64_t end);
  Result<void> check_event(Position position, std::string_view open_part);
  Result<void> check_segments(const ScannedEvent& event);
  Result<void> check_attachments(const ScannedEvent& event);
  Result<void> check_leaves(Position first, const std::vector<Digest>& leaves);
  Result<void> check_nodes(const std::vector<TreeNode>& nodes);
  [[nodiscard]] bool is_destroyed(Slot slot);
  void report(Position position, std::string_view rule, const std::string& text);
  bool next_log(const ReadPoint& point);

  bool started_ = false;
  LogId log_{};
  Frontier frontier_;  // of what was looked at in this log
};

void LogPart::resume(std::string_view place) {
  const auto slash = place.find('/');
  if (slash == std::string_view::npos) {
    return;
  }
  std::istringstream number{std::string{place.substr(0, slash)}};
  std::uint32_t log = 0;
  const auto bytes = from_hex(place.substr(slash + 1));
  auto frontier = Frontier::parse(bytes.value_or(""));
  if (number >> log && frontier) {
    log_ = LogId{log};
    frontier_ = *frontier;
    started_ = true;
  }
}

double LogPart::coverage() const {
  const auto point = context_.ports.published.now();
  std::uint64_t all = 0;
  std::uint64_t done = frontier_.size();
  for (const LogSize& log : point->sizes ? *point->sizes : std::vector<LogSize>{}) {
    all += log.size;
    done += log.log < log_ ? log.size : 0;
  }
  return all == 0 ? 1.0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(all));
}

void LogPart::report(Position position, std::string_view rule, const std::string& text) {
  context_.found(rule,
                 "log " + std::to_string(raw(log_)) + " position " + std::to_string(raw(position)) +
                     ": " + text);
}

bool LogPart::next_log(const ReadPoint& point) {
  frontier_ = Frontier{};
  if (point.sizes) {
    for (const LogSize& log : *point.sizes) {
      if (!started_ || log.log > log_) {
        log_ = log.log;
        started_ = true;
        return true;
      }
    }
  }
  started_ = false;
  log_ = LogId{};
  return false;
}

/// The slot is overwritten, or the log says that it is to be.
bool LogPart::is_destroyed(Slot slot) {
  DataDirectory& directory = context_.ports.directory;
  std::string value;
  const auto decided = directory.kv().get(Family::kMeta, erasing_key(slot), value);
  if (decided && *decided) {
    return true;
  }
  const auto key = directory.vault().slots().read(slot);
  return !key && key.error().code == Errc::kGone;
}

Result<void> LogPart::check_segments(const ScannedEvent& event) {
  std::string segment;
  for (std::size_t number = 0; number < event.sealed.size(); ++number) {
    const SealedReference& reference = event.sealed[number];
    const std::string key =
        segment_key(event.log, event.position, static_cast<std::uint8_t>(number));
    MUSTER_TRY(const bool found,
               context_.ports.directory.kv().get(Family::kSegments, key, segment));
    if (!found && !is_destroyed(reference.slot)) {
      report(event.position,
             "segment_missing",
             "sealed segment " + std::to_string(number) + " is gone, but nobody was erased");
    } else if (found && sha256(segment) != reference.digest) {
      report(event.position,
             "segment_altered",
             "sealed segment " + std::to_string(number) + " is not the one that was recorded");
    }
  }
  return {};
}

Result<void> LogPart::check_attachments(const ScannedEvent& event) {
  std::string value;
  for (const AttachedReference& reference : event.attached) {
    MUSTER_TRY(const bool found,
               context_.ports.directory.kv().get(
                   Family::kAttachments, attachment_key(event.log, reference.digest), value));
    if (!found || sha256(value) != reference.digest) {
      report(event.position,
             found ? "attachment_altered" : "attachment_missing",
             "attachment " + to_hex(as_view(reference.digest)) +
                 (found ? " is not the one that was recorded" : " is not stored"));
    }
  }
  return {};
}

Result<void> LogPart::check_event(Position position, std::string_view open_part) {
  ScannedEvent event;
  if (!scan_open_part(open_part, event) || event.log != log_ || event.position != position) {
    report(position, "open_part_unreadable", "the open part is not spelled as one of this place");
    return {};
  }
  MUSTER_CHECKED(check_segments(event));
  return check_attachments(event);
}

/// What the tree has stored for events that were just hashed.
Result<void> LogPart::check_leaves(Position first, const std::vector<Digest>& leaves) {
  KvTreeNodes nodes{context_.ports.directory.kv(), log_};
  MUSTER_TRY(const std::string stored, nodes.hashes(0, raw(first), leaves.size()));
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (as_view(leaves[i]) != std::string_view{stored}.substr(i * sizeof(Digest), sizeof(Digest))) {
      report(Position{raw(first) + i},
             "leaf_differs",
             "the open part, or its leaf hash in tree.1, is not what was recorded");
    }
  }
  return {};
}

Result<void> LogPart::check_nodes(const std::vector<TreeNode>& nodes) {
  KvTreeNodes stored{context_.ports.directory.kv(), log_};
  for (const TreeNode& node : nodes) {
    MUSTER_TRY(const std::string hash, stored.hashes(node.level, node.index, 1));
    if (hash != as_view(node.hash)) {
      context_.found("tree_differs",
                     "log " + std::to_string(raw(log_)) + ": tree.1 level " +
                         std::to_string(node.level) + " index " + std::to_string(node.index) +
                         " is not the hash of the leaves below it");
    }
  }
  return {};
}

Result<std::uint64_t> LogPart::walk(std::uint64_t end) {
  DataDirectory& directory = context_.ports.directory;
  const LogReader reader{directory.kv(), directory.vault()};
  const Position first{frontier_.size()};
  std::uint64_t bytes = 0;
  std::vector<Digest> leaves;
  std::vector<std::string> open_parts;
  MUSTER_CHECKED(
      reader.each_open_part(log_, first, [&](Position, std::string_view open_part) -> Result<bool> {
        leaves.push_back(leaf_hash(open_part));
        open_parts.emplace_back(open_part);
        bytes += open_part.size() + kEventBytes;
        return raw(first) + leaves.size() < end;
      }));
  if (raw(first) + leaves.size() != end) {
    return failure(Errc::kCorrupt,
                   "log_incomplete",
                   "the log ends at position " + std::to_string(raw(first) + leaves.size()) +
                       ", before what was published");
  }
  std::vector<TreeNode> completed;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    MUSTER_CHECKED(check_event(Position{raw(first) + i}, open_parts[i]));
    frontier_.append(leaves[i], completed);
  }
  MUSTER_CHECKED(check_leaves(first, leaves));
  MUSTER_CHECKED(check_nodes(completed));
  return bytes;
}

Result<ScrubPiece> LogPart::next() {
  const auto point = context_.ports.published.now();
  if (!started_ && !next_log(*point)) {
    return ScrubPiece{0, true};
  }
  const std::uint64_t size = point->size_of(log_);
  const std::uint64_t end = std::min(size, frontier_.size() + kEventsAtOnce);
  ScrubPiece piece;
  bool over = frontier_.size() >= size;
  if (!over) {
    const auto walked = walk(end);
    if (!walked) {
      // Nothing behind such a place can be trusted; the other logs can.
      report(Position{frontier_.size()}, walked.error().rule, walked.error().reason);
    }
    piece.bytes = walked ? *walked : 0;
    over = !walked || frontier_.size() >= size;
  }
  piece.done = over && !next_log(*point);
  return piece;
}

}  // namespace

ScrubPartPtr scrub_log(const ScrubContext& context) {
  return std::make_unique<LogPart>(context);
}

}  // namespace muster
