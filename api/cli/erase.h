/// What both ways to erase somebody share: over HTTP and in a stopped directory.
#pragma once

#include <string>

#include "api/cli/offline.h"
#include "api/cli/output.h"

namespace muster {

struct EraseFlags {
  OfflineFlags offline;
  std::string url;          // of a running server; empty: a stopped directory
  std::string client_file;  // with url
  std::string tenant;
  std::string pool;
  std::string user;
  std::string stream;
  std::string ledger;       // of a stopped directory only
  std::string certificate;  // file; with url
  OutputFormat output{};
};

/// A step of the erasure, on standard error for whoever waits.
void print_step(std::string_view step, std::string_view problem);

/// What is known at the end, on standard output.
struct ErasedPerson {
  std::string stream;
  std::string step;
  std::string erased_at;
  std::string position;
  std::string events;
  std::string ledger;
};

void print_erased(OutputFormat format, const ErasedPerson& person);

/// Exit codes.
int erase_online(const EraseFlags& flags);
int erase_offline(const EraseFlags& flags);

}  // namespace muster
