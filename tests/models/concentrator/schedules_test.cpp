#include "models/concentrator/schedules.hpp"

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

TEST(Schedule, ComesAtItsMultiplesShiftedByItsOffset) {
    Schedule const daily{.every = 24h, .offset = 30min};
    EXPECT_EQ(slot_from(daily, kStart), kStart + 30min);
    EXPECT_EQ(slot_from(daily, kStart + 30min), kStart + 30min);
    EXPECT_EQ(slot_from(daily, kStart + 30min + 1ns), kStart + 24h + 30min);
    EXPECT_EQ(slot_from(daily, kStart + 48h + 30min), kStart + 48h + 30min);
    EXPECT_EQ(slot_from({}, kStart), kNever);
}

std::vector<std::size_t> turns(Sweep& sweep, std::vector<std::size_t> const& silent) {
    std::vector<std::size_t> out;
    while (sweep.active()) {
        out.push_back(sweep.meter());
        bool const answers = std::find(silent.begin(), silent.end(), out.back()) == silent.end();
        answers ? sweep.done() : static_cast<void>(sweep.failed());
    }
    return out;
}

TEST(Sweep, AsksEachOnceAndTheSilentOnesAgainAfterAllOthers) {
    Sweep sweep;
    EXPECT_FALSE(sweep.active());
    sweep.begin(4, 3);
    EXPECT_EQ(turns(sweep, {1, 3}), (std::vector<std::size_t>{0, 1, 2, 3, 1, 3, 1, 3}));
    sweep.begin(2, 1);
    EXPECT_EQ(turns(sweep, {0, 1}), (std::vector<std::size_t>{0, 1})) << "anew, one try";
}

TEST(Sweep, OverNobodyIsOver) {
    Sweep sweep;
    sweep.begin(0, 3);
    EXPECT_FALSE(sweep.active());
}

} // namespace
} // namespace gridtwin::concentrator
