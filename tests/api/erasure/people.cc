#include "tests/api/erasure/people.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include "engine/core/bytes.h"
#include "engine/text/fold.h"
#include "replay/verify.h"

namespace muster::test {
namespace {

struct Form {
  std::string name;
  std::string bytes;
};

std::string upper(std::string text) {
  for (char& letter : text) {
    letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  }
  return text;
}

/// The part of a base64 text that does not depend on what stands before and behind.
std::vector<Form> base64_forms(const std::string& value) {
  std::vector<Form> forms;
  for (std::size_t shift = 0; shift < 3; ++shift) {
    const std::string text = to_base64(std::string(shift, 'x') + value);
    const std::size_t begin = shift == 0 ? 0 : 4;
    const std::size_t whole = (shift + value.size()) / 3 * 4;
    if (whole > begin + 8) {
      std::string middle = text.substr(begin, whole - begin);
      forms.push_back({"base64", middle});
      std::ranges::replace(middle, '+', '-');
      std::ranges::replace(middle, '/', '_');
      forms.push_back({"base64url", middle});
    }
  }
  return forms;
}

std::vector<Form> forms_of(const std::string& value) {
  std::vector<Form> forms{{"raw", value},
                          {"hex", to_hex(value)},
                          {"HEX", upper(to_hex(value))},
                          {"folded", fold(value)},
                          {"backwards", {value.rbegin(), value.rend()}}};
  const std::string folded = fold(value);
  forms.push_back({"folded backwards", {folded.rbegin(), folded.rend()}});
  std::ranges::copy(base64_forms(value), std::back_inserter(forms));
  return forms;
}

std::string read_whole(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void must(int status, const Response& response) {
  Offices::must(status, response);
}

std::string users(std::string_view more = {}) {
  return "/pools/" + std::string{kPeoplePool} + "/users" + std::string{more};
}

std::string creation_of(const std::string& mark) {
  return R"({"status":"active","id":")" + id_of(mark) + R"(","payload":{"name":")" + mark +
         R"( First Name","nested":{"city":")" + mark + R"( City of birth"}},"metadata":{"note":")" +
         mark + R"( Metadata note"},"business_metadata":{"cost":")" + mark +
         R"( Cost center"},"identifiers":[{"type":"email","identifier":")" + mark +
         R"(.Mail@Example.ORG"},{"type":"uid","identifier":")" + mark +
         R"(.Uid.Of.Somebody","metadata":{"from":")" + mark +
         R"( Identifier note"}}],"verifiable_addresses":[{"type":"email","address":")" + mark +
         R"(.Home@Example.ORG","verified":true},{"type":"email","address":")" + mark +
         R"(.Work@Example.ORG","verified":false}],"credentials":[{"type":"password","password":")" +
         mark + R"( Pass phrase 17"}]})";
}

/// The stored hash of the password.
std::string hash_of(Stack& stack, const std::string& mark) {
  const auto point = stack.services().published.now();
  const auto pool = stack.services().catalog.find_pool(*point, LogId{1}, kPeoplePool);
  REQUIRE(pool.has_value());
  const auto row = stack.services().users.find({*point, LogId{1}, **pool}, id_of(mark));
  REQUIRE(row.has_value());
  REQUIRE(row->has_value());
  const auto user = (*row)->state(**pool);
  REQUIRE(user.has_value());
  const Credential* password = user->find_credential("password");
  REQUIRE(password != nullptr);
  const auto json = parse_json(password->secret.text);
  REQUIRE(json.has_value());
  const auto object = json->root().find("hashed_password");
  REQUIRE(object.has_value());
  std::string longest;
  for (const auto& [name, value] : object->members()) {
    const auto text = value.text();
    if (text && text->size() > longest.size()) {
      longest = *text;
    }
  }
  REQUIRE(longest.size() > 20);
  return longest;
}

}  // namespace

std::vector<std::string> places_of(const std::filesystem::path& directory,
                                   const std::string& value) {
  std::vector<std::string> places;
  const auto forms = forms_of(value);
  for (const auto& entry : std::filesystem::recursive_directory_iterator{directory}) {
    if (!entry.is_regular_file()) {
      continue;
    }
    const std::string text = read_whole(entry.path());
    for (const Form& form : forms) {
      if (text.find(form.bytes) != std::string::npos) {
        places.push_back(entry.path().lexically_relative(directory).string() + ": " + form.name);
      }
    }
  }
  return places;
}

