/// How batches of a feed are written: as server-sent events, as lines of JSON, or as one answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/http/request.h"
#include "engine/core/ids.h"

namespace muster {

enum class FeedForm : std::uint8_t { kEvents, kLines, kOne };

/// What `Accept` asks for; one JSON document when it names no other form of ours.
FeedForm feed_form_of(const Request& request);
std::string_view media_type_of(FeedForm form);

/// What a consumer gives back as Last-Event-ID: the position, and before it the epoch once the
/// directory was restored. So an id says which history it belongs to.
std::string feed_id(Epoch epoch, std::uint64_t position);

/// How a stream begins: how soon to come back when it breaks.
std::string feed_beginning(FeedForm form, std::int64_t retry_ms);
/// `batch` is JSON, `id` that of the last position it covers; empty: it covers none.
std::string feed_piece(FeedForm form, std::string_view id, std::string batch);
/// Says that the connection lives; `next` is the position that is waited for.
std::string feed_heartbeat(FeedForm form, std::uint64_t next);

/// Why the server ends the stream, and where to go on.
struct FeedEnd {
  std::string_view reason;
  std::uint64_t next = 0;
  std::int64_t retry_ms = 0;
};

std::string feed_ending(FeedForm form, const FeedEnd& end);

}  // namespace muster
