#include "engine/text/characters.h"

#include <algorithm>
#include <iterator>

namespace muster {
namespace {

struct Span {
  char32_t first;
  char32_t last;
};

// Unicode 15.0, PropList.txt.
constexpr Span kWhiteSpace[] = {
    {0x09, 0x0D},
    {0x20, 0x20},
    {0x85, 0x85},
    {0xA0, 0xA0},
    {0x1680, 0x1680},
    {0x2000, 0x200A},
    {0x2028, 0x2029},
    {0x202F, 0x202F},
    {0x205F, 0x205F},
    {0x3000, 0x3000},
};

constexpr Span kControls[] = {{0x00, 0x1F}, {0x7F, 0x9F}};

// Latin-1 without its ordinal indicators (AA, BA) and the micro sign (B5), which are letters.
constexpr Span kSymbols[] = {
    {0x21, 0x2F},     {0x3A, 0x40},       {0x5B, 0x60},       {0x7B, 0x7E},     {0xA1, 0xA9},
    {0xAB, 0xB4},     {0xB6, 0xB9},       {0xBB, 0xBF},       {0xD7, 0xD7},     {0xF7, 0xF7},
    {0x2010, 0x2027}, {0x2030, 0x205E},   {0x20A0, 0x20CF},   {0x2190, 0x245F}, {0x2500, 0x2BFF},
    {0x3001, 0x3004}, {0x3008, 0x3020},   {0xFF01, 0xFF0F},   {0xFF1A, 0xFF20}, {0xFF3B, 0xFF40},
    {0xFF5B, 0xFF65}, {0x1F000, 0x1F12F}, {0x1F18A, 0x1FAFF},
};

template <class Spans>
bool lies_in(const Spans& spans, char32_t code_point) {
  return std::any_of(std::begin(spans), std::end(spans), [&](const Span& span) {
    return code_point >= span.first && code_point <= span.last;
  });
}

}  // namespace

bool is_white_space(char32_t code_point) {
  return lies_in(kWhiteSpace, code_point);
}

bool is_control(char32_t code_point) {
  return lies_in(kControls, code_point);
}

bool is_symbol(char32_t code_point) {
  return lies_in(kSymbols, code_point);
}

}  // namespace muster
