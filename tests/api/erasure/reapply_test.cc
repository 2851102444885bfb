/// An older copy of a directory does not bring anybody back.
#include <algorithm>

#include "api/server/reapply_ledger.h"
#include "storage/erasure/ledger.h"
#include "tests/api/erasure/people.h"

namespace muster::test {
namespace {

StackOptions on(const std::filesystem::path& data) {
  StackOptions options = plain_files();
  options.data = data;
  return options;
}

void check_absent(const std::filesystem::path& data, const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    for (const std::string& place : places_of(data, value)) {
      FAIL_CHECK(value << " is in " << place);
    }
  }
}

std::string erase_path(const std::string& mark) {
  return "/pools/" + std::string{kPeoplePool} + "/users/" + id_of(mark) + "?erase=true";
}

TEST_CASE("the ledger erases people again in an older copy", "[erasure]") {
  const ScratchDirectory scratch;
  const auto original = scratch.path() / "original";
  const auto copy = scratch.path() / "copy";
  std::vector<std::string> living;
  std::vector<std::string> deleted;
  std::string living_stream;
  std::string deleted_stream;
  {
    Stack stack{on(original)};
    make_people_pool(stack);
    living = make_somebody(stack, "Living");
    deleted = make_somebody(stack, "Deleted");
    living_stream = stream_of(stack, id_of("Living"));
    deleted_stream = stream_of(stack, id_of("Deleted"));
    Offices::must(204,
                  stack.admin(Method::kDelete,
                              "/pools/" + std::string{kPeoplePool} + "/users/" + id_of("Deleted")));
    stack.close();
  }
  std::filesystem::copy(original, copy, std::filesystem::copy_options::recursive);
  {
    Stack stack{on(original)};
    make_somebody(stack, "Later");
    const std::string later = stream_of(stack, id_of("Later"));
    Offices::must(204, stack.admin(Method::kDelete, erase_path("Living")));
    Offices::must(202, muster_call(stack, Method::kPut, "/erasures/" + deleted_stream));
    Offices::must(204, stack.admin(Method::kDelete, erase_path("Later")));
    for (const std::string& stream : {living_stream, deleted_stream, later}) {
      certificate_of(stack, stream);
    }
    stack.close();
  }
  for (const std::string& value : living) {
    INFO(value);
    CHECK_FALSE(places_of(copy, value).empty());
  }
  Stack stack{on(copy)};
  const auto done = reapply_ledger(stack.instance(), original / "erasures");
  REQUIRE(done.has_value());
  CHECK(done->lines == 3);
  CHECK(done->erased == 2);
  CHECK(done->unknown == 1);
  CHECK(done->already == 0);
  CHECK(member_of(audit(stack, "/erasures/" + living_stream), "step") == "certified");
  check_absent(copy, living);
  check_absent(copy, deleted);
  const auto again = reapply_ledger(stack.instance(), original / "erasures");
  REQUIRE(again.has_value());
  CHECK(again->already == 2);
  CHECK(again->erased == 0);
  stack.close();
  check_verifies(copy);
}

TEST_CASE("a copy whose keys are newer than its rows forgets people, too", "[erasure]") {
  const ScratchDirectory scratch;
  const auto original = scratch.path() / "original";
  const auto copy = scratch.path() / "copy";
  std::vector<std::string> values;
  std::string stream;
  {
    Stack stack{on(original)};
    make_people_pool(stack);
    values = make_somebody(stack, "Keyless");
    stream = stream_of(stack, id_of("Keyless"));
    stack.close();
  }
  std::filesystem::copy(original, copy, std::filesystem::copy_options::recursive);
  {
    Stack stack{on(original)};
    Offices::must(204, stack.admin(Method::kDelete, erase_path("Keyless")));
    certificate_of(stack, stream);
    stack.close();
  }
  std::filesystem::copy_file(original / "keys" / "slots",
                             copy / "keys" / "slots",
                             std::filesystem::copy_options::overwrite_existing);
  // As a restore leaves it: the ledger is the directory's own, and grows.
  std::filesystem::copy_file(original / "erasures", copy / "erasures");
  Stack stack{on(copy)};
  const auto done = reapply_ledger(stack.instance(), copy / "erasures");
  REQUIRE(done.has_value());
  CHECK(done->erased == 1);
  check_absent(copy, values);
  std::vector<StreamId> recorded;
  const auto end = read_ledger(copy / "erasures", [&](const LedgerLine& line, const Digest&) {
    recorded.push_back(line.person);
    return Result<void>{};
  });
  REQUIRE(end.has_value());
  REQUIRE_FALSE(recorded.empty());
  CHECK(std::ranges::all_of(recorded, [&](StreamId person) { return person.text() == stream; }));
  stack.close();
  check_verifies(copy);
}

TEST_CASE("the ledger of another directory is refused", "[erasure]") {
  Stack stack;
  const ScratchDirectory scratch;
  auto ledger = ErasureLedger::open(scratch.path() / "erasures", Micros{7});
  REQUIRE(ledger.has_value());
  REQUIRE(
      ledger->append(std::vector<LedgerLine>{{LogId{1}, StreamId{}, Position{1}, Slot{1}, {}}}));
  const auto done = reapply_ledger(stack.instance(), scratch.path() / "erasures");
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().rule == "ledger_of_another_directory");
}

}  // namespace
}  // namespace muster::test
