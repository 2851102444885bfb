#include "storage/backup/manifest.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "engine/core/instant.h"

namespace muster {
namespace {

constexpr std::string_view kHeader = "muster-backup 1";
constexpr std::size_t kNameDigits = 16;  // of the SHA-256, in names of files

Failure damaged(std::string_view line) {
  return failure(Errc::kCorrupt,
                 "manifest_damaged",
                 "the MANIFEST of the backup is damaged at \"" + std::string{line} + "\"");
}

std::string hex_of(std::uint32_t number) {
  std::string bytes;
  put_big_endian_32(bytes, number);
  return to_hex(bytes);
}

/// Takes a line off the front; empty when there is none.
std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

/// The words of one line, apart by single spaces. Once something is not as it should be, good() is
/// false for good.
class Words {
 public:
  explicit Words(std::string_view line) : rest_{line} {}

  std::string_view text() {
    const auto word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(std::min(word.size() + 1, rest_.size()));
    good_ = good_ && !word.empty();
    return word;
  }

  Words& is(std::string_view word) {
    good_ = text() == word && good_;
    return *this;
  }

  template <class Number = std::uint64_t>
  Number number() {
    const auto word = text();
    Number value = 0;
    const auto* const end = word.data() + word.size();
    const auto [stopped, error] = std::from_chars(word.data(), end, value);
    good_ = good_ && error == std::errc{} && stopped == end;
    return value;
  }

  template <class Bytes>
  void bytes(const std::optional<std::string>& given, Bytes& out) {
    good_ = good_ && given && given->size() == sizeof(out);
    if (good_) {
      std::memcpy(&out, given->data(), sizeof(out));
    }
  }

  [[nodiscard]] bool good() const { return good_; }

  [[nodiscard]] bool done() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

bool parse_head(std::string_view& text, BackupManifest& manifest) {
  if (take_line(text) != kHeader) {
    return false;
  }
  Words taken{take_line(text)};
  const auto instant = parse_rfc3339(taken.is("taken").text());
  manifest.taken = instant.value_or(Micros{});
  Words server{take_line(text)};
  manifest.server = server.is("server").text();
  Words directory{take_line(text)};
  manifest.directory = Micros{directory.is("directory").number<std::int64_t>()};
  manifest.format = directory.is("format").number<std::uint32_t>();
  manifest.epoch = Epoch{directory.is("epoch").number<std::uint32_t>()};
  Words group{take_line(text)};
  manifest.group = group.is("group").number();
  Words master{take_line(text)};
  manifest.master = master.is("master").text();
  Words verifier{take_line(text)};
  manifest.verifier = verifier.is("verifier").text();
  Words erasures{take_line(text)};
  manifest.erasures_bytes = erasures.is("erasures").number();
  return instant && taken.done() && server.done() && directory.done() && group.done() &&
         master.done() && verifier.done() && erasures.done();
}

bool parse_log(std::string_view line, BackupManifest& manifest) {
  Words words{line};
  const LogId log{words.is("log").number<std::uint32_t>()};
  BackedUpLog& read = manifest.logs[log];
  read.origin = words.is("origin").text();
  read.size = words.is("size").number();
  words.bytes(from_base64(words.is("root").text()), read.root);
  return words.done();
}

bool parse_file(std::string_view line, BackupManifest& manifest) {
  Words words{line};
  BackupFile file;
  const auto part = words.is("file").text();
  file.part = part == "keys" ? BackupPart::kKeys : BackupPart::kData;
  file.bytes = words.number();
  words.bytes(from_hex(words.text()), file.sha256);
  std::array<char, 4> crc{};
  words.bytes(from_hex(words.text()), crc);
  file.crc32c = ByteReader{{crc.data(), crc.size()}}.big_endian_32();
  file.path = words.text();
  const bool good = words.done() && (part == "keys" || part == "data") && is_backup_path(file.path);
  manifest.files.push_back(std::move(file));
  return good;
}

}  // namespace

std::filesystem::path BackupFile::stored() const {
  return std::filesystem::path{"files"} /
         (path + "@" + to_hex(as_view(sha256)).substr(0, kNameDigits));
}

std::uint64_t BackupManifest::bytes() const {
  std::uint64_t sum = 0;
  for (const BackupFile& file : files) {
    sum += file.bytes;
  }
  return sum;
}

const BackupFile* BackupManifest::find(std::string_view path) const {
  const auto found = std::ranges::find(files, path, &BackupFile::path);
  return found == files.end() ? nullptr : &*found;
}

bool is_backup_path(std::string_view path) {
  const bool plain = std::ranges::all_of(path, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-' || c == '/';
  });
  return plain && !path.empty() && path.front() != '/' && path.front() != '.' &&
         path.find("/.") == std::string_view::npos && path.find("//") == std::string_view::npos &&
         path.back() != '/';
}

std::string write_manifest(const BackupManifest& manifest) {
  std::string text{kHeader};
  text += "\ntaken " + to_rfc3339(manifest.taken) + "\nserver " + manifest.server;
  text += "\ndirectory " + std::to_string(raw(manifest.directory)) + " format " +
          std::to_string(manifest.format) + " epoch " + std::to_string(raw(manifest.epoch));
  text += "\ngroup " + std::to_string(manifest.group) + "\nmaster " + manifest.master;
  text += "\nverifier " + manifest.verifier;
  text += "\nerasures " + std::to_string(manifest.erasures_bytes) + "\n";
  for (const auto& [log, end] : manifest.logs) {
    text += "log " + std::to_string(raw(log)) + " origin " + end.origin + " size " +
            std::to_string(end.size) + " root " + to_base64(as_view(end.root)) + "\n";
  }
  for (const BackupFile& file : manifest.files) {
    text += std::string{"file "} + (file.part == BackupPart::kKeys ? "keys " : "data ") +
            std::to_string(file.bytes) + " " + to_hex(as_view(file.sha256)) + " " +
            hex_of(file.crc32c) + " " + file.path + "\n";
  }
  return text + "end " + std::to_string(manifest.files.size()) + "\n";
}

Result<BackupManifest> parse_manifest(std::string_view text) {
  BackupManifest manifest;
  if (!parse_head(text, manifest)) {
    return damaged("its first lines");
  }
  while (!text.empty()) {
    const auto line = take_line(text);
    const bool is_end = text.empty();
    const bool good = is_end ? line == "end " + std::to_string(manifest.files.size())
                             : (line.starts_with("log ") ? parse_log(line, manifest)
                                                         : parse_file(line, manifest));
    if (!good) {
      return damaged(line);
    }
    if (is_end) {
      return manifest;
    }
  }
  return damaged("its end");
}

}  // namespace muster
