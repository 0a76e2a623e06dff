#include "models/wire/firmware.hpp"

#include "models/wire/decode_all.hpp"
#include "sim/core/diagnostics.hpp"

#include <string_view>

namespace gridtwin::wire {
namespace {

constexpr std::uint64_t kEnd = std::uint64_t{1} << 32; ///< no block has this number

/// Empty when nothing is wrong.
std::string_view problem(FirmwareImage const& image) {
    if (image.version == 0 || image.octets == 0) {
        return "an image without version or octets";
    }
    if (image.block_octets > 0xffff || image.blocks() > kMostImageBlocks) {
        return "blocks that are too long, or too many";
    }
    return {};
}

FirmwareImage read_image(Reader& reader) {
    FirmwareImage image;
    image.version = reader.uint32("the version");
    image.octets = reader.uint32("the octets");
    image.block_octets = reader.uint32("the octets of a block");
    image.activate_at = from_ns(reader.signed64("the time"));
    if (auto const what = problem(image); reader.ok() && !what.empty()) {
        reader.fail(what);
    }
    return image;
}

FirmwareGaps read_gaps(Reader& reader) {
    FirmwareGaps gaps;
    gaps.version = reader.uint32("the version");
    gaps.first = reader.uint32("the first block");
    std::uint32_t const count = reader.uint32("the number of runs");
    if (count > kMaxBlockRuns || count > reader.left() / 2) {
        reader.fail(fmt::format("the number of runs is {}, more than can follow", count));
    }
    std::uint64_t end = gaps.first;
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        std::uint32_t const held = reader.uint32("the blocks held");
        std::uint32_t const lacking = reader.uint32("the length of a run");
        std::uint64_t const first = end + held;
        end = first + lacking;
        if (reader.ok() && ((i > 0 && held == 0) || lacking == 0 || end > kEnd)) {
            reader.fail("no run that could stand here");
        }
        gaps.runs.push_back({static_cast<std::uint32_t>(first), lacking});
    }
    return gaps;
}

FirmwareReport read_report(Reader& reader) {
    FirmwareReport report;
    report.version = reader.uint32("the version");
    report.done = reader.uint32("the meters done");
    report.meters = reader.uint32("the meters");
    std::uint8_t const over = reader.octet("whether it is over");
    if (reader.ok() && (over > 1 || report.done > report.meters)) {
        reader.fail("more meters done than there are, or neither over nor not");
    }
    report.over = over == 1;
    return report;
}

} // namespace

void encode(FirmwareImage const& image, std::vector<std::byte>& out) {
    if (auto const what = problem(image); !what.empty()) {
        throw SimulationError(
            fmt::format("firmware {}: {} cannot be encoded", image.version, what));
    }
    put_varint(image.version, out);
    put_varint(image.octets, out);
    put_varint(image.block_octets, out);
    put_varint(zigzag(to_ns(image.activate_at)), out);
}

void encode(FirmwareGaps const& gaps, std::vector<std::byte>& out) {
    put_varint(gaps.version, out);
    put_varint(gaps.first, out);
    put_varint(gaps.runs.size(), out);
    std::uint64_t end = gaps.first;
    bool fits = gaps.runs.size() <= kMaxBlockRuns;
    for (std::size_t i = 0; i < gaps.runs.size(); ++i) {
        auto const& run = gaps.runs[i];
        fits = fits && run.count > 0 && run.first >= end + (i > 0 ? 1 : 0) &&
               std::uint64_t{run.first} + run.count <= kEnd;
        put_varint(run.first - end, out);
        put_varint(run.count, out);
        end = std::uint64_t{run.first} + run.count;
    }
    if (!fits) {
        throw SimulationError(
            fmt::format("firmware {}: such gaps cannot be encoded", gaps.version));
    }
}

void encode(FirmwareReport const& report, std::vector<std::byte>& out) {
    if (report.done > report.meters) {
        throw SimulationError(fmt::format("firmware {}: {} of {} meters cannot be encoded",
                                          report.version, report.done, report.meters));
    }
    put_varint(report.version, out);
    put_varint(report.done, out);
    put_varint(report.meters, out);
    out.push_back(static_cast<std::byte>(report.over ? 1 : 0));
}

Decoded<FirmwareImage> decode_image(std::span<std::byte const> octets) {
    return decode_all<FirmwareImage>(octets, read_image);
}

Decoded<FirmwareGaps> decode_gaps(std::span<std::byte const> octets) {
    return decode_all<FirmwareGaps>(octets, read_gaps);
}

Decoded<FirmwareReport> decode_report(std::span<std::byte const> octets) {
    return decode_all<FirmwareReport>(octets, read_report);
}

} // namespace gridtwin::wire
