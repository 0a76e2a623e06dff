#include "models/grid/dss/linecode.hpp"

#include "models/grid/carson.hpp"
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <numbers>
#include <set>

namespace gridtwin::grid::dss {
namespace {

constexpr double kTwoPi = 2.0 * std::numbers::pi;

constexpr auto kProperties = joined(
    {
        {"nphases", Kind::integer, Use::applied, kTagPhases, Range::phases},
    },
    kSequenceProperties,
    {
        {"units", Kind::choice, Use::applied, kTagUnits, Range::any, kUnitChoices},
        {"rmatrix", Kind::matrix, Use::applied, kTagRmatrix},
        {"xmatrix", Kind::matrix, Use::applied, kTagXmatrix},
        {"cmatrix", Kind::matrix, Use::applied, kTagCmatrix},
        {"baseFreq", Kind::number, Use::applied, kTagBaseFrequency, Range::above_zero},
        {"normamps", Kind::number, Use::applied, kTagAmps, Range::not_negative},
        {"emergamps", Kind::number, Use::no_effect, 0, Range::not_negative},
        {"faultrate"},
        {"pctperm"},
        {"repair"},
        {"Kron", Kind::yes_no, Use::applied, kTagKron},
        {"Rg", Kind::number, Use::applied, kTagRg},
        {"Xg", Kind::number, Use::applied, kTagXg},
        {"rho", Kind::number, Use::applied, kTagRho, Range::above_zero},
        {"neutral", Kind::integer, Use::applied, kTagNeutral, Range::phases},
        {"B1", Kind::number, Use::applied, kTagB1, Range::not_negative},
        {"B0", Kind::number, Use::applied, kTagB0, Range::not_negative},
        {"Seasons", Kind::integer},
        {"Ratings", Kind::numbers},
        {"LineType", Kind::text},
        {"like", Kind::text, Use::applied, kTagLike},
    });

std::size_t square(int phases) {
    return static_cast<std::size_t>(phases) * static_cast<std::size_t>(phases);
}

void apply_matrix(std::vector<double>& target, LineCodeData const& data, Assignment const& stated,
                  Element const& owner, Report* report) {
    auto filled = stated_matrix(stated, data.phases, owner, report);
    auto const n = static_cast<std::size_t>(data.phases);
    for (std::size_t i = 0; filled && i < n; ++i) {
        double const self = (*filled)[i * n + i];
        if (self < 0.0) {
            if (report != nullptr) {
                report->error(stated.at,
                              fmt::format("{} of {} has {:g} on its diagonal",
                                          stated.property->name, owner.label(), self),
                              "numbers not below 0 there");
            }
            return;
        }
    }
    if (filled) {
        target = std::move(*filled);
    }
}

/// Eliminates one conductor, grounded all along: Kron reduction of the impedances, its row and
/// column out of the nodal capacitances.
void eliminate(LineCodeData& data, std::size_t neutral, Place at, Element const& owner,
               Report* report) {
    auto const n = static_cast<std::size_t>(data.phases);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < n; ++i) {
        if (i != neutral) {
            order.push_back(i);
        }
    }
    order.push_back(neutral);
    LineConstants all{DenseMatrix(n), {}};
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            std::size_t const from = order[i] * n + order[j];
            all.z_ohm_per_m(i, j) = {data.r[from], data.x[from]};
            all.c_f_per_m.push_back(data.c_nf[from]);
        }
    }
    auto const out = reduced(all, n - 1);
    if (!out) {
        if (report != nullptr) {
            report->error(at, fmt::format("the neutral of {} has no impedance", owner.label()),
                          "a self impedance above 0");
        }
        return;
    }
    data.phases -= 1;
    data.c_nf = out->c_f_per_m;
    data.r.clear();
    data.x.clear();
    for (Complex const z : out->z_ohm_per_m.values) {
        data.r.push_back(z.real());
        data.x.push_back(z.imag());
    }
}

