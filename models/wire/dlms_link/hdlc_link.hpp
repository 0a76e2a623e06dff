#pragma once
// Both ends of one HDLC link in normal response mode with a window of one frame (IEC 62056-46,
// 6.4): the client (primary) sends a frame with P and waits, the server (secondary) answers every
// frame with one of its own. APDUs longer than the negotiated information field go in segments,
// each acknowledged. What is lost is sent again when the caller's timer says so; what comes twice
// is taken once. Frames must not overtake each other.
//
// Plain values: a copy is a snapshot.
#include "models/wire/dlms_link/hdlc_frame.hpp"
#include "models/wire/dlms_link/hdlc_parameters.hpp"

#include <optional>

namespace gridtwin::wire {

struct HdlcLinkSpec {
    HdlcAddress client = hdlc_client(1);
    HdlcAddress server{1, 0, 1};
    HdlcParameters parameters{};
    std::size_t longest_apdu = 65535; ///< a longer one ends the connection
};

/// What one frame received (or one time-out) leads to.
struct HdlcStep {
    std::optional<HdlcFrame> send{};
    std::optional<std::vector<std::byte>> apdu{}; ///< received whole, without LLC header
    bool unsolicited = false;                     ///< the APDU came in UI
};

/// State variables, and the APDUs on their way in and out; shared by both ends.
struct HdlcTransfer {
    std::uint8_t send = 0;    ///< V(S), modulo 8
    std::uint8_t receive = 0; ///< V(R), modulo 8
    std::vector<std::byte>
        outgoing{};            ///< LLC header and APDU, from the first octet not acknowledged
    std::size_t in_flight = 0; ///< octets of them in the frame sent last; 0: acknowledged
    std::vector<std::byte> incoming{};
};

class HdlcClient {
  public:
    enum class State { disconnected, connecting, connected, disconnecting };

    explicit HdlcClient(HdlcLinkSpec const& spec) : spec_(spec) {}

    [[nodiscard]] HdlcFrame connect();    ///< SNRM
    [[nodiscard]] HdlcFrame disconnect(); ///< DISC
    /// The first segment of a request.
    /// Errors: SimulationError unless connected and not waiting.
    [[nodiscard]] HdlcFrame send(std::span<std::byte const> apdu);
    [[nodiscard]] HdlcStep receive(HdlcFrame const& frame);
    /// The frame to send again; none where nothing is waited for.
    [[nodiscard]] std::optional<HdlcFrame> timed_out() const;
    /// Nothing is waited for any more, as after too many repetitions; only connect() goes on.
    void give_up();

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] bool waiting() const { return last_.has_value(); }
    /// As settled; the proposal before.
    [[nodiscard]] HdlcParameters const& parameters() const { return settled_; }

  private:
    [[nodiscard]] HdlcFrame frame(HdlcType type) const;
    HdlcStep receive_connected(HdlcFrame const& frame);
    HdlcStep await(HdlcFrame frame);

    HdlcLinkSpec spec_;
    HdlcParameters settled_ = spec_.parameters;
    State state_ = State::disconnected;
    HdlcTransfer transfer_;
    std::optional<HdlcFrame> last_; ///< sent, and no answer yet
};

class HdlcServer {
  public:
    explicit HdlcServer(HdlcLinkSpec const& spec) : spec_(spec) {}

    /// Where it brings an APDU without a frame to send, answer() or busy() says what to send.
    [[nodiscard]] HdlcStep receive(HdlcFrame const& frame);
    /// The first segment of the answer.
    /// Errors: SimulationError where no request waits for one.
    [[nodiscard]] HdlcFrame answer(std::span<std::byte const> apdu);
    /// RR: the answer will come later, to a frame that asks for it.
    [[nodiscard]] HdlcFrame busy();
    /// UI, outside of the connection.
    [[nodiscard]] HdlcFrame notify(std::span<std::byte const> apdu) const;

    [[nodiscard]] bool connected() const { return connected_; }
    [[nodiscard]] bool answering() const { return answering_; }
    [[nodiscard]] HdlcParameters const& parameters() const { return settled_; }

  private:
    enum class RejectReason : std::uint8_t { unknown_control = 1, too_long = 4, wrong_receive = 8 };
    [[nodiscard]] HdlcFrame frame(HdlcType type) const;
    HdlcStep respond(HdlcFrame frame);
    HdlcStep reject(HdlcFrame const& received, RejectReason reason);
    HdlcStep connect(HdlcFrame const& frame);
    HdlcStep receive_information(HdlcFrame const& frame);
    HdlcStep receive_ready(HdlcFrame const& frame);

    HdlcLinkSpec spec_;
    HdlcParameters settled_ = spec_.parameters;
    bool connected_ = false;
    bool answering_ = false; ///< a request was handed over, its answer is due
    HdlcTransfer transfer_;
    HdlcFrame last_; ///< the response sent last
};

} // namespace gridtwin::wire
