#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy/rules.h"

namespace tidy {

namespace {

struct Include {
  std::size_t line;
  std::string_view header;
  bool quoted;
};

std::vector<Include> includes_of(const std::string& text) {
  std::vector<Include> includes;
  const auto code = blanked(text, Blank::kStringsAndComments);
  const auto code_lines = lines_of(code);
  const auto text_lines = lines_of(text);
  for (std::size_t i = 0; i < code_lines.size(); ++i) {
    const auto hash = code_lines[i].find_first_not_of(' ');
    if (hash == std::string_view::npos || !code_lines[i].substr(hash).starts_with("#include")) {
      continue;
    }
    const auto open = text_lines[i].find_first_of("<\"", hash);
    if (open == std::string_view::npos) continue;
    const bool quoted = text_lines[i][open] == '"';
    const auto close = text_lines[i].find(quoted ? '"' : '>', open + 1);
    if (close == std::string_view::npos) continue;
    includes.push_back({i + 1, text_lines[i].substr(open + 1, close - open - 1), quoted});
  }
  return includes;
}

std::string_view top_of(std::string_view path) {
  return path.substr(0, path.find('/'));
}

bool is_main(std::string_view path) {
  return path.ends_with("/main.cc");
}

// Whether files of one top-level folder may include files of another.
bool may_see(std::string_view from, std::string_view to) {
  constexpr std::array<std::string_view, 3> kLayers{"engine", "storage", "projections"};
  if (from == to || from == "tests") return true;
  if (to == "tests" || to == "bench") return false;
  if (from == "bench") return true;
  const auto* const source = std::find(kLayers.begin(), kLayers.end(), from);
  const auto* const target = std::find(kLayers.begin(), kLayers.end(), to);
  return target != kLayers.end() && target <= source;
}

// A third-party header, by how its name begins, and the files that may include it, by how their
// paths begin. Tests may include anything.
struct Room {
  std::string_view header;
  std::vector<std::string_view> files;
};

const std::vector<Room>& rooms() {
  static const std::vector<Room> kRooms{
      {"rocksdb/", {"storage/rocks_"}},
      {"lz4.h", {"storage/rocks_value"}},
      // Names of threads, fork handlers and signal masks, which the standard library does not give.
      {"pthread.h", {"engine/core/thread_name", "storage/seal/system_entropy", "api/cli/serve"}},
      {"sys/resource.h", {"engine/core/thread_name"}},
      {"valijson/", {"engine/schemas/"}},
      {"simdjson.h", {"engine/schemas/", "engine/core/json"}},
      {"re2/", {"engine/schemas/"}},
      {"openssl/", {"engine/credentials", "storage/seal", "api/auth/", "api/http/"}},
      {"argon2.h", {"engine/credentials"}},
      {"crypt.h", {"engine/credentials"}},
      {"zxcvbn.h", {"engine/credentials"}},
      {"unicode/", {"engine/text/make_"}},
      // For inet_pton, which only reads text.
      {"arpa/inet.h", {"engine/text/", "api/", "bench/"}},
      {"boost/url", {"engine/text/origin"}},
      {"boost/beast", {"api/http/", "bench/bare_beast.cc"}},
      {"boost/asio", {"api/", "bench/"}},
      {"cjose/", {"api/auth/"}},
      {"CLI/", {"api/", "replay/", "bench/"}},
      {"toml++/", {"api/"}},
      {"benchmark/", {"bench/"}},
      {"catch2/", {}},
      {"rapidcheck", {}},
  };
  return kRooms;
}

const Room* room_of(std::string_view header) {
  for (const auto& room : rooms()) {
    if (header.starts_with(room.header)) return &room;
  }
  return nullptr;
}

bool is_in(std::string_view path, const Room& room) {
  return std::any_of(room.files.begin(), room.files.end(), [path](std::string_view prefix) {
    return path.starts_with(prefix);
  });
}

// <string.h> is let in for explicit_bzero, which has no other home.
bool is_standard(std::string_view header) {
  return header == "string.h" || header.find_first_of("/.") == std::string_view::npos;
}

// Why a header may not be included, if so.
std::optional<std::string> refusal(std::string_view path, std::string_view header) {
  const auto top = top_of(path);
  if (header == "boost/asio.hpp" || header == "boost/beast.hpp") {
    return "takes all of the library in; include the part that is used";
  }
  if (top == "tests") return std::nullopt;
  if (const auto* room = room_of(header)) {
    if (is_in(path, *room)) return std::nullopt;
    return "is not for this file";
  }
  if (top == "engine" && !is_standard(header)) {
    return "is neither the standard library nor a library that the engine knows";
  }
  return std::nullopt;
}

}  // namespace

Findings include_direction(const Source& source) {
  Findings findings;
  if (!is_cpp(source.path)) return findings;
  constexpr std::array<std::string_view, 7> kTops{
      "engine", "storage", "projections", "api", "replay", "bench", "tests"};
  for (const auto& include : includes_of(source.text)) {
    if (!include.quoted) continue;
    const auto from = top_of(source.path);
    const auto to = top_of(include.header);
    const auto name = '"' + std::string(include.header) + '"';
    if (std::find(kTops.begin(), kTops.end(), to) == kTops.end()) {
      findings.push_back({source.path,
                          include.line,
                          "include-direction",
                          name + " is not written from the root of the tree"});
    } else if (!may_see(from, to) && !(is_main(source.path) && to != "tests" && to != "bench")) {
      findings.push_back({source.path,
                          include.line,
                          "include-direction",
                          std::string(from) + " must not know " + name});
    }
  }
  return findings;
}

Findings include_room(const Source& source) {
  Findings findings;
  if (!is_cpp(source.path)) return findings;
  for (const auto& include : includes_of(source.text)) {
    if (include.quoted) continue;
    if (const auto why = refusal(source.path, include.header)) {
      findings.push_back({source.path,
                          include.line,
                          "include-room",
                          "<" + std::string(include.header) + "> " + *why});
    }
  }
  return findings;
}

Findings engine_pure(const Source& source) {
  Findings findings;
  if (!is_cpp(source.path) || !source.path.starts_with("engine/")) return findings;
  constexpr std::array<std::string_view, 6> kForbidden{
      "<filesystem>", "<fstream>", "_clock::now", "random_device", "time(nullptr)", "getenv("};
  const auto code = blanked(source.text, Blank::kStringsAndComments);
  for (const auto word : kForbidden) {
    for (auto at = code.find(word); at != std::string::npos; at = code.find(word, at + 1)) {
      findings.push_back({source.path,
                          line_at(code, at),
                          "engine-pure",
                          std::string(word) + " comes in through a port"});
    }
  }
  return findings;
}

}  // namespace tidy
