/// Exit codes of muster-replay. Those from 64 on are the ones of sysexits.h.
#pragma once

#include "engine/core/result.h"

namespace muster::replay {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFound = 1;        // verification found something
inline constexpr int kExitUsage = 2;        // the command line, or a name in it, is wrong
inline constexpr int kExitDamaged = 65;     // damaged so far that reading had to stop
inline constexpr int kExitCannotOpen = 73;  // no directory, a running one, a missing key
inline constexpr int kExitIo = 74;          // the operating system refused; disk full

constexpr int exit_code_of(const Failure& failure) {
  if (failure.code == Errc::kCorrupt) {
    return kExitDamaged;
  }
  if (failure.rule == "read_only_filesystem") {
    return kExitCannotOpen;
  }
  if (failure.code == Errc::kIo || failure.code == Errc::kUnavailable) {
    return kExitIo;
  }
  return failure.code == Errc::kInvalidSyntax ? kExitUsage : kExitCannotOpen;
}

}  // namespace muster::replay
