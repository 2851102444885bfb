#include "engine/core/check.h"

#include <cstdio>
#include <cstdlib>

namespace muster {

void check_failed(std::string_view what, const CodePlace& place) {
  std::fprintf(stderr,
               "muster: internal error: %.*s (%s:%d in %s)\n",
               static_cast<int>(what.size()),
               what.data(),
               place.file,
               place.line,
               place.function);
  std::abort();
}

}  // namespace muster
