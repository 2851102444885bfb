/// The management listener: health and metrics. Apart from the API, because it answers anybody.
#pragma once

#include <functional>

#include "api/http/router.h"
#include "api/http/server.h"
#include "api/server/health.h"
#include "api/server/instance.h"

namespace muster {

/// What the end points look at. `instance` and `server` give null until there is one.
struct ManagementSources {
  const Health& health;
  std::function<Instance*()> instance;
  std::function<const Server*()> server;
  /// Of DIR/operator.json; empty until it is written, and then nobody is an operator.
  std::function<std::string()> operator_token = [] {
    return std::string{};
  };
};

/// GET /health/live, /health/ready, /health/started, /metrics, /scrub; POST /clock/accept. POST and
/// GET /backup need the operator's token. `sources` must outlive the router.
void add_management_routes(Router& router, const ManagementSources& sources);

}  // namespace muster
