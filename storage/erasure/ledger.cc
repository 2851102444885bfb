#include "storage/erasure/ledger.h"

#include <array>
#include <charconv>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "storage/file_io.h"
#include "storage/seal/digest.h"

namespace muster {
namespace {

constexpr std::string_view kHeader = "muster-erasures 1 ";
/// Ten million lines: an erasure costs some 150 bytes.
constexpr std::size_t kLedgerBytesMax = std::size_t{1536} * 1024 * 1024;

Failure damaged(const std::filesystem::path& path, std::uint64_t line) {
  return failure(Errc::kCorrupt,
                 "ledger_damaged",
                 "line " + std::to_string(line) + " of " + path.string() +
                     " is not as it was written; restore the file from a backup");
}

std::string header_of(Micros created) {
  return std::string{kHeader} + std::to_string(raw(created));
}

std::string text_of(const LedgerLine& line) {
  return std::to_string(raw(line.log)) + " " + line.person.text() + " " +
         std::to_string(raw(line.position)) + " " + std::to_string(raw(line.slot)) + " " +
         std::to_string(raw(line.time));
}

Digest chained(const Digest& before, std::string_view text) {
  return Sha256{}.add(as_view(before)).add(text).finish();
}

template <class Number>
bool take_number(std::string_view& text, Number& number) {
  const auto end = std::min(text.find(' '), text.size());
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + end, number);
  const bool whole = error == std::errc{} && stopped == text.data() + end && end > 0;
  text.remove_prefix(std::min(end + 1, text.size()));
  return whole;
}

std::optional<LedgerLine> parse_line(std::string_view text) {
  std::uint32_t log = 0;
  std::uint64_t position = 0;
  std::uint32_t slot = 0;
  std::int64_t time = 0;
  if (!take_number(text, log)) {
    return std::nullopt;
  }
  const auto space = std::min(text.find(' '), text.size());
  const auto person = Uuid::parse(text.substr(0, space));
  text.remove_prefix(std::min(space + 1, text.size()));
  if (!person || !take_number(text, position) || !take_number(text, slot) ||
      !take_number(text, time) || !text.empty()) {
    return std::nullopt;
  }
  return LedgerLine{LogId{log}, StreamId{*person}, Position{position}, Slot{slot}, Micros{time}};
}

std::optional<Micros> parse_header(std::string_view text) {
  std::int64_t created = 0;
  if (!text.starts_with(kHeader)) {
    return std::nullopt;
  }
  text.remove_prefix(kHeader.size());
  return take_number(text, created) && text.empty() ? std::optional{Micros{created}} : std::nullopt;
}

}  // namespace

Result<LedgerEnd> read_ledger(
    const std::filesystem::path& path,
    const std::function<Result<void>(const LedgerLine&, const Digest& chain)>& visit) {
  MUSTER_TRY(const std::string file, read_file(path, kLedgerBytesMax));
  LedgerEnd end;
  std::uint64_t number = 0;
  std::string_view rest = file;
  for (auto feed = rest.find('\n'); feed != std::string_view::npos; feed = rest.find('\n')) {
    const std::string_view text = rest.substr(0, feed);
    rest.remove_prefix(feed + 1);
    ++number;
    if (number == 1) {
      const auto created = parse_header(text);
      if (!created) {
        return damaged(path, number);
      }
      end.created = *created;
      end.chain = sha256(text);
      continue;
    }
    const auto space = text.rfind(' ');
    const auto line =
        space == std::string_view::npos ? std::nullopt : parse_line(text.substr(0, space));
    const Digest chain = line ? chained(end.chain, text.substr(0, space)) : Digest{};
    if (!line || to_hex(as_view(chain)) != text.substr(space + 1)) {
      return damaged(path, number);
    }
    end.chain = chain;
    ++end.lines;
    MUSTER_CHECKED(visit(*line, chain));
  }
  end.bytes = file.size() - rest.size();
  return end;
}

Result<ErasureLedger> ErasureLedger::open(std::filesystem::path path, Micros created) {
  ErasureLedger ledger{std::move(path), created};
  const auto note = [&](const LedgerLine& line, const Digest& chain) -> Result<void> {
    ledger.note(line, chain);
    return {};
  };
  auto end = read_ledger(ledger.path_, note);
  if (!end && end.error().code != Errc::kNotFound) {
    return end.error();
  }
  if (!end || end->bytes == 0) {
    ledger.end_ = {created, sha256(header_of(created)), 0, 0};
    return ledger;
  }
  if (end->created != created) {
    return failure(Errc::kConflict,
                   "ledger_of_another_directory",
                   ledger.path_.string() + " tells of another directory");
  }
  ledger.end_ = *end;
  return ledger;
}

std::string ErasureLedger::name_of(LogId log, StreamId person, Position position) {
  std::string name;
  put_big_endian_32(name, raw(log));
  name.append(person.view());
  put_varint(name, raw(position));
  return name;
}

void ErasureLedger::note(const LedgerLine& line, const Digest& chain) {
  known_.insert_or_assign(name_of(line.log, line.person, line.position), chain);
}

std::optional<Digest> ErasureLedger::find(LogId log, StreamId person, Position position) const {
  const auto found = known_.find(name_of(log, person, position));
  return found == known_.end() ? std::nullopt : std::optional{found->second};
}

Result<void> ErasureLedger::append(std::span<const LedgerLine> lines) {
  if (broken_) {
    return failure(
        Errc::kIo, "ledger_broken", "the ledger of erasures could not be written before");
  }
  std::string bytes;
  if (end_.bytes == 0) {
    bytes = header_of(created_) + "\n";
  }
  Digest chain = end_.chain;
  std::vector<Digest> chains;
  for (const LedgerLine& line : lines) {
    const std::string text = text_of(line);
    chain = chained(chain, text);
    chains.push_back(chain);
    bytes += text + " " + to_hex(as_view(chain)) + "\n";
  }
  broken_ = true;  // until it is done
  MUSTER_TRY(const FileHandle file, FileHandle::open(path_, O_RDWR | O_CREAT));
  if (ftruncate(file.descriptor(), static_cast<off_t>(end_.bytes)) != 0) {
    return io_failure(errno, "truncate", path_);
  }
  if (lseek(file.descriptor(), 0, SEEK_END) < 0) {
    return io_failure(errno, "seek in", path_);
  }
  MUSTER_CHECKED(file.write(bytes, path_));
  MUSTER_CHECKED(file.sync(path_));
  if (end_.bytes == 0) {
    MUSTER_CHECKED(sync_directory(path_.parent_path()));
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    note(lines[i], chains[i]);
  }
  end_.chain = chain;
  end_.lines += lines.size();
  end_.bytes += bytes.size();
  broken_ = false;
  return {};
}

}  // namespace muster
