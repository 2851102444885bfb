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
#include "api/import/line_source.h"
#include "api/import/row_failure.h"

namespace muster {

struct JsonArrayElement {
  std::string text;
  /// Line of its first byte, counted from 1.
  std::uint64_t line = 0;
};

class JsonArrayReader {
 public:
  struct Array {
    /// The name of the array; empty: the text is the array.
    std::string member;
    /// A text with this member, and without the array, is one whose array is empty.
    std::string or_else = {};
    std::size_t element_bytes_max = kImportLineBytesMax;
  };

  /// `input` must outlive this.
  JsonArrayReader(std::istream& input, std::string member)
      : JsonArrayReader{input, Array{std::move(member)}} {}

  JsonArrayReader(std::istream& input, Array array) : source_{input}, array_{std::move(array)} {}

  /// The next element, or why it cannot be taken; nothing at the end. A text that is not what it
  /// should be is one failure, and then the end.
  std::optional<std::variant<JsonArrayElement, RowFailure>> next();

  /// Whether the array was found: failures before that are about the text as a whole.
  [[nodiscard]] bool entered() const { return entered_; }

  [[nodiscard]] std::uint64_t bytes_consumed() const { return source_.bytes_consumed(); }

  [[nodiscard]] bool failed() const { return source_.failed(); }

 private:
  enum class Place : std::uint8_t { kBefore, kFirst, kInside, kBehind };

  // False: there is no array, and need not be.
  Result<bool> enter();
  Result<bool> find_member();
  Result<bool> next_element_begins();
  // Takes one value and adds it to `out`, up to the bound and one byte; false: the text ended.
  bool take_value(std::string* out);
  bool take_string(std::string* out);
  void take_scalar(std::string* out);
  void keep(std::string* out, int byte) const;
  int skip_blanks();

  ByteSource source_;
  Array array_;
  bool entered_ = false;
  Place place_ = Place::kBefore;
};

}  // namespace muster
