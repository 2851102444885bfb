/// Metrics in the Prometheus text format.
#pragma once

#include <string>

namespace muster {

class Instance;
class Server;

/// Either may be null while the process starts.
std::string render_metrics(Instance* instance, const Server* server);

}  // namespace muster
