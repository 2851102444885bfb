#include <catch2/catch.hpp>

#include "tests/tidy/rules.h"

namespace {

TEST_CASE("C++ outside tests is ASCII throughout", "[tidy]") {
  CHECK(tidy::non_ascii({"engine/a.cc", "x = \"\xc3\xa9\";\n"}).size() == 1);
  CHECK(tidy::non_ascii({"engine/a.cc", "// \xc3\xa9\n"}).size() == 1);
  CHECK(tidy::non_ascii({"engine/a.cc", "x = \"e\";\n"}).empty());
  CHECK(tidy::non_ascii({"docs/a.md", "\xc3\xa9\n"}).empty());
}

TEST_CASE("a string in a test may be anything, a comment may not", "[tidy]") {
  CHECK(tidy::non_ascii({"tests/a.cc", "x = \"\xc3\xa9\";\n"}).empty());
  CHECK(tidy::non_ascii({"tests/a.cc", "// \xc3\xa9\n"}).size() == 1);
}

// The planted words are in pieces, or the rule would find them here.
TEST_CASE("markers of unfinished work are found in any file", "[tidy]") {
  const auto findings = [](std::string text) {
    return tidy::leftover({"dev", std::move(text)}).size();
  };
  CHECK(findings("# FIX"
                 "ME later") == 1);
  CHECK(findings("# X"
                 "XX") == 1);
  CHECK(findings("# HA"
                 "CK: works") == 1);
  CHECK(findings("# TO"
                 "DO: later") == 1);
  CHECK(findings("# TO"
                 "DO(ada): later") == 1);
  CHECK(findings("# TO"
                 "DO") == 1);
  CHECK(findings("a\nb TO"
                 "DO(#12): later") == 0);
  CHECK(findings("mkstemp X"
                 "XXXXX") == 0);
  CHECK(findings("HA"
                 "CKNEY") == 0);
}

TEST_CASE("a path of somebody's machine is found in any file", "[tidy]") {
  const auto findings = [](std::string text) {
    return tidy::machine_path({"README.md", std::move(text)}).size();
  };
  CHECK(findings("see /wo"
                 "rk/notes") == 1);
  CHECK(findings("`/ho"
                 "me/ada/muster`") == 1);
  CHECK(findings("/ro"
                 "ot/x") == 1);
  CHECK(findings("https://example.com/work/notes") == 0);
  CHECK(findings("../work/notes") == 0);
  CHECK(findings("/var/lib/muster") == 0);
}

TEST_CASE("a capturing lambda in an expression that awaits is found", "[tidy]") {
  const auto findings = [](std::string text) {
    return tidy::await_lambda({"api/a.cc", std::move(text)}).size();
  };
  CHECK(findings("co_await run([&] { f(); });") == 1);
  CHECK(findings("co_await run([this](int a) { f(a); });") == 1);
  CHECK(findings("co_await run(\n    pool,\n    [user = std::move(user)] { f(user); });") == 1);
  CHECK(findings("const auto x = g([=] { f(); }, co_await h());") == 1);
  CHECK(findings("while (co_await next([&] { f(); })) {\n}") == 1);
}

TEST_CASE("other brackets in an expression that awaits are fine", "[tidy]") {
  const auto findings = [](std::string text) {
    return tidy::await_lambda({"api/a.cc", std::move(text)}).size();
  };
  CHECK(findings("co_await run([] { f(); });") == 0);
  CHECK(findings("co_await table[i](x);") == 0);
  CHECK(findings("co_await f();\nauto g = [&] { h(); };") == 0);
  CHECK(findings("while (co_await next()) {\n  auto g = [&] { h(); };\n}") == 0);
  CHECK(findings("// co_await run([&] { f(); });") == 0);
}

}  // namespace
