#include "sim/app/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace gridtwin::app {
namespace {

constexpr std::uint32_t kCallsBetweenLooks =
    256; // reading the clock at every window would cost more than the bar
constexpr auto kBetweenDraws = std::chrono::milliseconds{100};

std::string short_duration(double seconds) {
    long const s = std::lround(seconds);
    return s >= 3600 ? fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
                     : fmt::format("{}:{:02}", s / 60, s % 60);
}

} // namespace

ProgressBar::ProgressBar(bool terminal, bool quiet, bool paced)
    : terminal_(terminal), quiet_(quiet), paced_(paced) {}

std::string ProgressBar::line(SimTime now, SimTime end, double wall_s, bool bar) {
    double const part = end == kStart ? 1.0 : std::clamp(to_s(now) / to_s(end), 0.0, 1.0);
    double const speed = wall_s > 0.0 ? to_s(now) / wall_s : 0.0;
    double const left_s = speed > 0.0 ? to_s(end - now) / speed : 0.0;
    std::string out;
    if (bar) {
        constexpr int kWidth = 30;
        int const full = static_cast<int>(part * kWidth);
        out = fmt::format("[{}{}] ", std::string(static_cast<std::size_t>(full), '#'),
                          std::string(static_cast<std::size_t>(kWidth - full), '.'));
    }
    return out + fmt::format("{:3.0f} %  simulated {}  {:.0f} s/s  left {}", 100.0 * part,
                             format_time(SimTime{
                                 std::chrono::floor<std::chrono::seconds>(now.time_since_epoch())}),
                             speed, short_duration(left_s));
}

void ProgressBar::update(SimTime now, SimTime end) {
    if (quiet_) {
        return;
    }
    if (!terminal_) {
        int const tenths = end == kStart ? 10 : static_cast<int>(10.0 * to_s(now) / to_s(end));
        if (tenths > tenths_) {
            tenths_ = tenths;
            double const wall_s = std::chrono::duration<double>(Clock::now() - started_).count();
            fmt::print(stderr, "{}\n", line(now, end, wall_s, false));
        }
        return;
    }
    if (!paced_ && ++calls_ % kCallsBetweenLooks != 0) {
        return;
    }
    auto const wall = Clock::now();
    if (wall - shown_ >= kBetweenDraws) {
        shown_ = wall;
        fmt::print(stderr, "\r{}\x1b[K",
                   line(now, end, std::chrono::duration<double>(wall - started_).count(), true));
        std::fflush(stderr);
    }
}

void ProgressBar::finish() {
    if (!quiet_ && terminal_) {
        fmt::print(stderr, "\r\x1b[K");
    }
}

} // namespace gridtwin::app
