/// The scrub: reads everything that a directory holds, over and over, and says what is damaged
/// before somebody needs it. Knows no thread and no clock of its own; whoever drives it keeps the
/// pace (api/server/scrub_service.h).
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "engine/ports/clock.h"
#include "projections/scrub/scrub_notes.h"
#include "projections/scrub/scrub_part.h"

namespace muster {

struct ScrubFinding {
  std::string part;
  std::string rule;
  std::string text;
  Micros at{};
};

struct ScrubPartStatus {
  std::string name;
  double coverage = 0;              // of this pass
  std::uint64_t checked_bytes = 0;  // since the process began
  std::uint64_t findings = 0;       // that stand
};

struct ScrubStatus {
  std::uint64_t pass = 1;
  std::string part;  // at hand
  Micros began{};    // this pass
  std::optional<Micros> passed_began;
  std::optional<Micros> passed_ended;
  /// No byte was looked at longer ago than this. Before the first pass: since the directory was
  /// made.
  std::uint64_t oldest_unchecked_seconds = 0;
  std::uint64_t bytes_per_second = 0;  // over the last minute or so
  std::uint64_t findings_total = 0;    // since the process began
  std::vector<ScrubPartStatus> parts;
  /// What stands: found in this pass, or in the last one and not yet looked at again.
  std::vector<ScrubFinding> findings;
};

class Scrubber {
 public:
  /// Findings kept with their text, of each part; the rest are counted.
  static constexpr std::size_t kShownMax = 50;

  using OnFinding = std::function<void(const ScrubFinding&)>;

  /// Goes on where an earlier process stopped. `on_finding` hears of each finding of a pass, from
  /// the thread that works.
  Scrubber(const ScrubPorts& ports, Clock& clock, OnFinding on_finding);
  Scrubber(const Scrubber&) = delete;
  Scrubber& operator=(const Scrubber&) = delete;

  struct Worked {
    ScrubPiece piece;
    bool pass_done = false;
  };

  /// One piece. One thread.
  Worked work();
  /// Keeps the place. The working thread, or after its end.
  void save();
  /// The next pass begins now.
  void begin_pass();

  /// Any thread.
  [[nodiscard]] ScrubStatus status() const;
  [[nodiscard]] bool is_clean() const;

 private:
  struct Slot {
    ScrubPartPtr part;
    double coverage = 0;
    std::uint64_t checked_bytes = 0;
    std::uint64_t found = 0;             // in the pass at hand
    std::uint64_t stood = 0;             // in the last one
    std::vector<ScrubFinding> findings;  // of the pass at hand
    std::vector<ScrubFinding> last;      // of the one before, until this one is over
  };

  void found(std::string_view rule, std::string text);
  void measure(std::uint64_t bytes);
  /// With mutex_ held.
  void end_part();

  ScrubPorts ports_;
  Clock& clock_;
  OnFinding on_finding_;
  mutable std::mutex mutex_;
  ScrubNotes notes_;  // guarded by mutex_, as the rest; parts use their share while they work
  std::vector<Slot> parts_;
  std::size_t at_ = 0;
  std::uint64_t findings_total_ = 0;
  std::uint64_t measured_bytes_ = 0;
  Micros measured_since_{};
  std::uint64_t bytes_per_second_ = 0;
};

}  // namespace muster
