#pragma once
// Runs a script: commands make and edit elements, set options and read further files.
#include "models/grid/dss/commands.hpp"
#include "models/grid/dss/element.hpp"
#include "models/grid/dss/files.hpp"
#include "models/grid/dss/series.hpp"
#include "models/grid/dss/settings.hpp"
#include "models/grid/dss/variables.hpp"

#include <filesystem>
#include <functional>
#include <set>
#include <span>

namespace gridtwin::grid::dss {

class Interpreter {
  public:
    Interpreter(DssReadOptions const& options, Report& report);
    /// Reads the script and everything it redirects to.
    void run(std::filesystem::path const& file);

    ElementTable elements;
    Settings settings;
    std::vector<SolveRequest> solves; ///< since the last Clear
    std::vector<LeftOut> left_out;    ///< likewise
    std::vector<Note> notes;          ///< likewise
    /// Called at every command Solve, after it has been added to `solves`; may be empty.
    std::function<void()> on_solve;
    [[nodiscard]] bool stopped() const { return stopped_; }
    /// A statement may have changed the circuit's tables since this was last set to false.
    bool changed = true;
    /// Anything that bears on a solution was changed since the last Solve: an element that draws,
    /// carries or controls something, what loads draw, or whether controls act.
    [[nodiscard]] bool unsolved() const;

  private:
    using Words = std::span<Word const>;

    void run_text(FoundFile const& file);
    void stop_when_hopeless(Place at);
    void enter(std::filesystem::path folder);
    void statement(std::span<Word> words);
    void command(Action action, Words words);
    void set_options(Words words);
    void solve(Words words);
    void solve_no_control(Words words);
    void select(Words words);
    void select_by_option(Word const& word);
    void change_folder(Words words);
    void go_to(Word const& folder);
    void place_bus(Words words);
    void make(Words words);
    void make_circuit(Word const& object, std::string name, Words properties);
    void edit_named(Words words);
    void edit_property(Words words);
    void edit(Element& element, Words properties);
    void copy_like(Element& element, Word const& word);
    void redirect(Words words, bool stay);
    void bus_coordinates(Words words, bool y_first);
    void batch_edit(Words words);
    bool take_arguments(Words words, std::span<PropertySpec const> table, std::string_view expected,
                        std::function<void(int row, Word const&, Value const&)> const& take);
    void set_kv_base(Words words);
    void define_variables(Words words);
    void open_or_close(Words words, bool open);
    std::optional<int> argument(Words words, std::size_t at, int otherwise, int greatest,
                                std::string_view name);
    bool may_assign(Element const& element, Place at);
    bool spend(std::size_t values, Place at);
    void enable(Words words, bool enabled);
    void enable_all(Word const& object, bool enabled);
    /// False for what is no element of the circuit.
    bool state_enabled(Element& element, bool enabled, Place at);
    void clear();
    void touch() { changed = unsolved_ = true; }
    void touch(Element const& element);
    [[nodiscard]] bool bears_on_solution(Element const& element) const;

    /// Splits "class.name"; reports and gives nothing when it is not that.
    struct ObjectName {
        std::string class_name;
        std::string name;
    };
    std::optional<ObjectName> object_name(Word const& word, std::string_view example);
    void report_unknown_class(std::string_view name, Place at);
    void leave_out(std::string_view class_name, Place at);
    /// The class; null after reporting, or when it may be ignored.
    ClassSpec const* modelled_class(std::string_view name, Place at);
    Element* existing(Words words, std::string_view command);
    void need_circuit(Place at);
    void need_circuit_of(ClassSpec const* spec, Place at);
    std::optional<FoundFile> open_file(Words words, std::string_view extension = {});

    Report& report_;
    Files files_;
    DataFiles data_;
    std::set<std::string, std::less<>> ignored_; // lower-case class names
    std::vector<std::string> reading_;           // files being read, outermost first
    std::filesystem::path folder_;               // of the script being read
    Element* active_ = nullptr;                  // what ~ continues
    std::string class_;                          // named last, lower case
    bool passing_over_ = false;                  // ~ continues something that is not read
    bool circuit_reported_ = false;
    bool unsolved_ = false;         // of the tables
    std::uint32_t solved_at_ = 0;   // statement of the last Solve
    bool solved_controls_ = true;   // whether controls were to act at the last Solve
    bool stopped_ = false;          // too many mistakes
    bool quit_ = false;             // the command Quit was met
    bool variables_in_use_ = false; // in the file being read
    std::size_t files_read_ = 0;
    std::size_t assignments_ = 0;
    std::uint32_t statements_ = 0;
    Variables variables_;
};

} // namespace gridtwin::grid::dss