/// A line code's log, statement by statement: Kron reduction comes at a statement's end.
class CodeReplay {
  public:
    CodeReplay(Element const& code, Build& build, Report* report) : code_(code), report_(report) {
        data.base_hz = build.circuit.f_hz;
        data.fill_from_sequence(true);
    }
    void apply(Assignment const& stated);
    void finish();

    LineCodeData data;

  private:
    void end_statement();

    Element const& code_;
    Report* report_;
    std::uint32_t statement_ = 0;
    Assignment const* kron_ = nullptr; // stated and not yet done
    Assignment const* neutral_ = nullptr;
    bool reduced_ = false;
};

void CodeReplay::end_statement() {
    if (data.sequence) { // matrices stated later override only themselves
        data.fill_from_sequence(true);
    }
    if (kron_ == nullptr || data.sequence || data.phases < 2 || (reduced_ && neutral_ == nullptr)) {
        return;
    }
    int const neutral = neutral_ != nullptr ? neutral_->integer() : data.phases;
    if (neutral > data.phases) {
        if (report_ != nullptr) {
            report_->error(neutral_->at, fmt::format("neutral of {} is {}", code_.label(), neutral),
                           fmt::format("1..{}", data.phases));
        }
    } else {
        eliminate(data, static_cast<std::size_t>(neutral) - 1, kron_->at, code_, report_);
    }
    kron_ = nullptr;
    neutral_ = nullptr;
    reduced_ = true;
}

void CodeReplay::apply(Assignment const& stated) {
    if (stated.statement != statement_) {
        end_statement();
        statement_ = stated.statement;
    }
    switch (stated.property->tag) {
    case kTagPhases:
        if (data.phases != stated.integer()) {
            data.phases = stated.integer();
            data.fill_from_sequence(true);
        }
        break;
    case kTagKron:
        kron_ = stated.yes() ? &stated : nullptr;
        break;
    case kTagNeutral:
        neutral_ = &stated;
        break;
    default:
        apply_common(data, stated);
        apply_impedance(data, stated, code_, report_);
        break;
    }
}

void CodeReplay::finish() {
    end_statement();
    if (data.sequence) {
        data.fill_from_sequence(true);
    }
}

std::shared_ptr<LineCodeData const> replay(Element const& code, std::size_t count, Build& build,
                                           Report* report) {
    CodeReplay replay(code, build, report);
    for (std::size_t i = 0; i < count; ++i) {
        replay.apply(code.assignments[i]);
    }
    replay.finish();
    return std::make_shared<LineCodeData>(std::move(replay.data));
}

/// Every line code is checked once, used or not.
void check_line_code(Element const& code, Build& build) {
    if (mixes_impedances(code, true)) {
        build.report.error(code.where,
                           fmt::format("{} states both sequence values and matrices", code.label()),
                           "r1..c0 or rmatrix, xmatrix, cmatrix");
    }
    static_cast<void>(replay(code, code.assignments.size(), build, &build.report));
}

} // namespace

ClassSpec const kLineCodeClass{"LineCode", kProperties, check_line_code};

bool mixes_impedances(Element const& owner, bool codes) {
    std::set<int> sequence; // stated since the last matrix
    std::set<int> matrices; // stated since the last sequence value
    bool any_sequence = false;
    bool any_matrix = false;
    bool any_c_sequence = false;
    bool any_c_matrix = false;
    for (auto const& stated : owner.assignments) {
        int const tag = stated.property->tag;
        if (is_sequence_tag(tag)) {
            any_sequence = true;
            any_c_sequence = any_c_sequence || tag >= kTagC1;
            matrices.clear();
            sequence.insert(tag);
        } else if (is_matrix_tag(tag)) {
            any_matrix = true;
            any_c_matrix = any_c_matrix || tag == kTagCmatrix;
            sequence.clear();
            matrices.insert(tag);
        }
    }
    auto const all = [](std::set<int> const& stated, std::initializer_list<int> tags) {
        return std::all_of(tags.begin(), tags.end(),
                           [&stated](int tag) { return stated.count(tag) != 0; });
    };
    bool const whole_sequence =
        all(sequence, {kTagR1, kTagX1, kTagR0, kTagX0}) &&
        (!any_c_matrix || all(sequence, {kTagC1, kTagC0}) || all(sequence, {kTagB1, kTagB0}));
    bool const whole_matrices = codes && all(matrices, {kTagRmatrix, kTagXmatrix}) &&
                                (!any_c_sequence || all(matrices, {kTagCmatrix}));
    return any_sequence && any_matrix && !whole_sequence && !whole_matrices;
}

