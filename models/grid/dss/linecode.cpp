#include "models/grid/dss/linecode.hpp"

#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/matrix.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace gridtwin::grid::dss {
namespace {

constexpr double kTwoPi = 2.0 * std::numbers::pi;

constexpr PropertySpec kProperties[] = {
    {"nphases", Kind::integer, Use::applied, kTagPhases, Range::phases},
    {"r1", Kind::number, Use::applied, kTagR1, Range::not_negative},
    {"x1", Kind::number, Use::applied, kTagX1, Range::not_negative},
    {"r0", Kind::number, Use::applied, kTagR0, Range::not_negative},
    {"x0", Kind::number, Use::applied, kTagX0, Range::not_negative},
    {"C1", Kind::number, Use::applied, kTagC1, Range::not_negative},
    {"C0", Kind::number, Use::applied, kTagC0, Range::not_negative},
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
    {"Kron", Kind::yes_no, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"Rg", Kind::number, Use::applied, kTagRg},
    {"Xg", Kind::number, Use::applied, kTagXg},
    {"rho", Kind::number, Use::applied, kTagRho, Range::above_zero},
    {"neutral", Kind::integer},
    {"B1", Kind::number, Use::applied, kTagB1, Range::not_negative},
    {"B0", Kind::number, Use::applied, kTagB0, Range::not_negative},
    {"Seasons", Kind::integer},
    {"Ratings", Kind::numbers},
    {"LineType", Kind::text},
    {"like", Kind::text, Use::applied, kTagLike},
};

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

std::shared_ptr<LineCodeData const> replay(Element const& code, std::size_t count, Build& build,
                                           Report* report) {
    auto data = std::make_shared<LineCodeData>();
    data->base_hz = build.circuit.f_hz;
    data->fill_from_sequence(true);
    for (std::size_t i = 0; i < count; ++i) {
        auto const& stated = code.assignments[i];
        switch (stated.property->tag) {
        case kTagPhases:
            if (data->phases != stated.integer()) {
                data->phases = stated.integer();
                data->fill_from_sequence(true);
            }
            break;
        case kTagUnits:
            data->unit = static_cast<LengthUnit>(stated.integer());
            break;
        case kTagBaseFrequency:
            data->base_hz = stated.number();
            break;
        case kTagAmps:
            data->amps = stated.number();
            break;
        case kTagRg:
            data->rg = stated.number();
            break;
        case kTagXg:
            data->xg = stated.number();
            break;
        case kTagRho:
            data->rho = stated.number();
            break;
        default:
            apply_impedance(*data, stated, code, report);
            break;
        }
    }
    if (data->sequence) {
        data->fill_from_sequence(true);
    }
    return data;
}

/// Every line code is checked once, used or not.
void check_line_code(Element const& code, Build& build) {
    bool sequence = false;
    bool matrices = false;
    for (auto const& stated : code.assignments) {
        sequence = sequence || is_sequence_tag(stated.property->tag);
        matrices = matrices || is_matrix_tag(stated.property->tag);
    }
    if (sequence && matrices) {
        build.report.error(code.where,
                           fmt::format("{} states both sequence values and matrices", code.label()),
                           "r1..c0 or rmatrix, xmatrix, cmatrix");
    }
    static_cast<void>(replay(code, code.assignments.size(), build, &build.report));
}

} // namespace

ClassSpec const kLineCodeClass{"LineCode", kProperties, check_line_code};

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
