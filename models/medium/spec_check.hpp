#pragma once
// What is wrong with the fields of a spec, one sentence each.
#include <string>
#include <utility>
#include <vector>

namespace gridtwin::medium {

/// Collects sentences that name field, value and bound; what is not finite is always wrong.
class SpecCheck {
  public:
    void at_least(char const* field, double value, double least);
    void above(char const* field, double value, double bound);
    void at_most(char const* field, double value, double most);
    [[nodiscard]] std::vector<std::string> take() { return std::move(found_); }

  private:
    void require(bool fine, char const* field, double value, char const* relation, double bound);
    std::vector<std::string> found_;
};

} // namespace gridtwin::medium
