/// Requests about users of one pool, as the scenarios combine them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/random.h"
#include "bench/scenario.h"

namespace muster {

inline constexpr std::string_view kPoolsPath = "/api/identity/default/system/pools";
inline constexpr int kOk = 200;
inline constexpr int kCreated = 201;
inline constexpr int kNoContent = 204;

/// What the sources of one scenario share.
struct SharedRequests {
  SharedRequests(BenchContext& bench, const HttpTarget& target);

  BenchContext& context;
  HttpRequestFormat format;
  std::string users_path;
  std::uint64_t readable;  // users to choose reads from
};

class UserRequests : public RequestSource {
 public:
  UserRequests(const SharedRequests& shared, std::size_t thread)
      : shared_{shared}, random_{shared.context.seed, thread} {}

  bool expects(const HttpResponse& response) override { return response.status == kOk; }

 protected:
  void append_get(std::string& out);
  void append_by_key(std::string& out);
  void append_list(std::string& out);
  void append_create(std::string& out, std::uint64_t number);

  // A user that nobody else makes.
  std::uint64_t new_number() { return shared_.context.users.fetch_add(1); }

  std::uint64_t draw(std::uint64_t bound) { return random_.below(bound); }

  std::uint64_t any_number() { return random_.below(shared_.readable); }

  std::string any_id() { return people().id_of(any_number()).text(); }

  [[nodiscard]] const SharedRequests& shared() const { return shared_; }

  [[nodiscard]] const People& people() const { return shared_.context.people; }

 private:
  const SharedRequests& shared_;
  BenchRandom random_;
  std::string path_;
  std::string body_;
};

class GetRequests final : public UserRequests {
 public:
  using UserRequests::UserRequests;

  bool append_request(std::string& out) override {
    append_get(out);
    return true;
  }
};

/// Of 100 requests 80 get, 10 look up, 5 list, 5 create.
class MixedRequests : public UserRequests {
 public:
  using UserRequests::UserRequests;

  bool append_request(std::string& out) override;

  bool expects(const HttpResponse& response) override {
    return response.status == kOk || response.status == kCreated;
  }
};

/// Why a scenario cannot be run.
[[nodiscard]] Failure no_server();
[[nodiscard]] Failure no_users();

/// One request and its answer, which must have that status.
Result<std::string> ask(const HttpTarget& target, std::string_view request, int status);

}  // namespace muster