bool is_sequence_tag(int tag) {
    return tag >= kTagR1 && tag <= kTagB0;
}
bool is_matrix_tag(int tag) {
    return tag >= kTagRmatrix && tag <= kTagCmatrix;
}

void LineCodeData::fill_from_sequence(bool self_value) {
    auto const fill_one = [this, self_value](std::vector<double>& m, double one, double zero) {
        bool const positive = phases == 1 && !self_value;
        double const self = positive ? one : (2.0 * one + zero) / 3.0;
        double const mutual = (zero - one) / 3.0;
        m.assign(square(phases), mutual);
        for (std::size_t i = 0; i < static_cast<std::size_t>(phases); ++i) {
            m[i * static_cast<std::size_t>(phases) + i] = self;
        }
    };
    fill_one(r, r1, r0);
    fill_one(x, x1, x0);
    fill_one(c_nf, c1_nf, c0_nf);
}

void apply_common(LineCodeData& data, Assignment const& stated) {
    switch (stated.property->tag) {
    case kTagUnits:
        data.unit = static_cast<LengthUnit>(stated.integer());
        break;
    case kTagBaseFrequency:
        data.base_hz = stated.number();
        break;
    case kTagAmps:
        data.amps = stated.number();
        data.amps_stated = true;
        break;
    case kTagRg:
        data.rg = stated.number();
        break;
    case kTagXg:
        data.xg = stated.number();
        break;
    case kTagRho:
        data.rho = stated.number();
        break;
    default:
        break;
    }
}

void apply_impedance(LineCodeData& data, Assignment const& stated, Element const& owner,
                     Report* report) {
    auto const from_microsiemens = [&data](double b) { return b * 1e3 / (kTwoPi * data.base_hz); };
    auto const tag = stated.property->tag;
    switch (tag) {
    case kTagR1:
        data.r1 = stated.number();
        break;
    case kTagX1:
        data.x1 = stated.number();
        break;
    case kTagR0:
        data.r0 = stated.number();
        break;
    case kTagX0:
        data.x0 = stated.number();
        break;
    case kTagC1:
        data.c1_nf = stated.number();
        break;
    case kTagC0:
        data.c0_nf = stated.number();
        break;
    case kTagB1:
        data.c1_nf = from_microsiemens(stated.number());
        break;
    case kTagB0:
        data.c0_nf = from_microsiemens(stated.number());
        break;
    case kTagRmatrix:
        apply_matrix(data.r, data, stated, owner, report);
        break;
    case kTagXmatrix:
        apply_matrix(data.x, data, stated, owner, report);
        break;
    case kTagCmatrix:
        apply_matrix(data.c_nf, data, stated, owner, report);
        break;
    default:
        return;
    }
    data.sequence = is_sequence_tag(tag);
}

std::shared_ptr<LineCodeData const> line_code_at(Element const& code, std::uint32_t before,
                                                 Build& build) {
    std::size_t count = 0;
    while (count < code.assignments.size() && code.assignments[count].statement < before) {
        ++count;
    }
    auto& known = build.codes[{&code, count}];
    if (!known) {
        known = replay(code, count, build, nullptr);
    }
    return known;
}

} // namespace gridtwin::grid::dss
