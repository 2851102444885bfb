#include <algorithm>
#include <array>
#include <vector>

#include "bench/configuration_requests.h"
#include "engine/core/json_writer.h"

namespace muster {

namespace {

constexpr std::uint64_t kLimit = 20;
constexpr std::uint64_t kFarPage = 1000;
constexpr std::uint64_t kMembers = 100'000;
constexpr std::uint64_t kMembersPerRequest = 1000;
constexpr std::string_view kGroup = "bench";
/// Digits of the number in an address that a prefix leaves out and a suffix has: either finds less
/// than a hundred of a million users.
constexpr std::size_t kDigits = 4;
constexpr int kUnprocessable = 422;

/// RFC 3986: everything that is not unreserved.
std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char byte : text) {
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '.' || byte == '_';
    if (plain) {
      out.push_back(byte);
      continue;
    }
    const auto value = static_cast<unsigned char>(byte);
    out.push_back('%');
    out.push_back(kHex[value >> 4U]);
    out.push_back(kHex[value & 15U]);
  }
  return out;
}

std::string by_payload(std::string_view member, std::string_view value) {
  std::string query;
  JsonWriter writer{query};
  writer.begin_object();
  writer.key("payload");
  writer.begin_object();
  writer.member(member, value);
  writer.end_object();
  writer.end_object();
  return query;
}

std::string by_key(std::string_view key) {
  std::string query;
  JsonWriter writer{query};
  writer.begin_object();
  writer.member("user_key", key);
  writer.end_object();
  return query;
}

/// Pages of users, each chosen by what makes the query string.
class PageRequests final : public UserRequests {
 public:
  using MakeQuery = std::string (*)(PageRequests& requests);

  PageRequests(const SharedRequests& shared, std::size_t thread, MakeQuery make, std::string cursor)
      : UserRequests{shared, thread}, make_{make}, cursor_{std::move(cursor)} {}

  bool append_request(std::string& out) override {
    const std::string& users = shared().users_path;
    const std::string path =
        in_group_ ? users.substr(0, users.size() - 5) + "groups/" + std::string{kGroup} + "/users"
                  : users;
    shared().format.append_get(out, path + "?limit=" + std::to_string(kLimit) + "&" + make_(*this));
    return true;
  }

  bool expects(const HttpResponse& response) override {
    return refused_ ? response.status == kUnprocessable &&
                          response.body.find("filter_not_indexed") != std::string_view::npos
                    : response.status == kOk;
  }

  void of_group() { in_group_ = true; }

  void refused() { refused_ = true; }

  static std::string first(PageRequests&) { return {}; }

  static std::string far(PageRequests& requests) { return "after_user_id=" + requests.cursor_; }

  static std::string prefix(PageRequests& requests) {
    const std::string email = requests.people().email_of(requests.long_number());
    return "query=" + percent_encoded(by_key(email.substr(0, email.find('@') - kDigits)));
  }

  static std::string suffix(PageRequests& requests) {
    const std::string email = requests.people().email_of(requests.long_number());
    return "query=" + percent_encoded(by_key(email.substr(email.find('@') - kDigits)));
  }

  static std::string payload(PageRequests& requests) {
    const std::string name = requests.people().name_of(requests.any_number());
    return "query=" + percent_encoded(by_payload("name", name));
  }

  static std::string unindexed(PageRequests&) {
    return "query=" + percent_encoded(by_payload("room", "nowhere"));
  }

  static std::string any_member(PageRequests& requests) {
    const std::uint64_t number = requests.draw(std::min(kMembers, requests.shared().readable));
    return "after_user_id=" + requests.people().id_of(number).text();
  }

 private:
  /// Not one of the first tenth, whose numbers have fewer digits.
  std::uint64_t long_number() {
    const std::uint64_t users = shared().readable;
    return users / 10 + draw(users - users / 10);
  }

  MakeQuery make_;
  std::string cursor_;
  bool in_group_ = false;
  bool refused_ = false;
};

/// The id that page kFarPage begins behind. Ids of the pool are in order of their text.
std::string far_cursor(const BenchContext& context) {
  std::vector<Uuid> ids;
  for (std::uint64_t number = 0; number < context.users; ++number) {
    ids.push_back(context.people.id_of(number));
  }
  const std::size_t rank = std::min<std::size_t>((kFarPage - 1) * kLimit, ids.size()) - 1;
  const auto place = ids.begin() + static_cast<std::ptrdiff_t>(rank);
  std::ranges::nth_element(ids, place, {}, &Uuid::bytes);
  return place->text();
}

