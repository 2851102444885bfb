#include <catch2/catch.hpp>

#include "tests/tidy/rules.h"

namespace {

std::size_t wrong_ways(std::string path, std::string_view header) {
  return tidy::include_direction({std::move(path), "#include \"" + std::string(header) + "\"\n"})
      .size();
}

std::size_t wrong_rooms(std::string path, std::string_view header) {
  return tidy::include_room({std::move(path), "#include <" + std::string(header) + ">\n"}).size();
}

TEST_CASE("the upper layers may include the lower ones", "[tidy]") {
  CHECK(wrong_ways("engine/a.cc", "engine/b.h") == 0);
  CHECK(wrong_ways("storage/a.cc", "engine/b.h") == 0);
  CHECK(wrong_ways("projections/a.cc", "storage/b.h") == 0);
  CHECK(wrong_ways("api/a.cc", "projections/b.h") == 0);
  CHECK(wrong_ways("replay/a.cc", "storage/b.h") == 0);
  CHECK(wrong_ways("bench/a.cc", "api/http/b.h") == 0);
  CHECK(wrong_ways("tests/a.cc", "bench/b.h") == 0);
}

TEST_CASE("the lower layers must not include the upper ones", "[tidy]") {
  CHECK(wrong_ways("engine/a.cc", "storage/b.h") == 1);
  CHECK(wrong_ways("engine/a.h", "projections/b.h") == 1);
  CHECK(wrong_ways("storage/a.cc", "projections/b.h") == 1);
  CHECK(wrong_ways("projections/a.cc", "api/b.h") == 1);
  CHECK(wrong_ways("api/a.cc", "replay/b.h") == 1);
  CHECK(wrong_ways("replay/a.cc", "api/b.h") == 1);
  CHECK(wrong_ways("api/a.cc", "bench/b.h") == 1);
  CHECK(wrong_ways("bench/a.cc", "tests/b.h") == 1);
}

TEST_CASE("a main wires what it likes except tests and benchmarks", "[tidy]") {
  CHECK(wrong_ways("replay/main.cc", "api/b.h") == 0);
  CHECK(wrong_ways("replay/main.cc", "tests/b.h") == 1);
  CHECK(wrong_ways("api/main.cc", "bench/b.h") == 1);
}

TEST_CASE("an include is written from the root", "[tidy]") {
  CHECK(wrong_ways("engine/core/a.cc", "result.h") == 1);
  CHECK(wrong_ways("engine/core/a.cc", "../core/result.h") == 1);
}

TEST_CASE("an include in a comment or a string does not count", "[tidy]") {
  CHECK(tidy::include_direction({"engine/a.cc", "// #include \"api/b.h\"\n"}).empty());
  CHECK(tidy::include_direction({"engine/a.cc", "x = \"#include \\\"api/b.h\\\"\";\n"}).empty());
}

TEST_CASE("a finding about an include names its line", "[tidy]") {
  const auto findings = tidy::include_direction({"engine/a.cc", "\n  # \n#include \"api/b.h\"\n"});
  CHECK(to_string(findings) ==
        "engine/a.cc:3: include-direction: engine must not know \"api/b.h\"\n");
}

TEST_CASE("a library is known in its rooms only", "[tidy]") {
  CHECK(wrong_rooms("storage/rocks_kv.cc", "rocksdb/db.h") == 0);
  CHECK(wrong_rooms("storage/event_log.cc", "rocksdb/db.h") == 1);
  CHECK(wrong_rooms("api/main.cc", "rocksdb/db.h") == 1);
  CHECK(wrong_rooms("engine/schemas/check.cc", "valijson/validator.hpp") == 0);
  CHECK(wrong_rooms("api/users.cc", "valijson/validator.hpp") == 1);
  CHECK(wrong_rooms("engine/core/json.h", "simdjson.h") == 0);
  CHECK(wrong_rooms("api/users.cc", "simdjson.h") == 1);
  CHECK(wrong_rooms("engine/schemas/pattern.cc", "re2/re2.h") == 0);
  CHECK(wrong_rooms("engine/users/user.cc", "re2/re2.h") == 1);
  CHECK(wrong_rooms("storage/seal/seal.cc", "openssl/evp.h") == 0);
  CHECK(wrong_rooms("projections/a.cc", "openssl/evp.h") == 1);
  CHECK(wrong_rooms("api/http/session.cc", "boost/beast/http.hpp") == 0);
  CHECK(wrong_rooms("api/users.cc", "boost/beast/http.hpp") == 1);
  CHECK(wrong_rooms("bench/a.cc", "boost/asio/awaitable.hpp") == 0);
  CHECK(wrong_rooms("storage/a.cc", "boost/asio/awaitable.hpp") == 1);
  CHECK(wrong_rooms("api/auth/jwt.cc", "cjose/cjose.h") == 0);
  CHECK(wrong_rooms("api/http/a.cc", "cjose/cjose.h") == 1);
  CHECK(wrong_rooms("bench/a.cc", "catch2/catch.hpp") == 1);
}

TEST_CASE("tests may include any library, but not all of Asio or Beast", "[tidy]") {
  CHECK(wrong_rooms("tests/storage/a.cc", "rocksdb/db.h") == 0);
  CHECK(wrong_rooms("tests/a.cc", "boost/asio.hpp") == 1);
  CHECK(wrong_rooms("api/http/a.cc", "boost/beast.hpp") == 1);
}

TEST_CASE("the engine knows the standard library and its rooms", "[tidy]") {
  CHECK(wrong_rooms("engine/a.cc", "vector") == 0);
  CHECK(wrong_rooms("engine/a.cc", "unistd.h") == 1);
  CHECK(wrong_rooms("engine/a.cc", "spdlog/spdlog.h") == 1);
  CHECK(wrong_rooms("storage/a.cc", "unistd.h") == 0);
}

TEST_CASE("the engine asks ports for time, files and chance", "[tidy]") {
  const auto findings = [](std::string path, std::string text) {
    return tidy::engine_pure({std::move(path), std::move(text)}).size();
  };
  CHECK(findings("engine/a.cc", "auto t = std::chrono::system_clock::now();") == 1);
  CHECK(findings("engine/a.cc", "#include <fstream>\n") == 1);
  CHECK(findings("engine/a.cc", "std::random_device d;") == 1);
  CHECK(findings("engine/a.cc", "// not system_clock::now()\n") == 0);
  CHECK(findings("storage/a.cc", "auto t = std::chrono::system_clock::now();") == 0);
}

}  // namespace
