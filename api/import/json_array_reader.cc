#include "api/import/json_array_reader.h"

#include <utility>

namespace muster {
namespace {

Failure malformed(std::string_view reason) {
  return failure(Errc::kInvalidSyntax, "malformed_json", reason);
}

Failure cut_off() {
  return malformed("the text ends in the middle; what came before was read");
}

bool is_blank(int byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

bool ends_scalar(int byte) {
  return byte == ByteSource::kEnd || byte == ',' || byte == ']' || byte == '}' || is_blank(byte);
}

}  // namespace

void JsonArrayReader::keep(std::string* out, int byte) const {
  // One byte more than allowed tells that it was too much.
  if (out != nullptr && out->size() <= array_.element_bytes_max) {
    out->push_back(static_cast<char>(byte));
  }
}

int JsonArrayReader::skip_blanks() {
  while (is_blank(source_.peek())) {
    source_.take();
  }
  return source_.peek();
}

bool JsonArrayReader::take_string(std::string* out) {
  keep(out, source_.take());
  bool escaped = false;
  while (true) {
    const int byte = source_.take();
    if (byte == ByteSource::kEnd) {
      return false;
    }
    keep(out, byte);
    if (byte == '"' && !escaped) {
      return true;
    }
    escaped = byte == '\\' && !escaped;
  }
}

void JsonArrayReader::take_scalar(std::string* out) {
  do {
    keep(out, source_.take());
  } while (!ends_scalar(source_.peek()));
}

bool JsonArrayReader::take_value(std::string* out) {
  std::uint64_t depth = 0;
  do {
    const int byte = source_.peek();
    if (byte == ByteSource::kEnd) {
      return false;
    }
    if (byte == '"') {
      if (!take_string(out)) {
        return false;
      }
      continue;
    }
    if (byte == '{' || byte == '[') {
      ++depth;
    } else if (depth == 0) {
      take_scalar(out);
      return true;
    } else if (byte == '}' || byte == ']') {
      --depth;
    }
    keep(out, source_.take());
  } while (depth > 0);
  return true;
}

Result<bool> JsonArrayReader::find_member() {
  source_.take();
  bool may_lack = false;
  int byte = skip_blanks();
  while (byte == '"') {
    std::string name;
    if (!take_string(&name) || skip_blanks() != ':') {
      return malformed("a name without a value");
    }
    source_.take();
    byte = skip_blanks();
    if (name == "\"" + array_.member + "\"" && byte == '[') {
      return true;
    }
    may_lack = may_lack || (!array_.or_else.empty() && name == "\"" + array_.or_else + "\"");
    if (!take_value(nullptr)) {
      return cut_off();
    }
    byte = skip_blanks();
    if (byte == ',') {
      source_.take();
      byte = skip_blanks();
    }
  }
  if (byte == '}') {
    return may_lack ? Result<bool>{false}
                    : malformed("there is no array '" + array_.member + "' in the object");
  }
  return byte == ByteSource::kEnd ? cut_off() : malformed("a name is missing");
}

Result<bool> JsonArrayReader::enter() {
  const std::string& member = array_.member;
  const int byte = skip_blanks();
  if (member.empty() ? byte != '[' : byte != '{') {
    return malformed(member.empty() ? "the text must be an array"
                                    : "the text must be one object with an array '" + member + "'");
  }
  if (!member.empty()) {
    MUSTER_TRY(const bool found, find_member());
    if (!found) {
      return false;
    }
  }
  source_.take();
  return true;
}

Result<bool> JsonArrayReader::next_element_begins() {
  int byte = skip_blanks();
  if (byte == ']') {
    return false;
  }
  if (place_ == Place::kInside) {
    if (byte != ',') {
      return byte == ByteSource::kEnd ? cut_off() : malformed("a comma is missing");
    }
    source_.take();
    byte = skip_blanks();
  }
  if (byte == ByteSource::kEnd) {
    return cut_off();
  }
  return byte == ',' || byte == ']' || byte == '}' ? Result<bool>{malformed("a value is missing")}
                                                   : true;
}

std::optional<std::variant<JsonArrayElement, RowFailure>> JsonArrayReader::next() {
  if (place_ == Place::kBehind) {
    return std::nullopt;
  }
  const auto end_with = [&](Failure why) {
    place_ = Place::kBehind;
    return RowFailure{.line = source_.line(), .key = {}, .failure = std::move(why)};
  };
  if (place_ == Place::kBefore) {
    auto entered = enter();
    if (!entered) {
      return end_with(std::move(entered).error());
    }
    entered_ = *entered;
    if (!entered_) {
      place_ = Place::kBehind;
      return std::nullopt;
    }
    place_ = Place::kFirst;
  }
  auto begins = next_element_begins();
  if (!begins) {
    return end_with(std::move(begins).error());
  }
  if (!*begins) {
    place_ = Place::kBehind;
    return std::nullopt;
  }
  place_ = Place::kInside;
  JsonArrayElement element{{}, source_.line()};
  if (!take_value(&element.text)) {
    return end_with(cut_off());
  }
  if (element.text.size() > array_.element_bytes_max) {
    return RowFailure{
        .line = element.line,
        .key = {},
        .failure =
            failure(Errc::kTooLarge,
                    "row_too_large",
                    "a row may have " + std::to_string(array_.element_bytes_max >> 20U) + " MiB")};
  }
  return element;
}

}  // namespace muster
