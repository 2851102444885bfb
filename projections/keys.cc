#include "projections/keys.h"

#include <algorithm>

#include "engine/core/bytes.h"
#include "engine/core/check.h"

namespace muster {
namespace {

constexpr char kPoolName = 'P';
constexpr char kSchemaName = 'S';
constexpr char kWorkspacePool = 'W';
constexpr char kFolding = 'F';
constexpr char kOpenErasure = 'E';
constexpr char kUnchecked = 'U';
constexpr char kArrival = '\xfe';
constexpr std::size_t kUnindexed = 0x80;

std::string letter_key(LogId log, char letter, std::string_view rest = {}) {
  std::string key;
  key.reserve(kLogBytes + 1 + rest.size());
  put_big_endian_32(key, raw(log));
  key.push_back(letter);
  key.append(rest);
  return key;
}

std::string_view after(std::string_view bytes, std::size_t count) {
  return bytes.substr(std::min(count, bytes.size()));
}

}  // namespace

std::string state_key(LogId log, Aggregate aggregate, std::string_view id) {
  return letter_key(log, static_cast<char>(aggregate), id);
}

std::string states_prefix(LogId log, Aggregate aggregate) {
  return state_key(log, aggregate, {});
}

std::string pool_name_key(LogId log, std::string_view name) {
  return letter_key(log, kPoolName, name);
}

std::string pool_names_prefix(LogId log) {
  return letter_key(log, kPoolName);
}

std::string schema_name_key(LogId log, std::string_view name) {
  return letter_key(log, kSchemaName, name);
}

std::string schema_names_prefix(LogId log) {
  return letter_key(log, kSchemaName);
}

std::string workspace_pool_names_prefix(LogId log, std::string_view workspace_id) {
  return letter_key(log, kWorkspacePool, workspace_id) + std::string{"\0n", 2};
}

std::string workspace_pool_ids_prefix(LogId log, std::string_view workspace_id) {
  return letter_key(log, kWorkspacePool, workspace_id) + std::string{"\0i", 2};
}

std::string pool_unfit_key(LogId log, StreamId pool) {
  return letter_key(log, 'x', pool.view());
}

std::string workspace_uses_key(LogId log, std::string_view workspace_id) {
  return letter_key(log, 'w', workspace_id);
}

std::string pool_group_count_key(LogId log, StreamId pool) {
  return letter_key(log, 'g', pool.view());
}

std::string group_content_count_key(LogId log, StreamId group) {
  return letter_key(log, 'm', group.view());
}

std::string pool_folded_count_key(LogId log, StreamId pool) {
  return letter_key(log, 'f', pool.view());
}

std::string unchecked_schemas_prefix(LogId log) {
  return letter_key(log, kUnchecked);
}

std::string foldings_prefix(LogId log) {
  return letter_key(log, kFolding);
}

std::string open_erasures_prefix(LogId log) {
  return letter_key(log, kOpenErasure);
}

std::string pool_users_key(LogId log, StreamId pool) {
  return letter_key(log, 'p', pool.view());
}

std::string schema_uses_key(LogId log, std::string_view schema_id) {
  return letter_key(log, 's', schema_id);
}

PoolKeys::PoolKeys(LogId log, StreamId pool) {
  prefix_.reserve(kLogBytes + kStreamBytes);
  put_big_endian_32(prefix_, raw(log));
  prefix_.append(pool.view());
}

std::string PoolKeys::with(std::string_view first, std::string_view second) const {
  std::string key;
  key.reserve(prefix_.size() + first.size() + second.size());
  key.append(prefix_).append(first).append(second);
  return key;
}

std::string PoolKeys::from_end_prefix(std::string_view end, KeyRows rows) const {
  std::string key = with(rows == KeyRows::kFolded ? "R" : "r");
  key.append(end.rbegin(), end.rend());
  return key;
}

std::string PoolKeys::from_end(std::string_view form, std::string_view id, KeyRows rows) const {
  std::string key = from_end_prefix(form, rows);
  key.push_back('\0');
  key.append(id);
  return key;
}

std::string PoolKeys::indexed_prefix(std::size_t member, std::string_view value) const {
  check(member < kUnindexed, "a pool has more indexed members than a key can number");
  const char number = static_cast<char>(member);
  std::string key = with({&number, 1}, value);
  key.push_back('\0');
  return key;
}

std::string PoolKeys::unindexed_prefix(std::size_t member) const {
  check(member < kUnindexed, "a pool has more indexed members than a key can number");
  const char number = static_cast<char>(member + kUnindexed);
  return with({&number, 1});
}

std::string PoolKeys::group_name(StreamId parent, std::string_view name) const {
  std::string key = with("n", parent.view());
  key.append(name);
  return key;
}

std::string PoolKeys::member(StreamId group, std::string_view user_id) const {
  std::string key = with("m", group.view());
  key.append(user_id);
  return key;
}

std::string_view id_in_user_key(std::string_view key) {
  return after(key, kLogBytes + kStreamBytes);
}

std::string_view id_in_unfit_key(std::string_view key) {
  return after(key, kLogBytes + kStreamBytes + 1);
}

std::string_view id_in_from_end_key(std::string_view key) {
  const std::size_t separator = key.rfind('\0');
  return separator == std::string_view::npos ? std::string_view{} : key.substr(separator + 1);
}

std::string_view name_in_group_key(std::string_view key) {
  return after(key, kLogBytes + kStreamBytes + 1 + kStreamBytes);
}

bool is_arrival_key(std::string_view key) {
  const std::size_t place = kLogBytes + kStreamBytes;
  return key.size() == place + 1 + 8 && key[place] == kArrival;
}

std::string PoolKeys::arrivals_prefix() const {
  return with({&kArrival, 1});
}

std::string PoolKeys::arrival(Position first) const {
  std::string key = arrivals_prefix();
  put_big_endian_64(key, raw(first));
  return key;
}

std::string owner_value(const StreamHead& head, std::string_view id) {
  std::string value{head.stream.view()};
  put_varint(value, raw(head.first));
  value.append(id);
  return value;
}

std::string_view id_in_owner(std::string_view value) {
  ByteReader reader{after(value, kStreamBytes)};
  reader.varint();
  return reader.rest();
}

std::string since_value(const StreamHead& head) {
  std::string value;
  put_varint(value, raw(head.first));
  return value;
}

std::string arrival_value(const StreamHead& head, bool jit, std::string_view id) {
  std::string value = since_value(head);
  value.push_back(jit ? 'j' : 's');
  value.append(id);
  return value;
}

std::optional<Arrival> parse_arrival(std::string_view value) {
  ByteReader reader{value};
  Arrival arrival;
  arrival.first = Position{reader.varint()};
  const char kind = static_cast<char>(reader.byte());
  arrival.jit = kind == 'j';
  arrival.id = reader.rest();
  return reader.ok() && (kind == 'j' || kind == 's') ? std::optional{arrival} : std::nullopt;
}

}  // namespace muster
