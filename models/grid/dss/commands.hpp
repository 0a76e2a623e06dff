#pragma once
// The commands of the language, in the order that decides what an abbreviation means.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::grid::dss {

enum class Action : std::uint8_t {
    make,
    edit,
    more,
    redirect,
    compile,
    set,
    solve,
    calc_voltage_bases,
    bus_coordinates,
    latitudes_longitudes,
    clear,
    open,
    close,
    enable,
    disable,
    batch_edit,
    set_kv_base,
    select,
    change_folder,
    place_bus, ///< SetBusXY
    quit,
    solve_no_control,
    variables,
    nothing,      ///< reports, pictures, queries: no part of the circuit
    not_modelled, ///< changes the circuit or its solution in a way that is not read
    unknown,
};

[[nodiscard]] Action find_command(std::string_view name);
/// What may stand in place of a command that is not modelled.
[[nodiscard]] std::string_view instead_of(std::string_view name);
[[nodiscard]] std::string nearest_command(std::string_view name);
[[nodiscard]] std::vector<std::string_view> command_names();

} // namespace gridtwin::grid::dss
