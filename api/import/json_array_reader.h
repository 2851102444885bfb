/// Hands out the elements of one long array of a JSON text, one at a time: of the array that is the
/// text, or of the one that is a member of the object that is the text. Memory is bounded by one
/// element, so the text may have any size; what stands before the array is passed over unread.
///
/// Only brackets and strings are followed. Whether an element is JSON is for parse_json to say, and
/// an element that is not is a failed row: reading goes on behind it. One thread.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <variant>

#include "api/import/byte_source.h"
#include "api/import/row_failure.h"

namespace muster {

struct JsonArrayElement {
  std::string text;
  /// Line of its first byte, counted from 1.
  std::uint64_t line = 0;
};

class JsonArrayReader {
 public:
  /// `member`: the name of the array; empty: the text is the array. `input` must outlive this.
  JsonArrayReader(std::istream& input, std::string member)
      : source_{input}, member_{std::move(member)} {}

  /// The next element, or why it cannot be taken; nothing at the end. A text that is not what it
  /// should be is one failure, and then the end.
  std::optional<std::variant<JsonArrayElement, RowFailure>> next();

  [[nodiscard]] std::uint64_t bytes_consumed() const { return source_.bytes_consumed(); }

  [[nodiscard]] bool failed() const { return source_.failed(); }

 private:
  enum class Place : std::uint8_t { kBefore, kFirst, kInside, kBehind };

  Result<void> enter();
  Result<void> find_member();
  Result<bool> next_element_begins();
  // Takes one value and adds it to `out`, up to the bound and one byte; false: the text ended.
  bool take_value(std::string* out);
  bool take_string(std::string* out);
  void take_scalar(std::string* out);
  int skip_blanks();

  ByteSource source_;
  std::string member_;
  Place place_ = Place::kBefore;
};

}  // namespace muster
