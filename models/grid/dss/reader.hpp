#pragma once
// The project's own reader of OpenDSS scripts: text in, a checked grid::Circuit out.
// What is understood, and how it differs from the reference engine, is in docs/models/opendss.md.
#include "models/grid/circuit.hpp"
#include "sim/core/diagnostics.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::grid {

/// Gives the text of a file, or nothing when there is none. Must not throw.
using DssFileSource = std::function<std::optional<std::string>(std::filesystem::path const&)>;

/// Called at a command Solve, before the script goes on: the circuit as it stands there, and
/// whether anything but options of the solution changed since the previous call (true for the
/// first). `request.options` are `circuit.solution`.
using DssAtSolve =
    std::function<void(Circuit const& circuit, SolveRequest const& request, bool changed)>;

struct DssReadOptions {
    /// Element classes that may be left out although they are not modelled ("Reactor"), in any
    /// case. Naming a class that is modelled has no effect: it is read all the same. A name that is
    /// no class of the language is an error. What is left out is in Circuit::left_out.
    std::vector<std::string> allow_ignored;
    /// Where Redirect, Compile and BusCoords find files; empty: the disk, with names matched in
    /// any case where the exact name does not exist, as scripts from other systems expect.
    DssFileSource files;
    /// May be empty. Told of every file that was found and read, scripts and data, each time.
    std::function<void(std::filesystem::path const& file, std::string_view text)> on_read;
    /// May be empty. Called once for every command Solve as long as no mistake has been found; the
    /// circuit is valid during the call only. Set LoadMult, VoltageBases and BaseFrequency are part
    /// of the circuit's tables and count as changes.
    DssAtSolve at_solve;
    /// May be empty. Called once after the script unless mistakes were found. `unsolved`: the
    /// script has a Solve, and something that bears on a solution (element, tap, switch, LoadMult,
    /// voltage bases, whether controls act) was stated after the last one. Monitors, EnergyMeters,
    /// coordinates and other options do not count.
    std::function<void(bool unsolved)> at_end;
};

/// A word that names no element class of the language, and the class it may have meant.
struct UnknownDssClass {
    std::string nearest; ///< may be empty
};

/// Nothing when `name` is an element class of the language, modelled or not.
[[nodiscard]] std::optional<UnknownDssClass> unknown_dss_class(std::string_view name);

/// Reads `file` and every file it redirects to (relative to the file that names it).
///
/// Users' mistakes go to `diagnostics`, all of one pass, each with file, line and column; nothing
/// is thrown for them. The result holds what could be read; use it only when diagnostics.ok().
/// Then every number in it is finite, every dangling name is excluded, and
/// - element and bus names are lower case; disabled elements are left out, disabled transformers
///   are kept with enabled == false;
/// - Terminal::nodes lists every conductor: lines and sources `phases` nodes; wye loads and
///   windings `phases` nodes and then their neutral (0 unless stated); delta ones `phases` nodes,
///   or `phases` + 1 for 1 and 2 phases; wye capacitors `phases` nodes at each of two ends;
/// - Set LoadMult is multiplied into the loads (not into those of status fixed or exempt);
/// - buses have a base voltage when the script calls CalcVoltageBases: the nearest of Set
///   VoltageBases to the no-load voltage reached from the source through the rated ratios;
/// - Circuit::solves are the Solve commands since the last Clear, Circuit::solution the options as
///   they stand at the end of the script.
[[nodiscard]] Circuit read_dss(std::filesystem::path const& file, Diagnostics& diagnostics);
[[nodiscard]] Circuit read_dss(std::filesystem::path const& file, Diagnostics& diagnostics,
                               DssReadOptions const& options);

} // namespace gridtwin::grid
