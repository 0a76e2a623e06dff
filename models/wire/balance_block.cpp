#include "models/wire/balance_block.hpp"

#include "models/wire/decode_all.hpp"

namespace gridtwin::wire {
namespace {

BalanceRow read_balance(Reader& reader) {
    BalanceRow row;
    row.interval = reader.uint32("the interval");
    row.meters = reader.uint32("the number of meters");
    row.busbar_mwh = reader.signed64("the busbar's energy");
    // Modulo 2^64, so that every difference has an encoding.
    row.meters_mwh =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(row.busbar_mwh) -
                                  static_cast<std::uint64_t>(reader.signed64("the difference")));
    return row;
}

} // namespace

void encode(BalanceRow const& row, std::vector<std::byte>& out) {
    put_varint(row.interval, out);
    put_varint(row.meters, out);
    put_varint(zigzag(row.busbar_mwh), out);
    put_varint(zigzag(static_cast<std::int64_t>(static_cast<std::uint64_t>(row.busbar_mwh) -
                                                static_cast<std::uint64_t>(row.meters_mwh))),
               out);
}

Decoded<BalanceRow> decode_balance(std::span<std::byte const> octets) {
    return decode_all<BalanceRow>(octets, read_balance);
}

} // namespace gridtwin::wire