StackOptions plain_files() {
  StackOptions options;
  options.compress = false;
  return options;
}

std::string id_of(const std::string& mark) {
  return mark + ".Chosen.Id-77";
}

void make_people_pool(Stack& stack, std::string_view more) {
  must(201,
       stack.admin(
           Method::kPost, "/schemas", R"({"id":"open","name":"open","schema":{"type":"object"}})"));
  stack.make_pool(kPeoplePool,
                  R"(,"identifier_case_insensitive":true,"payload_schema_id":"open",)"
                  R"("metadata_schema_id":"open","business_metadata_schema_id":"open")" +
                      std::string{more});
}

std::vector<std::string> make_somebody(Stack& stack, const std::string& mark) {
  Call creation = stack.call(ApiFamily::kSystem, Method::kPost, users(), creation_of(mark));
  creation.headers.emplace_back("X-Idempotency-Key", mark + " key of thirty-two characters");
  creation.headers.emplace_back("User-Agent", mark + " Agent of a browser");
  must(201, stack.send(creation));
  const std::string user = users("/" + id_of(mark));
  must(201,
       stack.system(Method::kPost,
                    "/pools/" + std::string{kPeoplePool} + "/groups",
                    R"({"id":"g)" + mark + R"(","name":"g)" + mark + R"("})"));
  const Response joined = stack.system(
      Method::kPut,
      "/pools/" + std::string{kPeoplePool} + "/groups/g" + mark + "/users/" + id_of(mark));
  INFO(joined.bytes());
  REQUIRE(joined.status < 300);
  const std::string first_hash = hash_of(stack, mark);
  stack.restart();  // all that is in tables
  must(200,
       stack.system(Method::kPut, user, R"({"payload":{"name":")" + mark + R"( Second Name"}})"));
  must(204,
       stack.system(Method::kPost,
                    user + "/identifiers/remove",
                    R"({"identifier":")" + mark + R"(.Uid.Of.Somebody"})"));
  must(200,
       stack.system(Method::kPost,
                    user + "/identifiers/add",
                    R"({"type":"uid","identifier":")" + mark + R"(.Later.Uid"})"));
  return {id_of(mark),
          mark + " First Name",
          mark + " Second Name",
          mark + " City of birth",
          mark + " Metadata note",
          mark + " Cost center",
          mark + ".Mail@Example.ORG",
          mark + ".Uid.Of.Somebody",
          mark + " Identifier note",
          mark + ".Later.Uid",
          mark + ".Home@Example.ORG",
          mark + ".Work@Example.ORG",
          first_hash};
}

Response audit(Stack& stack, const std::string& path) {
  Call call{Method::kGet, "/audit/default" + path};
  call.headers.emplace_back("Authorization", "Bearer " + stack.token("admin"));
  return stack.send(call);
}

Response muster_call(Stack& stack, Method method, const std::string& path) {
  Call call{method, "/api/muster/default" + path};
  call.headers.emplace_back("Authorization", "Bearer " + stack.token("admin"));
  return stack.send(call);
}

std::string stream_of(Stack& stack, const std::string& id) {
  const Response history =
      audit(stack, "/pools/" + std::string{kPeoplePool} + "/users/" + id + "/history?limit=1");
  must(200, history);
  return member_of(history, "stream");
}

Response certificate_of(Stack& stack, const std::string& stream) {
  std::string last;
  for (int tries = 0; tries < 600; ++tries) {
    Response response = audit(stack, "/erasures/" + stream);
    must(200, response);
    if (member_of(response, "step") == "certified") {
      return response;
    }
    last = member_of(response, "step") + " " + member_of(response, "problem");
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  FAIL("no certificate after half a minute: " << last);
  return {};
}

void check_verifies(const std::filesystem::path& data) {
  char* text = nullptr;
  std::size_t bytes = 0;
  std::FILE* out = ::open_memstream(&text, &bytes);
  REQUIRE(out != nullptr);
  int code = 0;
  {
    replay::Report report{replay::OutputFormat::kTable, out, out};
    replay::VerifyOptions options;
    options.directory.data = data;
    options.quiet = true;
    code = replay::verify(options, report);
    report.finish();
  }
  REQUIRE(std::fclose(out) == 0);
  const std::string said{text, bytes};
  std::free(text);
  INFO(said);
  CHECK(code == 0);
}

}  // namespace muster::test
