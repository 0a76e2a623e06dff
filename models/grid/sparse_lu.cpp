#include "models/grid/sparse_lu.hpp"

#include <fmt/format.h>
#include <klu.h>

#include <algorithm>
#include <utility>

namespace gridtwin::grid {

struct SparseLu::Impl {
    std::vector<std::int32_t> start;
    std::vector<std::int32_t> row;
    klu_common common{};
    klu_symbolic* symbolic = nullptr;
    klu_numeric* numeric = nullptr;

    Impl(std::vector<std::int32_t> start_in, std::vector<std::int32_t> row_in)
        : start(std::move(start_in)), row(std::move(row_in)) {
        klu_defaults(&common);
        symbolic = klu_analyze(size(), start.data(), row.data(), &common);
        if (symbolic == nullptr) {
            throw SimulationError(fmt::format(
                "power flow: analysis of the admittance matrix failed ({})", common.status));
        }
    }
    Impl(Impl const&) = delete;
    Impl& operator=(Impl const&) = delete;
    ~Impl() {
        klu_z_free_numeric(&numeric, &common);
        klu_free_symbolic(&symbolic, &common);
    }
    [[nodiscard]] int size() const { return static_cast<int>(start.size()) - 1; }
};

// KLU takes complex numbers as pairs of doubles, which is what std::complex guarantees to be.
static double* pairs(std::span<Complex> z) {
    return reinterpret_cast<double*>(z.data());
}

SparseLu::SparseLu(std::vector<std::int32_t> start, std::vector<std::int32_t> row)
    : impl_(std::make_unique<Impl>(std::move(start), std::move(row))) {}
SparseLu::~SparseLu() = default;
SparseLu::SparseLu(SparseLu&&) noexcept = default;
SparseLu& SparseLu::operator=(SparseLu&&) noexcept = default;

std::size_t SparseLu::size() const {
    return static_cast<std::size_t>(impl_->size());
}
std::size_t SparseLu::entries() const {
    return impl_->row.size();
}

std::size_t SparseLu::place(std::int32_t row, std::int32_t column) const {
    auto const c = static_cast<std::size_t>(column);
    auto const first = impl_->row.begin() + impl_->start[c];
    auto const last = impl_->row.begin() + impl_->start[c + 1];
    auto const at = std::lower_bound(first, last, row);
    if (at == last || *at != row) {
        throw SimulationError(
            fmt::format("power flow: entry ({}, {}) is not in the matrix's pattern", row, column));
    }
    return static_cast<std::size_t>(at - impl_->row.begin());
}

bool SparseLu::factorise(std::span<Complex> values) {
    Impl& m = *impl_;
    klu_z_free_numeric(&m.numeric, &m.common);
    m.numeric = klu_z_factor(m.start.data(), m.row.data(), pairs(values), m.symbolic, &m.common);
    return m.numeric != nullptr && m.common.status == KLU_OK;
}

void SparseLu::solve(std::span<Complex> b) {
    Impl& m = *impl_;
    if (klu_z_solve(m.symbolic, m.numeric, m.size(), 1, pairs(b), &m.common) == 0) {
        throw SimulationError("power flow: solve without a factorised matrix");
    }
}

} // namespace gridtwin::grid
