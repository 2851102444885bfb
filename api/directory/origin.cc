#include "api/directory/origin.h"

#include <algorithm>

#include "api/directory/conditions.h"
#include "engine/core/json_writer.h"
#include "engine/text/utf8.h"

namespace muster {
namespace {

constexpr std::size_t kKeyBytesMin = 32;
constexpr std::size_t kKeyBytesMax = 255;
/// User agents beyond this are cut: they are evidence, not data.
constexpr std::size_t kUserAgentBytesMax = 256;

std::string_view idempotency_key(const Request& request) {
  constexpr std::string_view kPublished = "x-idempotency-key";
  return request.header(request.has_header(kPublished) ? kPublished : "idempotency-key");
}

/// What is personal about a request, sealed under the actor's key.
std::string describe_request(const Request& request) {
  std::string json;
  JsonWriter writer{json};
  const auto member = [&](std::string_view name, std::string_view value) {
    if (!value.empty() && is_valid_utf8(value)) {
      writer.member(name, value);
    }
  };
  writer.begin_object();
  member("ip", request.peer);
  member("user_agent", request.header("user-agent").substr(0, kUserAgentBytesMax));
  member("request_id", request.client_request_id());
  member("traceparent", request.traceparent().substr(0, kUserAgentBytesMax));
  writer.end_object();
  return json;
}

}  // namespace

bool has_idempotency_key(const Request& request) {
  return request.method == Method::kPost &&
         (request.has_header("x-idempotency-key") || request.has_header("idempotency-key"));
}

Result<void> check_idempotency_key(const Request& request) {
  if (!has_idempotency_key(request)) {
    return {};
  }
  const std::string_view key = idempotency_key(request);
  const bool is_ascii =
      std::ranges::all_of(key, [](char byte) { return byte >= ' ' && byte <= '~'; });
  if (!is_ascii || key.size() < kKeyBytesMin || key.size() > kKeyBytesMax) {
    return failure(Errc::kInvalidSyntax,
                   "invalid_idempotency_key",
                   "an idempotency key has 32 to 255 characters of ASCII");
  }
  return {};
}

Result<IdempotencyKey> make_idempotency(const Services& services,
                                        const Request& request,
                                        const Caller& caller) {
  const std::string_view key = idempotency_key(request);
  std::string place;
  put_text(place, caller.client.view());
  put_text(place, name_of(request.method));
  put_text(place, request.path());
  put_text(place, key);
  std::string whole;
  put_text(whole, request.target());
  put_text(whole, request.body);
  const auto& mac = services.idempotency_mac;
  MUSTER_TRY(const Digest place_mac, mac(caller.log, place));
  MUSTER_TRY(const Digest whole_mac, mac(caller.log, whole));
  MUSTER_TRY(const Digest key_mac, mac(caller.log, key));
  return IdempotencyKey{place_mac, whole_mac, to_base64url(as_view(key_mac))};
}

Result<Command> make_command(const Services& services,
                             const Request& request,
                             const Caller& caller,
                             const Prepared& prepared) {
  Command command;
  command.log = caller.log;
  command.origin.client = caller.client;
  command.origin.request_id = request.request_id;
  if (raw(caller.slot) != 0) {
    MUSTER_TRY(SealedSegment segment,
               seal_request(services.domain.sealer,
                            caller.log,
                            caller.client,
                            caller.slot,
                            describe_request(request)));
    command.origin.request = std::move(segment);
  }
  if (prepared.precondition) {
    EntityTags tags = entity_tags(request, "if-match");
    if (tags.given) {
      for (std::string& tag : tags.tags) {
        if (const auto mark = tag.rfind(kShownMark); mark != std::string::npos) {
          tag.replace(mark, std::string::npos, "\"");
        }
      }
      command.precondition = Precondition{*prepared.precondition, std::move(tags.tags), tags.any};
    }
  }
  if (has_idempotency_key(request)) {
    MUSTER_TRY(command.idempotency, make_idempotency(services, request, caller));
  }
  command.decide = prepared.decide;
  return command;
}

Prepared refusal(Failure failure) {
  Prepared prepared;
  prepared.decide = [failure = std::move(failure)](StateReader&, Micros) -> Result<Decision> {
    return failure;
  };
  return prepared;
}

}  // namespace muster
