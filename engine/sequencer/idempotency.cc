#include "engine/sequencer/idempotency.h"

#include <algorithm>

#include "engine/core/check.h"

namespace muster {
namespace {

constexpr std::uint8_t kVersion = 2;
constexpr std::uint8_t kAccepted = 0;
constexpr std::uint8_t kRefused = 1;

void encode_accepted(std::string& out, const Accepted& accepted) {
  put_varint(out, accepted.log_size);
  out.push_back(static_cast<char>(accepted.subject.aggregate));
  out.append(accepted.subject.pool.view());
  out.append(accepted.stream.view());
  put_varint(out, raw(accepted.revision));
  put_varint(out, raw(accepted.shown));
  put_varint(out, accepted.events);
  const bool personal = accepted.subject.aggregate == Aggregate::kUser;
  put_text(out, personal ? std::string_view{} : std::string_view{accepted.subject.id});
}

void encode_refused(std::string& out, const Failure& refused) {
  out.push_back(static_cast<char>(refused.code));
  put_text(out, refused.rule);
  put_text(out, refused.reason);
  put_varint(out, refused.faults.size());
  for (const Fault& fault : refused.faults) {
    put_text(out, fault.pointer);
    put_text(out, fault.rule);
    put_text(out, fault.reason);
  }
}

Accepted decode_accepted(LogId log, ByteReader& reader) {
  Accepted accepted;
  accepted.log_size = reader.varint();
  accepted.subject.log = log;
  accepted.subject.aggregate = static_cast<Aggregate>(reader.byte());
  const auto pool = reader.take(16);
  const auto stream = reader.take(16);
  if (reader.ok()) {
    accepted.subject.pool = StreamId{Uuid::from_bytes(pool)};
    accepted.stream = StreamId{Uuid::from_bytes(stream)};
  }
  accepted.revision = Revision{reader.varint()};
  accepted.shown = Revision{reader.varint()};
  accepted.events = static_cast<std::uint32_t>(reader.varint());
  accepted.subject.id = std::string{reader.text()};
  accepted.replayed = true;
  return accepted;
}

Failure decode_refused(ByteReader& reader) {
  Failure refused;
  refused.code = static_cast<Errc>(reader.byte());
  refused.rule = std::string{reader.text()};
  refused.reason = std::string{reader.text()};
  for (std::uint64_t count = reader.varint(); count > 0 && reader.ok(); --count) {
    Fault fault;
    fault.pointer = std::string{reader.text()};
    fault.rule = std::string{reader.text()};
    fault.reason = std::string{reader.text()};
    refused.faults.push_back(std::move(fault));
  }
  return refused;
}

}  // namespace

std::int64_t hour_of(Micros time) {
  return raw(time) / 3'600'000'000LL;
}

void OutcomeHours::drop_before(std::int64_t hour, std::vector<std::int64_t>& dropped) {
  while (!counts_.empty() && counts_.begin()->first < hour) {
    dropped.push_back(counts_.begin()->first);
    total_ -= counts_.begin()->second;
    counts_.erase(counts_.begin());
  }
  kept_from_ = std::max(kept_from_, hour);
}

std::vector<std::int64_t> OutcomeHours::add(std::int64_t hour, std::uint64_t count) {
  std::vector<std::int64_t> dropped;
  counts_[hour] += count;
  total_ += count;
  const std::int64_t oldest = counts_.rbegin()->first - kIdempotencyHours;
  drop_before(std::max<std::int64_t>(kept_from_, oldest), dropped);
  while (total_ > max_ && counts_.size() > 1 &&
         counts_.begin()->first < counts_.rbegin()->first - 1) {
    drop_before(counts_.begin()->first + 1, dropped);
  }
  return dropped;
}

std::string idempotency_row_key(LogId log, std::int64_t hour, const Digest& key) {
  std::string out;
  put_big_endian_32(out, raw(log));
  put_big_endian_32(out, static_cast<std::uint32_t>(hour));
  out.append(as_view(key).substr(0, 16));
  return out;
}

std::string encode_outcome(const StoredOutcome& outcome) {
  std::string out;
  out.push_back(static_cast<char>(kVersion));
  out.append(as_view(outcome.request));
  if (const auto* accepted = std::get_if<Accepted>(&outcome.outcome)) {
    out.push_back(static_cast<char>(kAccepted));
    encode_accepted(out, *accepted);
  } else {
    out.push_back(static_cast<char>(kRefused));
    encode_refused(out, std::get<Failure>(outcome.outcome));
  }
  return out;
}

Result<StoredOutcome> decode_outcome(LogId log, std::string_view value) {
  ByteReader reader{value};
  StoredOutcome stored;
  const std::uint8_t version = reader.byte();
  const auto request = reader.take(stored.request.size());
  const std::uint8_t kind = reader.byte();
  if (reader.ok()) {
    std::ranges::copy(request, reinterpret_cast<char*>(stored.request.data()));
  }
  if (kind == kAccepted) {
    stored.outcome = decode_accepted(log, reader);
  } else {
    stored.outcome = decode_refused(reader);
  }
  if (!reader.finished() || version != kVersion || kind > kRefused) {
    return failure(Errc::kCorrupt, "malformed_outcome", "an idempotency record is unreadable");
  }
  return stored;
}

bool is_replayed(const Failure& failure) {
  switch (failure.code) {
    case Errc::kInvalidSyntax:
    case Errc::kInvalid:
    case Errc::kNotFound:
    case Errc::kAlreadyTaken:
    case Errc::kConflict:
    case Errc::kPrecondition:
    case Errc::kGone:
    case Errc::kTooLarge:
      return true;
    case Errc::kUnauthorized:
    case Errc::kForbidden:
    case Errc::kTooMany:
    case Errc::kUnavailable:
    case Errc::kStale:
    case Errc::kCorrupt:
    case Errc::kUnknownOutcome:
    case Errc::kMethodNotAllowed:
    case Errc::kUnsupportedMedia:
    case Errc::kIo:
      return false;
  }
  return false;
}

}  // namespace muster
