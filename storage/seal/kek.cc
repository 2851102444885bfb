#include "storage/seal/kek.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <vector>

#include "engine/core/bytes.h"
#include "storage/seal/aead.h"
#include "storage/seal/digest.h"

namespace muster {

namespace {

constexpr std::string_view kHeader = "muster-keks 1 master=";
constexpr std::size_t kMasterIdBytes = 8;
constexpr std::size_t kNonceBytes = std::tuple_size_v<AeadNonce>;
constexpr std::size_t kWrappedBytes = kNonceBytes + SecretKey::kBytes + kAeadTagBytes;
constexpr std::size_t kCrcDigits = 8;

std::string crc_of(std::string_view line) {
  std::string bytes;
  put_big_endian_32(bytes, crc32c(line));
  return to_hex(bytes);
}

void append_line(std::string& out, std::string_view line) {
  out.append(line).append(" ").append(crc_of(line)).append("\n");
}

std::string associated_data(KekId id, LogId log) {
  std::string out = "muster kek v1";
  put_big_endian_32(out, raw(id));
  put_big_endian_32(out, raw(log));
  return out;
}

std::string wrap_kek(const Kek& kek, const SecretKey& master, Entropy& entropy) {
  std::array<std::uint8_t, kWrappedBytes> wrapped{};
  AeadNonce nonce;
  entropy.fill(nonce);
  std::copy(nonce.begin(), nonce.end(), wrapped.begin());
  aead_seal({master, nonce, associated_data(kek.id, kek.log)},
            kek.key.view(),
            std::span{wrapped}.subspan(kNonceBytes));
  return to_base64({reinterpret_cast<const char*>(wrapped.data()), wrapped.size()});
}

Failure damaged(std::size_t line) {
  return failure(Errc::kCorrupt,
                 "keks_damaged",
                 "Line " + std::to_string(line) + " of keys/keks is damaged. Restore the file.");
}

/// The file's lines without checksums.
Result<std::vector<std::string_view>> checked_lines(std::string_view file) {
  std::vector<std::string_view> lines;
  while (!file.empty()) {
    const std::size_t end = file.find('\n');
    if (end == std::string_view::npos || end <= kCrcDigits) return damaged(lines.size() + 1);
    const std::string_view text = file.substr(0, end - kCrcDigits - 1);
    if (file[text.size()] != ' ' || file.substr(text.size() + 1, kCrcDigits) != crc_of(text)) {
      return damaged(lines.size() + 1);
    }
    lines.push_back(text);
    file.remove_prefix(end + 1);
  }
  if (lines.size() < 2 || lines.back() != "end " + std::to_string(lines.size() - 2)) {
    return damaged(lines.size() + 1);
  }
  return lines;
}

/// Takes `word` and then a decimal number off the front of `line`.
std::optional<std::uint32_t> take_number(std::string_view& line, std::string_view word) {
  if (!line.starts_with(word)) return std::nullopt;
  line.remove_prefix(word.size());
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc{}) return std::nullopt;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  return number;
}

std::optional<Kek> parse_kek(std::string_view line, const SecretKey& master) {
  constexpr std::string_view kWrappedWord = " wrapped=";
  const auto id = take_number(line, "kek ");
  const auto log = take_number(line, " log=");
  if (!id || !log || !line.starts_with(kWrappedWord)) return std::nullopt;
  const auto wrapped = from_base64(line.substr(kWrappedWord.size()));
  if (!wrapped || wrapped->size() != kWrappedBytes) return std::nullopt;

  Kek kek{KekId{*id}, LogId{*log}, {}};
  AeadNonce nonce;
  std::memcpy(nonce.data(), wrapped->data(), nonce.size());
  const bool opened = aead_open({master, nonce, associated_data(kek.id, kek.log)},
                                std::string_view{*wrapped}.substr(kNonceBytes),
                                kek.key.writable());
  return opened ? std::optional{kek} : std::nullopt;
}

}  // namespace

std::string master_key_id(const SecretKey& master) {
  const Digest digest = Sha256{}.add("muster master key v1").add(master.view()).finish();
  return to_hex(as_view(digest).substr(0, kMasterIdBytes));
}

std::string render_kek_file(const Keks& keks, const SecretKey& master, Entropy& entropy) {
  std::string out;
  append_line(out, std::string{kHeader} + master_key_id(master));
  for (const auto& [id, kek] : keks) {
    std::string line = "kek " + std::to_string(raw(id));
    line.append(" log=").append(std::to_string(raw(kek->log)));
    line.append(" wrapped=").append(wrap_kek(*kek, master, entropy));
    append_line(out, line);
  }
  append_line(out, "end " + std::to_string(keks.size()));
  return out;
}

Result<std::string> kek_file_master(std::string_view file) {
  MUSTER_TRY(const auto lines, checked_lines(file));
  if (!lines.front().starts_with(kHeader)) return damaged(1);
  return std::string{lines.front().substr(kHeader.size())};
}

Result<Keks> parse_kek_file(std::string_view file, const SecretKey& master) {
  MUSTER_TRY(const auto lines, checked_lines(file));
  Keks keks;
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    const auto kek = parse_kek(lines[i], master);
    const bool in_order = kek && (keks.empty() || keks.rbegin()->first < kek->id);
    if (!in_order) return damaged(i + 1);
    keks.emplace(kek->id, std::make_shared<const Kek>(*kek));
  }
  return keks;
}

}  // namespace muster
