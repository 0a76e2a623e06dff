#include "tests/models/plc/reference_script.hpp"

#include <algorithm>
#include <cstddef>

namespace gridtwin::plc::testing {

std::vector<Deed> script(Seed seed, double begin_s, double end_s, ChannelSpec const& channel) {
    EntityKey const key(EntityKind::world, 3);
    std::uint64_t draws = 0;
    auto const draw = [&] { return draw01(seed, key, Purpose::test, draws++); };
    auto const meter = [&] { return static_cast<std::uint16_t>(1 + draw() * kMeters); };
    std::vector<Deed> deeds;
    std::uint64_t handle = 0;
    auto const send = [&](double t_s, Datagram datagram) {
        datagram.handle |= ++handle;
        deeds.push_back({.at = at_s(t_s), .datagram = datagram});
    };
    for (double t_s = begin_s; t_s < end_s; t_s += 60.0) {
        std::vector<float> noise;
        double const load_w = 40'000.0 * draw();
        double const level = noise_level_dbuv({}, channel, t_s, load_w);
        for (std::size_t m = 0; m <= kMeters; ++m) {
            noise.push_back(static_cast<float>(level + 12.0 * draw()));
        }
        deeds.push_back({.at = at_s(t_s),
                         .kind = Deed::Kind::noise,
                         .noise_dbuv = noise,
                         .impulse_factor = impulse_factor(channel, t_s)});
    }
    for (double t_s = begin_s; t_s < end_s; t_s += 300.0) { // a round, faster than the line allows
        for (std::uint16_t m = 1; m <= kMeters; ++m) {
            send(t_s + 1.5 * m, {.from = 0, .to = m, .octets = 20});
        }
    }
    for (double t_s = begin_s; t_s < end_s; t_s += 60.0 * draw()) {
        send(t_s, {.from = 0, .to = meter(), .octets = 24, .priority = 2});
        if (draw() < 0.3) { // and a meter that speaks unasked, sometimes to a neighbour
            std::uint16_t const from = meter();
            std::uint16_t const to = draw() < 0.5 ? std::uint16_t{0} : meter();
            std::uint32_t const octets = static_cast<std::uint32_t>(200.0 * draw());
            send(t_s, {.handle = kAlarm,
                       .from = from,
                       .to = from == to ? std::uint16_t{0} : to,
                       .octets = octets,
                       .priority = 1,
                       .contend = draw() < 0.7});
        }
    }
    for (double t_s = begin_s + 400.0 * draw(); t_s < end_s; t_s += 1800.0 * draw()) {
        std::uint16_t const first = meter();
        auto const count = static_cast<std::uint16_t>(1 + 40.0 * draw() * draw());
        double const gasp_s = 20.0 * draw();
        double const dark_s = 300.0 * draw() * draw();
        for (std::uint16_t m = first; m < first + count && m <= kMeters; ++m) {
            send(t_s, {.handle = kAlarm,
                       .from = m,
                       .to = 0,
                       .octets = 16,
                       .priority = 3,
                       .contend = true});
            deeds.push_back({.at = at_s(t_s + gasp_s), .kind = Deed::Kind::power, .modem = m});
            deeds.push_back({.at = at_s(t_s + gasp_s + dark_s),
                             .kind = Deed::Kind::power,
                             .modem = m,
                             .powered = true});
        }
    }
    for (double t_s = begin_s + 10.0 + 900.0 * draw(); t_s < end_s; t_s += 900.0 * draw()) {
        // a supply that blinks as its meter begins to speak, or in a burst to it
        std::uint16_t const m = meter();
        double const dark_s = draw() < 0.5 ? 0.0 : 2.0 * draw();
        send(t_s, {.handle = kAlarm, .from = m, .to = 0, .octets = 100, .contend = draw() < 0.5});
        send(t_s - 2.0 * draw(), {.from = 0, .to = m, .octets = 250, .priority = 4});
        deeds.push_back({.at = at_s(t_s), .kind = Deed::Kind::power, .modem = m});
        deeds.push_back(
            {.at = at_s(t_s + dark_s), .kind = Deed::Kind::power, .modem = m, .powered = true});
    }
    // to everybody, mostly to spread, and a word to a neighbour without asking for a route
    std::uint64_t more = 0;
    auto const also = [&] {
        return draw01(seed, EntityKey(EntityKind::world, 4), Purpose::test, more++);
    };
    auto const one_of = [&] { return static_cast<std::uint16_t>(1 + also() * kMeters); };
    for (double t_s = begin_s + 200.0 * also(); t_s < end_s; t_s += 800.0 * also()) {
        send(t_s, {.handle = kAlarm,
                   .from = also() < 0.7 ? std::uint16_t{0} : one_of(),
                   .to = medium::kEverybody,
                   .octets = static_cast<std::uint32_t>(27.0 * also()),
                   .contend = also() < 0.5,
                   .spread = also() < 0.7,
                   .arrive_by_cs = also() < 0.6 ? medium::arrive_by(at_s(t_s + 2.0 * also())) : 0});
        std::uint16_t const speaker = one_of();
        send(t_s + 5.0 * also(), {.handle = kAlarm,
                                  .from = speaker,
                                  .to = static_cast<std::uint16_t>(speaker - 1),
                                  .octets = 30,
                                  .contend = true,
                                  .direct = true});
    }
    for (double t_s = begin_s + 250.0; t_s < end_s; t_s += 1800.0) { // more than a queue holds
        for (std::uint16_t n = 0; n < kMeters; ++n) {
            send(t_s, {.from = 0,
                       .to = static_cast<std::uint16_t>(1 + n),
                       .octets = 20,
                       .priority = static_cast<std::uint8_t>(n % 4)});
        }
    }
    for (double t_s = begin_s + 1800.0 * draw(); t_s < end_s; t_s += 7200.0 * draw()) {
        auto const line = static_cast<std::uint32_t>(2.0 * draw()); // a fuse blows, is replaced
        for (bool const closed : {false, true}) {
            deeds.push_back({.at = at_s(closed ? t_s + 300.0 * draw() : t_s),
                             .kind = Deed::Kind::line,
                             .powered = closed,
                             .line = line});
        }
    }
    std::stable_sort(deeds.begin(), deeds.end(),
                     [](Deed const& a, Deed const& b) { return a.at < b.at; });
    return deeds;
}

std::vector<Deed> with_two_roots(std::vector<Deed> deeds, Seed seed, double begin_s, double end_s) {
    EntityKey const key(EntityKind::world, 5);
    std::uint64_t draws = 0;
    auto const draw = [&] { return draw01(seed, key, Purpose::test, draws++); };
    std::vector<Deed> moves;
    auto const move = [&](double t_s, std::uint16_t m, double none) {
        std::uint16_t const root = draw() < none ? kNoModem : draw() < 0.5 ? 0 : 1;
        moves.push_back({.at = at_s(t_s), .kind = Deed::Kind::root, .modem = m, .root = root});
    };
    for (std::uint16_t m = 2; m <= kMeters; ++m) {
        move(begin_s, m, 0.0);
    }
    for (double t_s = begin_s; t_s < end_s; t_s += 600.0 * draw()) {
        move(t_s, static_cast<std::uint16_t>(2 + draw() * (kMeters - 1)), 0.2);
    }
    deeds.insert(deeds.begin(), moves.begin(), moves.end());
    std::stable_sort(deeds.begin(), deeds.end(),
                     [](Deed const& a, Deed const& b) { return a.at < b.at; });
    std::vector<std::uint16_t> root_of(kMeters + 1, 0);
    for (auto& deed : deeds) {
        if (deed.kind == Deed::Kind::root) {
            root_of[deed.modem] = deed.root;
        }
        auto& [handle, from, to, octets, priority, contend, direct, joining, spread, arrive_by_cs] =
            deed.datagram;
        if (deed.kind != Deed::Kind::send || direct) {
            continue;
        }
        bool const down = from == 0;
        std::uint16_t const meter = down ? to : from;
        std::uint16_t const own = meter > kMeters ? handle % 2 : root_of[meter];
        if (meter >= 2 && own != kNoModem && (down || to == 0)) {
            (down ? from : to) = own;
        }
        if (meter >= 2 && meter <= kMeters && (down ? from : to) < 2 && draw() < 0.2) {
            joining = true; // mostly to the one that it does not belong to
            std::uint64_t const other = own == kNoModem || draw() < 0.2 ? handle & 1U : own ^ 1U;
            (down ? from : to) = static_cast<std::uint16_t>(other);
        }
    }
    return deeds;
}

} // namespace gridtwin::plc::testing
