#pragma once
// A sparse complex matrix of fixed pattern, factorised by SuiteSparse KLU; the symbolic analysis is
// kept when values change.
#include "models/grid/circuit.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace gridtwin::grid {

class SparseLu {
  public:
    /// Columns compressed: column j holds rows row[start[j]] .. row[start[j+1]-1], sorted.
    SparseLu(std::vector<std::int32_t> start, std::vector<std::int32_t> row);
    ~SparseLu();
    SparseLu(SparseLu&&) noexcept;
    SparseLu& operator=(SparseLu&&) noexcept;
    SparseLu(SparseLu const&) = delete;
    SparseLu& operator=(SparseLu const&) = delete;

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::size_t entries() const;
    /// Place of (row, column) in the values; throws SimulationError outside the pattern.
    [[nodiscard]] std::size_t place(std::int32_t row, std::int32_t column) const;

    /// @param values [entry], in the pattern's order. Returns false when the matrix is singular.
    [[nodiscard]] bool factorise(std::span<Complex> values);
    /// Solves in place; needs a successful factorise.
    void solve(std::span<Complex> b);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace gridtwin::grid
