#pragma once
// Loops that gain from wide vectors are compiled once for each width and chosen when called. Which
// one that is changes no bit of a result: every lane does the same operations in the same order,
// and products are not fused into sums.
#include <cstdint>

// Whatever such a function calls is compiled into it, for that width.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define GRIDTWIN_HAS_WIDE 1
#define GRIDTWIN_WIDE __attribute__((target("avx2"), flatten))
#define GRIDTWIN_WIDEST __attribute__((target("avx512f"), flatten))
#else
#define GRIDTWIN_HAS_WIDE 0
#define GRIDTWIN_WIDE
#define GRIDTWIN_WIDEST
#endif

namespace gridtwin::grid {

enum class VectorWidth : std::uint8_t {
    narrow, ///< what every processor of the architecture has
    wide,   ///< 256 bits
    widest, ///< 512 bits
};

/// The widest that the processor at hand has.
[[nodiscard]] inline VectorWidth vector_width() {
#if GRIDTWIN_HAS_WIDE
    static VectorWidth const width = __builtin_cpu_supports("avx512f") != 0 ? VectorWidth::widest
                                     : __builtin_cpu_supports("avx2") != 0  ? VectorWidth::wide
                                                                            : VectorWidth::narrow;
    return width;
#else
    return VectorWidth::narrow;
#endif
}

} // namespace gridtwin::grid
