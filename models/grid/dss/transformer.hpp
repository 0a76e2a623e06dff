#pragma once
#include "models/grid/dss/build.hpp"

namespace gridtwin::grid::dss {

void convert_transformer(Element const& element, Build& build);
/// A code's mistakes are reported once, used or not.
void check_transformer_code(Element const& code, Build& build);

} // namespace gridtwin::grid::dss
