// Shapes over time: multipliers of power, temperatures. Source: OpenDSS element reference
// (LoadShape, TShape, PriceShape).
#include "models/grid/dss/build.hpp"
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kPoints = 1,
    kIntervalHours,
    kIntervalSeconds,
    kIntervalMinutes,
    kP,
    kQ,
    kHour,
    kCsv,
    kPqCsv,
    kBinary,
    kAction,
    kUseActual,
    kPBase,
    kQBase,
};

constexpr int kNormalize = 1;
constexpr Choice kActions[] = {{"normalize", kNormalize}, {"dblsave", 0}, {"sngsave", 0}};

/// What both load and temperature shapes state, in this order.
constexpr PropertySpec kHoursAndFiles[] = {
    {"hour", Kind::series, Use::applied, kHour},
    {"mean"},
    {"stddev"},
    {"csvfile", Kind::csv_file, Use::applied, kCsv},
    {"sngfile", Kind::binary32_file, Use::applied, kBinary},
    {"dblfile", Kind::binary64_file, Use::applied, kBinary},
};

constexpr auto kLoadShapeProperties = joined(
    {
        {"npts", Kind::integer, Use::applied, kPoints},
        {"interval", Kind::number, Use::applied, kIntervalHours, Range::not_negative},
        {"mult", Kind::series, Use::applied, kP},
    },
    kHoursAndFiles,
    {
        {"action", Kind::choice, Use::applied, kAction, Range::any, kActions},
        {"qmult", Kind::series, Use::applied, kQ},
        {"UseActual", Kind::yes_no, Use::applied, kUseActual},
        {"Pmax"},
        {"Qmax", Kind::number, Use::not_modelled},
        {"sinterval", Kind::number, Use::applied, kIntervalSeconds, Range::not_negative},
        {"minterval", Kind::number, Use::applied, kIntervalMinutes, Range::not_negative},
        {"Pbase", Kind::number, Use::applied, kPBase},
        {"Qbase", Kind::number, Use::applied, kQBase},
        {"Pmult", Kind::series, Use::applied, kP},
        {"PQCSVFile", Kind::csv_file, Use::applied, kPqCsv},
        {"MemoryMapping", Kind::yes_no},
        {"Interpolation", Kind::free, Use::not_modelled},
        {"like", Kind::text, Use::applied, kTagLike},
    });

constexpr auto kTShapeProperties = joined(
    {
        {"npts", Kind::integer, Use::applied, kPoints},
        {"interval", Kind::number, Use::applied, kIntervalHours, Range::not_negative},
        {"temp", Kind::series, Use::applied, kP},
    },
    kHoursAndFiles,
    {
        {"sinterval", Kind::number, Use::applied, kIntervalSeconds, Range::not_negative},
        {"minterval", Kind::number, Use::applied, kIntervalMinutes, Range::not_negative},
        {"action", Kind::free},
        {"like", Kind::text, Use::applied, kTagLike},
    });

constexpr PropertySpec kPriceShapeProperties[] = {
    {"npts", Kind::integer},
    {"interval"},
    {"price", Kind::free},
    {"hour", Kind::free},
    {"mean"},
    {"stddev"},
    {"csvfile", Kind::free},
    {"sngfile", Kind::free},
    {"dblfile", Kind::free},
    {"sinterval"},
    {"minterval"},
    {"action", Kind::free},
    {"like", Kind::text, Use::applied, kTagLike},
};

/// A shape while its statements are replayed. In the language's own units: hours, kW.
struct Stated {
    double interval_h = 1.0;
    std::vector<double> hours;
    std::vector<double> p;
    std::vector<double> q;
    double p_base = 0.0;
    double q_base = 0.0;
    bool use_actual = false;
    std::size_t points = 0; ///< 0: as many as there are
};

/// Column `column` of a table.
std::vector<double> column_of(Assignment const& table, std::size_t column) {
    std::vector<double> out;
    out.reserve(table.series().size() / table.columns());
    for (std::size_t i = column; i < table.series().size(); i += table.columns()) {
        out.push_back(table.series()[i]);
    }
    return out;
}

/// Rows are [hour,] p [, q]: the hour when the interval is 0. Further columns are not read.
void apply_table(Stated& s, Assignment const& stated, std::size_t values, Element const& owner,
                 Build& build) {
    bool const timed = s.interval_h == 0.0;
    auto const wanted = values + (timed ? 1 : 0);
    if (stated.columns() < wanted) {
        build.report.error(
            stated.at,
            fmt::format("the file of {} of {} has {} columns", stated.property->name, owner.label(),
                        stated.columns()),
            fmt::format("{}{}", timed ? "hour, " : "", values == 2 ? "P, Q" : "value"));
        return;
    }
    if (timed) {
        s.hours = column_of(stated, 0);
    }
    s.p = column_of(stated, wanted - values);
    if (values == 2) {
        s.q = column_of(stated, wanted - 1);
    }
}

