#include "storage/seal/checkpoint.h"

#include <charconv>
#include <cstring>

#include "engine/core/check.h"
#include "storage/file_io.h"

namespace muster {

namespace {

constexpr std::size_t kNoteBytesMax = std::size_t{64} * 1024;  // no witness network comes near

// from_base64 is lenient; a note must have one spelling only.
std::optional<std::string> from_strict_base64(std::string_view text) {
  auto bytes = from_base64(text);
  if (bytes && to_base64(*bytes) != text) return std::nullopt;
  return bytes;
}

/// Takes a line off the front; nothing when none is complete.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::optional<TreeHead> parse_body(std::string_view text) {
  const auto origin = take_line(text);
  const auto size = take_line(text);
  const auto root = take_line(text);
  if (!root || origin->empty() || size->empty()) return std::nullopt;

  TreeHead head;
  head.origin = *origin;
  const char* const end = size->data() + size->size();
  const auto [stopped, error] = std::from_chars(size->data(), end, head.size);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  if (size->front() == '0' && size->size() > 1) return std::nullopt;
  const auto hash = from_strict_base64(*root);
  if (!hash || hash->size() != head.root.size()) return std::nullopt;
  std::memcpy(head.root.data(), hash->data(), head.root.size());
  while (!text.empty()) {
    const auto extension = take_line(text);
    if (!extension || extension->empty()) return std::nullopt;
  }
  return head;
}

std::filesystem::path tree_head_path(const std::filesystem::path& dir, LogId log) {
  return dir / std::to_string(raw(log));
}

}  // namespace

std::string sign_checkpoint(const HeadKey& key, const TreeHead& head) {
  check(!head.origin.empty() && head.origin.find('\n') == std::string::npos, "origin is one line");
  std::string text = head.origin + "\n" + std::to_string(head.size) + "\n";
  text.append(to_base64(as_view(head.root))).append("\n");
  return sign_note(key, text);
}

std::optional<TreeHead> read_checkpoint(std::string_view note) {
  const auto text = note.size() <= kNoteBytesMax ? note_text(note) : std::nullopt;
  return text ? parse_body(*text) : std::nullopt;
}

Result<TreeHead> parse_and_verify_checkpoint(std::string_view note, std::string_view verifier) {
  const auto head = read_checkpoint(note);
  const auto text = open_note(note, verifier);
  if (!head && (text || text.error().rule != "verifier_malformed")) {
    return failure(Errc::kInvalidSyntax, "checkpoint_malformed", "This is not a signed tree head.");
  }
  if (text) {
    return *head;
  }
  Failure refused = text.error();
  if (refused.rule.starts_with("note_")) {
    refused.rule.replace(0, 4, "checkpoint");
  }
  return refused;
}

Result<void> save_tree_head(const std::filesystem::path& dir, LogId log, std::string_view note) {
  MUSTER_CHECKED(make_directory(dir));
  return write_file_atomically(tree_head_path(dir, log), note);
}

Result<std::optional<std::string>> load_tree_head(const std::filesystem::path& dir, LogId log) {
  auto note = read_file(tree_head_path(dir, log), kNoteBytesMax);
  if (note.has_value()) return std::optional{std::move(note).value()};
  if (note.error().code == Errc::kNotFound) return std::optional<std::string>{};
  return std::move(note).error();
}

}  // namespace muster
