/// The text of progress lines: how much is done, how fast, how long it will still take.
///
///   123,456 users, 41,230/s, 37 %, 12 s left
///
/// Knows no clock and prints nothing: the caller passes the time and prints `render()`'s text to
/// standard error. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/ids.h"

namespace muster {

class Progress {
 public:
  struct Options {
    /// What is counted, in the plural: "users", "events".
    std::string unit;
    /// How much there is in all, in whatever `done` of `update` counts (bytes of a file, events).
    std::optional<std::uint64_t> total;
    /// On a terminal one line is written over and over; elsewhere a line every few seconds.
    bool terminal = false;
  };

  Progress(Options options, Micros started);

  /// `items` are counted for people, `done` of `total` gives percent and time left. Cheap.
  void update(std::uint64_t items, std::uint64_t done) {
    items_ = items;
    done_ = done;
  }

  /// What to print now; nothing when it is too early for another line.
  std::optional<std::string> render(Micros now);
  /// The last line, with the whole time taken, ended by a line end.
  std::string finish(Micros now);

 private:
  [[nodiscard]] std::string text(Micros now) const;

  Options options_;
  Micros started_;
  Micros last_rendered_;
  std::uint64_t items_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t items_rendered_ = 0;
};

/// 1234567 as "1,234,567".
[[nodiscard]] std::string with_thousands(std::uint64_t number);
/// "48 s", "3 min 20 s", "2 h 5 min".
[[nodiscard]] std::string duration_text(std::uint64_t seconds);

}  // namespace muster
