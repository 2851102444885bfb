/// A story told to both families of the API, in which every operation answers with every status it
/// can. What happened is noted, compared with the table of operations and written down in
/// docs/contract-coverage.md.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/api/directory/stack.h"

namespace muster::test {

/// One request of the story. In texts `{p}` stands for the family's main pool.
struct Scene {
  /// operationId in the admin family; of operations that it lacks in the system family.
  std::string_view operation;
  int status;
  std::string_view tells;  // what it shows, as a sentence
  Method method;
  std::string_view path;  // behind the family's root
  std::string_view body = {};
  /// A header of its own, empty for none.
  std::string_view header = {};
  std::string_view header_value = {};
  bool system_only = false;
  bool admin_only = false;
};

/// Parts of the story in files of their own.
std::vector<Scene> workspace_scenes();
std::vector<Scene> delegated_scenes();

/// In order: later scenes live on what earlier ones made.
std::vector<Scene> every_scene();

/// The part about groups.
std::vector<Scene> group_scenes();

/// A request about a whole configuration, with its token.
struct ConfigurationScene {
  ApiFamily family{};
  std::string_view operation;
  int status = 0;
  std::string_view tells;
  Call call;
};

std::vector<ConfigurationScene> configuration_scenes(Stack& stack);

/// Something that every operation of a kind refuses in the same way.
struct Probe {
  std::string tells;
  int status;
  std::string_view error_code;
  Call call;
};

/// Uses the shared stack.
std::vector<Probe> probes_of(const Operation& operation);

/// Sends a request of the operation to a stack that allows next to none until it is refused for
/// that; the probe has the call to send once more.
Probe send_until_limited(Stack& limited, const Operation& operation);
/// One request at once, one in a second after that; failures alike.
inline constexpr RateLimitSettings kHardlyAny{{1, 1}, {1, 1}, {1, 1}};

/// Which scene produced a status of an operation, by family and operationId.
using Produced = std::map<std::pair<ApiFamily, std::string>, std::map<int, std::string>>;

}  // namespace muster::test
