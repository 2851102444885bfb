#include "bench/people.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <utility>

#include "bench/random.h"
#include "engine/core/bytes.h"
#include "engine/core/json_writer.h"

namespace muster {

namespace {

// Each kind of choice draws from its own sequence, so that one more choice changes no other.
enum class Draw : std::uint64_t { kId = 1, kNames = 2, kDocument = 3 };

constexpr std::size_t kNamesMax = 1'000'000;
// Keeps the local part of an e-mail address within 64 bytes: two names, two dots, 20 digits.
constexpr std::size_t kSlugBytesMax = 20;

constexpr std::array<std::string_view, 10> kTitles = {"Engineer",
                                                      "Senior Engineer",
                                                      "Accountant",
                                                      "Payroll Clerk",
                                                      "Recruiter",
                                                      "Test Lead",
                                                      "Product Manager",
                                                      "Analyst",
                                                      "Office Assistant",
                                                      "Team Lead"};
constexpr std::array<std::string_view, 6> kLocales =
    {"en-US", "en-GB", "de-DE", "fr-FR", "pl-PL", "es-ES"};
constexpr std::array<std::string_view, 8> kCities =
    {"Sunnyvale", "Cupertino", "Santa Clara", "Warsaw", "Berlin", "Lyon", "Leeds", "Malaga"};
constexpr std::array<std::string_view, 24> kWords = {
    "answers", "builds",   "calls",    "checks",  "customer", "daily",   "keeps",  "leads",
    "ledger",  "meetings", "orders",   "payroll", "plans",    "project", "repair", "reports",
    "reviews", "schedule", "supplier", "support", "team",     "tests",   "travel", "writes"};
// Brings a row to about 900 bytes.
constexpr std::size_t kAboutBytes = 322;

template <class List>
const auto& pick(BenchRandom& random, const List& list) {
  return list[static_cast<std::size_t>(random.below(list.size()))];
}

/// Between the seeds of two editions; not a seed that somebody would choose.
constexpr std::uint64_t kEditionStep = 0xA0761D6478BD642FU;

BenchRandom random_for(std::uint64_t seed, Draw draw, std::uint64_t number) {
  return BenchRandom{seed + raw(draw) * 0xD1342543DE82EF95U, number};
}

std::string slug(std::string_view name) {
  std::string result;
  for (const char byte : name) {
    if (result.size() == kSlugBytesMax) {
      break;
    }
    if (byte >= 'A' && byte <= 'Z') {
      result.push_back(static_cast<char>(byte - 'A' + 'a'));
    } else if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) {
      result.push_back(byte);
    }
  }
  return result.empty() ? "x" : result;
}

std::string digits(std::uint64_t number, std::size_t width) {
  std::string text = std::to_string(number);
  text.insert(0, width > text.size() ? width - text.size() : 0, '0');
  return text;
}

std::string about(BenchRandom& random) {
  std::string text;
  while (text.size() < kAboutBytes) {
    text.append(pick(random, kWords)).push_back(' ');
  }
  text.pop_back();
  return text;
}

void write_preferences(JsonWriter& writer, BenchRandom& random) {
  writer.key("preferences");
  writer.begin_object();
  writer.member("newsletter", random.below(2) == 0);
  writer.member("theme", random.below(2) == 0 ? "light" : "dark");
  writer.member("items_per_page", std::uint32_t{10} << random.below(4));
  writer.end_object();
}

Result<std::vector<std::string>> read_list(const std::filesystem::path& file) {
  std::ifstream input{file};
  std::vector<std::string> lines;
  for (std::string line; lines.size() < kNamesMax && std::getline(input, line);) {
    if (line.ends_with('\r')) {
      line.pop_back();
    }
    if (!line.empty()) {
      lines.push_back(std::move(line));
    }
  }
  if (lines.empty()) {
    return failure(Errc::kIo, "names_unreadable", "no names can be read from " + file.string());
  }
  return lines;
}

}  // namespace

