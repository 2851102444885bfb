#include <cstring>
#include <string>
#include <string_view>

#include "engine/core/json.h"
#include "engine/core/json_body.h"

namespace muster {

namespace {

bool separates(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':';
}

/// Index of the quote that ends the string whose first character is at `at`.
std::size_t closing_quote(std::string_view text, std::size_t at) {
  while (true) {
    const std::size_t quote = text.find('"', at);
    std::size_t backslashes = 0;
    while (text[quote - 1 - backslashes] == '\\')
      ++backslashes;
    if (backslashes % 2 == 0) return quote;
    at = quote + 1;
  }
}

/// Index after the token at `at`: a bracket, a string, a number or a word. The text is valid JSON.
std::size_t after_token(std::string_view text, std::size_t at) {
  const char first = text[at];
  if (first == '"') return closing_quote(text, at + 1) + 1;
  if (first == '{' || first == '[' || first == '}' || first == ']') return at + 1;
  while (at < text.size() && !separates(text[at]) && text[at] != '}' && text[at] != ']')
    ++at;
  return at;
}

/// Tape and text hold the same tokens in the same order, so walking both finds the places.
std::vector<std::uint32_t> token_offsets(const detail::JsonTape& tape,
                                         std::string_view text,
                                         bool& is_minified) {
  // The payload of the first word counts the words; the last of them only closes the document.
  const std::size_t words = tape.payload(0) - 1;
  std::vector<std::uint32_t> offsets(words);
  std::size_t at = 0;
  is_minified = true;
  for (std::size_t word = 1; word < words; ++word) {
    for (; separates(text[at]); ++at) {
      is_minified = is_minified && (text[at] == ',' || text[at] == ':');
    }
    offsets[word] = static_cast<std::uint32_t>(at);
    at = after_token(text, at);
    const char type = tape.type(word);
    if (type == 'l' || type == 'u' || type == 'd') ++word;
  }
  return offsets;
}

}  // namespace

void append_minified(std::string& out, JsonValue value) {
  const auto& body = static_cast<const JsonDocument::Body&>(*value.tape_);
  std::call_once(body.offsets_once,
                 [&body] { body.offsets = token_offsets(body, body.text(), body.is_minified); });
  const std::string_view text = body.text();
  const bool is_container = value.is_object() || value.is_array();
  const std::size_t last_word = is_container ? value.tape_->after(value.at_) - 1 : value.at_;
  std::size_t at = body.offsets[value.at_];
  const std::size_t end = after_token(text, body.offsets[last_word]);

  if (body.is_minified) {
    out.append(text.substr(at, end - at));
    return;
  }
  // Runs between white space are copied whole; strings are skipped over, white space and all.
  std::size_t run = at;
  while (at < end) {
    const char c = text[at];
    if (c == '"') {
      at = closing_quote(text, at + 1) + 1;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      out.append(text.substr(run, at - run));
      run = ++at;
    } else {
      ++at;
    }
  }
  out.append(text.substr(run, end - run));
}

std::string JsonValue::minified() const {
  std::string out;
  append_minified(out, *this);
  return out;
}

}  // namespace muster
