#include "models/wire/balance_block.hpp"

#include "models/wire/varint.hpp"

namespace gridtwin::wire {

void encode(BalanceRow const& row, std::vector<std::byte>& out) {
    put_varint(row.interval, out);
    put_varint(row.meters, out);
    put_varint(zigzag(row.busbar_mwh), out);
    put_varint(zigzag(static_cast<std::int64_t>(static_cast<std::uint64_t>(row.busbar_mwh) -
                                                static_cast<std::uint64_t>(row.meters_mwh))),
               out);
}

Decoded<BalanceRow> decode_balance(std::span<std::byte const> octets) {
    Decoded<BalanceRow> decoded;
    Reader reader(octets);
    while (!reader.at_end()) {
        BalanceRow row;
        row.interval = reader.uint32("the interval");
        row.meters = reader.uint32("the number of meters");
        row.busbar_mwh = reader.signed64("the busbar's energy");
        // Modulo 2^64, so that every difference has an encoding.
        row.meters_mwh = static_cast<std::int64_t>(
            static_cast<std::uint64_t>(row.busbar_mwh) -
            static_cast<std::uint64_t>(reader.signed64("the difference")));
        if (!reader.ok()) {
            decoded.problem = reader.problem();
            break;
        }
        decoded.blocks.push_back(row);
    }
    return decoded;
}

} // namespace gridtwin::wire
