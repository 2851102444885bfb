/// Writes JSON in one way only: no white space, members in the order they are given, `"`, `\` and
/// control characters escaped and nothing else. Event bytes and answers are made with it, so what
/// it writes for given calls must never change.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace muster {

/// Appends `text` as a JSON string with its quotes: \" \\ \b \f \n \r \t, other control characters
/// as \u00xx in lower case, everything else unchanged. `text` must be valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// Appends to a string that outlives it. Commas are its business; that every begin_ has its end_
/// and every member of an object a key is the caller's.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_{out} {}

  void begin_object() { open('{'); }

  void end_object() { close('}'); }

  void begin_array() { open('['); }

  void end_array() { close(']'); }

  void key(std::string_view name) {
    separate();
    append_json_string(out_, name);
    out_.push_back(':');
    needs_comma_ = false;
  }

  void string(std::string_view value) {
    separate();
    append_json_string(out_, value);
  }

  void integer(std::int64_t value);
  void unsigned_integer(std::uint64_t value);

  void boolean(bool value) { raw(value ? "true" : "false"); }

  void null() { raw("null"); }

  /// `json` is one value, already JSON.
  void raw(std::string_view json) {
    separate();
    out_.append(json);
  }

  /// A key and its value. Values that are JSON already go through raw_member.
  void member(std::string_view name, std::string_view value) {
    key(name);
    string(value);
  }

  void member(std::string_view name, const std::string& value) {
    member(name, std::string_view{value});
  }

  // Without this one a literal would turn into a bool.
  void member(std::string_view name, const char* value) { member(name, std::string_view{value}); }

  void member(std::string_view name, bool value) {
    key(name);
    boolean(value);
  }

  void member(std::string_view name, std::int64_t value) {
    key(name);
    integer(value);
  }

  void member(std::string_view name, std::uint64_t value) {
    key(name);
    unsigned_integer(value);
  }

  void member(std::string_view name, std::int32_t value) { member(name, std::int64_t{value}); }

  void member(std::string_view name, std::uint32_t value) { member(name, std::uint64_t{value}); }

  void raw_member(std::string_view name, std::string_view json) {
    key(name);
    raw(json);
  }

  void null_member(std::string_view name) {
    key(name);
    null();
  }

 private:
  void separate() {
    if (needs_comma_) out_.push_back(',');
    needs_comma_ = true;
  }

  void open(char bracket) {
    separate();
    out_.push_back(bracket);
    needs_comma_ = false;
  }

  void close(char bracket) {
    out_.push_back(bracket);
    needs_comma_ = true;
  }

  std::string& out_;
  bool needs_comma_ = false;
};

}  // namespace muster
