#include "storage/log/group_record.h"

namespace muster {
namespace {

constexpr std::uint8_t kRecordVersion = 1;

std::string log_prefix(LogId log) {
  std::string key;
  put_big_endian_32(key, raw(log));
  return key;
}

Failure damaged(std::string_view what) {
  return failure(Errc::kCorrupt, "group_record_damaged", what);
}

}  // namespace

std::string group_record_key(LogId log, Position first, std::uint64_t group) {
  std::string key = log_prefix(log);
  put_big_endian_64(key, raw(first));
  put_big_endian_64(key, group);
  return key;
}

Result<GroupRecordKey> parse_group_record_key(std::string_view key) {
  ByteReader reader{key};
  GroupRecordKey parsed;
  parsed.log = LogId{reader.big_endian_32()};
  parsed.first = Position{reader.big_endian_64()};
  parsed.group = reader.big_endian_64();
  if (!reader.finished()) {
    return damaged("the key of a group record has another length");
  }
  return parsed;
}

std::string write_group_record(const GroupRecord& record) {
  std::string out;
  std::size_t bytes = 64;
  for (const auto& open_part : record.open_parts) {
    bytes += open_part.size() + 4;
  }
  out.reserve(bytes);
  out.push_back(static_cast<char>(kRecordVersion));
  put_varint(out, record.group);
  put_varint(out, record.durable_through);
  put_varint(out, raw(record.first));
  put_varint(out, record.open_parts.size());
  for (const auto& open_part : record.open_parts) {
    put_text(out, open_part);
  }
  put_varint(out, record.outcomes.size());
  for (const auto& [key, value] : record.outcomes) {
    put_text(out, key);
    put_text(out, value);
  }
  put_little_endian_32(out, crc32c(out));
  return out;
}

Result<GroupRecord> parse_group_record(std::string_view value) {
  if (value.size() < 5) {
    return damaged("a group record is too short");
  }
  const std::string_view body = value.substr(0, value.size() - 4);
  if (ByteReader{value.substr(body.size())}.little_endian_32() != crc32c(body)) {
    return damaged("the checksum of a group record does not match");
  }
  ByteReader reader{body};
  const std::uint8_t version = reader.byte();
  GroupRecord record;
  record.group = reader.varint();
  record.durable_through = reader.varint();
  record.first = Position{reader.varint()};
  for (std::uint64_t count = reader.varint(); count > 0 && reader.ok(); --count) {
    record.open_parts.push_back(reader.text());
  }
  for (std::uint64_t count = reader.varint(); count > 0 && reader.ok(); --count) {
    const auto key = reader.text();
    record.outcomes.emplace_back(key, reader.text());
  }
  if (version != kRecordVersion || !reader.finished()) {
    return damaged("a group record has an unknown version or layout");
  }
  return record;
}

std::string segment_key(LogId log, Position position, std::uint8_t number) {
  std::string key = log_prefix(log);
  put_big_endian_64(key, raw(position));
  key.push_back(static_cast<char>(number));
  return key;
}

std::string attachment_key(LogId log, const Digest& digest) {
  return log_prefix(log).append(as_view(digest));
}

std::string stream_prefix(LogId log, StreamId stream) {
  return log_prefix(log).append(stream.view());
}

std::string stream_entry_key(LogId log, StreamId stream, Revision revision) {
  std::string key = stream_prefix(log, stream);
  put_big_endian_64(key, raw(revision));
  return key;
}

std::string write_stream_entry(const StreamEntry& entry) {
  std::string value;
  put_varint(value, raw(entry.position));
  put_varint(value, raw(entry.code));
  value.push_back(entry.has_own_segment ? '\1' : '\0');
  return value;
}

Result<StreamEntry> parse_stream_entry(std::string_view key, std::string_view value) {
  ByteReader place{key};
  place.take(20);
  StreamEntry entry;
  entry.revision = Revision{place.big_endian_64()};
  ByteReader reader{value};
  entry.position = Position{reader.varint()};
  entry.code = EventCode{static_cast<std::uint16_t>(reader.varint())};
  entry.has_own_segment = reader.byte() != 0;
  if (!place.finished() || !reader.finished()) {
    return failure(Errc::kCorrupt, "stream_entry_damaged", "a row of the stream index is damaged");
  }
  return entry;
}

std::string leaves_key(LogId log, Position first) {
  std::string key = "L" + log_prefix(log);
  put_big_endian_64(key, raw(first));
  return key;
}

std::string node_key(LogId log, std::uint32_t level, std::uint64_t index) {
  std::string key = "N" + log_prefix(log);
  key.push_back(static_cast<char>(level));
  put_big_endian_64(key, index);
  return key;
}

std::string frontier_key(LogId log) {
  return "F" + log_prefix(log);
}

std::string time_key(LogId log) {
  return std::string{kTimeKeyPrefix} + log_prefix(log);
}

std::string erasing_key(Slot slot) {
  std::string key{kErasingKeyPrefix};
  put_big_endian_32(key, raw(slot));
  return key;
}

std::string outcomes_key(LogId log, std::int64_t hour) {
  std::string key = std::string{kOutcomesKeyPrefix} + log_prefix(log);
  put_big_endian_32(key, static_cast<std::uint32_t>(hour));
  return key;
}

}  // namespace muster
