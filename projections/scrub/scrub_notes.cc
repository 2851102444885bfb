#include "projections/scrub/scrub_notes.h"

#include <sstream>

#include "engine/core/bytes.h"
#include "storage/file_io.h"

namespace muster {
namespace {

constexpr std::string_view kHeader = "muster-scrub 1";
constexpr std::size_t kBytesMax = std::size_t{1} << 20U;

std::string checksum_line(std::string_view lines) {
  std::string bytes;
  put_big_endian_32(bytes, crc32c(lines));
  return "checksum: " + to_hex(bytes) + "\n";
}

std::string or_dash(const std::string& word) {
  return word.empty() ? "-" : word;
}

bool parse_line(std::istringstream& line, ScrubNotes& notes) {
  std::string word;
  std::int64_t first = 0;
  std::int64_t second = 0;
  line >> word;
  if (word == "pass") {
    std::string began;
    std::string part;
    std::string place;
    line >> notes.pass >> began >> first >> part >> notes.part >> place >> notes.place;
    notes.began = Micros{first};
    notes.part = notes.part == "-" ? "" : notes.part;
    notes.place = notes.place == "-" ? "" : notes.place;
    return !line.fail() && began == "began" && part == "part" && place == "place";
  }
  if (word == "passed") {
    line >> first >> second;
    notes.passed_began = Micros{first};
    notes.passed_ended = Micros{second};
    return !line.fail();
  }
  std::string path;
  std::string digest;
  line >> path >> digest;
  notes.files[path] = digest;
  return !line.fail() && word == "file";
}

}  // namespace

std::string ScrubNotes::write() const {
  std::string text{kHeader};
  text += "\npass " + std::to_string(pass) + " began " + std::to_string(raw(began)) + " part " +
          or_dash(part) + " place " + or_dash(place) + "\n";
  if (passed_began && passed_ended) {
    text += "passed " + std::to_string(raw(*passed_began)) + " " +
            std::to_string(raw(*passed_ended)) + "\n";
  }
  for (const auto& [path, digest] : files) {
    text += "file " + path + " " + digest + "\n";
  }
  return text + checksum_line(text);
}

std::optional<ScrubNotes> ScrubNotes::parse(std::string_view text) {
  const auto at = text.rfind("checksum: ");
  if (at == std::string_view::npos || text.substr(at) != checksum_line(text.substr(0, at))) {
    return std::nullopt;
  }
  std::istringstream lines{std::string{text.substr(0, at)}};
  std::string line;
  if (!std::getline(lines, line) || line != kHeader) {
    return std::nullopt;
  }
  ScrubNotes notes;
  while (std::getline(lines, line)) {
    std::istringstream words{line};
    if (!parse_line(words, notes)) {
      return std::nullopt;
    }
  }
  return notes;
}

ScrubNotes ScrubNotes::read(const std::filesystem::path& directory) {
  const auto text = read_file(directory / "scrub", kBytesMax);
  auto notes = text ? parse(*text) : std::nullopt;
  return notes ? std::move(*notes) : ScrubNotes{};
}

Result<void> ScrubNotes::save(const std::filesystem::path& directory) const {
  return write_file_atomically(directory / "scrub", write());
}

}  // namespace muster
