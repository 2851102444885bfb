/// The open part of an event: the bytes that are hashed into the Merkle tree and never change.
///
///   open part = JSON object, no white space, members in this order, absent ones left out:
///     "v"        1, the version of this layout
///     "log"      number of the log
///     "pos"      position in the log
///     "time"     microseconds since 1970-01-01T00:00:00Z
///     "type"     name of the event
///     "ver"      version of the event
///     "stream"   UUID of the stream
///     "rev"      revision of the stream after this event, from 1
///     "prev"     leaf hash of the stream's previous event, base64url; absent when rev is 1
///     "cmd"      position of the first event of the same command
///     "part"     place of this event in the command, from 1; absent when parts is 1
///     "parts"    how many events the command has; absent when 1
///     "schemas"  [[schema id, revision]...] that the values were checked with
///     "actor"    UUID of the stream of the person or client on whose behalf; absent when the
///     client
///                acted for itself
///     "client"   UUID of the stream of the client that sent the command; absent for the operator's
///                own tools
///     "req"      request id made by the server
///     "idem"     HMAC-SHA256 of the idempotency key, base64url
///     "data"     the public members of the event
///     "sealed"   [{"subject":UUID,"slot":N,"digest":SHA-256 of the segment, base64url}...]
///     "attached" [{"digest":SHA-256 of the value, base64url,"bytes":N}...]
///
/// At most 16 KiB. The bytes are the truth: they are stored as written and never made again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/bytes.h"
#include "engine/core/ids.h"
#include "engine/core/json.h"
#include "engine/core/result.h"
#include "engine/events/describe.h"

namespace muster {

inline constexpr std::size_t kOpenPartBytesMax = 16 * 1024;

struct SchemaUse {
  std::string id;
  Revision revision{};

  bool operator==(const SchemaUse&) const = default;
};

struct SealedReference {
  StreamId subject;
  Slot slot{};
  Digest digest{};

  bool operator==(const SealedReference&) const = default;
};

struct AttachedReference {
  Digest digest{};
  std::uint64_t bytes = 0;

  bool operator==(const AttachedReference&) const = default;
};

struct EventHeader {
  LogId log{};
  Position position{};
  Micros time{};
  std::string type;
  EventVersion version{};
  StreamId stream;
  Revision revision{};
  Digest previous{};  // all zero when revision is 1
  Position command{};
  std::uint32_t part = 1;
  std::uint32_t parts = 1;
  std::vector<SchemaUse> schemas;
  StreamId actor;   // nil: the client itself
  StreamId client;  // nil: the operator's own tools
  std::string request_id;
  std::string idempotency;
  std::vector<SealedReference> sealed;
  std::vector<AttachedReference> attached;

  bool operator==(const EventHeader&) const = default;
};

/// `data` is the JSON object made by encode_event.
std::string write_open_part(const EventHeader& header, std::string_view data);

/// A parsed open part; `data()` lives as long as this object.
class OpenPart {
 public:
  /// kCorrupt when the bytes are not what write_open_part makes.
  static Result<OpenPart> parse(std::string_view bytes);

  [[nodiscard]] const EventHeader& header() const { return header_; }

  [[nodiscard]] JsonValue data() const { return *document_.root().find("data"); }

 private:
  OpenPart(JsonDocument document, EventHeader header)
      : document_{std::move(document)}, header_{std::move(header)} {}

  JsonDocument document_;
  EventHeader header_;
};

}  // namespace muster
