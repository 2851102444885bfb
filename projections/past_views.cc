// The part of DirectoryViews that is about rows that were.
#include "engine/core/bytes.h"
#include "projections/directory_views.h"
#include "projections/keys.h"
#include "projections/past_keys.h"

namespace muster {
namespace {

/// Of which stream a past row is, and its value.
struct PastOf {
  LogId log{};
  StreamId stream;
  std::string value;
};

void add_past(std::string key, const PastOf& of, std::vector<Row>& out) {
  out.push_back({View::kPast, past_lead(of.log, of.stream, key), of.value, false});
  out.push_back({View::kPast, std::move(key), of.value, false});
}

/// What is kept of the value of a row that ended.
std::string_view note_of(const Row& row) {
  if (row.view == View::kUserKeys && row.unique) {
    return id_in_owner(row.value);
  }
  if (row.view == View::kUserIndex && is_arrival_key(row.key)) {
    const auto arrival = parse_arrival(row.value);
    return !arrival ? "" : (arrival->jit ? "j" : "s");
  }
  return {};
}

}  // namespace

void DirectoryViews::past_rows(const std::vector<Row>& rows,
                               const AnyState& before,
                               const RowsEnd& how,
                               std::vector<Row>& out) const {
  const StreamHead& head = head_of(before);
  for (const Row& row : rows) {
    const RowKey own{row.view, row.key};
    const auto place = how.erased ? key_without_person(own, head.stream) : std::optional{own};
    if (place) {
      const PastOf of{how.log, head.stream, past_value(head, note_of(row))};
      add_past(past_key(*place, how.end), of, out);
    }
  }
}

std::string DirectoryViews::past_leads(LogId log, StreamId stream) const {
  return past_leads_prefix(log, stream);
}

void DirectoryViews::erase_past(const Row& lead,
                                std::vector<RowKey>& gone,
                                std::vector<Row>& out) const {
  std::string key = led_to(lead.key);
  const auto row = parse_past_key(key);
  const auto past = parse_past(lead.value);
  gone.push_back({View::kPast, lead.key});
  gone.push_back({View::kPast, std::move(key)});
  if (!row || !past) {
    return;
  }
  if (const auto place = key_without_person(row->row, past->stream)) {
    const LogId log{ByteReader{lead.key}.big_endian_32()};
    add_past(past_key(*place, row->end), {log, past->stream, lead.value}, out);
  }
}

}  // namespace muster
