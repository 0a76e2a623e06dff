#include "models/headend/recording/file.hpp"

#include "sim/core/diagnostics.hpp"

#include <array>
#include <utility>

namespace gridtwin::headend::recording {

namespace {

constexpr std::string_view kMagic = "GTHEADR\1"; ///< the last one is the version
constexpr std::uint32_t kLongest = 1U << 30;
constexpr std::array<std::string_view, kEntries> kNames{"setup",
                                                        "start",
                                                        "reading",
                                                        "alarm",
                                                        "acknowledgement",
                                                        "registers",
                                                        "meter event",
                                                        "load",
                                                        "balance",
                                                        "firmware",
                                                        "concentrator alarm",
                                                        "registration",
                                                        "read by",
                                                        "heard",
                                                        "timer",
                                                        "order",
                                                        "credit",
                                                        "payment",
                                                        "command",
                                                        "assignment",
                                                        "end"};

[[noreturn]] void fail(std::filesystem::path const& file, std::string const& what,
                       std::string const& expected) {
    Diagnostics mistakes;
    mistakes.error({file.string(), 0, 0}, what, expected);
    throw InputError(std::move(mistakes));
}

std::span<std::byte const> octets_of(auto const& value) {
    return std::as_bytes(std::span(&value, 1));
}

} // namespace

std::string_view name(Entry entry) {
    return kNames.at(static_cast<std::size_t>(entry));
}

bool is_recording(std::string_view begin) {
    return begin.starts_with(kMagic);
}

FileWriter::FileWriter(std::filesystem::path file)
    : file_(std::move(file)), out_(file_, std::ios::binary) {
    out_.write(kMagic.data(), kMagic.size());
    if (!out_) {
        fail(file_, "the recording cannot be written", "a folder that is there and may be written");
    }
    checksum_.add(std::as_bytes(std::span(kMagic)));
}

void FileWriter::write() {
    auto const size = static_cast<std::uint32_t>(octets_.size());
    out_.write(reinterpret_cast<char const*>(&size), sizeof size);
    out_.write(reinterpret_cast<char const*>(octets_.data()), size);
    checksum_.add(octets_of(size));
    checksum_.add(octets_);
}

void FileWriter::close(SimTime at) {
    put(Entry::end, at, checksum_.value());
    out_.close();
    if (!out_) {
        fail(file_, "the recording could not be written to its end", "room on the disk");
    }
}

FileReader::FileReader(std::filesystem::path file)
    : file_(std::move(file)), in_(file_, std::ios::binary) {
    std::string begin(kMagic.size(), '\0');
    if (!in_) {
        fail(file_, "cannot be read", "a recording of a head-end");
    }
    in_.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    if (begin != kMagic) {
        fail(file_, "is no recording of a head-end, or of another version",
             "a file that gridtwin run --record-headend wrote");
    }
    Checksum sum;
    sum.add(std::as_bytes(std::span(kMagic)));
    bool whole = false;
    while (read()) {
        if (entry_ == Entry::end) {
            whole = content_.size() == sizeof(std::uint64_t) &&
                    as<std::uint64_t>() == sum.value() &&
                    in_.peek() == std::ifstream::traits_type::eof();
            break;
        }
        auto const size = static_cast<std::uint32_t>(octets_.size());
        sum.add(octets_of(size));
        sum.add(octets_);
    }
    if (!whole) {
        fail(file_, "the recording is not whole, or was changed",
             "one whose run came to its end and wrote all of it");
    }
    in_.clear();
    in_.seekg(static_cast<std::streamoff>(kMagic.size()));
}

bool FileReader::next() {
    return read() && entry_ != Entry::end;
}

bool FileReader::read() {
    std::uint32_t size = 0;
    in_.read(reinterpret_cast<char*>(&size), sizeof size);
    if (!in_ || size < sizeof(Entry) + sizeof(SimTime) || size > kLongest) {
        return false;
    }
    octets_.resize(size);
    in_.read(reinterpret_cast<char*>(octets_.data()), size);
    if (!in_) {
        return false;
    }
    OctetReader reader(octets_);
    reader.get(entry_);
    reader.get(at_);
    content_ = std::span<std::byte const>(octets_).subspan(sizeof(Entry) + sizeof(SimTime));
    return static_cast<std::size_t>(entry_) < kEntries;
}

} // namespace gridtwin::headend::recording
