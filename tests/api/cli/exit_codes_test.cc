#include "api/cli/exit_codes.h"

#include <catch2/catch.hpp>

using namespace muster;

TEST_CASE("every failure has an exit code of its kind", "[cli]") {
  const auto code = [](Errc errc) {
    return exit_code_of(failure(errc, "x"));
  };
  CHECK(code(Errc::kInvalid) == ExitCode::kUsage);
  CHECK(code(Errc::kCorrupt) == ExitCode::kDataDamaged);
  CHECK(code(Errc::kUnavailable) == ExitCode::kUnavailable);
  CHECK(code(Errc::kConflict) == ExitCode::kCannotCreate);
  CHECK(code(Errc::kIo) == ExitCode::kIo);
  CHECK(code(Errc::kNotFound) == ExitCode::kRefused);
  CHECK(exit_code_of(failure(Errc::kNotFound, "directory_missing")) == ExitCode::kCannotCreate);
  CHECK(exit_code_of(failure(Errc::kUnavailable, "read_only_filesystem")) ==
        ExitCode::kCannotCreate);
  CHECK(code(Errc::kUnauthorized) == ExitCode::kPermission);
  for (int value = static_cast<int>(Errc::kInvalidSyntax); value <= static_cast<int>(Errc::kIo);
       ++value) {
    CAPTURE(value);
    CHECK(code(static_cast<Errc>(value)) != ExitCode::kOk);
    CHECK(code(static_cast<Errc>(value)) != ExitCode::kInternal);
  }
}