/// Values, or hours and values by turns when the interval is 0.
void apply_binary(Stated& s, Assignment const& stated, Element const& owner, Build& build) {
    auto const& values = stated.series();
    if (s.interval_h != 0.0) {
        s.p = values;
        return;
    }
    if (values.size() % 2 != 0) {
        build.report.error(stated.at,
                           fmt::format("the file of {} of {} has {} values", stated.property->name,
                                       owner.label(), values.size()),
                           "hours and values by turns");
        return;
    }
    s.hours.clear();
    s.p.clear();
    for (std::size_t i = 0; i < values.size(); i += 2) {
        s.hours.push_back(values[i]);
        s.p.push_back(values[i + 1]);
    }
}

/// On the base when there is one, else on the greatest magnitude.
void normalize(std::vector<double>& values, double base) {
    if (base <= 0.0) {
        for (double const value : values) {
            base = std::max(base, std::abs(value));
        }
    }
    if (base > 0.0) {
        for (double& value : values) {
            value /= base;
        }
    }
}

void apply(Stated& s, Assignment const& stated, Element const& owner, Build& build) {
    switch (stated.property->tag) {
    case kPoints:
        s.points = stated.integer() > 0 ? static_cast<std::size_t>(stated.integer()) : 0;
        break;
    case kIntervalHours:
        s.interval_h = stated.number();
        break;
    case kIntervalSeconds:
        s.interval_h = stated.number() / 3600.0;
        break;
    case kIntervalMinutes:
        s.interval_h = stated.number() / 60.0;
        break;
    case kP:
        s.p = stated.series();
        break;
    case kQ:
        s.q = stated.series();
        break;
    case kHour:
        s.hours = stated.series();
        s.interval_h = 0.0;
        break;
    case kCsv:
        apply_table(s, stated, 1, owner, build);
        break;
    case kPqCsv:
        apply_table(s, stated, 2, owner, build);
        break;
    case kBinary:
        apply_binary(s, stated, owner, build);
        break;
    case kPBase:
        s.p_base = stated.number();
        break;
    case kQBase:
        s.q_base = stated.number();
        break;
    case kUseActual:
        s.use_actual = stated.yes();
        break;
    case kAction:
        if (stated.integer() == kNormalize) {
            normalize(s.p, s.p_base);
            normalize(s.q, s.q_base);
            s.use_actual = false;
        }
        break;
    default:
        break;
    }
}

/// Brings all columns to one length; false after reporting that they do not fit.
bool settle(Stated& s, Element const& element, Build& build, std::string_view values) {
    auto points = s.p.size();
    if (s.points != 0) {
        points = std::min(points, s.points);
    }
    if (points == 0) {
        build.report.error(element.where, fmt::format("{} has no values", element.label()),
                           fmt::format("{}=(...), or a file", values));
        return false;
    }
    s.p.resize(points);
    bool const timed = s.interval_h == 0.0;
    bool const short_of =
        (timed && s.hours.size() < points) || (!s.q.empty() && s.q.size() < points);
    if (short_of) {
        bool const hours = timed && s.hours.size() < points;
        build.report.error(element.where,
                           fmt::format("{} has {} values and {} of {}", element.label(), points,
                                       hours ? s.hours.size() : s.q.size(),
                                       hours ? "hour" : "qmult"),
                           fmt::format("as many, or npts={}", hours ? s.hours.size() : s.q.size()));
        return false;
    }
    if (!s.q.empty()) {
        s.q.resize(points);
    }
    if (!timed) {
        s.hours.clear();
        return true;
    }
    s.hours.resize(points);
    if (std::adjacent_find(s.hours.begin(), s.hours.end(), std::greater_equal<>{}) !=
        s.hours.end()) {
        build.report.error(element.where,
                           fmt::format("the hours of {} do not ascend", element.label()),
                           "each hour after the one before it");
        return false;
    }
    return true;
}

bool replay(Stated& s, Element const& element, Build& build, std::string_view values) {
    for (auto const& stated : element.assignments) {
        apply(s, stated, element, build);
    }
    return !element.flawed && settle(s, element, build, values);
}

void convert_load_shape(Element const& element, Build& build) {
    Stated s;
    if (!replay(s, element, build, "mult")) {
        return;
    }
    if (s.use_actual) {
        for (auto* values : {&s.p, &s.q}) {
            for (double& value : *values) {
                value *= 1e3;
            }
        }
    }
    build.circuit.load_shapes.push_back({.name = element.name,
                                         .interval_s = s.interval_h * 3600.0,
                                         .hours = std::move(s.hours),
                                         .p_mult = std::move(s.p),
                                         .q_mult = std::move(s.q),
                                         .use_actual = s.use_actual});
}

void convert_temperature_shape(Element const& element, Build& build) {
    Stated s;
    if (replay(s, element, build, "temp")) {
        build.circuit.temperature_shapes.push_back(
            {element.name, s.interval_h * 3600.0, std::move(s.hours), std::move(s.p)});
    }
}

} // namespace

ClassSpec const kLoadShapeClass{"LoadShape", kLoadShapeProperties, convert_load_shape};
ClassSpec const kTShapeClass{"TShape", kTShapeProperties, convert_temperature_shape};
ClassSpec const kPriceShapeClass{"PriceShape", kPriceShapeProperties, nullptr};

} // namespace gridtwin::grid::dss
