#include "bench/people.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "api/import/ndjson_reader.h"

using namespace muster;

namespace {

std::string rows_of(const People& people, std::uint64_t users) {
  std::string rows;
  for (std::uint64_t number = 0; number < users; ++number) {
    people.append_row(rows, number);
    rows.push_back('\n');
  }
  return rows;
}

// FNV-1a, 64 bits.
std::uint64_t fingerprint(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char byte : text) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
  }
  return hash;
}

}  // namespace

TEST_CASE("another edition is the same person with another payload", "[bench]") {
  const People people{built_in_names(), 7};
  std::string first;
  std::string same;
  std::string other;
  people.append_row(first, 3);
  people.append_row(same, 3, 0);
  people.append_row(other, 3, 1);
  CHECK(first == same);
  CHECK(first != other);
  CHECK(other.find(people.id_of(3).text()) != std::string::npos);
  CHECK(other.find(people.email_of(3)) != std::string::npos);
}

TEST_CASE("the same seed makes the same users for ever", "[bench]") {
  const People people{built_in_names(), 1};
  CHECK(fingerprint(rows_of(people, 100)) == 0x419bc10eec06aa89U);
  CHECK(rows_of(people, 10) == rows_of(People{built_in_names(), 1}, 10));
  CHECK(rows_of(people, 10) != rows_of(People{built_in_names(), 2}, 10));
}

TEST_CASE("a user does not depend on those before", "[bench]") {
  const People people{built_in_names(), 5};
  std::string alone;
  people.append_row(alone, 7);
  CHECK(rows_of(people, 8).ends_with("\n" + alone + "\n"));
}

TEST_CASE("ids and addresses are unique, and the rows hold them", "[bench]") {
  const People people{built_in_names(), 1};
  std::set<std::string> ids;
  std::set<std::string> emails;
  bool rows_hold_them = true;
  for (std::uint64_t number = 0; number < 5000; ++number) {
    const std::string id = people.id_of(number).text();
    const std::string email = people.email_of(number);
    std::string row;
    people.append_row(row, number);
    rows_hold_them = rows_hold_them && row.find("\"id\":\"" + id + "\"") != std::string::npos &&
                     row.find("\"identifier\":\"" + email + "\"") != std::string::npos &&
                     row.find("\"address\":\"" + email + "\"") != std::string::npos;
    ids.insert(id);
    emails.insert(email);
  }
  CHECK(rows_hold_them);
  CHECK(ids.size() == 5000);
  CHECK(emails.size() == 5000);
}

TEST_CASE("rows are about 900 bytes and the importer takes them as they are", "[bench]") {
  const People people{built_in_names(), 1};
  const std::string rows = rows_of(people, 500);
  CHECK(rows.size() / 500 > 850);
  CHECK(rows.size() / 500 < 950);
  std::istringstream input{rows};
  NdjsonReader reader{input};
  std::uint64_t number = 0;
  std::uint64_t kept = 0;
  while (const auto record = reader.next()) {
    const auto* user = std::get_if<ImportedUser>(&*record);
    kept += user != nullptr && user->id == people.id_of(number).text() ? 1U : 0U;
    ++number;
  }
  CHECK(number == 500);
  CHECK(kept == 500);
}

TEST_CASE("names come from files, and odd names make proper addresses", "[bench]") {
  const auto directory = std::filesystem::temp_directory_path() / "muster-bench-names-test";
  std::filesystem::create_directories(directory);
  std::ofstream{directory / "dbgen-FamilyNames"} << "O'Neil-Smith the Third of Somewhere\r\n\n";
  std::ofstream{directory / "dbgen-GivenNames"} << "\xC3\x89ve\n";
  const auto names = load_names(directory);
  REQUIRE(names.has_value());
  CHECK(names->departments == built_in_names().departments);
  CHECK(People{*names, 1}.email_of(12) == "ve.oneilsmiththethirdof.12@example.com");
  std::filesystem::remove(directory / "dbgen-GivenNames");
  CHECK_FALSE(load_names(directory).has_value());
  std::filesystem::remove_all(directory);
}
