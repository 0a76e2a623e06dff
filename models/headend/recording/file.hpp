#pragma once
// The file of a recording: entries one after the other, with a checksum at its end.
#include "models/headend/recording/octets.hpp"
#include "sim/core/time.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string_view>
#include <vector>

namespace gridtwin::headend::recording {

/// What an entry holds. The numbers are part of the file: append only.
enum class Entry : std::uint8_t {
    setup,
    // what the head-end was told: the calls of Controller
    start,
    reading,
    alarm,
    acknowledgement,
    registers,
    meter_event,
    load,
    balance,
    firmware,
    concentrator_alarm,
    registration,
    read_by,
    heard,
    timer,
    order,
    credit,
    payment,
    // what it said: the calls of CommandPort
    command,
    assignment,
    end, ///< with the checksum of all octets before it
};
inline constexpr std::size_t kEntries = 21;
[[nodiscard]] std::string_view name(Entry);
[[nodiscard]] constexpr bool is_output(Entry entry) {
    return entry == Entry::command || entry == Entry::assignment;
}

/// Whether a file that begins so is a recording.
[[nodiscard]] bool is_recording(std::string_view begin);

/// FNV-1a, 64 bits.
class Checksum {
  public:
    void add(std::span<std::byte const> octets) {
        for (auto const octet : octets) {
            value_ = (value_ ^ std::to_integer<std::uint64_t>(octet)) * 0x0000'0100'0000'01B3;
        }
    }
    [[nodiscard]] std::uint64_t value() const { return value_; }

  private:
    std::uint64_t value_ = 0xCBF2'9CE4'8422'2325;
};

class FileWriter {
  public:
    /// @throws InputError when it cannot be written
    explicit FileWriter(std::filesystem::path file);
    template <typename... Parts>
    void put(Entry entry, SimTime at, Parts const&... parts) {
        octets_.clear();
        OctetWriter writer(octets_);
        writer.put(entry);
        writer.put(at);
        (writer.put(parts), ...);
        write();
    }
    /// An entry as a FileReader gave it.
    void put_octets(Entry entry, SimTime at, std::span<std::byte const> content) {
        octets_.clear();
        OctetWriter writer(octets_);
        writer.put(entry);
        writer.put(at);
        octets_.insert(octets_.end(), content.begin(), content.end());
        write();
    }
    /// Ends the file. @throws InputError when not all of it could be written
    void close(SimTime at);

  private:
    void write();
    std::filesystem::path file_;
    std::ofstream out_;
    std::vector<std::byte> octets_;
    Checksum checksum_;
};

class FileReader {
  public:
    /// @throws InputError when it cannot be read, is no recording, not a whole one, or was changed
    explicit FileReader(std::filesystem::path file);
    /// Moves on to the next entry. @return false behind the last one
    bool next();
    [[nodiscard]] Entry entry() const { return entry_; }
    [[nodiscard]] SimTime at() const { return at_; }
    /// All behind the entry's kind and time.
    [[nodiscard]] std::span<std::byte const> content() const { return content_; }
    template <typename T>
    [[nodiscard]] T as() const {
        OctetReader reader(content_);
        T value{};
        reader.get(value);
        return value;
    }

  private:
    bool read();
    std::filesystem::path file_;
    std::ifstream in_;
    std::vector<std::byte> octets_;
    std::span<std::byte const> content_;
    Entry entry_{};
    SimTime at_{};
};

} // namespace gridtwin::headend::recording
