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

/// P A = L U of a small matrix. Solving with it leaves residuals of rounding even where A is close
/// to singular (a delta winding that 1 ppm ties to ground); products with an inverse do not.
template <typename T>
class Lu {
  public:
    /// Row pivoting; false when a pivot is nothing beside the matrix [n][n].
    [[nodiscard]] bool factorise(T const* matrix, std::size_t n) {
        n_ = n;
        a_.assign(matrix, matrix + n * n);
        row_.resize(n);
        double greatest = 0.0;
        for (T const& value : a_) {
            greatest = std::max(greatest, std::abs(value));
        }
        for (std::size_t k = 0; k < n; ++k) {
            std::size_t pivot = k;
            for (std::size_t r = k + 1; r < n; ++r) {
                if (std::abs(a_[r * n + k]) > std::abs(a_[pivot * n + k])) {
                    pivot = r;
                }
            }
            if (!(std::abs(a_[pivot * n + k]) > kLeastPivot * greatest)) {
                return false;
            }
            row_[k] = pivot;
            swap_rows(a_.data(), k, n);
            T const scale = T(1.0) / a_[k * n + k];
            for (std::size_t r = k + 1; r < n; ++r) {
                T const factor = times(a_[r * n + k], scale);
                a_[r * n + k] = factor;
                for (std::size_t c = k + 1; factor != T{} && c < n; ++c) {
                    a_[r * n + c] -= times(factor, a_[k * n + c]);
                }
            }
        }
        return true;
    }

    /// b[n][columns] = A^-1 b
    void solve(T* b, std::size_t columns) const {
        for (std::size_t k = 0; k < n_; ++k) {
            swap_rows(b, k, columns);
        }
        for (std::size_t k = 0; k < n_; ++k) {
            for (std::size_t r = k + 1; r < n_; ++r) {
                subtract(b + r * columns, a_[r * n_ + k], b + k * columns, columns);
            }
        }
        for (std::size_t k = n_; k-- > 0;) {
            T const scale = T(1.0) / a_[k * n_ + k];
            for (std::size_t c = 0; c < columns; ++c) {
                b[k * columns + c] = times(b[k * columns + c], scale);
            }
            for (std::size_t r = 0; r < k; ++r) {
                subtract(b + r * columns, a_[r * n_ + k], b + k * columns, columns);
            }
        }
    }

    /// b[rows][n] = b A^-1
    void solve_transposed(T* b, std::size_t rows) const {
        for (std::size_t r = 0; r < rows; ++r) {
            T* const x = b + r * n_;
            for (std::size_t k = 0; k < n_; ++k) { // x U = b
                x[k] = times(x[k], T(1.0) / a_[k * n_ + k]);
                subtract(x + k + 1, x[k], &a_[k * n_] + k + 1, n_ - k - 1);
            }
            for (std::size_t k = n_; k-- > 0;) { // x L = b
                subtract(x, x[k], &a_[k * n_], k);
            }
            for (std::size_t k = n_; k-- > 0;) {
                std::swap(x[k], x[row_[k]]);
            }
        }
    }

    /// inverse[n][n]
    void invert(T* inverse) const {
        std::fill(inverse, inverse + n_ * n_, T{});
        for (std::size_t i = 0; i < n_; ++i) {
            inverse[i * n_ + i] = T(1.0);
        }
        solve(inverse, n_);
    }

  private:
    void swap_rows(T* values, std::size_t k, std::size_t columns) const {
        if (row_[k] != k) {
            std::swap_ranges(values + k * columns, values + (k + 1) * columns,
                             values + row_[k] * columns);
        }
    }
    static void subtract(T* from, T factor, T const* values, std::size_t count) {
        if (factor == T{}) {
            return;
        }
        for (std::size_t c = 0; c < count; ++c) {
            from[c] -= times(factor, values[c]);
        }
    }

    std::size_t n_ = 0;
    std::vector<T> a_;             // L below the diagonal, U
    std::vector<std::size_t> row_; // that was exchanged with row k
};

/// Greatest value times the inverse's greatest: what part of a value's last bit may become.
/// @param matrix as it was assembled, before others were eliminated into it
template <typename T>
float condition(Complex const* matrix, std::size_t values, T const* inverse, std::size_t count) {
    double value = 0.0;
    double inverse_value = 0.0;
    for (std::size_t k = 0; k < values; ++k) {
        value = std::max(value, std::abs(matrix[k]));
    }
    for (std::size_t k = 0; k < count; ++k) {
        inverse_value = std::max(inverse_value, std::abs(inverse[k]));
    }
    constexpr double kMost = 1e30; // a float's limit
    return static_cast<float>(std::min(value * inverse_value, kMost));
}

template <typename T>
void negate(T* values, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
        values[k] = -values[k];
    }
}

} // namespace gridtwin::grid::dense
