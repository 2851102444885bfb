#include "api/import/json_array_reader.h"

#include <utility>

#include "api/import/line_source.h"

namespace muster {
namespace {

Failure malformed(std::string_view reason) {
  return failure(Errc::kInvalidSyntax, "malformed_json", reason);
}

Failure cut_off() {
  return malformed("the text ends in the middle; what came before was read");
}

void keep(std::string* out, int byte) {
  // One byte more than allowed tells that it was too much.
  if (out != nullptr && out->size() <= kImportLineBytesMax) {
    out->push_back(static_cast<char>(byte));
  }
}

bool is_blank(int byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

bool ends_scalar(int byte) {
  return byte == ByteSource::kEnd || byte == ',' || byte == ']' || byte == '}' || is_blank(byte);
}

}  // namespace

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

Result<void> JsonArrayReader::find_member() {
  source_.take();
  int byte = skip_blanks();
  while (byte == '"') {
    std::string name;
    if (!take_string(&name) || skip_blanks() != ':') {
      return malformed("a name without a value");
    }
    source_.take();
    byte = skip_blanks();
    if (name == "\"" + member_ + "\"" && byte == '[') {
      return {};
    }
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
    return malformed("there is no array '" + member_ + "' in the object");
  }
  return byte == ByteSource::kEnd ? cut_off() : malformed("a name is missing");
}

Result<void> JsonArrayReader::enter() {
  const int byte = skip_blanks();
  if (member_.empty() ? byte != '[' : byte != '{') {
    return malformed(member_.empty()
                         ? "the text must be an array"
                         : "the text must be one object with an array '" + member_ + "'");
  }
  if (!member_.empty()) {
    MUSTER_CHECKED(find_member());
  }
  source_.take();
  return {};
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
    if (auto entered = enter(); !entered) {
      return end_with(std::move(entered).error());
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
  if (element.text.size() > kImportLineBytesMax) {
    return RowFailure{.line = element.line,
                      .key = {},
                      .failure = failure(Errc::kTooLarge, "row_too_large", "a row may have 1 MiB")};
  }
  return element;
}

}  // namespace muster
