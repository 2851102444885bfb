/// What must hold of a directory whenever nothing is going on.
#pragma once

#include <stdexcept>
#include <string>

#include "tests/sim/engine.h"
#include "tests/sim/oracle.h"

namespace muster::sim {

/// A world that is not as it must be.
class Broken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline void demand(bool condition, const std::string& what) {
  if (!condition) {
    throw Broken{what};
  }
}

template <class T>
T value_of(Result<T> result, const std::string& what) {
  if (!result) {
    throw Broken{what + ": " + result.error().rule + ", " + result.error().reason};
  }
  return *std::move(result);
}

inline void succeeded(const Result<void>& result, const std::string& what) {
  if (!result) {
    throw Broken{what + ": " + result.error().rule + ", " + result.error().reason};
  }
}

/// Reads every log from the beginning and compares what follows from it with what is stored, with
/// the keys, and with the oracle; throws Broken. Nothing may be unsynced or undecided.
void check_world(Disk& disk, EventLog& log, const Oracle& oracle);

/// SHA-256 of every row of the store, hexadecimal.
std::string digest_of(const Kv& kv);

}  // namespace muster::sim
