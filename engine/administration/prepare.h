/// What the preparation of every command shares.
///
/// A command has two halves. prepare_x() runs on the caller's thread: it checks what can be checked
/// without the directory, encodes and seals. The Decide that it returns runs on the sequencer's
/// thread, is pure and may be called again: it looks at the states as they are when its turn comes
/// and picks which of the prepared drafts become facts. It refuses with kStale, rule "stale", when
/// something it was prepared against has changed: read again, prepare again.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/ports/clock.h"
#include "engine/ports/entropy.h"
#include "engine/ports/sealer.h"
#include "engine/sequencer/command.h"

namespace muster {

/// Used while preparing only; a Decide keeps none of them.
struct DomainPorts {
  Sealer& sealer;
  Entropy& entropy;
  Clock& clock;
};

/// A new UUIDv7: the stream of a new aggregate, or as text the id of a part of one.
StreamId make_stream(const DomainPorts& ports);
std::string make_part_id(const DomainPorts& ports);

/// Collects what is wrong with a request, so that the caller learns of everything at once.
class Faults {
 public:
  void add(std::string_view pointer, std::string_view rule, std::string_view reason);

  [[nodiscard]] bool empty() const { return faults_.empty(); }

  /// Fails with everything collected, if anything was.
  [[nodiscard]] Result<void> done(std::string_view rule, Errc code = Errc::kInvalid) const;

 private:
  std::vector<Fault> faults_;
};

/// A failure with one fault.
Failure failure_at(Errc code,
                   std::string_view rule,
                   std::string_view pointer,
                   std::string_view reason);
/// kNotFound, `<what>_not_found`.
Failure not_found(std::string_view what);
/// kAlreadyTaken, `<what>_taken`.
Failure taken(std::string_view what);
/// kStale, "stale".
Failure stale();

/// The draft of an event without personal members whose public ones are ours and short (ids,
/// states): needs no sealer, so it can be made while deciding. Anything a caller spells needs
/// make_draft().
Draft open_draft(AnyEvent event);

inline constexpr std::size_t kIdBytesMax = 64;
inline constexpr std::size_t kDisplayNameCharactersMax = 256;
inline constexpr std::size_t kDescriptionCharactersMax = 4096;

/// Ids of everything but users: a letter or digit, then up to 63 of those, `_`, `.` and `-`.
bool is_id(std::string_view text);
/// Text for people: valid UTF-8 without control characters, at most `characters_max` long.
bool is_line(std::string_view text, std::size_t characters_max);
/// The same with line breaks and tabs, at most kDescriptionCharactersMax long.
bool is_description(std::string_view text);

/// Add a fault unless the text is an id, a line that is not empty, a description.
void check_id(Faults& faults, std::string_view pointer, std::string_view id);
void check_name(Faults& faults, std::string_view pointer, std::string_view name);
void check_description(Faults& faults, std::string_view pointer, std::string_view description);

}  // namespace muster
