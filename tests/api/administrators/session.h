/// One sequence of requests against a directory of its own, with the oracle and the bookkeeping
/// beside it.
#pragma once

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/api/administrators/administrator.h"
#include "tests/api/administrators/bookkeeping.h"
#include "tests/api/administrators/walk.h"

namespace muster::administrators {

/// Something was not as it had to be.
class Mismatch : public std::runtime_error {
  using runtime_error::runtime_error;
};

class Session {
 public:
  explicit Session(std::uint64_t seed);

  /// Throws Mismatch with all requests so far.
  void run(std::size_t requests, std::size_t restarts);

  /// How many requests were answered below 300.
  [[nodiscard]] std::size_t accepted() const { return accepted_; }

  [[nodiscard]] std::size_t refused() const { return refused_; }

  /// What was asked for and accepted at least once.
  [[nodiscard]] const std::set<Deed>& deeds() const { return deeds_; }

 private:
  void make_clients();
  void step();
  Response send(const Intent& intent);
  /// Again and again while what was deleted still stands in the way.
  Response send_patiently(const Intent& intent, const Verdict& verdict);
  void learn_import(const Intent& intent);
  void compare();
  [[noreturn]] void fail(const std::string& what) const;

  Api api_;
  Administrator administrator_;
  Oracle oracle_;
  Bookkeeping book_;
  std::uint64_t seed_;
  std::vector<std::string> done_;
  std::set<Deed> deeds_;
  std::size_t accepted_ = 0;
  std::size_t refused_ = 0;
};

}  // namespace muster::administrators
