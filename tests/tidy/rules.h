// The rules of the tree that no compiler and no clang-tidy checks for us.
#pragma once

#include "tests/tidy/source.h"

namespace tidy {

/// include-direction: engine <- storage <- projections <- {api, replay, bench}. Only a main.cc may
/// look into any of these; nothing but tests and bench looks into tests and bench.
Findings include_direction(const Source& source);

/// include-room: a third-party header stays in the room that knows it, and the engine knows the
/// standard library and little else.
Findings include_room(const Source& source);

/// engine-pure: no clock, no disk and no chance in the engine; they come in through ports.
Findings engine_pure(const Source& source);

/// file-length: at most 400 lines, in tests 600.
Findings file_length(const Source& source);

/// function-length: at most 70 lines, in tests 100.
Findings function_length(const Source& source);

/// non-ascii: C++ is ASCII; a string in a test may be anything.
Findings non_ascii(const Source& source);

/// leftover: no marker of unfinished work, unless it names the number of an issue.
Findings leftover(const Source& source);

/// machine-path: no absolute path into somebody's own machine.
Findings machine_path(const Source& source);

/// await-lambda: no capturing lambda in an expression that awaits; GCC 12 destroys it twice.
Findings await_lambda(const Source& source);

/// dead-file: every .cc is named by the CMakeLists.txt of its folder or of one above it, tests
/// included, and every header is included somewhere.
Findings dead_files(const Tree& tree);

/// lost-file: every .cc that a CMakeLists.txt names exists.
Findings lost_files(const Tree& tree);

}  // namespace tidy
