#include "sim/app/standard_output.hpp"

#include "sim/app/commands.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace gridtwin::app {

void occupy_standard_streams() {
    for (int const stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) < 0) { // the lowest that is free is the one opened
            static_cast<void>(::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY));
        }
    }
}

int finish_standard_output(int code, int error) {
    bool const failed_before = std::ferror(stdout) != 0;
    if (std::fflush(stdout) != 0) {
        error = error != 0 ? error : errno;
    } else if (!failed_before) {
        return code;
    }
    auto const why = error != 0 ? ": " + std::generic_category().message(error) : std::string();
    fmt::print(stderr, "standard output cannot be written{}\n", why);
    return code == kDone ? kBadInput : code;
}

} // namespace gridtwin::app
