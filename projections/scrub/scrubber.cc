#include "projections/scrub/scrubber.h"

#include <algorithm>

namespace muster {
namespace {

constexpr std::int64_t kMeasureMicros = 30'000'000;

std::uint64_t seconds_between(Micros from, Micros to) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, raw(to) - raw(from)) / 1'000'000);
}

}  // namespace

Scrubber::Scrubber(const ScrubPorts& ports, Clock& clock, OnFinding on_finding)
    : ports_{ports},
      clock_{clock},
      on_finding_{std::move(on_finding)},
      notes_{ScrubNotes::read(ports.directory.path())},
      measured_since_{clock.now()} {
  const ScrubContext context{ports_, notes_, [this](std::string_view rule, std::string text) {
                               found(rule, std::move(text));
                             }};
  using Maker = ScrubPartPtr (*)(const ScrubContext&);
  for (const Maker make : {&scrub_files,
                           &scrub_slots,
                           &scrub_wal,
                           &scrub_tables,
                           &scrub_log,
                           &scrub_views,
                           &scrub_rows}) {
    parts_.push_back({make(context), 0, 0, 0, 0, {}, {}});
  }
  const auto kept = std::ranges::find_if(
      parts_, [&](const Slot& slot) { return slot.part->name() == notes_.part; });
  if (kept != parts_.end()) {
    at_ = static_cast<std::size_t>(kept - parts_.begin());
    kept->part->resume(notes_.place);
  } else {
    notes_.began = clock.now();
  }
}

/// The working thread, from within a part.
void Scrubber::found(std::string_view rule, std::string text) {
  ScrubFinding finding{
      std::string{parts_[at_].part->name()}, std::string{rule}, std::move(text), clock_.now()};
  on_finding_(finding);
  const std::lock_guard lock{mutex_};
  ++findings_total_;
  Slot& slot = parts_[at_];
  ++slot.found;
  if (slot.findings.size() < kShownMax) {
    slot.findings.push_back(std::move(finding));
  }
}

void Scrubber::measure(std::uint64_t bytes) {
  measured_bytes_ += bytes;
  const Micros now = clock_.now();
  const std::int64_t took = raw(now) - raw(measured_since_);
  if (took >= kMeasureMicros || took < 0) {
    const std::uint64_t seconds = std::max<std::uint64_t>(1, seconds_between(measured_since_, now));
    bytes_per_second_ = measured_bytes_ / seconds;
    measured_bytes_ = 0;
    measured_since_ = now;
  }
}

void Scrubber::end_part() {
  Slot& slot = parts_[at_];
  slot.last = std::move(slot.findings);
  slot.stood = slot.found;
  slot.findings.clear();
  slot.found = 0;
  at_ = (at_ + 1) % parts_.size();
}

Scrubber::Worked Scrubber::work() {
  Slot& slot = parts_[at_];
  auto piece = slot.part->next();
  if (!piece) {
    found(piece.error().rule, piece.error().reason);
    piece = ScrubPiece{0, true};
  }
  const std::lock_guard lock{mutex_};
  slot.checked_bytes += piece->bytes;
  slot.coverage = piece->done ? 1.0 : slot.part->coverage();
  measure(piece->bytes);
  Worked worked{*piece};
  if (piece->done) {
    end_part();
    if (at_ == 0) {
      worked.pass_done = true;
      notes_.passed_began = notes_.began;
      notes_.passed_ended = clock_.now();
      ++notes_.pass;
    }
  }
  notes_.part = parts_[at_].part->name();
  notes_.place = parts_[at_].part->place();
  return worked;
}

void Scrubber::begin_pass() {
  const std::lock_guard lock{mutex_};
  notes_.began = clock_.now();
}

void Scrubber::save() {
  ScrubNotes notes;
  {
    const std::lock_guard lock{mutex_};
    notes = notes_;
  }
  // The place is a help, not a truth: without it the next process begins anew.
  (void)notes.save(ports_.directory.path());
}

ScrubStatus Scrubber::status() const {
  const std::lock_guard lock{mutex_};
  ScrubStatus status;
  status.pass = notes_.pass;
  status.part = parts_[at_].part->name();
  status.began = notes_.began;
  status.passed_began = notes_.passed_began;
  status.passed_ended = notes_.passed_ended;
  const Micros since = notes_.passed_began.value_or(ports_.directory.format().created);
  status.oldest_unchecked_seconds = seconds_between(since, clock_.now());
  status.bytes_per_second = bytes_per_second_;
  status.findings_total = findings_total_;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Slot& slot = parts_[i];
    // A part behind the one at hand was looked at in this pass, one before it not yet.
    const double coverage = i < at_ ? 1.0 : (i > at_ || slot.coverage == 1.0 ? 0.0 : slot.coverage);
    status.parts.push_back({std::string{slot.part->name()},
                            coverage,
                            slot.checked_bytes,
                            std::max(slot.found, slot.stood)});
    status.findings.insert(status.findings.end(), slot.findings.begin(), slot.findings.end());
    for (const ScrubFinding& old : slot.last) {
      const bool again = std::ranges::any_of(
          slot.findings, [&](const ScrubFinding& now) { return now.text == old.text; });
      if (!again) {
        status.findings.push_back(old);
      }
    }
  }
  return status;
}

bool Scrubber::is_clean() const {
  const std::lock_guard lock{mutex_};
  return std::ranges::all_of(parts_,
                             [](const Slot& slot) { return slot.found == 0 && slot.stood == 0; });
}

}  // namespace muster
