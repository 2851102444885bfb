#include <algorithm>
#include <set>

#include "api/directory/access.h"
#include "api/directory/as_of.h"
#include "api/directory/conditions.h"
#include "api/directory/operation.h"
#include "api/directory/origin.h"
#include "api/http/problem.h"
#include "api/http/reply.h"
#include "api/server/position_waits.h"
#include "api/server/work_pool.h"
#include "api/transparency/receipts.h"

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
  std::string kept;  // by the newest preparation
};

using RunPtr = std::shared_ptr<Run>;

/// Who may change the configuration may read it.
bool has_scope(Scopes scopes, Scope wanted) {
  return scopes.has(wanted) ||
         (wanted == Scope::kReadConfiguration && scopes.has(Scope::kManageConfiguration));
}

/// Whoever shows a good token gets through, however many bad ones come from the same address:
/// behind a proxy that is everybody's.
Result<std::shared_ptr<const Caller>> authenticate(const Services& services,
                                                   const Request& request) {
  auto caller = services.tokens.authenticate(request.header("authorization"));
  if (!caller && caller.error().code == Errc::kUnauthorized) {
    MUSTER_CHECKED(services.limits.note_failure(request.peer));
  }
  return caller;
}

Result<std::shared_ptr<const Caller>> authorise(const Services& services,
                                                const Operation& operation,
                                                const Request& request) {
  MUSTER_TRY(auto caller, authenticate(services, request));
  const bool reads = operation.work == Work::kRead || operation.work == Work::kScan;
  MUSTER_CHECKED(services.limits.take(reads ? RateLimits::Kind::kRead : RateLimits::Kind::kWrite,
                                      caller->client));
  const bool is_root = operation.family == ApiFamily::kRoot;
  if (caller->tenant != (is_root ? kRootTenant : request.path_parameter("tid"))) {
    return failure(Errc::kUnauthorized, "invalid_token", "the access token is another tenant's");
  }
  if (operation.any_workspace) {
    return caller;
  }
  const bool is_either = operation.family == ApiFamily::kAudit;
  const bool is_system = is_root || operation.family == ApiFamily::kSystem ||
                         (is_either && caller->workspace == kSystemWorkspace);
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
  Response response = problem_for(request.path(), failure, request.request_id);
  if (failure.replayed) {
    response.add_header("X-Idempotent-Replayed", "true");
  }
  return response;
}

/// If-Match is about a resource: what the last variable of the path names, or the one thing of its
/// kind that there is of it (N-04).
Names named_by(const Operation& operation) {
  constexpr std::string_view kOnes[]{"}", "/permissions", "/roles", "/configuration", "/by_key"};
  const bool is_one = std::ranges::any_of(
      kOnes, [&](std::string_view end) { return operation.pattern.ends_with(end); });
  return is_one ? Names::kResource : Names::kCollection;
}

/// Of two values one would be passed over, and the client would not know which.
Result<void> check_query(const Request& request) {
  std::set<std::string> names;
  for (const auto& [name, value] : request.query_parameters()) {
    if (!names.insert(name).second) {
      return failure_at(
          Errc::kInvalidSyntax, "invalid_parameter", name, "must not be given more than once");
    }
  }
  return {};
}

/// What holds for every operation, once it is known that the caller may have it.
Result<void> check_request(const Request& request) {
  MUSTER_CHECKED(check_query(request));
  return check_idempotency_key(request);
}

Response answer_read(const Services& services,
                     const Operation& operation,
                     const Request& request,
                     const Caller& caller) {
  const auto point = services.published.now();
  if (const auto fresh = check_min_position(request, *point, caller.log); !fresh) {
    return refuse(request, fresh.error());
  }
  const Context context{services, request, caller, *point};
  const bool as_of = asks_as_of(operation, request);
  const auto allowed =
      as_of ? check_access_as_of(context, operation) : check_access(context, operation);
  if (!allowed) {
    return refuse(request, allowed.error());
  }
  if (const auto fine = check_request(request); !fine) {
    return refuse(request, fine.error());
  }
  if (as_of) {
    auto response = answer_as_of(context, operation);
    return response ? std::move(*response) : refuse(request, response.error());
  }
  auto step = operation.handler(context);
  if (!step) {
    return refuse(request, step.error());
  }
  Response response = std::move(std::get<Response>(*step));
  return apply_read_conditions(request, std::move(response), named_by(operation));
}

void take_step(const RunPtr& run);

/// Away from the committing thread, which others wait for. The write is done: when no receipt can
/// be made now the answer goes without, which its headers tell, and the proof can be asked for
/// later.
void reply_with_receipt(const RunPtr& run, const Accepted& accepted, Response response) {
  auto answer = std::make_shared<Response>(std::move(response));
  const auto queued = run->services.scanning.run(
      [run, answer, first = accepted.log_size - accepted.events, count = accepted.events] {
        const ReceiptSubject subject{run->caller->log, run->caller->tenant, first, count};
        (void)add_receipt(run->services.tree_heads, subject, *answer);
        run->reply(std::move(*answer));
      });
  if (!queued) {
    run->reply(std::move(*answer));
  }
}

