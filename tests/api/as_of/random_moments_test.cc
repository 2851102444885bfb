// What was answered live is what is answered for that position, for ever.
#include <functional>

#include <catch2/catch.hpp>

#include "tests/api/directory/stack.h"
#include "tests/projections/world.h"

namespace muster::test {
namespace {

struct Question {
  ApiFamily family{};
  Method method{};
  std::string path;
  std::string body;
};

struct Answered {
  Question question;
  std::uint64_t position = 0;
  int status = 0;
  std::string body;
};

StackOptions quick() {
  StackOptions options;
  options.held_to_document = false;
  options.rate_limits = {};
  return options;
}

/// A directory in which everything changes all the time, under few ids, so that ids, names and
/// identifiers come, go and come back to others.
class Turmoil {
 public:
  explicit Turmoil(std::uint64_t seed) : dice_{seed} {}

  void change() {
    using Change = void (Turmoil::*)();
    constexpr Change kChanges[]{&Turmoil::make_user,
                                &Turmoil::make_user,
                                &Turmoil::make_user,
                                &Turmoil::patch_user,
                                &Turmoil::patch_user,
                                &Turmoil::delete_user,
                                &Turmoil::identifier,
                                &Turmoil::address,
                                &Turmoil::member,
                                &Turmoil::member,
                                &Turmoil::group,
                                &Turmoil::pool,
                                &Turmoil::schema};
    (this->*dice_.one_of(kChanges))();
  }

  /// Asks something now and remembers the answer, unless something happened meanwhile.
  void ask() {
    Answered answered;
    answered.question = any_question();
    const std::uint64_t before = log_size();
    const Response response = send(answered.question, {});
    if (before == 0 || log_size() != before) {
      return;
    }
    answered.position = before - 1;
    answered.status = response.status;
    answered.body = response.bytes();
    answers.push_back(std::move(answered));
  }

  Response send(const Question& question, const std::string& more) {
    Call call = stack.call(question.family, question.method, question.path + more, question.body);
    return stack.send(call);
  }

  Response ask_again(const Answered& answered) {
    const bool has_query = answered.question.path.find('?') != std::string::npos;
    return send(answered.question,
                (has_query ? "&at=" : "?at=") + std::to_string(answered.position));
  }

  std::uint64_t log_size() { return stack.services().published.now()->size_of(LogId{1}); }

  Stack stack{quick()};
  std::vector<Answered> answers;

 private:
  std::string pick(std::string_view kind, std::size_t count) {
    return std::string{kind} + std::to_string(dice_.below(count));
  }

  std::string pool_path() { return "/pools/" + pick("p", 3); }

  std::string user_path() { return pool_path() + "/users/" + pick("u", 8); }

  std::string mail() { return pick("Mail", 6) + "@x.org"; }

  /// Refusals are as good: something is there or not.
  void admin(Method method, const std::string& path, const std::string& body = {}) {
    stack.admin(method, path, body);
  }

