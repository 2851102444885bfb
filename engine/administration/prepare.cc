#include "engine/administration/prepare.h"

#include <algorithm>

#include "engine/core/check.h"
#include "engine/events/event_codec.h"
#include "engine/text/characters.h"
#include "engine/text/utf8.h"

namespace muster {
namespace {

bool is_letter_or_digit(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9');
}

enum class LineBreaks : bool { kRefused, kAllowed };

bool is_text(std::string_view text, std::size_t characters_max, LineBreaks line_breaks) {
  std::size_t characters = 0;
  for (; !text.empty(); ++characters) {
    const CodePoint read = first_code_point(text);
    const bool space = read.value == '\n' || read.value == '\r' || read.value == '\t';
    const bool allowed = !is_control(read.value) || (space && line_breaks == LineBreaks::kAllowed);
    if (!read.valid || !allowed) {
      return false;
    }
    text.remove_prefix(read.bytes);
  }
  return characters <= characters_max;
}

}  // namespace

StreamId make_stream(const DomainPorts& ports) {
  return StreamId{make_uuid_v7(ports.entropy, ports.clock.now())};
}

std::string make_part_id(const DomainPorts& ports) {
  return make_stream(ports).text();
}

void Faults::add(std::string_view pointer, std::string_view rule, std::string_view reason) {
  faults_.push_back({std::string{pointer}, std::string{rule}, std::string{reason}});
}

Result<void> Faults::done(std::string_view rule, Errc code) const {
  if (faults_.empty()) {
    return {};
  }
  Failure refused = failure(code, rule, "the request is not acceptable; see details");
  refused.faults = faults_;
  return refused;
}

Failure failure_at(Errc code,
                   std::string_view rule,
                   std::string_view pointer,
                   std::string_view reason) {
  Failure refused = failure(code, rule, reason);
  refused.faults.push_back({std::string{pointer}, std::string{rule}, std::string{reason}});
  return refused;
}

Failure not_found(std::string_view what) {
  const std::string rule = std::string{what} + "_not_found";
  return failure(Errc::kNotFound, rule, "there is no such " + std::string{what});
}

Failure taken(std::string_view what) {
  return failure(Errc::kAlreadyTaken, std::string{what} + "_taken", "it is in use already");
}

Failure stale() {
  return failure(Errc::kStale, "stale", "what the request was prepared from has changed");
}

Draft open_draft(AnyEvent event) {
  EncodedEvent encoded = encode_event(event);
  check(encoded.sealed.empty() && encoded.attachments.empty(), "this event needs make_draft()");
  return Draft{std::move(event), std::move(encoded.data), {}, {}};
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kIdBytesMax && is_letter_or_digit(text.front()) &&
         std::ranges::all_of(text, [](char byte) {
           return is_letter_or_digit(byte) || byte == '_' || byte == '.' || byte == '-';
         });
}

bool is_line(std::string_view text, std::size_t characters_max) {
  return is_text(text, characters_max, LineBreaks::kRefused);
}

bool is_description(std::string_view text) {
  return is_text(text, kDescriptionCharactersMax, LineBreaks::kAllowed);
}

void check_id(Faults& faults, std::string_view pointer, std::string_view id) {
  if (!is_id(id)) {
    faults.add(pointer,
               "id",
               "must begin with a letter or digit, have at most 64 characters and only letters, "
               "digits, '_', '.' and '-'");
  }
}

void check_name(Faults& faults, std::string_view pointer, std::string_view name) {
  if (name.empty()) {
    faults.add(pointer, "required", "must be given and not be empty");
  } else if (!is_line(name, kDisplayNameCharactersMax)) {
    faults.add(pointer, "text", "must have at most 256 characters and no control characters");
  }
}

void check_description(Faults& faults, std::string_view pointer, std::string_view description) {
  if (!is_description(description)) {
    faults.add(pointer, "text", "must have at most 4096 characters and no control characters");
  }
}

}  // namespace muster
