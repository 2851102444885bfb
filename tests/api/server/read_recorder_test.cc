#include "api/server/read_recorder.h"

#include <vector>

#include <catch2/catch.hpp>

#include "api/auth/tokens.h"
#include "tests/api/directory/stack.h"

namespace muster::test {
namespace {

/// Takes commands, or refuses them as a full disk would.
class FickleSink final : public CommandSink {
 public:
  void submit(Command command, Completion completion) override {
    if (refuses) {
      completion(failure(Errc::kUnavailable, "disk_full"));
      return;
    }
    ++taken;
    under_client = command.origin.client;
    completion(Accepted{});
  }

  bool refuses = false;
  int taken = 0;
  StreamId under_client;
};

StreamId stream_of(std::uint8_t number) {
  Uuid uuid;
  uuid.bytes[15] = number;
  return StreamId{uuid};
}

struct Desk {
  Desk() {
    caller.log = LogId{1};
    caller.client_id = "reader";
    caller.client = stream_of(1);
  }

  FickleSink sink;
  SteeredClock clock;
  Caller caller;
  ReadRecorder recorder{sink, {stack().sealer(), stack().services().domain.entropy, clock}};
};

TEST_CASE("who cannot be recorded is refused, until it can be") {
  Desk desk;
  desk.sink.refuses = true;
  for (int i = 0; i < 3; ++i) {
    const auto refused = desk.recorder.note(desk.caller, "auditEvents", {});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == Errc::kUnavailable);
  }
  desk.sink.refuses = false;
  CHECK(desk.recorder.note(desk.caller, "auditEvents", {}).has_value());
  CHECK(desk.sink.taken == 1);
  CHECK(desk.sink.under_client == desk.caller.client);
}

TEST_CASE("what could not be written yet is written later, once") {
  Desk desk;
  CHECK(desk.recorder.note(desk.caller, "auditEvents", {}).has_value());
  CHECK(desk.recorder.note(desk.caller, "auditEvents", {}).has_value());
  desk.sink.refuses = true;
  desk.recorder.write_all();
  CHECK(desk.sink.taken == 1);
  desk.sink.refuses = false;
  desk.recorder.write_all();
  desk.recorder.write_all();
  CHECK(desk.sink.taken == 2);
}

TEST_CASE("more persons than can be written are not shown") {
  Desk desk;
  std::vector<StreamId> persons;
  for (std::uint8_t i = 0; i < 100; ++i) {
    persons.push_back(stream_of(i));
  }
  CHECK(desk.recorder.note(desk.caller, "auditEvents", {}).has_value());
  CHECK(desk.recorder.note(desk.caller, "auditEvents", persons).has_value());
  desk.sink.refuses = true;
  for (int i = 0; i < 5; ++i) {
    CHECK_FALSE(desk.recorder.note(desk.caller, "auditEvents", persons).has_value());
  }
  desk.sink.refuses = false;
  CHECK(desk.recorder.note(desk.caller, "auditEvents", persons).has_value());
  CHECK(desk.sink.taken == 2);
}

}  // namespace
}  // namespace muster::test
