#include "models/grid/dss/transformer_tables.hpp"

#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/transformer.hpp"

namespace gridtwin::grid::dss {
namespace {

constexpr Choice kLeadLag[] = {{"lag|ansi", 0}, {"lead|euro", 1}};

// What both state, in the runs that both have in the same order.
constexpr PropertySpec kWindings[] = {
    {"phases", Kind::integer, Use::applied, kTrPhases, Range::phases},
    {"windings", Kind::integer, Use::applied, kTrWindings, Range::phases},
    {"wdg", Kind::integer, Use::applied, kTrWinding, Range::phases},
};
constexpr PropertySpec kBus[] = {{"bus", Kind::bus, Use::applied, kTrBus}};
constexpr PropertySpec kWinding[] = {
    {"conn", Kind::choice, Use::applied, kTrConn, Range::any, kConnectionChoices},
    {"kV", Kind::number, Use::applied, kTrKv, Range::kilovolts},
    {"kVA", Kind::number, Use::applied, kTrKva, Range::above_zero},
    {"tap", Kind::number, Use::applied, kTrTap, Range::above_zero},
    {"%R", Kind::number, Use::applied, kTrR, Range::not_negative},
    {"Rneut", Kind::number, Use::applied, kTrRneut},
    {"Xneut", Kind::number, Use::applied, kTrXneut},
};
constexpr PropertySpec kBuses[] = {{"buses", Kind::buses, Use::applied, kTrBuses}};
constexpr PropertySpec kArrays[] = {
    {"conns", Kind::choices, Use::applied, kTrConns, Range::any, kConnectionChoices},
    {"kVs", Kind::numbers, Use::applied, kTrKvs, Range::kilovolts},
    {"kVAs", Kind::numbers, Use::applied, kTrKvas, Range::above_zero},
    {"taps", Kind::numbers, Use::applied, kTrTaps, Range::above_zero},
    {"XHL", Kind::number, Use::applied, kTrXhl, Range::not_negative},
    {"XHT", Kind::number, Use::applied, kTrXht, Range::not_negative},
    {"XLT", Kind::number, Use::applied, kTrXlt, Range::not_negative},
    {"Xscarray", Kind::numbers, Use::applied, kTrXscArray, Range::not_negative},
    {"thermal"},
    {"n"},
    {"m"},
    {"flrise"},
    {"hsrise"},
    {"%loadloss", Kind::number, Use::applied, kTrLoadLoss, Range::not_negative},
    {"%noloadloss", Kind::number, Use::applied, kTrNoLoadLoss, Range::not_negative},
    {"normhkVA", Kind::number, Use::applied, kTrNormKva, Range::not_negative},
    {"emerghkVA"},
};
constexpr PropertySpec kSub[] = {{"sub", Kind::yes_no}};
constexpr PropertySpec kTaps[] = {
    {"MaxTap", Kind::number, Use::applied, kTrMaxTap, Range::above_zero},
    {"MinTap", Kind::number, Use::applied, kTrMinTap, Range::above_zero},
    {"NumTaps", Kind::integer, Use::applied, kTrNumTaps, Range::steps},
};
constexpr PropertySpec kSubName[] = {{"subname", Kind::text}};
constexpr PropertySpec kMagnetising[] = {
    {"%imag", Kind::number, Use::applied, kTrImag, Range::not_negative},
    {"ppm_antifloat", Kind::number, Use::applied, kTrPpm, Range::not_negative},
    {"%Rs", Kind::numbers, Use::applied, kTrRs, Range::not_negative},
};
constexpr PropertySpec kCode[] = {
    {"bank", Kind::text, Use::applied, kTrBank},
    {"XfmrCode", Kind::text, Use::applied, kTrCode},
    {"XRConst", Kind::yes_no},
};
constexpr PropertySpec kReactances[] = {
    {"X12", Kind::number, Use::applied, kTrXhl, Range::not_negative},
    {"X13", Kind::number, Use::applied, kTrXht, Range::not_negative},
    {"X23", Kind::number, Use::applied, kTrXlt, Range::not_negative},
};
constexpr PropertySpec kLeadLagAndCore[] = {
    {"LeadLag", Kind::choice, Use::applied, kTrLeadLag, Range::any, kLeadLag},
    {"WdgCurrents", Kind::free},
    {"Core", Kind::text},
};
constexpr PropertySpec kRatings[] = {
    {"RdcOhms"},
    {"Seasons", Kind::integer},
    {"Ratings", Kind::numbers},
};
constexpr PropertySpec kAmps[] = {
    {"normamps"},
    {"emergamps"},
};
constexpr PropertySpec kLike[] = {{"like", Kind::text, Use::applied, kTagLike}};

constexpr auto kTransformerProperties =
    joined(kWindings, kBus, kWinding, kBuses, kArrays, kSub, kTaps, kSubName, kMagnetising, kCode,
           kReactances, kLeadLagAndCore, kRatings, kAmps, kDeliveryEnd);
constexpr auto kXfmrCodeProperties =
    joined(kWindings, kWinding, kArrays, kTaps, kMagnetising, kReactances, kRatings, kLike);

} // namespace

ClassSpec const kTransformerClass{"Transformer", kTransformerProperties, convert_transformer};
ClassSpec const kXfmrCodeClass{"XfmrCode", kXfmrCodeProperties, check_transformer_code};

} // namespace gridtwin::grid::dss
