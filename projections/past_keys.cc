#include "projections/past_keys.h"

#include <algorithm>
#include <array>

#include "engine/core/bytes.h"
#include "engine/core/check.h"
#include "projections/keys.h"

namespace muster {
namespace {

constexpr char kByKey = 'k';
constexpr char kByStream = 's';
constexpr std::size_t kEndBytes = 2 + 8;  // with the two zero bytes before it

constexpr std::array<std::pair<View, char>, 5> kLetters{{{View::kStates, 's'},
                                                         {View::kUsers, 'u'},
                                                         {View::kUserKeys, 'k'},
                                                         {View::kUserIndex, 'i'},
                                                         {View::kGroups, 'g'}}};

char letter_of(View view) {
  const auto* const found = std::ranges::find(kLetters, view, &std::pair<View, char>::first);
  check(found != kLetters.end(), "rows of this view have no past");
  return found->second;
}

void append_escaped(std::string& out, std::string_view bytes) {
  for (const char byte : bytes) {
    out.push_back(byte);
    if (byte == '\0') {
      out.push_back('\xff');
    }
  }
}

/// False when a zero byte is not followed as it must be.
bool append_unescaped(std::string& out, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out.push_back(bytes[i]);
    if (bytes[i] == '\0' && (++i == bytes.size() || bytes[i] != '\xff')) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string past_prefix(View view, std::string_view beginning) {
  check(beginning.size() >= kLogBytes, "keys of views begin with a log");
  std::string key{beginning.substr(0, kLogBytes)};
  key.push_back(kByKey);
  key.push_back(letter_of(view));
  append_escaped(key, beginning.substr(kLogBytes));
  return key;
}

std::string past_key(const RowKey& row, Position end) {
  std::string key = past_prefix(row.view, row.key);
  key.append(2, '\0');
  put_big_endian_64(key, raw(end));
  return key;
}

std::string every_past_lead(LogId log) {
  std::string key;
  put_big_endian_32(key, raw(log));
  key.push_back(kByStream);
  return key;
}

std::string past_leads_prefix(LogId log, StreamId stream) {
  return every_past_lead(log).append(stream.view());
}

std::string past_lead(LogId log, StreamId stream, std::string_view past_key) {
  return past_leads_prefix(log, stream).append(past_key.substr(kLogBytes + 1));
}

std::string led_to(std::string_view lead) {
  std::string key{lead.substr(0, kLogBytes)};
  key.push_back(kByKey);
  key.append(lead.substr(std::min(lead.size(), kLogBytes + 1 + kStreamBytes)));
  return key;
}

std::optional<PastKey> parse_past_key(std::string_view key) {
  if (key.size() < kLogBytes + 2 + kEndBytes || key[kLogBytes] != kByKey) {
    return std::nullopt;
  }
  const auto* const view =
      std::ranges::find(kLetters, key[kLogBytes + 1], &std::pair<View, char>::second);
  if (view == kLetters.end()) {
    return std::nullopt;
  }
  PastKey parsed;
  parsed.row.view = view->first;
  parsed.row.key = key.substr(0, kLogBytes);
  const std::string_view rest = key.substr(kLogBytes + 2, key.size() - kLogBytes - 2 - kEndBytes);
  ByteReader end{key.substr(key.size() - kEndBytes)};
  const bool whole = end.take(2) == std::string_view{"\0\0", 2};
  parsed.end = Position{end.big_endian_64()};
  return whole && append_unescaped(parsed.row.key, rest) ? std::optional{std::move(parsed)}
                                                         : std::nullopt;
}

std::string past_value(const StreamHead& head, std::string_view note) {
  std::string value{head.stream.view()};
  put_varint(value, raw(head.first));
  value.append(note);
  return value;
}

std::optional<Past> parse_past(std::string_view value) {
  ByteReader reader{value};
  const std::string_view stream = reader.take(kStreamBytes);
  const Position first{reader.varint()};
  if (!reader.ok()) {
    return std::nullopt;
  }
  return Past{StreamId{Uuid::from_bytes(stream)}, first, reader.rest()};
}

std::string id_without_person(StreamId stream) {
  return stream.text() + kNobodysByte;
}

std::optional<RowKey> key_without_person(const RowKey& row, StreamId stream) {
  constexpr std::size_t kPool = kLogBytes + kStreamBytes;
  const std::string_view key = row.key;
  if (row.view == View::kUsers) {
    return RowKey{row.view, std::string{key.substr(0, kPool)} + id_without_person(stream)};
  }
  if (key.size() <= kPool) {
    return std::nullopt;
  }
  if (row.view == View::kGroups && key[kPool] == 'm') {
    return RowKey{row.view,
                  std::string{key.substr(0, kPool + 1 + kStreamBytes)} + id_without_person(stream)};
  }
  const bool is_arrival = row.view == View::kUserIndex && is_arrival_key(key);
  return is_arrival ? std::optional{row} : std::nullopt;
}

}  // namespace muster
