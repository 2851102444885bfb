#include <chrono>
#include <thread>

#include "api/cli/erase.h"
#include "api/cli/exit_codes.h"
#include "api/cli/token_client.h"
#include "api/http/client.h"
#include "engine/core/json.h"
#include "storage/file_io.h"

namespace muster {
namespace {

constexpr std::chrono::seconds kTimeout{60};
constexpr std::chrono::milliseconds kLook{250};

/// A value as one segment of a path.
std::string escaped(std::string_view value) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
    }
  }
  return out;
}

class RemoteErasure {
 public:
  static Result<RemoteErasure> open(const EraseFlags& flags) {
    MUSTER_TRY(ClientUrl url, parse_url(flags.url));
    MUSTER_TRY(const ClientFile client, read_client_file(flags.client_file));
    MUSTER_TRY(std::string token, fetch_token(client));
    return RemoteErasure{std::move(url), std::move(token), flags};
  }

  /// The stream of the person, whose erasure has begun.
  Result<std::string> begin() {
    if (!flags_.stream.empty()) {
      MUSTER_CHECKED(send("PUT", "/api/muster/" + flags_.tenant + "/erasures/" + flags_.stream));
      return flags_.stream;
    }
    const std::string user = "/pools/" + escaped(flags_.pool) + "/users/" + escaped(flags_.user);
    MUSTER_TRY(const ClientResponse history,
               send("GET", "/audit/" + flags_.tenant + user + "/history?limit=1"));
    MUSTER_TRY(const JsonDocument document, parse_json(history.body));
    const auto stream = document.root().find("stream");
    if (!stream || !stream->text()) {
      return failure(Errc::kIo, "server_refused", "the server does not say whose history it is");
    }
    MUSTER_CHECKED(
        send("DELETE", "/api/identity/" + flags_.tenant + "/admin" + user + "?erase=true"));
    return std::string{stream->as_string()};
  }

  /// The certificate, once there is one; the steps are printed meanwhile.
  Result<std::string> certificate(const std::string& stream) {
    std::string printed;
    while (true) {
      MUSTER_TRY(ClientResponse response,
                 send("GET", "/audit/" + flags_.tenant + "/erasures/" + stream));
      MUSTER_TRY(const JsonDocument document, parse_json(response.body));
      const std::string step = text(document.root(), "step");
      const std::string problem = text(document.root(), "problem");
      if (step + problem != printed) {
        printed = step + problem;
        print_step(step, problem);
      }
      if (step == "certified") {
        return std::move(response.body);
      }
      std::this_thread::sleep_for(kLook);
    }
  }

  static std::string text(JsonValue object, std::string_view name) {
    const auto member = object.find_set(name);
    if (!member) {
      return {};
    }
    return member->is_string() ? std::string{member->as_string()} : member->minified();
  }

 private:
  RemoteErasure(ClientUrl url, std::string token, const EraseFlags& flags)
      : http_{std::make_unique<HttpClient>(std::move(url), kTimeout)},
        token_{std::move(token)},
        flags_{flags} {}

  Result<ClientResponse> send(std::string method, std::string path) {
    ClientRequest request{std::move(method), std::move(path), {}, {}};
    request.headers.emplace_back("Authorization", "Bearer " + token_);
    MUSTER_TRY(ClientResponse response, http_->send(request));
    const int status = response.status;
    if (status < 300) {
      return response;
    }
    const Errc code = status == 401 || status == 403   ? Errc::kForbidden
                      : status == 429 || status == 503 ? Errc::kUnavailable
                      : status >= 500                  ? Errc::kIo
                                                       : Errc::kNotFound;
    return failure(code, "server_refused", "the server answered " + std::to_string(status));
  }

  std::unique_ptr<HttpClient> http_;
  std::string token_;
  const EraseFlags& flags_;
};

Result<void> erase(const EraseFlags& flags) {
  MUSTER_TRY(RemoteErasure remote, RemoteErasure::open(flags));
  MUSTER_TRY(const std::string stream, remote.begin());
  MUSTER_TRY(const std::string certificate, remote.certificate(stream));
  if (!flags.certificate.empty()) {
    MUSTER_CHECKED(write_file_atomically(flags.certificate, certificate));
  }
  MUSTER_TRY(const JsonDocument document, parse_json(certificate));
  const JsonValue root = document.root();
  const auto certified = root.find_set("certified");
  print_erased(flags.output,
               {stream,
                RemoteErasure::text(root, "step"),
                RemoteErasure::text(root, "erased_at"),
                RemoteErasure::text(root, "position"),
                RemoteErasure::text(root, "events_total"),
                certified ? RemoteErasure::text(*certified, "ledger") : std::string{}});
  return {};
}

}  // namespace

int erase_online(const EraseFlags& flags) {
  const auto done = erase(flags);
  return done ? 0 : exit_with(done.error());
}

}  // namespace muster
