/// How far a webhook has come, in `DIR/webhooks/<stream of the webhook>`.
///
/// It lies beside the store because it is no projection: nothing in the log says what was
/// delivered, so nothing could make it again, and a rebuild must not lose it. Text, replaced as a
/// whole:
///
///     muster webhook 1
///     epoch 1
///     next 57                 the first position that is not done
///     dead 1 40 12 1795224821670644 "status 500"
///     check 8f3a01bc          CRC-32C of everything before this line
///
/// `dead`, in order of position: epoch, position, attempts, when it was given up (microseconds),
/// and the last error as a JSON string. Whoever loses the file gets everything since the webhook
/// was made again, which a receiver that keeps `webhook-id` does not notice.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "api/server/deliveries.h"

namespace muster {

struct Bookmark {
  std::uint32_t epoch = 0;
  std::uint64_t next = 0;
  std::vector<DeadLetter> dead;

  bool operator==(const Bookmark&) const = default;
};

/// So many are kept; a webhook that would need one more stops.
inline constexpr std::size_t kDeadLettersMax = 1000;

std::string write_bookmark(const Bookmark& bookmark);
/// kCorrupt "bookmark_damaged".
Result<Bookmark> parse_bookmark(std::string_view text);

/// Nothing when there is no file.
Result<std::optional<Bookmark>> read_bookmark_file(const std::filesystem::path& path);
Result<void> write_bookmark_file(const std::filesystem::path& path, const Bookmark& bookmark);

}  // namespace muster