void answer_accepted(const RunPtr& run, const Accepted& accepted) {
  const auto point = run->services.published.now();
  const std::string_view kept = accepted.replayed ? std::string_view{} : run->kept;
  const Context context{run->services, *run->request, *run->caller, *point, run->attempt, kept};
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
  if (accepted.events > 0 && asks_for_receipt(*run->request)) {
    reply_with_receipt(run, accepted, std::move(*response));
    return;
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
  run->services.commands.submit(std::move(*command),
                                [run, refused = prepared.refused](Result<Accepted> outcome) {
                                  if (!outcome && refused) {
                                    outcome = refused(std::move(outcome).error());
                                  }
                                  if (outcome) {
                                    answer_accepted(run, *outcome);
                                  } else if (outcome.error().code == Errc::kStale &&
                                             run->attempt < run->operation.stale_max) {
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
  if (const auto fine = check_request(*run->request); !fine) {
    run->reply(refuse(*run->request, fine.error()));
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
  auto& prepared = std::get<Prepared>(*step);
  run->kept = std::move(prepared.kept);
  submit(run, prepared);
}

void begin_write(const RunPtr& run) {
  auto caller = authorise(run->services, run->operation, *run->request);
  if (!caller) {
    run->reply(refuse(*run->request, caller.error()));
    return;
  }
  run->caller = std::move(*caller);
  const Operation& operation = run->operation;
  if (asks_as_of(operation, *run->request)) {
    run->reply(refuse(*run->request, no_past()));
    return;
  }
  const bool hashes = operation.work == Work::kHashing ||
                      (operation.is_heavy != nullptr && operation.is_heavy(*run->request));
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

/// Answers where the operation's kind of work is done.
void answer_read(const RunPtr& run) {
  const auto answer = [run] {
    run->reply(answer_read(run->services, run->operation, *run->request, *run->caller));
  };
  if (run->operation.work == Work::kRead && !asks_as_of(run->operation, *run->request)) {
    answer();
    return;
  }
  if (const auto queued = run->services.scanning.run(answer); !queued) {
    run->reply(refuse(*run->request, queued.error()));
  }
}

/// A read that needs more than to be answered at once: it scans, or waits for a position.
void begin_read(const RunPtr& run) {
  auto caller = authorise(run->services, run->operation, *run->request);
  if (!caller) {
    run->reply(refuse(*run->request, caller.error()));
    return;
  }
  run->caller = std::move(*caller);
  const LogId log = run->caller->log;
  const auto ahead = position_ahead(*run->request, *run->services.published.now(), log);
  if (!ahead) {
    answer_read(run);
    return;
  }
  const auto deadline =
      std::min(run->request->deadline, PositionWaits::Clock::now() + PositionWaits::kPatience);
  const auto waits =
      run->services.positions.wait(log, *ahead, deadline, [run] { answer_read(run); });
  if (!waits) {
    run->reply(refuse(*run->request, waits.error()));
  }
}

/// The way of almost all reads, without anything that could outlive this call.
Response read_at_once(const Services& services,
                      const Operation& operation,
                      const Request& request) {
  const auto caller = authorise(services, operation, request);
  return caller ? answer_read(services, operation, request, **caller)
                : refuse(request, caller.error());
}

AsyncHandler handler_of(const Services& services, const Operation& operation) {
  const auto run_of = [&services, &operation](std::shared_ptr<Request> request, Reply reply) {
    return std::make_shared<Run>(services, operation, std::move(request), std::move(reply));
  };
  switch (operation.work) {
    case Work::kRead:
      return [run_of, &services, &operation](std::shared_ptr<Request> request, Reply reply) {
        if (request->has_header("muster-min-position") || asks_as_of(operation, *request)) {
          begin_read(run_of(std::move(request), std::move(reply)));
        } else {
          reply(read_at_once(services, operation, *request));
        }
      };
    case Work::kScan:
      return [run_of](std::shared_ptr<Request> request, Reply reply) {
        begin_read(run_of(std::move(request), std::move(reply)));
      };
    case Work::kWrite:
    case Work::kHashing:
      break;
  }
  return [run_of](std::shared_ptr<Request> request, Reply reply) {
    begin_write(run_of(std::move(request), std::move(reply)));
  };
}

}  // namespace

void add_operations(Router& router,
                    const Services& services,
                    std::span<const Operation> operations) {
  for (const Operation& operation : operations) {
    router.add(operation.method,
               operation.pattern,
               operation.id,
               handler_of(services, operation),
               operation.options);
  }
}

}  // namespace muster
