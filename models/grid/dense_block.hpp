#pragma once
// Small dense blocks, [rows][columns] in row-major order, of real or complex numbers.
#include "models/grid/circuit_elements.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace gridtwin::grid::dense {

/// A weight this close to 0 or 1 is one: rounding of the eliminations that led to it.
inline constexpr double kRounding = 1e-13;

/// Of a block's greatest value: a pivot below this may be nothing but rounding. What such a block
/// stands for is left to the pivoted factorisation of the whole matrix.
inline constexpr double kLeastPivot = 1e-14;

// Products without the library's search for infinities, which costs more than the product.
inline double times(double a, double b) {
    return a * b;
}
inline Complex times(Complex a, Complex b) {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// out[rows][columns] += a[rows][inner] b[inner][columns]
template <typename T>
void add_product(T* out, T const* a, T const* b, std::size_t rows, std::size_t inner,
                 std::size_t columns) {
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t i = 0; i < inner; ++i) {
            T const factor = a[r * inner + i];
            for (std::size_t c = 0; c < columns; ++c) {
                out[r * columns + c] += times(factor, b[i * columns + c]);
            }
        }
    }
}

/// Gauss-Jordan with row pivoting; false when a pivot is nothing beside the matrix.
template <typename T>
bool invert(T const* matrix, T* inverse, std::size_t n) {
    std::vector<T> a(matrix, matrix + n * n);
    std::fill(inverse, inverse + n * n, T{});
    double greatest = 0.0;
    for (T const& value : a) {
        greatest = std::max(greatest, std::abs(value));
    }
    for (std::size_t i = 0; i < n; ++i) {
        inverse[i * n + i] = T(1.0);
    }
    for (std::size_t k = 0; k < n; ++k) {
        std::size_t pivot = k;
        for (std::size_t r = k + 1; r < n; ++r) {
            if (std::abs(a[r * n + k]) > std::abs(a[pivot * n + k])) {
                pivot = r;
            }
        }
        if (!(std::abs(a[pivot * n + k]) > kLeastPivot * greatest)) {
            return false;
        }
        for (std::size_t c = 0; pivot != k && c < n; ++c) {
            std::swap(a[pivot * n + c], a[k * n + c]);
            std::swap(inverse[pivot * n + c], inverse[k * n + c]);
        }
        T const scale = T(1.0) / a[k * n + k];
        for (std::size_t c = 0; c < n; ++c) {
            a[k * n + c] = times(a[k * n + c], scale);
            inverse[k * n + c] = times(inverse[k * n + c], scale);
        }
        for (std::size_t r = 0; r < n; ++r) {
            T const factor = a[r * n + k];
            if (r == k || factor == T{}) {
                continue;
            }
            for (std::size_t c = 0; c < n; ++c) {
                a[r * n + c] -= times(factor, a[k * n + c]);
                inverse[r * n + c] -= times(factor, inverse[k * n + c]);
            }
        }
    }
    return true;
}

template <typename T>
void negate(T* values, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
        values[k] = -values[k];
    }
}

} // namespace gridtwin::grid::dense
