#include <chrono>
#include <thread>

#include "api/cli/import_run.h"
#include "api/cli/token_client.h"
#include "api/http/client.h"
#include "api/import/group_rows.h"
#include "api/import/upsert.h"
#include "engine/core/json.h"
#include "engine/core/json_writer.h"

namespace muster {
namespace {

constexpr std::chrono::seconds kTimeout{120};
constexpr std::size_t kBatchRows = 2000;
/// The server syncs each by itself, and a request has 30 seconds.
constexpr std::size_t kBatchGroups = 100;
constexpr std::size_t kBatchBytes = std::size_t{8} * 1024 * 1024;

Failure no_pool(const std::string& name) {
  return failure(
      Errc::kNotFound, "pool_not_found", "there is no pool '" + name + "'; --create-pool makes it");
}

bool is_given(std::optional<JsonValue> text) {
  return text && !text->text().value_or("").empty();
}

/// Sends batches of rows, one at a time; each answer names the outcome of every row.
class OnlineSink final : public ImportSink {
 public:
  OnlineSink(ClientUrl url, ClientFile client, const std::string& tenant)
      : client_{std::move(client)},
        base_{"/api/identity/" + tenant + "/system/pools"},
        http_{std::move(url), kTimeout} {}

  Result<void> connect(const ImportFlags& flags) {
    auto found = find_pool(flags.pool);
    if (!found && found.error().code == Errc::kNotFound && flags.create_pool) {
      found = make_pool(flags.pool);
    }
    if (!found) {
      return found.error();
    }
    pool_path_ = base_ + "/" + *found;
    return {};
  }

  Result<void> apply(ImportedUser user, Importer::Done done) override {
    auto row = to_ndjson(user);
    if (!row) {
      done(row.error());
      return {};
    }
    return add_row("/users/import", kBatchRows, *row, std::move(done));
  }

  Result<void> put_group(const ImportedGroup& group, Importer::Done done) override {
    return add_row("/groups/import", kBatchGroups, to_ndjson(group), std::move(done));
  }

  Result<void> add_member(const ImportedMember& member, Importer::Done done) override {
    return add_row("/groups/import", kBatchRows, to_ndjson(member), std::move(done));
  }

  Result<void> settle() override { return send_batch(); }

  Result<void> finish() override { return send_batch(); }

  [[nodiscard]] bool has_business_metadata() const override { return business_metadata_; }

 private:
  /// All rows between two calls of settle() go to the same place.
  Result<void> add_row(std::string_view place,
                       std::size_t rows_max,
                       const std::string& row,
                       Importer::Done done) {
    place_ = place;
    batch_ += row;
    batch_.push_back('\n');
    waiting_.push_back(std::move(done));
    return waiting_.size() >= rows_max || batch_.size() >= kBatchBytes ? send_batch()
                                                                       : Result<void>{};
  }

  Result<ClientResponse> send(std::string method,
                              std::string path,
                              std::string type,
                              std::string body) {
    if (token_.empty()) {
      MUSTER_TRY(token_, fetch_token(client_));
    }
    ClientRequest request{std::move(method), std::move(path), {}, std::move(body)};
    request.headers.emplace_back("Authorization", "Bearer " + token_);
    if (!type.empty()) {
      request.headers.emplace_back("Content-Type", std::move(type));
    }
    MUSTER_TRY(ClientResponse response, http_.send(request));
    if (response.status == 401) {
      token_.clear();  // expired: the next request gets another
    }
    return response;
  }

  Result<std::string> find_pool(const std::string& name) {
    MUSTER_TRY(const ClientResponse response,
               send("GET", base_ + "?limit=100&search_phrase=" + name, "", ""));
    MUSTER_TRY(const JsonDocument document, parse_json(response.body));
    const auto pools = document.root().find("pools");
    if (response.status != 200 || !pools) {
      return refused(response);
    }
    for (const JsonValue pool : pools->elements()) {
      if (pool.find("name")->as_string() == name) {
        business_metadata_ = is_given(pool.find_set("business_metadata_schema_id"));
        return std::string{pool.find("id")->as_string()};
      }
    }
    return no_pool(name);
  }

  Result<std::string> make_pool(const std::string& name) {
    std::string json;
    JsonWriter writer{json};
    writer.begin_object();
    writer.member("name", name);
    writer.end_object();
    MUSTER_TRY(const ClientResponse response, send("POST", base_, "application/json", json));
    if (response.status != 201) {
      return refused(response);
    }
    MUSTER_TRY(const JsonDocument document, parse_json(response.body));
    business_metadata_ = is_given(document.root().find_set("business_metadata_schema_id"));
    return std::string{document.root().find("id")->as_string()};
  }

  static Failure refused(const ClientResponse& response) {
    const auto document = parse_json(response.body);
    const auto code = document ? document->root().find("error_code") : std::nullopt;
    return failure(Errc::kUnavailable,
                   "server_refused",
                   "the server answered " + std::to_string(response.status) + " " +
                       std::string{code && code->is_string() ? code->as_string() : ""});
  }

  Result<void> send_batch() {
    if (waiting_.empty()) {
      return {};
    }
    Result<ClientResponse> response = failure(Errc::kUnavailable, "not_sent");
    // The rows are upserts, so sending them again after a lost answer is harmless.
    for (int attempt = 0; attempt < 3; ++attempt) {
      response = send("POST", pool_path_ + place_, "application/x-ndjson", batch_);
      if (response && (response->status == 200 || response->status == 404)) {
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{200 << attempt});
    }
    if (!response) {
      return response.error();
    }
    if (response->status != 200) {
      return refused(*response);
    }
    batch_.clear();
    return report(response->body);
  }

  Result<void> report(std::string_view lines) {
    for (Importer::Done& done : waiting_) {
      const auto line = lines.substr(0, lines.find('\n'));
      lines.remove_prefix(std::min(line.size() + 1, lines.size()));
      MUSTER_TRY(const JsonDocument document, parse_json(line));
      const auto outcome = parse_import_outcome(document.root().find("outcome")->as_string());
      done(outcome ? Result<ImportOutcome>{*outcome} : row_failure(document.root()));
    }
    waiting_.clear();
    return {};
  }

  static Failure row_failure(JsonValue row) {
    const auto text = [&](std::string_view name) {
      const auto member = row.find(name);
      return std::string{member ? member->text().value_or(std::string_view{}) : std::string_view{}};
    };
    Failure refused = failure(Errc::kInvalid, text("error_code"), text("reason"));
    if (!text("pointer").empty()) {
      refused.faults.push_back({text("pointer"), text("error_code"), text("reason")});
    }
    return refused;
  }

  ClientFile client_;
  std::string base_;
  std::string pool_path_;
  std::string place_;  // of the rows in the batch
  std::string token_;
  bool business_metadata_ = false;
  HttpClient http_;
  std::string batch_;
  std::vector<Importer::Done> waiting_;
};

}  // namespace

Result<std::unique_ptr<ImportSink>> open_online_sink(const ImportFlags& flags) {
  MUSTER_TRY(ClientUrl url, parse_url(flags.url));
  MUSTER_TRY(ClientFile client, read_client_file(flags.client_file));
  auto sink = std::make_unique<OnlineSink>(std::move(url), std::move(client), flags.tenant);
  MUSTER_CHECKED(sink->connect(flags));
  return std::unique_ptr<ImportSink>{std::move(sink)};
}

}  // namespace muster
