#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/core/json.h"
#include "engine/schemas/decider.h"
#include "engine/schemas/explainer.h"
#include "engine/schemas/schema_reader.h"

namespace muster {

namespace {

/// Makes random schemas and instances over few names and values, so that they often meet.
class Maker {
 public:
  explicit Maker(std::uint32_t seed) : random_{seed} {}

  std::string schema(int depth) {
    std::string text = "{";
    const int keywords = below(4);
    std::vector<bool> used(kKinds, false);
    for (int index = 0; index < keywords; ++index) {
      const int kind = below(kKinds);
      if (used[static_cast<std::size_t>(kind)]) continue;
      used[static_cast<std::size_t>(kind)] = true;
      if (text.size() > 1) text.append(",");
      text.append(keyword(kind, depth));
    }
    return text + "}";
  }

  std::string instance(int depth) {
    switch (below(depth > 0 ? 9 : 6)) {
      case 0:
        return "null";
      case 1:
        return pick({"true", "false"});
      case 2:
        return std::to_string(below(7) - 2);
      case 3:
        return pick(
            {"0.5", "2.0", "-1.5", "3e0", "9223372036854775807", "18446744073709551615", "1e19"});
      case 4:
      case 5:
        return "\"" + text() + "\"";
      case 6: {
        std::string array = "[";
        for (int count = below(4); count > 0; --count)
          array.append(instance(depth - 1) + ",");
        return array.size() == 1 ? "[]" : array.substr(0, array.size() - 1) + "]";
      }
      default: {
        std::string object = "{";
        for (const std::string name : {"a", "ab", "b", "c"}) {
          if (below(2) == 0) object.append("\"" + name + "\":" + instance(depth - 1) + ",");
        }
        return object.size() == 1 ? "{}" : object.substr(0, object.size() - 1) + "}";
      }
    }
  }

 private:
  static constexpr int kKinds = 31;

  int below(int bound) { return std::uniform_int_distribution<int>{0, bound - 1}(random_); }

  std::string pick(const std::vector<std::string>& from) {
    return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
  }

  std::string text() { return pick({"", "a", "ab", "b", "x", "\\u00e4", "a\\u0000b"}); }

  std::string name() { return "\"" + pick({"a", "ab", "b", "c"}) + "\""; }

  std::string small() { return std::to_string(below(4)); }

  std::string inner(int depth) { return depth > 0 ? schema(depth - 1) : "{}"; }

  std::string list(int depth) { return "[" + inner(depth) + "," + inner(depth) + "]"; }

  std::string keyword(int kind, int depth) {
    const auto plain = [](std::string_view name, const std::string& value) {
      return "\"" + std::string{name} + "\":" + value;
    };
    switch (kind) {
      case 0:
        return plain(
            "type",
            "\"" + pick({"array", "boolean", "integer", "null", "number", "object", "string"}) +
                "\"");
      case 1:
        return plain("const", "\"" + text() + "\"");
      case 2:
        return plain("enum", "[\"" + text() + "\",\"" + text() + "\"]");
      case 3:
        return plain("multipleOf", std::to_string(below(3) + 1));
      case 4:
        return plain("minimum", small());
      case 5:
        return plain("maximum", small());
      case 6:
        return plain("exclusiveMinimum", small());
      case 7:
        return plain("exclusiveMaximum", small());
      case 8:
        return plain("minLength", small());
      case 9:
        return plain("maxLength", small());
      case 10:
        return plain("pattern", pick({R"("^a")", R"("b$")", R"("")", R"("\\u00e4")"}));
      case 11:
        return plain("items", inner(depth));
      case 12:
        return plain("minItems", small());
      case 13:
        return plain("maxItems", small());
      case 14:
        return plain("uniqueItems", pick({"true", "false"}));
      case 15:
        return plain("contains", inner(depth));
      case 16:
        return plain("contains", inner(depth)) + "," + plain("minContains", small());
      case 17:
        return plain("contains", inner(depth)) + "," + plain("maxContains", small());
      case 18:
        return plain("properties", "{\"a\":" + inner(depth) + ",\"b\":" + inner(depth) + "}");
      case 19:
        return plain("patternProperties", "{\"b\":" + inner(depth) + "}");
      case 20:
        return plain("additionalProperties", pick({"true", "false"}));
      case 21:
        return plain("propertyNames", inner(depth));
      case 22:
        return plain("required", "[" + name() + "]");
      case 23:
        return plain("minProperties", small());
      case 24:
        return plain("maxProperties", small());
      case 25:
        return plain("dependentRequired", "{" + name() + ":[" + name() + "]}");
      case 26:
        return plain("dependentSchemas", "{" + name() + ":" + inner(depth) + "}");
      case 27:
        return plain(pick({"allOf", "anyOf", "oneOf"}), list(depth));
      case 28:
        return plain("not", inner(depth));
      case 29:
        return plain("if", inner(depth)) + "," + plain("then", inner(depth)) + "," +
               plain("else", inner(depth));
      default:
        return plain("hidden", "true");
    }
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("the explaining pass agrees with the decision on random schemas and instances",
          "[schemas]") {
  int accepted = 0;
  int refused = 0;
  int read = 0;
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    Maker maker{seed};
    const std::string schema = maker.schema(3);
    const auto document = parse_json(schema);
    if (!document) continue;  // `contains` came twice
    const auto tree = read_schema(document->root());
    CAPTURE(seed, schema);
    REQUIRE(tree.has_value());
    ++read;
    const Decider decider{**tree};
    for (int round = 0; round < 12; ++round) {
      const std::string instance = maker.instance(3);
      CAPTURE(instance);
      const auto parsed = parse_json(instance);
      REQUIRE(parsed.has_value());
      Work deciding;
      Work explaining;
      const bool fits = decider.accepts(parsed->root(), deciding);
      REQUIRE(fits == explain(**tree, parsed->root(), explaining).empty());
      REQUIRE_FALSE(deciding.exhausted());
      ++(fits ? accepted : refused);
    }
  }
  // Were nearly everything accepted, or refused, the agreement would say nothing.
  CHECK(read > 2500);
  CHECK(accepted > 5000);
  CHECK(refused > 5000);
}

}  // namespace muster