NameLists built_in_names() {
  return {
      .family = {"Abbott",
                 "Berg",
                 "Carter",
                 "Dabrowski",
                 "Evans",
                 "Fischer",
                 "Garcia",
                 "Hall",
                 "Ito",
                 "Jensen",
                 "Kowalska",
                 "Lopez",
                 "Morel",
                 "Novak",
                 "Olsen",
                 "Patel"},
      .given = {"Ada",
                "Bruno",
                "Clara",
                "David",
                "Emma",
                "Felix",
                "Grace",
                "Hugo",
                "Ida",
                "Jan",
                "Karen",
                "Leo",
                "Maria",
                "Nils",
                "Olga",
                "Paul"},
      .departments = {
          "Accounting", "Product Development", "Product Testing", "Human Resources", "Payroll"}};
}

Result<NameLists> load_names(const std::filesystem::path& directory) {
  NameLists names;
  MUSTER_TRY(names.family, read_list(directory / "dbgen-FamilyNames"));
  MUSTER_TRY(names.given, read_list(directory / "dbgen-GivenNames"));
  auto departments = read_list(directory / "dbgen-OrgUnits");
  names.departments = departments ? *std::move(departments) : built_in_names().departments;
  return names;
}

People::People(NameLists names, std::uint64_t seed) : names_{std::move(names)}, seed_{seed} {
  check(!names_.family.empty() && !names_.given.empty() && !names_.departments.empty(),
        "People need names");
}

Uuid People::id_of(std::uint64_t number) const {
  BenchRandom random = random_for(seed_, Draw::kId, number);
  std::string bytes;
  put_big_endian_64(bytes, random.next());
  put_big_endian_64(bytes, random.next());
  Uuid id = Uuid::from_bytes(bytes);
  id.bytes[6] = static_cast<std::uint8_t>(0x80U | (id.bytes[6] & 0x0FU));
  id.bytes[8] = static_cast<std::uint8_t>(0x80U | (id.bytes[8] & 0x3FU));
  return id;
}

People::Choice People::names_of(std::uint64_t number) const {
  BenchRandom random = random_for(seed_, Draw::kNames, number);
  const std::string& given = pick(random, names_.given);
  const std::string& family = pick(random, names_.family);
  return {given, family};
}

std::string People::email_of(std::uint64_t number) const {
  const Choice names = names_of(number);
  return slug(names.given) + "." + slug(names.family) + "." + std::to_string(number) +
         "@example.com";
}

std::string People::name_of(std::uint64_t number) const {
  const Choice names = names_of(number);
  return names.given + " " + names.family;
}

void People::append_payload(std::string& out, std::uint64_t number, std::uint64_t edition) const {
  const Choice names = names_of(number);
  BenchRandom random = random_for(seed_ + edition * kEditionStep, Draw::kDocument, number);
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("given_name", names.given);
  writer.member("family_name", names.family);
  writer.member("name", names.given + " " + names.family);
  writer.member("department", pick(random, names_.departments));
  writer.member("title", pick(random, kTitles));
  writer.member("employee_number", digits(number, 8));
  writer.member("locale", pick(random, kLocales));
  writer.member("city", pick(random, kCities));
  writer.member("room", digits(random.below(10'000), 4));
  writer.member("phone", "+1408555" + digits(random.below(10'000), 4));
  write_preferences(writer, random);
  writer.member("about", about(random));
  writer.end_object();
}

void People::append_row(std::string& out, std::uint64_t number, std::uint64_t edition) const {
  const std::string email = email_of(number);
  std::string payload;
  append_payload(payload, number, edition);
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("id", id_of(number).text());
  writer.member("status", "active");
  writer.raw_member("payload", payload);
  writer.key("identifiers");
  writer.begin_array();
  writer.begin_object();
  writer.member("identifier", email);
  writer.member("type", "email");
  writer.end_object();
  writer.end_array();
  writer.key("verifiable_addresses");
  writer.begin_array();
  writer.begin_object();
  writer.member("address", email);
  writer.member("type", "email");
  writer.member("status", "active");
  writer.member("verified", true);
  writer.end_object();
  writer.end_array();
  writer.end_object();
}

}  // namespace muster
