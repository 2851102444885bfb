#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <pthread.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/exit_codes.h"
#include "api/cli/logging.h"
#include "api/cli/offline.h"
#include "api/cli/reserved_port.h"
#include "api/cli/service_manager.h"
#include "api/cli/settings.h"
#include "api/http/server.h"
#include "api/openapi/openapi_route.h"
#include "api/openapi/served.h"
#include "api/server/bootstrap.h"
#include "api/server/cors.h"
#include "api/server/instance.h"
#include "api/server/management_routes.h"
#include "api/server/oauth_routes.h"
#include "api/server/operator_file.h"
#include "api/webhooks/webhooks.h"
#include "storage/seal/system_entropy.h"
#include "storage/system_clock.h"

namespace muster {
namespace {

std::uint32_t or_cores(std::uint32_t wanted) {
  return wanted != 0 ? wanted : std::max(1U, std::thread::hardware_concurrency());
}

/// As it stands in a URL.
std::string url_host(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

/// Everything that one running server consists of.
class ServeProcess {
 public:
  /// `settings_file` is read again on SIGHUP; empty when there is none.
  ServeProcess(ServeSettings settings, std::string settings_file)
      : settings_{std::move(settings)}, settings_file_{std::move(settings_file)} {}

  Result<void> start();
  /// Returns when a signal asked the process to end.
  void wait_for_signal();
  Result<void> stop();

 private:
  /// Certificates and the log level, after SIGHUP.
  Result<void> reload();
  Result<void> start_management();
  Result<void> open_instance();
  Result<void> start_api();
  /// Writes DIR/operator.json.
  Result<void> tell_operators();
  void print_welcome() const;
  void observe(const Exchanged& exchanged) const;

  ServeSettings settings_;
  std::string settings_file_;
  HostAndPort listen_;
  std::string public_url_;
  SystemClock clock_;
  SystemEntropy entropy_;
  Health health_;
  std::string operator_token_;  // written before there is a visible instance
  // Read by the management listener while they come and go.
  std::atomic<Instance*> visible_instance_{nullptr};
  std::atomic<const Server*> visible_server_{nullptr};
  ManagementSources sources_{health_,
                             [this] { return visible_instance_.load(); },
                             [this] { return visible_server_.load(); },
                             [this] {
                               const bool ready = visible_instance_.load() != nullptr;
                               return ready ? operator_token_ : std::string{};
                             }};
  Router management_router_;
  Router api_router_;
  std::unique_ptr<Server> management_;
  std::unique_ptr<Instance> instance_;
  std::unique_ptr<Webhooks> webhooks_;
  std::unique_ptr<Server> api_;
};

Result<void> ServeProcess::start_management() {
  MUSTER_TRY(const HostAndPort at, parse_host_and_port(settings_.management));
  add_management_routes(management_router_, sources_);
  ServerOptions options;
  options.address = at.host;
  options.port = at.port;
  options.threads = 1;
  management_ = std::make_unique<Server>(std::move(options), management_router_);
  return management_->start();
}

Result<void> ServeProcess::open_instance() {
  InstanceOptions options;
  options.directory.path = settings_.data;
  options.directory.create = true;
  if (!settings_.master_key_file.empty()) {
    options.directory.master_key_file = settings_.master_key_file;
  } else {
    options.directory.master_key = master_key_variable();
  }
  options.directory.block_cache_bytes = std::size_t{settings_.block_cache_mib} << 20U;
  options.directory.log = [](std::string_view line) {
    log_event(LogLevel::kWarn, "store", {{"message", std::string{line}}});
  };
  options.document_cache_bytes = std::size_t{settings_.document_cache_mib} << 20U;
  options.hashing_threads = or_cores(settings_.hashing_threads);
  options.settings.public_url = public_url_;
  options.settings.pools.names =
      settings_.relaxed_pool_names ? PoolNameRule::kRelaxed : PoolNameRule::kLettersAndDigits;
  options.settings.rate_limits = {{settings_.reads_per_second, settings_.reads_burst},
                                  {settings_.writes_per_second, settings_.writes_burst},
                                  {settings_.failures_per_second, settings_.failures_burst}};
  options.backup = {settings_.backup_directory, settings_.backup_keys_directory};
  options.scrub.bytes_per_second = std::uint64_t{settings_.scrub_mib_per_second} << 20U;
  options.scrub.every = std::chrono::minutes{settings_.scrub_every_minutes};
  options.scrub.on_finding = [](const ScrubFinding& finding) {
    log_event(LogLevel::kError,
              "damage",
              {{"part", finding.part}, {"rule", finding.rule}, {"what", finding.text}});
  };
  options.settings.feed.consumers_max = settings_.feed_consumers;
  options.settings.webhooks.allow_private = settings_.webhooks_allow_private;
  options.on_fatal = [](const Failure& fatal) {
    // What was being written is unknown; going on could contradict it.
    print_failure(fatal);
    _exit(static_cast<int>(ExitCode::kIo));
  };
  MUSTER_TRY(instance_, Instance::open(std::move(options), clock_, entropy_));
  MUSTER_CHECKED(tell_operators());
  MUSTER_CHECKED(bootstrap(instance_->services(), settings_.data));
  webhooks_ = std::make_unique<Webhooks>(instance_->services(), settings_.data);
  instance_->set_deliveries(webhooks_.get());
  visible_instance_ = instance_.get();
  return {};
}

Result<void> ServeProcess::tell_operators() {
  MUSTER_TRY(const HostAndPort at, parse_host_and_port(settings_.management));
  MUSTER_TRY(
      const OperatorFile file,
      write_operator_file(
          settings_.data, url_host(at.host) + ":" + std::to_string(management_->port()), entropy_));
  operator_token_ = file.token;
  return {};
}

void ServeProcess::observe(const Exchanged& exchanged) const {
  if (!logs(LogLevel::kDebug) && exchanged.status < 500) {
    return;
  }
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(exchanged.took).count();
  log_event(exchanged.status >= 500 ? LogLevel::kWarn : LogLevel::kDebug,
            "request",
            {{"operation", exchanged.route == nullptr ? "none" : exchanged.route->operation_id},
             {"status", std::to_string(exchanged.status)},
             {"took_us", std::to_string(micros)},
             {"request_id", exchanged.request.request_id}});
}

Result<void> ServeProcess::start_api() {
  const Services& services = instance_->services();
  add_oauth_routes(api_router_, services);
  for (const std::span<const Operation> table : served_operations()) {
    add_operations(api_router_, services, table);
  }
  add_openapi_route(api_router_);
  ServerOptions options;
  options.address = listen_.host;
  options.port = listen_.port;
  options.threads = or_cores(settings_.threads);
  options.finish = [&services](const Request& request, Response& response) {
    add_cors_headers(services, request, response);
  };
  options.observer = [this](const Exchanged& exchanged) {
    observe(exchanged);
  };
  if (!settings_.tls_cert.empty()) {
    options.tls = TlsFiles{settings_.tls_cert, settings_.tls_key};
  }
  api_ = std::make_unique<Server>(std::move(options), api_router_);
  MUSTER_CHECKED(api_->start());
  visible_server_ = api_.get();
  return {};
}

/// As one word of a shell.
std::string shell_word(const std::string& text) {
  if (text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "/._-+=:@%,") == std::string::npos) {
    return text;
  }
  std::string word = "'";
  for (const char byte : text) {
    word += byte == '\'' ? std::string{"'\\''"} : std::string{byte};
  }
  return word + "'";
}

void ServeProcess::print_welcome() const {
  const std::string data = settings_.data;
  const std::string client = data + "/admin-client.json";
  std::printf("Muster serves %s\n", public_url_.c_str());
  std::printf("  directory      %s\n", data.c_str());
  std::printf("  clients        %s and %s/system-client.json\n", client.c_str(), data.c_str());
  std::printf("  health         http://%s:%u/health/ready\n",
              url_host(parse_host_and_port(settings_.management)->host).c_str(),
              static_cast<unsigned>(management_->port()));
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  // A certificate of one's own making is known to nobody else.
  const std::string trust = settings_.tls_cert.empty()
                                ? std::string{}
                                : "export SSL_CERT_FILE=" + shell_word(settings_.tls_cert) + "; ";
  std::printf(
      "  try            %scurl -s -H \"Authorization: Bearer $(%s token --client %s)\" "
      "%s/api/identity/default/admin/pools\n",
      trust.c_str(),
      shell_word(program.string()).c_str(),
      shell_word(client).c_str(),
      shell_word(public_url_).c_str());
  std::fflush(stdout);
}

Result<void> ServeProcess::start() {
  MUSTER_TRY(listen_, parse_host_and_port(settings_.listen));
  if (settings_.tls_cert.empty() != settings_.tls_key.empty()) {
    return failure(Errc::kInvalid, "invalid_settings", "tls-cert and tls-key go together");
  }
  // Issuers and client files name the port, so it is chosen before anything listens.
  MUSTER_TRY(const ReservedPort reserved, ReservedPort::reserve(listen_.host, listen_.port));
  listen_.port = reserved.port();
  const std::string host = url_host(listen_.host);
  public_url_ = !settings_.public_url.empty()
                    ? settings_.public_url
                    : (settings_.tls_cert.empty() ? "http://" : "https://") + host + ":" +
                          std::to_string(listen_.port);
  MUSTER_TRY(const HostAndPort management, parse_host_and_port(settings_.management));
  if (management.port != 0 && management.port == listen_.port && management.host == listen_.host) {
    return failure(
        Errc::kInvalid, "invalid_settings", "listen and management must be two addresses");
  }
  MUSTER_TRY(const ReservedPort reserved_management,
             ReservedPort::reserve(management.host, management.port));
  MUSTER_CHECKED(start_management());
  MUSTER_CHECKED(open_instance());
  MUSTER_CHECKED(start_api());
  health_.phase = Phase::kServing;
  print_welcome();
  notify_service_manager("READY=1");
  log_event(LogLevel::kInfo, "serving", {{"url", public_url_}});
  return {};
}

void ServeProcess::wait_for_signal() {
  sigset_t signals{};
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
    sigaddset(&signals, number);
  }
  int number = 0;
  while (sigwait(&signals, &number) == 0 && number == SIGHUP) {
    const auto reloaded = reload();
    log_event(reloaded ? LogLevel::kInfo : LogLevel::kError,
              "reloaded",
              {{"outcome", reloaded ? "ok" : reloaded.error().reason}});
  }
}

Result<void> ServeProcess::reload() {
  MUSTER_CHECKED(api_->reload_certificates());
  if (settings_file_.empty()) {
    return {};
  }
  // Of the settings only the log level can change while the process runs.
  ServeSettings again;
  MUSTER_CHECKED(read_settings_file(settings_file_, again));
  return start_logging(again.log_level, settings_.log_format);
}

Result<void> ServeProcess::stop() {
  health_.phase = Phase::kDraining;
  notify_service_manager("STOPPING=1");
  log_event(LogLevel::kInfo, "stopping");
  visible_server_ = nullptr;
  if (instance_) {
    instance_->followers().drain();
  }
  if (api_) {
    api_->stop();
  }
  visible_instance_ = nullptr;
  management_->stop(std::chrono::milliseconds{0});
  Result<void> closed;
  if (instance_) {
    remove_operator_file(settings_.data);
    instance_->set_deliveries(nullptr);
    webhooks_.reset();
    closed = instance_->close();
  }
  return closed;
}

int serve(const ServeSettings& settings, const std::string& settings_file) {
  if (const auto logging = start_logging(settings.log_level, settings.log_format); !logging) {
    return exit_with(logging.error());
  }
  // Threads inherit the mask, so only wait_for_signal() gets these.
  sigset_t signals{};
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
    sigaddset(&signals, number);
  }
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ServeProcess process{settings, settings_file};
  if (const auto started = process.start(); !started) {
    return exit_with(started.error());
  }
  process.wait_for_signal();
  const auto stopped = process.stop();
  return stopped ? static_cast<int>(ExitCode::kOk) : exit_with(stopped.error());
}

/// The file must be read before flags and variables, which override it.
std::string settings_file_among(const std::vector<std::string>& arguments) {
  const char* variable = std::getenv("MUSTER_CONFIG");
  std::string path = variable == nullptr ? "" : variable;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--config" && i + 1 < arguments.size()) {
      path = arguments[i + 1];
    } else if (arguments[i].starts_with("--config=")) {
      path = arguments[i].substr(9);
    }
  }
  return path;
}

}  // namespace

void add_serve(CLI::App& app, const std::vector<std::string>& arguments, RunCommand& chosen) {
  CLI::App* command = app.add_subcommand("serve", "Serve a directory over HTTP");
  const auto settings = std::make_shared<ServeSettings>();
  const auto from_file = std::make_shared<Result<void>>();
  const std::string path = settings_file_among(arguments);
  if (!path.empty()) {
    *from_file = read_settings_file(path, *settings);
  }
  command->add_option("--config", "Settings file, TOML; variables and flags override it")
      ->envname("MUSTER_CONFIG");
  add_serve_flags(*command, *settings);
  command->callback([settings, from_file, path, &chosen] {
    chosen = [settings, from_file, path] {
      return *from_file ? serve(*settings, path) : exit_with(from_file->error());
    };
  });
}

}  // namespace muster
