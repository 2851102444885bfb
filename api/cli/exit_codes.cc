#include "api/cli/exit_codes.h"

#include <cstdio>

namespace muster {

ExitCode exit_code_of(const Failure& failure) {
  switch (failure.code) {
    case Errc::kCorrupt:
      return ExitCode::kDataDamaged;
    case Errc::kUnauthorized:
    case Errc::kForbidden:
      return ExitCode::kPermission;
    case Errc::kTooMany:
    case Errc::kUnavailable:
    case Errc::kStale:
      return ExitCode::kUnavailable;
    case Errc::kUnknownOutcome:
    case Errc::kIo:
      return ExitCode::kIo;
    case Errc::kConflict:
    case Errc::kNotFound:
    case Errc::kGone:
    case Errc::kAlreadyTaken:
    case Errc::kPrecondition:
      return ExitCode::kCannotCreate;
    case Errc::kInvalidSyntax:
    case Errc::kInvalid:
    case Errc::kTooLarge:
    case Errc::kMethodNotAllowed:
    case Errc::kUnsupportedMedia:
      return ExitCode::kUsage;
  }
  return ExitCode::kInternal;
}

void print_failure(const Failure& failure) {
  std::fprintf(stderr, "muster: %s (%s)\n", failure.reason.c_str(), failure.rule.c_str());
  for (const Fault& fault : failure.faults) {
    std::fprintf(stderr,
                 "  at %s: %s (%s)\n",
                 fault.pointer.c_str(),
                 fault.reason.c_str(),
                 fault.rule.c_str());
  }
}

int exit_with(const Failure& failure) {
  print_failure(failure);
  return static_cast<int>(exit_code_of(failure));
}

}  // namespace muster
