/// The sub-commands of `muster`. Each adds its flags and runs when it was chosen; what it returns
/// is the exit code.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace muster {

using RunCommand = std::function<int()>;

/// `chosen` is set to what must be run once parsing is over.
void add_serve(CLI::App& app, const std::vector<std::string>& arguments, RunCommand& chosen);
void add_client(CLI::App& app, RunCommand& chosen);
void add_tenant(CLI::App& app, RunCommand& chosen);
void add_token(CLI::App& app, RunCommand& chosen);
void add_keys(CLI::App& app, RunCommand& chosen);
void add_clock(CLI::App& app, RunCommand& chosen);
void add_backup(CLI::App& app, RunCommand& chosen);
void add_restore(CLI::App& app, RunCommand& chosen);
void add_doctor(CLI::App& app, RunCommand& chosen);
void add_import(CLI::App& app, RunCommand& chosen);
void add_config(CLI::App& app, RunCommand& chosen);
void add_erase(CLI::App& app, RunCommand& chosen);

}  // namespace muster
