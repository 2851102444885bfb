#include "bench/configuration_requests.h"

#include <algorithm>

#include "engine/core/json_writer.h"

namespace muster {

namespace {

constexpr std::string_view kTenant = "default";
/// Numbers of people whose ids serve as ids of credentials.
constexpr std::uint64_t kCredentialNumbers = std::uint64_t{1} << 40U;
constexpr std::size_t kBcryptLetters = 53;  // 22 of the salt, 31 of the digest

/// As bcrypt writes them; nobody knows the password.
std::string made_up_hash(std::uint64_t number) {
  constexpr std::string_view kAlphabet =
      "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  BenchRandom random{number};
  std::string hash = "$2b$10$";
  for (std::size_t i = 0; i < kBcryptLetters; ++i) {
    hash.push_back(kAlphabet[static_cast<std::size_t>(random.below(kAlphabet.size()))]);
  }
  // Of the last letter of the salt four bits do not count, and implementations write zeros.
  hash[hash.size() - 32] = 'O';
  return hash;
}

class UsersDocument {
 public:
  UsersDocument(std::string& out, const People& people, std::string_view pool, UserRange users)
      : writer_{out}, people_{people}, pool_{pool}, users_{users} {}

  void write() {
    writer_.begin_object();
    list("users", [&](std::uint64_t number) {
      writer_.member("id", people_.id_of(number).text());
      owner();
      writer_.member("status", "active");
      payload_.clear();
      people_.append_payload(payload_, number);
      writer_.raw_member("payload", payload_);
    });
    list("user_identifiers", [&](std::uint64_t number) {
      part_of(number);
      writer_.member("identifier", people_.email_of(number));
      writer_.member("type", "email");
    });
    list("user_verifiable_addresses", [&](std::uint64_t number) {
      part_of(number);
      writer_.member("address", people_.email_of(number));
      writer_.member("type", "email");
      writer_.member("status", "active");
      writer_.member("verified", true);
    });
    list("user_credentials", [&](std::uint64_t number) {
      writer_.member("id", people_.id_of(kCredentialNumbers + number).text());
      part_of(number);
      writer_.member("type", "password");
      writer_.key("payload");
      writer_.begin_object();
      writer_.member("hashed_password", made_up_hash(number));
      writer_.end_object();
    });
    writer_.end_object();
  }

 private:
  template <class Write>
  void list(std::string_view name, const Write& write) {
    writer_.key(name);
    writer_.begin_array();
    for (std::uint64_t i = 0; i < users_.count; ++i) {
      writer_.begin_object();
      write(users_.first + i);
      writer_.end_object();
    }
    writer_.end_array();
  }

  void owner() {
    writer_.member("user_pool_id", pool_);
    writer_.member("tenant_id", kTenant);
  }

  void part_of(std::uint64_t number) {
    writer_.member("user_id", people_.id_of(number).text());
    owner();
  }

  JsonWriter writer_;
  const People& people_;
  std::string_view pool_;
  UserRange users_;
  std::string payload_;
};

}  // namespace

void append_users_document(std::string& out,
                           const People& people,
                           std::string_view pool,
                           UserRange users) {
  UsersDocument{out, people, pool, users}.write();
}

void append_members_document(std::string& out,
                             const People& people,
                             std::string_view pool,
                             std::string_view group,
                             UserRange users) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.key("group_members");
  writer.begin_array();
  for (std::uint64_t i = 0; i < users.count; ++i) {
    writer.begin_object();
    writer.member("group_id", group);
    writer.member("user_id", people.id_of(users.first + i).text());
    writer.member("user_pool_id", pool);
    writer.member("tenant_id", kTenant);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
}

std::vector<std::string> user_requests(const BenchContext& context,
                                       const HttpTarget& target,
                                       std::string_view pool,
                                       UserRange users) {
  const HttpRequestFormat format{target.endpoint, "Bearer " + target.token};
  const std::string path = target.endpoint.path + std::string{kConfigurationPath};
  std::vector<std::string> requests;
  std::string body;
  for (std::uint64_t done = 0; done < users.count; done += kUsersPerRequest) {
    body.clear();
    const std::uint64_t count = std::min(kUsersPerRequest, users.count - done);
    append_users_document(body, context.people, pool, {users.first + done, count});
    format.append_json(requests.emplace_back(), "PUT", path, body);
  }
  return requests;
}

Result<LoadResult> send_all(const HttpTarget& target,
                            std::vector<std::string> requests,
                            std::size_t connections,
                            int status) {
  PreparedRequests prepared{std::move(requests)};
  LoadOptions options;
  options.endpoint = target.endpoint;
  options.connections = connections;
  MUSTER_TRY(LoadResult load, run_load(options, [&](std::size_t) {
               return std::make_unique<PreparedSource>(prepared, status);
             }));
  if (load.errors != 0) {
    return failure(Errc::kUnavailable,
                   "not_sent",
                   std::to_string(load.errors) + " requests were answered otherwise, first with " +
                       std::to_string(load.error_statuses.begin()->first));
  }
  return load;
}

}  // namespace muster
