#include "tests/e2e/served_directory.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>

#include <catch2/catch.hpp>

#include "engine/core/bytes.h"
#include "tests/api/openapi/checker.h"

namespace muster::test {
namespace {

/// A loaded machine may take its time; nothing here ever needs this long.
constexpr int kSecondsMax = 60;

std::uint16_t port_in(const std::string& url) {
  return static_cast<std::uint16_t>(std::stoul(url.substr(url.find(':', 7) + 1)));
}

/// Holds what clients say and hear to the document of the first server that gave it out; all
/// servers are of one program. Null until then.
std::atomic<Checker*> document_checker{nullptr};

void ask_for_document(RawClient& client) {
  static std::mutex mutex;
  static std::unique_ptr<Checker> checker;
  const std::lock_guard lock{mutex};
  if (checker != nullptr) {
    return;
  }
  const RawAnswer document = client.get("/openapi.json");
  if (document.status == 200) {
    checker = std::make_unique<Checker>(document.body);
    document_checker = checker.get();
  }
}

}  // namespace

RawAnswer Connection::call(const ToSend& request) {
  Checker* checker = document_checker;
  client_.send(text(request));
  RawAnswer answer = client_.read();
  if (checker != nullptr && answer.status != 0) {
    const std::string type = answer.header("Content-Type");
    checker->check({.method = request.method,
                    .target = request.path,
                    .body = request.body,
                    .status = answer.status,
                    .content_type = type,
                    .answer = answer.body,
                    .header = [&](std::string_view name) {
                      return answer.header(name);
                    }});
  }
  return answer;
}

std::string Connection::text(const ToSend& request) const {
  std::string out = request.method + " " + request.path + " HTTP/1.1\r\nHost: test\r\n";
  if (!token_.empty()) {
    out += "Authorization: Bearer " + token_ + "\r\n";
  }
  out += request.more_header;
  if (!request.body.empty()) {
    out +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(request.body.size()) +
        "\r\n";
  }
  return out + "\r\n" + request.body;
}

ServedDirectory::ServedDirectory() = default;

std::filesystem::path ServedDirectory::next_log() {
  return scratch_.path() / ("output." + std::to_string(logs_++));
}

std::vector<std::string> ServedDirectory::arguments(const std::vector<std::string>& flags) const {
  std::vector<std::string> all = prefix;
  all.insert(all.end(), {MUSTER_PROGRAM, "serve"});
  all.insert(all.end(), flags.begin(), flags.end());
  const std::vector<std::pair<std::string, std::string>> usual{{"--data", data().string()},
                                                               {"--listen", "127.0.0.1:0"},
                                                               {"--management", "127.0.0.1:0"},
                                                               {"--hashing-threads", "1"}};
  for (const auto& [flag, value] : usual) {
    if (std::find(flags.begin(), flags.end(), flag) == flags.end()) {
      all.push_back(flag);
      all.push_back(value);
    }
  }
  return all;
}

void ServedDirectory::start(const std::vector<std::string>& flags) {
  const auto log = next_log();
  auto started = ChildProcess::start(arguments(flags), log);
  REQUIRE(started.has_value());
  process_.emplace(*std::move(started));
  const auto url = process_->wait_for_url(kSecondsMax);
  INFO(read_text(log));
  REQUIRE(url.has_value());
  port_ = port_in(*url);
  // The line with the URL is followed by others; they come in one piece.
  std::string text = read_text(log);
  for (int tries = 0; tries < 1000 && text.find("/health/ready") == std::string::npos; ++tries) {
    ::usleep(1000);
    text = read_text(log);
  }
  const std::size_t health = text.find("/health/ready");
  REQUIRE(health != std::string::npos);
  management_port_ = port_in(text.substr(text.rfind("http://", health)));
}

void ServedDirectory::kill() {
  process_->kill_now();
  process_.reset();
}

int ServedDirectory::stop() {
  const int status = process_->stop(kSecondsMax);
  process_.reset();
  return status;
}

int ServedDirectory::start_in_vain(const std::vector<std::string>& flags) {
  return run(arguments(flags), next_log());
}

std::string ServedDirectory::token(const std::string& workspace) {
  const std::string file = read_text(data() / (workspace + "-client.json"));
  const std::string secret = member(file, "client_id") + ":" + member(file, "client_secret");
  RawClient client{port_};
  ask_for_document(client);
  const std::string form = "grant_type=client_credentials";
  const RawAnswer answer =
      client.exchange("POST",
                      "/default/" + workspace + "/oauth2/token",
                      "Content-Type: application/x-www-form-urlencoded\r\nAuthorization: Basic " +
                          to_base64(secret) + "\r\n",
                      form);
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  return member(answer.body, "access_token");
}

Connection ServedDirectory::connect(const std::string& workspace) {
  return Connection{port_, token(workspace)};
}

void ServedDirectory::create_pool(const std::string& id) {
  const RawAnswer answer =
      call({"POST",
            "/api/identity/default/admin/pools",
            R"({"tenant_id":"default","id":")" + id + R"(","name":")" + id + "\"}",
            ""},
           "admin");
  INFO(answer.body);
  REQUIRE(answer.status == 201);
}

std::string ServedDirectory::output() const {
  std::string text;
  for (int log = 0; log < logs_; ++log) {
    text += read_text(scratch_.path() / ("output." + std::to_string(log)));
  }
  return text;
}

ToSend create_user(const std::string& name, const std::string& idempotency_key) {
  ToSend request;
  request.method = "POST";
  request.path = kUsers;
  request.body = R"({"tenant_id":"default","status":"active","payload":{"given_name":")" + name +
                 R"(","family_name":"Lovelace","name":")" + name +
                 R"( Lovelace"},"identifiers":[{"type":"email","identifier":")" + name +
                 R"(@example.org"}]})";
  if (!idempotency_key.empty()) {
    request.more_header = "X-Idempotency-Key: " + idempotency_key + "\r\n";
  }
  return request;
}

std::string member(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\":\"";
  const std::size_t at = json.find(key);
  if (at == std::string::npos) {
    return "";
  }
  const std::size_t begin = at + key.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

std::uint64_t number(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\":";
  const std::size_t at = json.find(key);
  return at == std::string::npos ? 0 : std::stoull(json.substr(at + key.size()));
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

int run(const std::vector<std::string>& arguments,
        const std::filesystem::path& log,
        std::string* output) {
  auto started = ChildProcess::start(arguments, log);
  REQUIRE(started.has_value());
  const auto status = started->wait_for_exit(kSecondsMax);
  REQUIRE(status.has_value());
  if (output != nullptr) {
    *output = read_text(log);
  }
  return *status;
}

}  // namespace muster::test
