#include "storage/epoch_history.h"

#include <charconv>
#include <cstring>

#include "engine/core/check.h"
#include "engine/core/instant.h"
#include "storage/file_io.h"

namespace muster {

namespace {

constexpr std::string_view kHeader = "muster-epochs 1\n";
/// A line of a log takes some 80 bytes: room for half a million logs over two restores.
constexpr std::size_t kBytesMax = std::size_t{96} * 1024 * 1024;

Failure damaged(std::string_view what) {
  return failure(Errc::kCorrupt,
                 "epochs_damaged",
                 "the file epochs of the directory is damaged (" + std::string{what} +
                     "); restore it from a backup");
}

std::string checksum_line(std::string_view lines) {
  std::string bytes;
  put_big_endian_32(bytes, crc32c(lines));
  return "checksum: " + to_hex(bytes) + "\n";
}

/// Takes the words of one line, apart by single spaces.
class Words {
 public:
  explicit Words(std::string_view line) : rest_{line} {}

  std::string_view next() {
    const auto word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(std::min(word.size() + 1, rest_.size()));
    return word;
  }

  bool is(std::string_view word) { return next() == word; }

  template <class Number>
  std::optional<Number> number() {
    const auto word = next();
    Number value = 0;
    const auto* const end = word.data() + word.size();
    const auto [stopped, error] = std::from_chars(word.data(), end, value);
    return error == std::errc{} && stopped == end ? std::optional{value} : std::nullopt;
  }

  [[nodiscard]] bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::optional<Digest> digest_in(std::string_view text) {
  const auto bytes = from_base64(text);
  if (!bytes || bytes->size() != sizeof(Digest) || to_base64(*bytes) != text) {
    return std::nullopt;
  }
  Digest digest;
  std::memcpy(digest.data(), bytes->data(), digest.size());
  return digest;
}

}  // namespace

std::optional<std::uint64_t> EpochHistory::size_at_end(Epoch epoch, LogId log) const {
  const auto known = ended_.find(epoch);
  if (known == ended_.end()) {
    return std::nullopt;
  }
  const auto end = known->second.logs.find(log);
  return end == known->second.logs.end() ? 0 : end->second.size;
}

std::optional<Micros> EpochHistory::present_since() const {
  return ended_.empty() ? std::nullopt : std::optional{ended_.rbegin()->second.ended};
}

void EpochHistory::end(Epoch epoch, EndedEpoch how) {
  check(ended_.empty() || ended_.rbegin()->first < epoch, "epochs end in order");
  ended_.emplace(epoch, std::move(how));
}

std::string EpochHistory::write() const {
  std::string text{kHeader};
  for (const auto& [epoch, how] : ended_) {
    text += "epoch " + std::to_string(raw(epoch)) + " ended " + to_rfc3339(how.ended) + "\n";
    for (const auto& [log, end] : how.logs) {
      text += "log " + std::to_string(raw(log)) + " size " + std::to_string(end.size) + " root " +
              to_base64(as_view(end.root)) + "\n";
    }
  }
  return text + checksum_line(text);
}

Result<EpochHistory> EpochHistory::parse(std::string_view text) {
  const auto at = text.rfind("checksum: ");
  if (at == std::string_view::npos || text.substr(at) != checksum_line(text.substr(0, at))) {
    return damaged("wrong checksum");
  }
  std::string_view lines = text.substr(0, at);
  if (!lines.starts_with(kHeader)) {
    return damaged("unknown header");
  }
  lines.remove_prefix(kHeader.size());
  EpochHistory history;
  EndedEpoch* newest = nullptr;
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    Words words{line};
    if (line.starts_with("epoch ")) {
      words.next();
      const auto epoch = words.number<std::uint32_t>();
      const bool spelled = words.is("ended");
      const auto ended = parse_rfc3339(words.next());
      const bool later =
          epoch && (history.empty() || history.ended_.rbegin()->first < Epoch{*epoch});
      if (!spelled || !ended || !later || !words.done()) {
        return damaged("line \"" + std::string{line} + "\"");
      }
      newest = &history.ended_[Epoch{*epoch}];
      newest->ended = *ended;
      continue;
    }
    const bool is_log = words.is("log");
    const auto log = words.number<std::uint32_t>();
    const bool has_size = words.is("size");
    const auto size = words.number<std::uint64_t>();
    const bool has_root = words.is("root");
    const auto root = digest_in(words.next());
    if (newest == nullptr || !is_log || !log || !has_size || !size || !has_root || !root ||
        !words.done()) {
      return damaged("line \"" + std::string{line} + "\"");
    }
    newest->logs[LogId{*log}] = {*size, *root};
  }
  return history;
}

Result<EpochHistory> EpochHistory::read(const std::filesystem::path& directory) {
  const auto text = read_file(directory / "epochs", kBytesMax);
  if (text) {
    return parse(*text);
  }
  return text.error().code == Errc::kNotFound ? Result<EpochHistory>{EpochHistory{}}
                                              : Result<EpochHistory>{text.error()};
}

Result<void> EpochHistory::save(const std::filesystem::path& directory) const {
  return write_file_atomically(directory / "epochs", write());
}

}  // namespace muster
