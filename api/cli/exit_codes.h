/// Exit codes of `muster`, after sysexits(3). Documented in the README and in `muster --help`.
#pragma once

#include "engine/core/result.h"

namespace muster {

enum class ExitCode : int {
  kOk = 0,
  kRefused = 1,          // something was refused: rows of an import, a name that is not there
  kErasuresPending = 3,  // a restore would have brought erased people back
  kUsage = 64,           // wrong flags, settings or values
  kDataDamaged = 65,     // stored bytes are damaged
  kUnavailable = 69,     // a server does not answer, or is busy
  kInternal = 70,
  kCannotCreate = 73,  // the directory is in use or cannot be opened
  kIo = 74,            // the disk failed; what was being written is unknown
  kPermission = 77,    // wrong credentials or key
};

ExitCode exit_code_of(const Failure& failure);

/// Prints `muster: <reason> (<rule>)` and the faults to standard error.
void print_failure(const Failure& failure);

/// print_failure() and the code to exit with.
int exit_with(const Failure& failure);

}  // namespace muster
