#include <algorithm>

#include "api/directory/access.h"
#include "api/directory/conditions.h"
#include "api/directory/operation.h"
#include "api/directory/origin.h"
#include "api/http/problem.h"
#include "api/http/reply.h"
#include "api/server/work_pool.h"

namespace muster {
namespace {

/// One request on its way to its answer. Held by whoever has the next step.
struct Run {
  Run(const Services& given_services,
      const Operation& given_operation,
      std::shared_ptr<Request> given_request,
      Reply given_reply)
      : services{given_services},
        operation{given_operation},
        request{std::move(given_request)},
        reply{std::move(given_reply)} {}

  const Services& services;
  const Operation& operation;
  std::shared_ptr<Request> request;
  Reply reply;
  std::shared_ptr<const Caller> caller;
  unsigned attempt = 0;
};

using RunPtr = std::shared_ptr<Run>;

/// Who may change the configuration may read it.
bool has_scope(Scopes scopes, Scope wanted) {
  return scopes.has(wanted) ||
         (wanted == Scope::kReadConfiguration && scopes.has(Scope::kManageConfiguration));
}

Result<std::shared_ptr<const Caller>> authorise(const Services& services,
                                                const Operation& operation,
                                                const Request& request) {
  MUSTER_TRY(auto caller, services.tokens.authenticate(request.header("authorization")));
  const bool is_root = operation.family == ApiFamily::kRoot;
  if (caller->tenant != (is_root ? kRootTenant : request.path_parameter("tid"))) {
    return failure(Errc::kUnauthorized, "invalid_token", "the access token is another tenant's");
  }
  const bool is_system = is_root || operation.family == ApiFamily::kSystem;
  if (caller->workspace != (is_system ? kSystemWorkspace : kAdminWorkspace)) {
    return failure(Errc::kForbidden,
                   "wrong_workspace",
                   is_system ? "this operation takes tokens of the workspace 'system'"
                             : "this operation takes tokens of the workspace 'admin'");
  }
  if (is_system && !is_root && !has_scope(caller->scopes, operation.scope)) {
    return failure(Errc::kForbidden,
                   "missing_scope",
                   "the token lacks the scope '" + std::string{name_of(operation.scope)} + "'");
  }
  return caller;
}

Response refuse(const Request& request, const Failure& failure) {
  Response response = problem(failure, request.request_id);
  if (failure.replayed) {
    response.add_header("X-Idempotent-Replayed", "true");
  }
  return response;
}

Response answer_read(const Services& services, const Operation& operation, const Request& request) {
  const auto caller = authorise(services, operation, request);
  if (!caller) {
    return refuse(request, caller.error());
  }
  const auto point = services.published.now();
  if (const auto fresh = check_min_position(request, *point, (*caller)->log); !fresh) {
    return refuse(request, fresh.error());
  }
  const Context context{services, request, **caller, *point};
  if (const auto allowed = check_access(context, operation); !allowed) {
    return refuse(request, allowed.error());
  }
  auto step = operation.handler(context);
  if (!step) {
    return refuse(request, step.error());
  }
  Response response = std::move(std::get<Response>(*step));
  return apply_read_conditions(request, std::move(response));
}

void take_step(const RunPtr& run);

void answer_accepted(const RunPtr& run, const Accepted& accepted) {
  const auto point = run->services.published.now();
  const Context context{run->services, *run->request, *run->caller, *point, run->attempt};
  auto response = run->operation.answer(context, accepted);
  if (!response) {
    run->reply(refuse(*run->request, response.error()));
    return;
  }
  response->add_header("Muster-Position",
                       std::to_string(raw(accepted.epoch)) + "." +
                           std::to_string(accepted.log_size == 0 ? 0 : accepted.log_size - 1));
  if (accepted.replayed) {
    response->add_header("X-Idempotent-Replayed", "true");
  }
  run->reply(std::move(*response));
}

/// What was prepared against has changed: prepare again, away from the committing thread.
void retry(const RunPtr& run) {
  ++run->attempt;
  const auto queued = run->services.hashing.run([run] { take_step(run); });
  if (!queued) {
    run->reply(refuse(*run->request, queued.error()));
  }
}

void submit(const RunPtr& run, const Prepared& prepared) {
  auto command = make_command(run->services, *run->request, *run->caller, prepared);
  if (!command) {
    run->reply(refuse(*run->request, command.error()));
    return;
  }
  run->services.commands.submit(
      std::move(*command), [run, refused = prepared.refused](Result<Accepted> outcome) {
        if (!outcome && refused) {
          outcome = refused(std::move(outcome).error());
        }
        if (outcome) {
          answer_accepted(run, *outcome);
        } else if (outcome.error().code == Errc::kStale && run->attempt <= kAttemptsInPlace) {
          retry(run);
        } else {
          run->reply(refuse(*run->request, outcome.error()));
        }
      });
}

void take_step(const RunPtr& run) {
  const auto point = run->services.published.now();
  const Context context{run->services, *run->request, *run->caller, *point, run->attempt};
  if (const auto allowed = check_access(context, run->operation); !allowed) {
    run->reply(refuse(*run->request, allowed.error()));
    return;
  }
  auto step = run->operation.handler(context);
  if (!step) {
    if (has_idempotency_key(*run->request) && is_replayed(step.error())) {
      // Goes through the log, so that a retry sees the same refusal.
      submit(run, refusal(std::move(step.error())));
      return;
    }
    run->reply(refuse(*run->request, step.error()));
    return;
  }
  if (auto* response = std::get_if<Response>(&*step)) {
    run->reply(std::move(*response));
    return;
  }
  submit(run, std::get<Prepared>(*step));
}

void begin_write(const RunPtr& run) {
  auto caller = authorise(run->services, run->operation, *run->request);
  if (!caller) {
    run->reply(refuse(*run->request, caller.error()));
    return;
  }
  run->caller = std::move(*caller);
  const Operation& operation = run->operation;
  const bool hashes = operation.work == Work::kHashing ||
                      (operation.hashes != nullptr && operation.hashes(*run->request));
  const bool waits =
      operation.needs_key && !run->services.domain.sealer.has_ready_slots(run->caller->log);
  if (!hashes && !waits) {
    take_step(run);
    return;
  }
  WorkPool& pool = hashes ? run->services.hashing : run->services.keyless;
  if (const auto queued = pool.run([run] { take_step(run); }); !queued) {
    run->reply(refuse(*run->request, queued.error()));
  }
}

/// A read that may take long, away from the connection's thread.
void begin_scan(const Services& services,
                const Operation& operation,
                const std::shared_ptr<Request>& request,
                Reply reply) {
  const auto answer = std::make_shared<Reply>(std::move(reply));
  const auto queued = services.scanning.run([&services, &operation, request, answer] {
    (*answer)(answer_read(services, operation, *request));
  });
  if (!queued) {
    (*answer)(refuse(*request, queued.error()));
  }
}

}  // namespace

void add_operations(Router& router,
                    const Services& services,
                    std::span<const Operation> operations) {
  for (const Operation& operation : operations) {
    if (operation.work == Work::kRead) {
      router.add(operation.method,
                 operation.pattern,
                 operation.id,
                 ImmediateHandler{[&services, &operation](const Request& request) {
                   return answer_read(services, operation, request);
                 }},
                 operation.options);
      continue;
    }
    if (operation.work == Work::kScan) {
      router.add(operation.method,
                 operation.pattern,
                 operation.id,
                 AsyncHandler{
                     [&services, &operation](const std::shared_ptr<Request>& request, Reply reply) {
                       begin_scan(services, operation, request, std::move(reply));
                     }},
                 operation.options);
      continue;
    }
    router.add(operation.method,
               operation.pattern,
               operation.id,
               AsyncHandler{[&services, &operation](std::shared_ptr<Request> request, Reply reply) {
                 begin_write(std::make_shared<Run>(
                     services, operation, std::move(request), std::move(reply)));
               }},
               operation.options);
  }
}

}  // namespace muster
