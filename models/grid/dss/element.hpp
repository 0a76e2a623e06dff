#pragma once
// Elements as stated: an ordered log of assignments. Converters replay it, because in OpenDSS the
// order matters (`Switch=y r1=1e-4`, `wdg=2 kV=4.16`); `like=` copies the log.
#include "models/grid/carson.hpp"
#include "models/grid/dss/property.hpp"

#include <array>
#include <bitset>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace gridtwin::grid::dss {

class Build;

inline constexpr std::size_t kMostProperties = 96;

inline constexpr std::uint32_t kAllOpen = 0xFFFFFFFF;

/// One element class of the language.
struct ClassSpec {
    std::string_view name;
    std::span<PropertySpec const> properties;
    /// Checks the element and adds what it is to the circuit; null: nothing to do.
    void (*convert)(Element const&, Build&) = nullptr;
};

struct Element {
    ClassSpec const* spec = nullptr;
    std::string name; ///< lower case
    Place where;
    std::size_t index = 0;                     ///< of the table's elements
    std::uint32_t defined = 0;                 ///< the statement that made it
    EarthModel earth_model = EarthModel::deri; ///< Set EarthModel when it was made; of a line
    std::vector<Assignment> assignments;
    std::bitset<kMostProperties> stated;    ///< by row of the table, also when the value was wrong
    bool discarded = false;                 ///< a second one of the same name
    bool flawed = false;                    ///< some value was wrong and has been reported
    bool opened = false;                    ///< by the command Open, at any terminal
    std::array<std::uint32_t, 2> open_at{}; ///< by terminal: bit i is conductor i; all: kAllOpen
    int switched_conductor = 0;             ///< greatest that Open and Close named, from 1
    Place switched_at;

    /// "line 'l1'", as messages name it.
    [[nodiscard]] std::string label() const;
    [[nodiscard]] bool is_stated(int tag) const;
    /// Last value of yes/no property `tag`, `otherwise` when it was never stated.
    [[nodiscard]] bool yes(int tag, bool otherwise) const;
};

class ElementTable {
  public:
    /// The element of that name, null when there is none.
    [[nodiscard]] Element* find(std::string_view class_name, std::string_view name);
    [[nodiscard]] Element const* find(std::string_view class_name, std::string_view name) const;
    /// A new element; `discarded` when its name is taken.
    Element& add(ClassSpec const& spec, std::string name, Place where);
    [[nodiscard]] std::deque<Element> const& all() const { return elements_; }
    [[nodiscard]] std::vector<std::string> names(std::string_view class_name) const;
    /// In order of definition.
    [[nodiscard]] std::vector<Element*> of_class(ClassSpec const& spec);
    void clear();

  private:
    /// Class and name in any case; views, so that looking up allocates nothing.
    struct Key {
        std::string_view class_name;
        std::string_view name;
    };
    struct Hash {
        std::size_t operator()(Key const& key) const;
    };
    struct Same {
        bool operator()(Key const& a, Key const& b) const;
    };

    std::deque<Element> elements_; // in order of definition, at fixed addresses
    std::unordered_map<Key, Element*, Hash, Same> by_name_; // keys view the elements
};

} // namespace gridtwin::grid::dss
