#include "api/webhooks/bookmark_file.h"

#include <array>
#include <charconv>
#include <cstdio>

#include "engine/core/bytes.h"
#include "engine/core/json.h"
#include "engine/core/json_writer.h"
#include "storage/file_io.h"

namespace muster {
namespace {

constexpr std::string_view kFirstLine = "muster webhook 1";
constexpr std::size_t kFileBytesMax = std::size_t{1} * 1024 * 1024;

Failure damaged() {
  return failure(Errc::kCorrupt,
                 "bookmark_damaged",
                 "the bookmark of a webhook is damaged; without it, everything since the webhook "
                 "was made is delivered again");
}

std::string check_line(std::string_view text) {
  std::array<char, 16> hex{};
  std::snprintf(hex.data(), hex.size(), "%08x", crc32c(text));
  return "check " + std::string{hex.data()} + "\n";
}

/// Takes a line, or what is before `end`, off the front.
std::string_view take_until(std::string_view& text, char end) {
  const auto at = std::min(text.find(end), text.size());
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, out);
  return error == std::errc{} && stopped == end;
}

bool read_dead(std::string_view line, DeadLetter& letter) {
  const bool numbers = read_number(take_until(line, ' '), letter.epoch) &&
                       read_number(take_until(line, ' '), letter.position) &&
                       read_number(take_until(line, ' '), letter.attempts) &&
                       read_number(take_until(line, ' '), letter.given_up);
  const auto error = parse_json(line);
  if (!numbers || !error || !error->root().text()) {
    return false;
  }
  letter.error = *error->root().text();
  return true;
}

}  // namespace

std::string write_bookmark(const Bookmark& bookmark) {
  std::string text{kFirstLine};
  text += "\nepoch " + std::to_string(bookmark.epoch);
  text += "\nnext " + std::to_string(bookmark.next) + "\n";
  for (const DeadLetter& letter : bookmark.dead) {
    text += "dead " + std::to_string(letter.epoch) + " " + std::to_string(letter.position) + " " +
            std::to_string(letter.attempts) + " " + std::to_string(letter.given_up) + " ";
    append_json_string(text, letter.error);
    text += "\n";
  }
  return text + check_line(text);
}

Result<Bookmark> parse_bookmark(std::string_view text) {
  const auto check = text.rfind("check ");
  if (check == std::string_view::npos || text.substr(check) != check_line(text.substr(0, check)) ||
      take_until(text, '\n') != kFirstLine) {
    return damaged();
  }
  Bookmark bookmark;
  for (std::string_view line = take_until(text, '\n'); !text.empty();
       line = take_until(text, '\n')) {
    const std::string_view name = take_until(line, ' ');
    const bool fine = name == "epoch"  ? read_number(line, bookmark.epoch)
                      : name == "next" ? read_number(line, bookmark.next)
                      : name == "dead" ? read_dead(line, bookmark.dead.emplace_back())
                                       : false;
    if (!fine) {
      return damaged();
    }
  }
  return bookmark;
}

Result<std::optional<Bookmark>> read_bookmark_file(const std::filesystem::path& path) {
  const auto text = read_file(path, kFileBytesMax);
  if (!text) {
    return text.error().rule == "file_missing" ? Result<std::optional<Bookmark>>{std::nullopt}
                                               : Result<std::optional<Bookmark>>{text.error()};
  }
  MUSTER_TRY(Bookmark bookmark, parse_bookmark(*text));
  return std::optional{std::move(bookmark)};
}

Result<void> write_bookmark_file(const std::filesystem::path& path, const Bookmark& bookmark) {
  return write_file_atomically(path, write_bookmark(bookmark));
}

}  // namespace muster