  void make_user() {
    std::string body = R"({"id":")" + pick("u", 8) + R"(","status":"active","payload":{"name":")" +
                       pick("N", 4) + R"(","given_name":"G","family_name":"F"})";
    if (dice_.below(3) > 0) {
      body += R"(,"identifiers":[{"identifier":")" + mail() + R"(","type":"email"}])";
    }
    if (dice_.below(4) == 0) {
      body += R"(,"user_type":"jit")";
    }
    admin(Method::kPost, pool_path() + "/users", body + "}");
  }

  void patch_user() {
    admin(Method::kPatch,
          user_path(),
          R"({"payload":{"name":")" + pick("N", 4) + R"(","given_name":")" + pick("G", 3) + "\"}}");
  }

  void delete_user() { admin(Method::kDelete, user_path()); }

  void identifier() {
    const bool add = dice_.below(3) > 0;
    admin(Method::kPost,
          user_path() + (add ? "/identifiers/add" : "/identifiers/remove"),
          R"({"identifier":")" + mail() + R"(","type":"email"})");
  }

  void address() {
    const bool add = dice_.below(3) > 0;
    admin(Method::kPost,
          user_path() + (add ? "/addresses/add" : "/addresses/remove"),
          R"({"address":")" + mail() + R"(","type":"email","verified":true,"status":"active"})");
  }

  void group() {
    const std::string groups = pool_path() + "/groups";
    const std::string id = pick("g", 5);
    const std::string name = R"("name":")" + pick("Group ", 5) + "\"";
    switch (dice_.below(4)) {
      case 0:
        admin(Method::kDelete, groups + "/" + id);
        return;
      case 1:
        admin(Method::kPut, groups + "/" + id, "{" + name + "}");
        return;
      default:
        admin(Method::kPost, groups, R"({"id":")" + id + "\"," + name + parent() + "}");
    }
  }

  std::string parent() {
    return dice_.below(2) == 0 ? std::string{} : R"(,"parent_id":")" + pick("g", 5) + "\"";
  }

  void member() {
    admin(dice_.below(3) > 0 ? Method::kPut : Method::kDelete,
          pool_path() + "/groups/" + pick("g", 5) + "/users/" + pick("u", 8));
  }

  void pool() {
    const std::string id = pick("p", 3);
    const std::string body = R"({"tenant_id":"default","id":")" + id + R"(","name":")" +
                             pick("Pool", 3) + R"(","identifier_case_insensitive":)" +
                             (dice_.below(2) == 0 ? "true" : "false") + "}";
    if (dice_.below(8) == 0) {
      admin(Method::kDelete, "/pools/" + id);
    } else if (dice_.below(3) == 0) {
      admin(Method::kPut, "/pools/" + id, body);
    } else {
      admin(Method::kPost, "/pools", body);
    }
  }

  void schema() {
    const std::string id = pick("s", 3);
    const std::string body = R"({"id":")" + id + R"(","name":")" + pick("Schema ", 3) +
                             R"(","schema":{"type":"object","title":")" + pick("T", 9) + "\"}}";
    if (dice_.below(4) == 0) {
      admin(Method::kDelete, "/schemas/" + id);
    } else if (dice_.below(2) == 0) {
      admin(Method::kPut, "/schemas/" + id, body);
    } else {
      admin(Method::kPost, "/schemas", body);
    }
  }

  Question get(const std::string& path) { return {ApiFamily::kAdmin, Method::kGet, path, {}}; }

  static std::string filter(const std::string& json) { return "?query=" + url_encoded(json); }

  Question any_question() {
    switch (dice_.below(14)) {
      case 0:
        return get(dice_.below(2) == 0 ? "/pools" : "/pools?sort=id&order=desc&with_total=true");
      case 1:
        return get(pool_path());
      case 2:
        return get("/schemas");
      case 3:
        return get("/schemas/" + pick("s", 3));
      case 4:
        return get(pool_path() + "/users?limit=" + std::to_string(1 + dice_.below(4)) +
                   "&with_total=true");
      case 5:
        return get(pool_path() + "/users?before_user_id=" + pick("u", 8) + "&limit=2");
      case 6:
        return get(pool_path() + "/users" +
                   filter(R"({"user_key":"mail)" + std::to_string(dice_.below(6)) + "\"}"));
      case 7:
        return get(pool_path() + "/users" + filter(R"({"user_key":"Mail"})"));
      case 8:
        return get(pool_path() + "/users" +
                   filter(R"({"payload":{"name":")" + pick("N", 4) + "\"}}"));
      case 9:
        return {ApiFamily::kSystem,
                Method::kPost,
                pool_path() + "/users/by_key",
                (dice_.below(2) == 0 ? R"({"identifier":")" : R"({"verifiable_address":")") +
                    mail() + "\"}"};
      case 10:
        return get(pool_path() + (dice_.below(2) == 0 ? "/groups" : "/groups?limit=2"));
      case 11:
        return get(pool_path() + "/groups/" + pick("g", 5) +
                   (dice_.below(2) == 0 ? "" : "/users?with_nested_groups=true"));
      case 12:
        return get(user_path() + "/groups?with_parent_groups=true");
      default:
        return get(user_path());
    }
  }

  Dice dice_;
};

}  // namespace

TEST_CASE("the answer at a position is what was answered live then", "[as_of]") {
  const std::uint64_t seed = GENERATE(1U, 2U, 3U);
  Turmoil turmoil{seed};
  for (int round = 0; round < 600; ++round) {
    turmoil.change();
    turmoil.ask();
    turmoil.ask();
  }
  std::size_t found = 0;
  for (const Answered& answered : turmoil.answers) {
    const Response again = turmoil.ask_again(answered);
    INFO("seed " << seed << " position " << answered.position << " of " << turmoil.log_size()
                 << ": " << answered.question.path << " " << answered.question.body);
    if (again.status != answered.status) {
      INFO(answered.body << "\n  now: " << again.bytes());
      CHECK(again.status == answered.status);
    } else if (answered.status == 200) {
      CHECK(std::string{again.bytes()} == answered.body);
      ++found;
    }
  }
  CHECK(turmoil.answers.size() > 1000);
  CHECK(found > 500);
}

}  // namespace muster::test
