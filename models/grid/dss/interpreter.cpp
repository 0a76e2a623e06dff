#include "models/grid/dss/interpreter.hpp"

#include "models/grid/dss/commands.hpp"
#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {

Interpreter::Interpreter(DssReadOptions const& options, Report& report)
    : report_(report), files_(options), data_(files_, report) {
    for (auto const& name : options.allow_ignored) {
        ignored_.insert(lower(name));
    }
}

void Interpreter::statement(std::span<Word> words) {
    ++statements_;
    bool const edits = !words.front().name.empty();
    auto const action = edits ? Action::edit : find_command(words.front().text);
    if (action == Action::nothing) {
        return;
    }
    if (action == Action::variables) {
        define_variables(words);
    } else if (!variables_in_use_ || variables_.expand(words, report_)) {
        if (edits) {
            edit_property(words);
        } else {
            command(action, words);
        }
    }
}

void Interpreter::define_variables(Words words) {
    std::vector<Word> expanded(words.begin() + 1, words.end());
    for (auto& word : expanded) {
        if (word.name.empty() || variables_.expand({&word, 1}, report_)) {
            variables_.define(word, report_);
        }
    }
}

void Interpreter::command(Action action, Words words) {
    auto const& name = words.front();
    auto const rest = words.subspan(1);
    switch (action) {
    case Action::make:
        make(rest.empty() ? words : rest);
        break;
    case Action::edit:
        edit_named(words);
        break;
    case Action::more:
        if (active_ != nullptr) {
            edit(*active_, rest);
        } else if (!passing_over_) {
            report_.error(name.at, fmt::format("'{}' has nothing to continue", shown(name.text)),
                          "an element before it");
        }
        break;
    case Action::redirect:
        redirect(words, false);
        break;
    case Action::compile:
        redirect(words, true);
        break;
    case Action::set:
        set_options(rest);
        break;
    case Action::solve:
        set_options(rest);
        solve(words);
        break;
    case Action::calc_voltage_bases:
        settings.bases_wanted = true;
        settings.stated_bases.clear();
        touch();
        break;
    case Action::bus_coordinates:
        bus_coordinates(words, false);
        break;
    case Action::latitudes_longitudes:
        bus_coordinates(words, true);
        break;
    case Action::clear:
        clear();
        break;
    case Action::open:
        open_or_close(words, true);
        break;
    case Action::close:
        open_or_close(words, false);
        break;
    case Action::enable:
        enable(words, true);
        break;
    case Action::disable:
        enable(words, false);
        break;
    case Action::batch_edit:
        batch_edit(words);
        break;
    case Action::set_kv_base:
        set_kv_base(words);
        break;
    case Action::select:
        select(words);
        break;
    case Action::change_folder:
        change_folder(words);
        break;
    case Action::place_bus:
        place_bus(words);
        break;
    case Action::quit:
        quit_ = true;
        break;
    case Action::solve_no_control:
        solve_no_control(words);
        break;
    case Action::variables:
    case Action::nothing:
        break;
    case Action::not_modelled:
        report_.error(name.at, fmt::format("command '{}' is not modelled", shown(name.text)),
                      std::string(instead_of(name.text)));
        break;
    case Action::unknown:
        report_.unknown(name.at, fmt::format("unknown command '{}'", shown(name.text)),
                        nearest_command(name.text),
                        "a command, for example New, Edit or Solve, or "
                        "<class>.<name>.<property>=<value>");
        break;
    }
}

void Interpreter::set_options(Words words) {
    for (auto const& word : words) {
        select_by_option(word);
        auto const effect = set_option(settings, word, report_);
        changed = changed || effect == OptionEffect::circuit;
        unsolved_ = unsolved_ || effect == OptionEffect::circuit || effect == OptionEffect::demand;
    }
}

void Interpreter::solve(Words words) {
    need_circuit(words.front().at);
    solves.push_back({report_.position(words.front().at), options_now(settings)});
    if (on_solve) {
        on_solve();
    }
    pass_solve(settings);
    unsolved_ = false;
    solved_at_ = statements_;
    solved_controls_ = options_now(settings).controls;
}

bool Interpreter::unsolved() const {
    return unsolved_ || (!solves.empty() && solved_controls_ != options_now(settings).controls);
}

/// `_SolveNoControl`: one solution as things stand, without any control. It takes no options.
void Interpreter::solve_no_control(Words words) {
    if (words.size() > 1) {
        auto const& word = words[1];
        report_.error(word.name.empty() ? word.at : word.name_at,
                      fmt::format("_SolveNoControl does not take '{}'",
                                  shown(word.name.empty() ? word.text : word.name)),
                      "its options in a Set before it");
        return;
    }
    auto const mode = settings.solution.mode;
    if (mode != SolutionMode::snapshot && mode != SolutionMode::direct) {
        report_.error(words.front().at,
                      "_SolveNoControl of a mode that steps through time is not "
                      "modelled",
                      "Set Mode=snapshot before it, or Set ControlMode=off and Solve");
        return;
    }
    auto const usual = settings.solution.control_mode;
    settings.solution.mode = SolutionMode::snapshot; // it iterates in mode direct, too
    settings.solution.control_mode = ControlMode::off;
    solve(words);
    settings.solution.mode = mode;
    settings.solution.control_mode = usual;
    solved_controls_ = options_now(settings).controls; // what comes after is no change
}

void Interpreter::clear() {
    elements.clear();
    active_ = nullptr;
    class_.clear();
    passing_over_ = false;
    auto const default_hz = settings.default_hz;
    settings = Settings{};
    settings.default_hz = default_hz;
    settings.f_hz = default_hz;
    solves.clear();
    left_out.clear();
    notes.clear();
    touch();
}

} // namespace gridtwin::grid::dss
