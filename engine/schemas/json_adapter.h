/// valijson's view of a JsonValue. valijson asks its questions of a class derived from its Adapter,
/// with iterators over elements and members; here each of them is a JsonValue and the budget of the
/// validation. Included by engine/schemas/decider.cc only.
///
/// Types are strict: nothing is converted, so every `maybe` is an `is` and every `as` a `get`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <valijson/internal/adapter.hpp>
#include <valijson/internal/basic_adapter.hpp>
#include <valijson/internal/frozen_value.hpp>

#include "engine/core/check.h"
#include "engine/core/json.h"
#include "engine/schemas/keyword_rules.h"
#include "engine/schemas/work.h"

namespace muster {

class JsonAdapter;
using JsonAdapterMember = std::pair<std::string, JsonAdapter>;

/// Elements of an array, for valijson.
class JsonAdapterArray {
 public:
  class const_iterator;  // NOLINT(readability-identifier-naming): valijson's name

  JsonAdapterArray(JsonValue value, Work* work) : value_{value}, work_{work} {}

  [[nodiscard]] const_iterator begin() const;
  [[nodiscard]] const_iterator end() const;

  [[nodiscard]] std::size_t size() const { return value_.size(); }

 private:
  JsonValue value_;
  Work* work_;
};

/// Members of an object, for valijson.
class JsonAdapterObject {
 public:
  class const_iterator;  // NOLINT(readability-identifier-naming): valijson's name

  JsonAdapterObject(JsonValue value, Work* work) : value_{value}, work_{work} {}

  [[nodiscard]] const_iterator begin() const;
  [[nodiscard]] const_iterator end() const;
  [[nodiscard]] const_iterator find(std::string_view name) const;

  [[nodiscard]] std::size_t size() const { return value_.size(); }

 private:
  JsonValue value_;
  Work* work_;
};

/// A string of the schema, kept for comparisons with instances: const and enum know only strings.
class FrozenText final : public valijson::adapters::FrozenValue {
 public:
  explicit FrozenText(std::string_view text) : text_{text} {}

  [[nodiscard]] FrozenText* clone() const override { return new FrozenText{text_}; }

  [[nodiscard]] bool equalTo(const valijson::adapters::Adapter& other, bool strict) const override;

 private:
  std::string text_;
};

class JsonAdapter final : public valijson::adapters::Adapter {
 public:
  using Array = JsonAdapterArray;
  using Object = JsonAdapterObject;
  using ObjectMember = JsonAdapterMember;

  JsonAdapter(JsonValue value, Work* work) : value_{value}, work_{work} {}

  [[nodiscard]] JsonValue value() const { return value_; }

  [[nodiscard]] Work& work() const { return *work_; }

  [[nodiscard]] Array asArray() const { return {value_, work_}; }

  [[nodiscard]] Array getArray() const { return {value_, work_}; }

  [[nodiscard]] Object asObject() const { return {value_, work_}; }

  [[nodiscard]] Object getObject() const { return {value_, work_}; }

  bool applyToArray(ArrayValueCallback fn) const override {
    for (const JsonValue element : value_.elements()) {
      if (!fn(JsonAdapter{element, work_})) return false;
    }
    return value_.is_array();
  }

  bool applyToObject(ObjectMemberCallback fn) const override {
    for (const auto& [name, value] : value_.members()) {
      if (!fn(std::string{name}, JsonAdapter{value, work_})) return false;
    }
    return value_.is_object();
  }

  bool equalTo(const Adapter& other, bool) const override {
    return json_equal(value_, static_cast<const JsonAdapter&>(other).value_);
  }

  [[nodiscard]] FrozenText* freeze() const override { return new FrozenText{value_.as_string()}; }

  [[nodiscard]] bool hasStrictTypes() const override { return true; }

  [[nodiscard]] bool isArray() const override { return value_.is_array(); }

  [[nodiscard]] bool isBool() const override { return value_.is_bool(); }

  [[nodiscard]] bool isInteger() const override { return isNumber() && is_integer(value_); }

  [[nodiscard]] bool isDouble() const override { return isNumber() && !is_integer(value_); }

  [[nodiscard]] bool isNull() const override { return value_.is_null(); }

  [[nodiscard]] bool isNumber() const override { return value_.is_number(); }

  [[nodiscard]] bool isObject() const override { return value_.is_object(); }

  [[nodiscard]] bool isString() const override { return value_.is_string(); }

  [[nodiscard]] bool maybeArray() const override { return isArray(); }

  [[nodiscard]] bool maybeBool() const override { return isBool(); }

  [[nodiscard]] bool maybeDouble() const override { return isNumber(); }

  [[nodiscard]] bool maybeInteger() const override { return isInteger(); }

  [[nodiscard]] bool maybeNull() const override { return isNull(); }

