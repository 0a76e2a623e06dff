#include "models/grid/dss/transformer_tables.hpp"

#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/transformer.hpp"

namespace gridtwin::grid::dss {
namespace {

constexpr Choice kLeadLag[] = {{"lag|ansi", 0}, {"lead|euro", 1}};

using Property = PropertySpec;

// What both state, in the runs that both have in the same order.
constexpr std::array kWindings{
    Property{"phases", Kind::integer, Use::applied, kTrPhases, Range::phases},
    Property{"windings", Kind::integer, Use::applied, kTrWindings, Range::phases},
    Property{"wdg", Kind::integer, Use::applied, kTrWinding, Range::phases},
};
constexpr std::array kBus{Property{"bus", Kind::bus, Use::applied, kTrBus}};
constexpr std::array kWinding{
    Property{"conn", Kind::choice, Use::applied, kTrConn, Range::any, kConnectionChoices},
    Property{"kV", Kind::number, Use::applied, kTrKv, Range::above_zero},
    Property{"kVA", Kind::number, Use::applied, kTrKva, Range::above_zero},
    Property{"tap", Kind::number, Use::applied, kTrTap, Range::above_zero},
    Property{"%R", Kind::number, Use::applied, kTrR, Range::not_negative},
    Property{"Rneut", Kind::number, Use::applied, kTrRneut},
    Property{"Xneut", Kind::number, Use::applied, kTrXneut},
};
constexpr std::array kBuses{Property{"buses", Kind::buses, Use::applied, kTrBuses}};
constexpr std::array kArrays{
    Property{"conns", Kind::choices, Use::applied, kTrConns, Range::any, kConnectionChoices},
    Property{"kVs", Kind::numbers, Use::applied, kTrKvs, Range::above_zero},
    Property{"kVAs", Kind::numbers, Use::applied, kTrKvas, Range::above_zero},
    Property{"taps", Kind::numbers, Use::applied, kTrTaps, Range::above_zero},
    Property{"XHL", Kind::number, Use::applied, kTrXhl, Range::above_zero},
    Property{"XHT", Kind::number, Use::applied, kTrXht, Range::above_zero},
    Property{"XLT", Kind::number, Use::applied, kTrXlt, Range::above_zero},
    Property{"Xscarray", Kind::numbers, Use::applied, kTrXscArray, Range::above_zero},
    Property{"thermal"},
    Property{"n"},
    Property{"m"},
    Property{"flrise"},
    Property{"hsrise"},
    Property{"%loadloss", Kind::number, Use::applied, kTrLoadLoss, Range::not_negative},
    Property{"%noloadloss", Kind::number, Use::applied, kTrNoLoadLoss, Range::not_negative},
    Property{"normhkVA", Kind::number, Use::applied, kTrNormKva, Range::not_negative},
    Property{"emerghkVA"},
};
constexpr std::array kSub{Property{"sub", Kind::yes_no}};
constexpr std::array kTaps{
    Property{"MaxTap", Kind::number, Use::applied, kTrMaxTap, Range::above_zero},
    Property{"MinTap", Kind::number, Use::applied, kTrMinTap, Range::above_zero},
    Property{"NumTaps", Kind::integer, Use::applied, kTrNumTaps, Range::steps},
};
constexpr std::array kSubName{Property{"subname", Kind::text}};
constexpr std::array kMagnetising{
    Property{"%imag", Kind::number, Use::applied, kTrImag, Range::not_negative},
    Property{"ppm_antifloat", Kind::number, Use::applied, kTrPpm, Range::not_negative},
    Property{"%Rs", Kind::numbers, Use::applied, kTrRs, Range::not_negative},
};
constexpr std::array kCode{
    Property{"bank", Kind::text, Use::applied, kTrBank},
    Property{"XfmrCode", Kind::text, Use::applied, kTrCode},
    Property{"XRConst", Kind::yes_no},
};
constexpr std::array kReactances{
    Property{"X12", Kind::number, Use::applied, kTrXhl, Range::above_zero},
    Property{"X13", Kind::number, Use::applied, kTrXht, Range::above_zero},
    Property{"X23", Kind::number, Use::applied, kTrXlt, Range::above_zero},
};
constexpr std::array kLeadLagAndCore{
    Property{"LeadLag", Kind::choice, Use::applied, kTrLeadLag, Range::any, kLeadLag},
    Property{"WdgCurrents", Kind::free},
    Property{"Core", Kind::text},
};
constexpr std::array kRatings{
    Property{"RdcOhms"},
    Property{"Seasons", Kind::integer},
    Property{"Ratings", Kind::numbers},
};
constexpr std::array kElement{
    Property{"normamps"},
    Property{"emergamps"},
    Property{"faultrate"},
    Property{"pctperm"},
    Property{"repair"},
    Property{"basefreq", Kind::number, Use::applied, kTagBaseFrequency, Range::above_zero},
    Property{"enabled", Kind::yes_no, Use::applied, kTagEnabled},
};
constexpr std::array kLike{Property{"like", Kind::text, Use::applied, kTagLike}};

constexpr auto kTransformerProperties =
    joined(kWindings, kBus, kWinding, kBuses, kArrays, kSub, kTaps, kSubName, kMagnetising, kCode,
           kReactances, kLeadLagAndCore, kRatings, kElement, kLike);
constexpr auto kXfmrCodeProperties =
    joined(kWindings, kWinding, kArrays, kTaps, kMagnetising, kReactances, kRatings, kLike);

} // namespace

ClassSpec const kTransformerClass{"Transformer", kTransformerProperties, convert_transformer};
ClassSpec const kXfmrCodeClass{"XfmrCode", kXfmrCodeProperties, check_transformer_code};

} // namespace gridtwin::grid::dss
