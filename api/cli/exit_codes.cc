#include "api/cli/exit_codes.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace muster {
namespace {

/// Failures of opening a directory or a file, among those of their kind.
bool is_about_opening(const Failure& failure) {
  constexpr std::array<std::string_view, 5> kRules{"read_only_filesystem",
                                                   "directory_missing",
                                                   "store_missing",
                                                   "file_missing",
                                                   "master_key_missing"};
  return std::ranges::find(kRules, failure.rule) != kRules.end();
}

}  // namespace

ExitCode exit_code_of(const Failure& failure) {
  if (is_about_opening(failure)) {
    return ExitCode::kCannotCreate;
  }
  if (failure.rule == "erasures_pending") {
    return ExitCode::kErasuresPending;
  }
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
      return ExitCode::kCannotCreate;
    case Errc::kNotFound:
    case Errc::kGone:
    case Errc::kAlreadyTaken:
    case Errc::kPrecondition:
      return ExitCode::kRefused;
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