struct Pages {
  std::string_view name;
  PageRequests::MakeQuery make;
  bool in_group = false;
  bool refused = false;
};

Result<ScenarioResult> run_pages(BenchContext& context, const Pages& pages) {
  if (!context.target) {
    return no_server();
  }
  if (context.users == 0) {
    return no_users();
  }
  const SharedRequests shared{context, *context.target};
  const std::string cursor = pages.make == &PageRequests::far ? far_cursor(context) : std::string{};
  MUSTER_TRY(ScenarioResult result, measure_load(context, *context.target, [&](std::size_t thread) {
               auto source = std::make_unique<PageRequests>(shared, thread, pages.make, cursor);
               if (pages.in_group) {
                 source->of_group();
               }
               if (pages.refused) {
                 source->refused();
               }
               return source;
             }));
  result.scenario = pages.name;
  result.notes.push_back(std::to_string(context.users) + " users in the pool, pages of " +
                         std::to_string(kLimit));
  return result;
}

/// A group of the first users, for members_...; sent by the configuration, so that a second run
/// finds it.
Result<ScenarioResult> run_members_fill(BenchContext& context) {
  if (!context.target) {
    return no_server();
  }
  if (context.users < kMembers) {
    return no_users();
  }
  const HttpTarget& target = *context.target;
  const HttpRequestFormat format{target.endpoint, "Bearer " + target.token};
  const std::string path = target.endpoint.path + std::string{kConfigurationPath};
  const std::string group = R"({"groups":[{"id":")" + std::string{kGroup} +
                            R"(","tenant_id":"default","name":"bench","user_pool_id":")" +
                            target.pool + R"("}]})";
  std::string request;
  format.append_json(request, "PUT", path, group);
  MUSTER_CHECKED(ask(target, request, kNoContent));
  std::vector<std::string> requests;
  for (std::uint64_t first = 0; first < kMembers; first += kMembersPerRequest) {
    std::string body;
    append_members_document(body, context.people, target.pool, kGroup, {first, kMembersPerRequest});
    format.append_json(requests.emplace_back(), "PUT", path, body);
  }
  MUSTER_TRY(const LoadResult load,
             send_all(target, std::move(requests), context.connections, kNoContent));
  ScenarioResult result;
  result.scenario = "members_fill";
  result.metrics = {
      {"seconds", load.seconds, "s"},
      {"members", static_cast<double>(kMembers) / load.seconds, "1/s"},
  };
  result.notes.push_back(std::to_string(kMembersPerRequest) + " members a request");
  return result;
}

template <PageRequests::MakeQuery make>
Result<ScenarioResult> run_list(BenchContext& context) {
  return run_pages(context, {"list", make});
}

template <PageRequests::MakeQuery make>
Result<ScenarioResult> run_members(BenchContext& context) {
  return run_pages(context, {"members", make, true});
}

Result<ScenarioResult> run_unindexed(BenchContext& context) {
  return run_pages(context, {"list", &PageRequests::unindexed, false, true});
}

constexpr std::array<Scenario, 9> kScenarios = {{
    {"list_first", "the first page of a pool", &run_list<&PageRequests::first>, true},
    {"list_far", "page 1,000 of a pool, by cursor", &run_list<&PageRequests::far>, true},
    {"list_prefix",
     "users whose key begins with a text, which some 100 do",
     &run_list<&PageRequests::prefix>,
     true},
    {"list_suffix",
     "users whose key ends with a text, which some 100 do",
     &run_list<&PageRequests::suffix>,
     true},
    {"list_payload",
     "users whose indexed payload member is a value",
     &run_list<&PageRequests::payload>,
     true},
    {"list_unindexed",
     "users whose unindexed payload member is a value, which must be refused",
     &run_unindexed,
     true},
    {"members_fill", "PUT 100,000 members of a group, 1,000 a request", &run_members_fill, true},
    {"members_first", "the first page of that group", &run_members<&PageRequests::first>, true},
    {"members_any",
     "a page of that group behind a member chosen uniformly",
     &run_members<&PageRequests::any_member>,
     true},
}};

}  // namespace

std::span<const Scenario> list_scenarios() {
  return kScenarios;
}

}  // namespace muster