  [[nodiscard]] bool maybeObject() const override { return isObject(); }

  [[nodiscard]] bool maybeString() const override { return isString(); }

  bool getArraySize(std::size_t& result) const override {
    return give(isArray(), result, [this] { return value_.size(); });
  }

  bool getBool(bool& result) const override {
    return give(isBool(), result, [this] { return value_.as_bool(); });
  }

  bool getDouble(double& result) const override {
    return give(isNumber(), result, [this] { return value_.as_double(); });
  }

  bool getInteger(std::int64_t& result) const override {
    const auto whole = isNumber() ? value_.whole() : std::nullopt;
    return give(whole.has_value(), result, [&] { return *whole; });
  }

  bool getNumber(double& result) const override { return getDouble(result); }

  bool getObjectSize(std::size_t& result) const override {
    return give(isObject(), result, [this] { return value_.size(); });
  }

  bool getString(std::string& result) const override {
    return give(isString(), result, [this] { return std::string{value_.as_string()}; });
  }

  bool asBool(bool& result) const override { return getBool(result); }

  bool asDouble(double& result) const override { return getDouble(result); }

  bool asInteger(std::int64_t& result) const override { return getInteger(result); }

  bool asString(std::string& result) const override { return getString(result); }

  [[nodiscard]] std::size_t getArraySize() const override { return value_.size(); }

  [[nodiscard]] bool getBool() const override { return value_.as_bool(); }

  [[nodiscard]] double getDouble() const override { return value_.as_double(); }

  [[nodiscard]] std::int64_t getInteger() const override { return value_.whole().value(); }

  [[nodiscard]] double getNumber() const override { return value_.as_double(); }

  [[nodiscard]] std::size_t getObjectSize() const override { return value_.size(); }

  [[nodiscard]] std::string getString() const override { return std::string{value_.as_string()}; }

  [[nodiscard]] bool asBool() const override { return getBool(); }

  [[nodiscard]] double asDouble() const override { return getDouble(); }

  [[nodiscard]] std::int64_t asInteger() const override { return getInteger(); }

  [[nodiscard]] std::string asString() const override { return getString(); }

 private:
  template <class T, class Read>
  static bool give(bool possible, T& result, Read read) {
    if (possible) result = read();
    return possible;
  }

  JsonValue value_;
  Work* work_;
};

class JsonAdapterArray::const_iterator {
 public:
  const_iterator(JsonElements::Iterator at, Work* work) : at_{at}, work_{work} {}

  JsonAdapter operator*() const { return {*at_, work_}; }

  valijson::adapters::DerefProxy<JsonAdapter> operator->() const {
    return valijson::adapters::DerefProxy<JsonAdapter>{**this};
  }

  const_iterator& operator++() {
    ++at_;
    return *this;
  }

  // Only uniqueItems goes backwards, and it never reaches valijson.
  const_iterator& operator--() {
    check(false, "an array is walked forwards only");
    return *this;
  }

  void advance(std::size_t count) {
    for (; count > 0; --count)
      ++at_;
  }

  bool operator==(const const_iterator& other) const { return at_ == other.at_; }

 private:
  JsonElements::Iterator at_;
  Work* work_;
};

class JsonAdapterObject::const_iterator {
 public:
  const_iterator(JsonMembers::Iterator at, Work* work) : at_{at}, work_{work} {}

  JsonAdapterMember operator*() const {
    const JsonMember member = *at_;
    return {std::string{member.name}, JsonAdapter{member.value, work_}};
  }

  valijson::adapters::DerefProxy<JsonAdapterMember> operator->() const {
    return valijson::adapters::DerefProxy<JsonAdapterMember>{**this};
  }

  const_iterator& operator++() {
    ++at_;
    return *this;
  }

  bool operator==(const const_iterator& other) const { return at_ == other.at_; }

 private:
  JsonMembers::Iterator at_;
  Work* work_;
};

inline JsonAdapterArray::const_iterator JsonAdapterArray::begin() const {
  return {value_.elements().begin(), work_};
}

inline JsonAdapterArray::const_iterator JsonAdapterArray::end() const {
  return {value_.elements().end(), work_};
}

inline JsonAdapterObject::const_iterator JsonAdapterObject::begin() const {
  return {value_.members().begin(), work_};
}

inline JsonAdapterObject::const_iterator JsonAdapterObject::end() const {
  return {value_.members().end(), work_};
}

inline JsonAdapterObject::const_iterator JsonAdapterObject::find(std::string_view name) const {
  const JsonMembers members = value_.members();
  auto at = members.begin();
  while (at != members.end() && (*at).name != name)
    ++at;
  return {at, work_};
}

inline bool FrozenText::equalTo(const valijson::adapters::Adapter& other, bool) const {
  return static_cast<const JsonAdapter&>(other).value().text() == text_;
}

}  // namespace muster
