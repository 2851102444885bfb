#include "replay/row_text.h"

#include <string>

#include "engine/core/bytes.h"
#include "projections/past_keys.h"
#include "storage/log/view_family.h"
#include "storage/seal/digest.h"

namespace muster::replay {
namespace {

constexpr std::size_t kStreamBytes = 16;
constexpr std::size_t kKeyHashBytes = 8;

std::string stream_text(std::string_view bytes) {
  return bytes.size() == kStreamBytes ? Uuid::from_bytes(bytes).text() : std::string{"?"};
}

std::string log_text(std::uint32_t log) {
  return " log " + std::to_string(log);
}

std::string tree_place(ByteReader& reader) {
  const char letter = static_cast<char>(reader.byte());
  std::string text = log_text(reader.big_endian_32());
  switch (letter) {
    case 'L':
      return text + " leaves from position " + std::to_string(reader.big_endian_64());
    case 'N': {
      text += " node of level " + std::to_string(reader.byte());
      return text + " number " + std::to_string(reader.big_endian_64());
    }
    default:
      return text + " frontier";
  }
}

std::string_view state_kind(char letter) {
  switch (letter) {
    case 't':
      return " tenant";
    case 'w':
      return " workspace";
    case 'c':
      return " client";
    case 'k':
      return " signing key";
    case 's':
      return " schema";
    case 'p':
      return " pool";
    case 'd':
      return " deleted pool";
    case 'h':
      return " deleted group";
    case 'W':
      return " pool of a workspace";
    case 'P':
      return " name of a pool";
    case 'S':
      return " name of a schema";
    default:
      return " unknown kind";
  }
}

std::string_view key_kind(char letter) {
  switch (letter) {
    case 'i':
      return " identifier";
    case 'a':
      return " address";
    case 'r':
      return " identifier or address from its end";
    default:
      return " unknown kind";
  }
}

std::string_view group_kind(char letter) {
  switch (letter) {
    case 'g':
      return " group";
    case 'n':
      return " name of a group";
    case 'm':
      return " member of a group";
    default:
      return " unknown kind";
  }
}

std::string_view count_kind(char letter) {
  switch (letter) {
    case 'p':
      return " users of a pool";
    case 'g':
      return " groups of a pool";
    case 'm':
      return " members of a group";
    case 'x':
      return " users of a pool that do not fit";
    case 'w':
      return " uses of a workspace";
    default:
      return " uses of a schema";
  }
}

std::string place_of(Family family, std::string_view key);

/// A row that was, or what leads to one.
std::string past_place(std::string_view key) {
  const bool leads = !parse_past_key(key);
  const auto past = parse_past_key(leads ? led_to(key) : std::string{key});
  if (!past) {
    return log_text(ByteReader{key}.big_endian_32()) + " unknown kind";
  }
  std::string text = place_of(family_of(past->row.view), past->row.key);
  text += " until position " + std::to_string(raw(past->end));
  return leads ? text + " by stream" : text;
}

std::string_view index_kind(std::uint8_t member) {
  return member == 0xFF ? " unfit" : " arrival";
}

std::string place_of(Family family, std::string_view key) {
  if (family == Family::kPast) {
    return past_place(key);
  }
  ByteReader reader{key};
  if (family == Family::kTree) {
    return tree_place(reader);
  }
  std::string text = log_text(reader.big_endian_32());
  if (family == Family::kStreams) {
    text += " stream " + stream_text(reader.take(kStreamBytes));
    return text + " revision " + std::to_string(reader.big_endian_64());
  }
  if (family == Family::kStates) {
    return text.append(state_kind(static_cast<char>(reader.byte())));
  }
  if (family == Family::kCounts) {
    const char letter = static_cast<char>(reader.byte());
    text.append(count_kind(letter));
    const bool named_by_stream = letter == 'p' || letter == 'g' || letter == 'm' || letter == 'x';
    return named_by_stream ? text + " " + stream_text(reader.rest()) : text;
  }
  if (family == Family::kIdempotency) {
    return text + " hour " + std::to_string(reader.big_endian_32());
  }
  text += " pool " + stream_text(reader.take(kStreamBytes));
  if (family == Family::kUserKeys) {
    text.append(key_kind(static_cast<char>(reader.byte())));
  } else if (family == Family::kUserIndex) {
    const std::uint8_t member = reader.byte();
    text += member >= 0xFE ? std::string{index_kind(member)}
                           : " member " + std::to_string(member & 0x7FU);
  } else if (family == Family::kGroups) {
    text.append(group_kind(static_cast<char>(reader.byte())));
  }
  return text;
}

std::string printable(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const bool plain = c >= ' ' && c <= '~' && c != '\\';
    text += plain ? std::string(1, c) : "\\x" + to_hex({&c, 1});
  }
  return text;
}

}  // namespace

StreamId stream_in(Family family, std::string_view value) {
  const bool owned =
      family == Family::kStates || family == Family::kUsers || family == Family::kUserKeys;
  return owned && value.size() >= kStreamBytes
             ? StreamId{Uuid::from_bytes(value.substr(0, kStreamBytes))}
             : StreamId{};
}

std::string text_of(const RowName& row) {
  std::string text{name_of(row.family)};
  text += place_of(row.family, row.key);
  if (!row.stream.is_nil() && row.family != Family::kStreams) {
    text += " stream " + row.stream.text();
  }
  text += " key " + to_hex(as_view(sha256(row.key)).substr(0, kKeyHashBytes));
  if (row.show_key) {
    text += " = " + printable(row.key);
  }
  return text;
}

}  // namespace muster::replay
