// A head-end linked with core alone: no simulator, no test framework, ports made by hand. Plays a
// few minutes and says by its exit code whether it did what it should.
#include "tests/models/headend/fake_ports.hpp"

#include <cstdio>

int main() {
    using namespace gridtwin;
    using namespace gridtwin::headend;
    Desk desk(make_fleet(1, 4, 4));
    desk.head.orders().switch_relay(meter(0), false, at(1min));
    desk.run_to(1min);
    desk.acknowledge(desk.last(), 0, 1min);
    for (std::uint32_t m = 0; m < 3; ++m) {
        desk.alarm(m, AlarmKind::power_lost, 1min);
    }
    desk.run_to(4h + 1min);
    bool const asks = desk.last().meter == meter(3) && desk.last().count == 16;
    bool const confirmed = desk.head.orders().relay_counts().confirmed == 1;
    bool const out = desk.head.outage().open_transformers() == 1;
    std::printf("asks %d, confirmed %d, out %d\n", asks, confirmed, out);
    return asks && confirmed && out ? 0 : 1;
}
