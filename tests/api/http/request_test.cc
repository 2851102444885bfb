#include "api/http/request.h"

#include <string>

#include <catch2/catch.hpp>

namespace muster {
namespace {

Request request_for(std::string_view target) {
  Request request;
  REQUIRE(request.set_target(target).has_value());
  return request;
}

struct Target {
  std::string_view sent;
  std::string_view path;
  std::string_view query;
};

}  // namespace

TEST_CASE("a target is taken apart into path and query", "[http]") {
  const Target table[] = {
      {"/", "/", ""},
      {"/a/b?x=1", "/a/b", "x=1"},
      {"/a?", "/a", ""},
      {"/a?b?c", "/a", "b?c"},
      {"*", "*", ""},
      {"http://host:80/a?b", "/a", "b"},
      {"HTTPS://host", "/", ""},
      {"http://host?b", "/", "b"},
      {"/gr%C3%BC%C3%9Fe", "/gr%C3%BC%C3%9Fe", ""},
  };
  for (const auto& row : table) {
    INFO(row.sent);
    const auto request = request_for(row.sent);
    CHECK(request.path() == row.path);
    CHECK(request.query() == row.query);
  }
}

TEST_CASE("a target that is not a path is refused", "[http]") {
  for (const std::string_view target : {"a",
                                        "host:443",
                                        "/a#b",
                                        "/%",
                                        "/%4",
                                        "/%4g",
                                        "/a?b=%zz",
                                        "/%ff",
                                        "/%c0%80",
                                        "mailto:a@b"}) {
    INFO(target);
    Request request;
    const auto result = request.set_target(target);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == Errc::kInvalidSyntax);
  }
}

TEST_CASE("query parameters are decoded as forms are", "[http]") {
  const auto request = request_for("/?a=1%2B1&b=x+y&&empty=&flag&a=2&%61bc=d&=nameless");
  CHECK(request.query_parameter("a") == "1+1");
  CHECK(request.query_parameter("b") == "x y");
  CHECK(request.query_parameter("empty") == "");
  CHECK(request.query_parameter("flag") == "");
  CHECK(request.query_parameter("abc") == "d");
  CHECK(request.query_parameter("none") == std::nullopt);
  CHECK(request.query_parameter_repeated("a"));
  CHECK_FALSE(request.query_parameter_repeated("b"));
  CHECK(request.query_parameters().size() == 7);
}

TEST_CASE("header names compare without regard to case and the first field counts", "[http]") {
  Request request;
  request.add_header("If-Match", "\"1\"");
  request.add_header("IF-MATCH", "\"2\"");
  CHECK(request.header("if-match") == "\"1\"");
  CHECK(request.joined_header("if-match") == "\"1\", \"2\"");
  CHECK(request.has_header("iF-mAtCh"));
  CHECK_FALSE(request.has_header("If-None-Match"));
  CHECK(request.header("If-None-Match").empty());
}

TEST_CASE("a client's request id is taken only when it cannot do harm", "[http]") {
  struct Row {
    std::string sent;
    std::string taken;
  };

  const Row table[] = {{"abc-1", "abc-1"},
                       {"two words", ""},
                       {"\x01", ""},
                       {std::string(128, 'x'), std::string(128, 'x')},
                       {std::string(129, 'x'), ""}};
  for (const auto& row : table) {
    Request request;
    request.add_header("X-Request-Id", row.sent);
    CHECK(request.client_request_id() == row.taken);
  }
}

TEST_CASE("a copy of a request does not depend on the original", "[http]") {
  Request copy;
  {
    auto original = request_for("/a/b?c=d");
    original.add_header("Name", "value");
    original.begin_path_parameters();
    original.add_path_parameter("id", original.path().substr(3));
    copy = original;
    original.clear();
  }
  CHECK(copy.target() == "/a/b?c=d");
  CHECK(copy.header("name") == "value");
  CHECK(copy.path_parameter("id") == "b");
}

TEST_CASE("the media type of a content type is without parameters and case", "[http]") {
  CHECK(media_type_of("Application/JSON ; charset=utf-8") == "application/json");
  CHECK(media_type_of("text/plain") == "text/plain");
  CHECK(media_type_of("").empty());
}

TEST_CASE("what is wrong with a target is told", "[http]") {
  for (const auto& [target, reason] : {std::pair{"/a?search_phrase=%ff", "not UTF-8"},
                                       std::pair{"/%zz", "percent-encoding"},
                                       std::pair{"/a#b", "fragment"},
                                       std::pair{"a", "not a path"}}) {
    INFO(target);
    Request request;
    const auto kept = request.set_target(target);
    REQUIRE_FALSE(kept.has_value());
    CHECK(kept.error().reason.find(reason) != std::string::npos);
  }
}

}  // namespace muster
