#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/core/json.h"

namespace muster {

/// Makes a JSON Pointer one token longer for as long as it lives.
class PointerPlace {
 public:
  PointerPlace(std::string& pointer, std::string_view token)
      : pointer_{pointer}, outer_bytes_{pointer.size()} {
    append_pointer_token(pointer, token);
  }

  ~PointerPlace() { pointer_.resize(outer_bytes_); }

  PointerPlace(const PointerPlace&) = delete;
  PointerPlace& operator=(const PointerPlace&) = delete;

 private:
  std::string& pointer_;
  std::size_t outer_bytes_;
};

}  // namespace muster
