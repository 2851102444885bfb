/// One class of bytes that the scrub looks at, piece by piece.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/ports/views.h"
#include "projections/directory.h"
#include "projections/published.h"
#include "storage/directory/data_directory.h"

namespace muster {

class ScrubNotes;

struct ScrubPorts {
  DataDirectory& directory;
  const Published& published;
  const Directory& lists;
  const Views& views;
};

/// What a part uses. Everything outlives it.
struct ScrubContext {
  const ScrubPorts& ports;
  /// What was seen of files that say nothing about themselves.
  ScrubNotes& notes;
  /// `text` names what is damaged, exactly, and never holds a personal value.
  std::function<void(std::string_view rule, std::string text)> found;
};

struct ScrubPiece {
  std::uint64_t bytes = 0;  // looked at, or what else was done, in bytes
  bool done = false;        // the part's pass is over
  /// How long to wait before the next piece, beside the pace.
  std::chrono::milliseconds wait{0};
};

/// One thread.
class ScrubPart {
 public:
  explicit ScrubPart(const ScrubContext& context) : context_{context} {}

  ScrubPart(const ScrubPart&) = delete;
  ScrubPart& operator=(const ScrubPart&) = delete;
  virtual ~ScrubPart() = default;

  /// Static; a label of metrics.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Looks at some 256 KiB, or as much as takes a few milliseconds. Damage is a finding; a failure
  /// says that the rest of the part cannot be looked at in this pass. After the last piece the part
  /// begins anew.
  virtual Result<ScrubPiece> next() = 0;

  /// Where a restarted process goes on: a word without spaces and without personal values. Empty:
  /// at the beginning.
  [[nodiscard]] virtual std::string place() const { return {}; }

  /// Unreadable places are the beginning.
  virtual void resume(std::string_view /*place*/) {}

  /// How much of the part this pass has looked at, 0 to 1.
  [[nodiscard]] virtual double coverage() const = 0;

 protected:
  ScrubContext context_;
};

using ScrubPartPtr = std::unique_ptr<ScrubPart>;

/// FORMAT, epochs, CURRENT, MANIFEST, OPTIONS, IDENTITY, the master key, KEKs and tree heads.
ScrubPartPtr scrub_files(const ScrubContext& context);
/// keys/slots, each slot opened.
ScrubPartPtr scrub_slots(const ScrubContext& context);
/// The write-ahead log.
ScrubPartPtr scrub_wal(const ScrubContext& context);
/// Every byte of every table, from the disk.
ScrubPartPtr scrub_tables(const ScrubContext& context);
/// Open parts against leaf hashes, segments and attachments against their digests, the tree's nodes
/// against its leaves.
ScrubPartPtr scrub_log(const ScrubContext& context);
/// Streams folded, and the rows of views against what the fold gives.
ScrubPartPtr scrub_views(const ScrubContext& context);
/// The checksums of all rows.
ScrubPartPtr scrub_rows(const ScrubContext& context);

}  // namespace muster
