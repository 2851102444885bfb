#include "storage/erasure/ledger.h"

#include <fstream>
#include <vector>

#include <catch2/catch.hpp>

#include "storage/file_io.h"
#include "tests/storage/scratch_directory.h"

namespace muster {
namespace {

constexpr Micros kMade{1'795'000'000'000'000};

LedgerLine line_of(std::uint8_t number) {
  LedgerLine line;
  line.log = LogId{number};
  line.person.bytes.fill(number);
  line.position = Position{number * 100ULL};
  line.slot = Slot{number + 7U};
  line.time = Micros{number * 1000};
  return line;
}

struct Ledger {
  ScratchDirectory scratch;
  std::filesystem::path path = scratch.path() / "erasures";

  [[nodiscard]] ErasureLedger open() const {
    auto ledger = ErasureLedger::open(path, kMade);
    REQUIRE(ledger.has_value());
    return *std::move(ledger);
  }

  void append(const std::vector<LedgerLine>& lines) const {
    ErasureLedger ledger = open();
    REQUIRE(ledger.append(lines).has_value());
  }

  [[nodiscard]] std::vector<LedgerLine> read() const {
    std::vector<LedgerLine> lines;
    REQUIRE(read_ledger(path, [&](const LedgerLine& line, const Digest&) {
      lines.push_back(line);
      return Result<void>{};
    }));
    return lines;
  }

  [[nodiscard]] std::string text() const { return *read_file(path, 1 << 20); }

  void write(const std::string& text) const {
    std::ofstream{path, std::ios::binary | std::ios::trunc} << text;
  }
};

TEST_CASE("a ledger is read back as it was written, over several openings", "[erasure]") {
  const Ledger ledger;
  ledger.append({line_of(1), line_of(2)});
  ledger.append({line_of(3)});
  CHECK(ledger.read() == std::vector{line_of(1), line_of(2), line_of(3)});
  CHECK(ledger.text().starts_with("muster-erasures 1 1795000000000000\n1 "));
  const ErasureLedger known = ledger.open();
  CHECK(known.find(LogId{2}, line_of(2).person, Position{200}).has_value());
  CHECK_FALSE(known.find(LogId{2}, line_of(2).person, Position{201}).has_value());
  CHECK_FALSE(known.find(LogId{1}, line_of(2).person, Position{200}).has_value());
}

TEST_CASE("every byte of a ledger is checked", "[erasure]") {
  const Ledger ledger;
  ledger.append({line_of(1), line_of(2)});
  const std::string whole = ledger.text();
  const auto last = whole.rfind('\n');
  for (std::size_t at = 0; at < last; ++at) {
    std::string touched = whole;
    touched[at] = static_cast<char>(touched[at] ^ 1);
    ledger.write(touched);
    CAPTURE(at);
    CHECK_FALSE(ErasureLedger::open(ledger.path, kMade).has_value());
  }
}

TEST_CASE("a line that was never finished is cut off by the next", "[erasure]") {
  const Ledger ledger;
  ledger.append({line_of(1)});
  const std::string first = ledger.text();
  ledger.append({line_of(2)});
  const std::string whole = ledger.text();
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    CAPTURE(bytes);
    ledger.write(whole.substr(0, bytes));
    ErasureLedger torn = ledger.open();
    const bool had_first = bytes >= first.size();
    CHECK(torn.find(LogId{1}, line_of(1).person, Position{100}).has_value() == had_first);
    REQUIRE(torn.append(std::vector{line_of(3)}).has_value());
    CHECK(ledger.read().back() == line_of(3));
    CHECK(ledger.read().size() == (had_first ? 2U : 1U));
  }
}

TEST_CASE("the ledger of another directory is refused", "[erasure]") {
  const Ledger ledger;
  ledger.append({line_of(1)});
  const auto other = ErasureLedger::open(ledger.path, Micros{1});
  REQUIRE_FALSE(other.has_value());
  CHECK(other.error().rule == "ledger_of_another_directory");
}

}  // namespace
}  // namespace muster
