#pragma once
// What a head-end was told, out of its recording, one call after the other.
#include "models/headend/ports/ports.hpp"
#include "models/headend/recording/file.hpp"
#include "models/headend/recording/setup.hpp"

#include <filesystem>

namespace gridtwin::headend::recording {

class Deliveries {
  public:
    /// @throws InputError as FileReader, or when it does not begin with a setup of this version
    explicit Deliveries(std::filesystem::path const& file);

    [[nodiscard]] Setup const& setup() const { return setup_; }
    /// Whether there is one more; entry() and at() then are of it.
    [[nodiscard]] bool more() const { return more_; }
    [[nodiscard]] Entry entry() const { return file_.entry(); }
    [[nodiscard]] SimTime at() const { return more_ ? file_.at() : kNever; }
    /// The id of a timer.
    [[nodiscard]] std::uint64_t timer() const { return file_.as<std::uint64_t>(); }
    /// Of a command or an assignment, as it was recorded.
    [[nodiscard]] Command command() const { return file_.as<Command>(); }
    [[nodiscard]] Assignment assignment() const { return file_.as<Assignment>(); }
    /// Makes the call that the entry was. Does nothing for what the head-end said.
    void deliver(Controller& to) const;
    void advance() { more_ = file_.next(); }

  private:
    FileReader file_;
    Setup setup_;
    bool more_ = false;
};

} // namespace gridtwin::headend::recording
