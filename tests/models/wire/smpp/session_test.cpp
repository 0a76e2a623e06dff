#include "models/wire/smpp/session.hpp"
#include "models/wire/smpp/splitter.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/smpp/random_pdu.hpp"

namespace gridtwin::wire::smpp {
namespace {

using namespace std::chrono_literals;

Pdu request(CommandId command, Body body = {}, std::uint32_t sequence = 1) {
    return {.command = command,
            .status = CommandStatus::ok,
            .sequence = sequence,
            .body = std::move(body),
            .tlvs = {}};
}

DecodedPdu understood(Pdu pdu) {
    DecodedPdu decoded;
    decoded.pdu = std::move(pdu);
    return decoded;
}

ShortMessage message() {
    ShortMessage m;
    m.destination.digits = "499912345";
    return m;
}

/// A message centre's end with its spec.
struct Centre {
    SessionSpec spec;
    Session session = open_session(kStart);
    SimTime now = kStart;

    Reaction hear(Pdu const& pdu) { return receive(session, spec, understood(pdu), now); }
    Pdu reply(std::uint32_t sequence, CommandStatus status = CommandStatus::ok, Body body = {}) {
        return answer(session, spec, sequence, status, std::move(body));
    }
    void bind(CommandId how) {
        EXPECT_TRUE(hear(request(how, Bind{})).for_caller);
        EXPECT_EQ(reply(1).status, CommandStatus::ok);
    }
};

TEST(SmppSession, ABindIsTheCallersToAccept) {
    Centre centre;
    auto const reaction = centre.hear(request(CommandId::bind_transceiver, Bind{}, 5));
    EXPECT_TRUE(reaction.for_caller);
    EXPECT_FALSE(reaction.answer.has_value());
    EXPECT_EQ(centre.hear(request(CommandId::bind_receiver, Bind{}, 6)).answer->status,
              CommandStatus::already_bound)
        << "while one waits";
    EXPECT_EQ(centre.session.state, SessionState::open) << "not before the answer";
    auto const refused = centre.reply(5, CommandStatus::invalid_password);
    EXPECT_EQ(refused.command, CommandId::bind_transceiver_resp);
    EXPECT_EQ(refused.body, Body{NoBody{}});
    EXPECT_EQ(centre.session.state, SessionState::open);

    EXPECT_TRUE(centre.hear(request(CommandId::bind_transceiver, Bind{}, 7)).for_caller);
    auto const accepted = centre.reply(7);
    EXPECT_EQ(std::get<BindResp>(accepted.body).system_id, "gridtwin");
    EXPECT_EQ(number(accepted.tlvs, Tag::sc_interface_version), kVersion34);
    EXPECT_EQ(centre.session.state, SessionState::bound_trx);
}

// Table 2-1 of the standard, for what a client sends: bind, submit and the like, link and unbind.
TEST(SmppSession, WhatIsOutOfPlaceIsAnsweredSo) {
    struct Row {
        CommandId bind;
        CommandStatus submit;
    };
    for (auto const& [bind, submit] :
         {Row{CommandId::bind_transmitter, CommandStatus::ok},
          Row{CommandId::bind_receiver, CommandStatus::incorrect_bind_status},
          Row{CommandId::bind_transceiver, CommandStatus::ok}}) {
        Centre centre;
        for (auto const& early :
             {request(CommandId::submit_sm, message()), request(CommandId::enquire_link),
              request(CommandId::unbind), request(CommandId::query_sm, QuerySm{})}) {
            auto const reaction = centre.hear(early);
            EXPECT_EQ(reaction.answer->command, response_to(early.command));
            EXPECT_EQ(reaction.answer->status, CommandStatus::incorrect_bind_status);
            EXPECT_FALSE(reaction.close);
        }
        centre.bind(bind);
        EXPECT_EQ(centre.hear(request(CommandId::bind_receiver, Bind{}, 2)).answer->status,
                  CommandStatus::already_bound);
        auto const submitted = centre.hear(request(CommandId::submit_sm, message(), 3));
        EXPECT_EQ(submitted.for_caller, submit == CommandStatus::ok);
        if (!submitted.for_caller) {
            EXPECT_EQ(submitted.answer->status, submit);
        }
        auto const alive = centre.hear(request(CommandId::enquire_link, {}, 4));
        EXPECT_EQ(alive.answer->command, CommandId::enquire_link_resp);
        EXPECT_EQ(alive.answer->sequence, 4U);
        auto const end = centre.hear(request(CommandId::unbind, {}, 5));
        EXPECT_EQ(end.answer->command, CommandId::unbind_resp);
        EXPECT_TRUE(end.close);
        EXPECT_EQ(centre.session.state, SessionState::closed);
        EXPECT_FALSE(centre.hear(request(CommandId::enquire_link)).answer.has_value());
    }
}

TEST(SmppSession, WhatIsNotUnderstoodIsAnsweredSo) {
    Centre centre;
    centre.bind(CommandId::bind_transceiver);
    auto const unknown = centre.hear(request(static_cast<CommandId>(0x110), Undecoded{}, 9));
    EXPECT_EQ(unknown.answer->command, CommandId::generic_nack);
    EXPECT_EQ(unknown.answer->status, CommandStatus::invalid_command_id);
    EXPECT_EQ(unknown.answer->sequence, 9U);
    EXPECT_FALSE(centre.hear(request(static_cast<CommandId>(0x80000110), Undecoded{}, 9)).answer)
        << "nobody answers an answer";
    EXPECT_EQ(centre.session.stray_answers, 1U);
    EXPECT_EQ(centre.hear(request(CommandId::deliver_sm, message())).answer->status,
              CommandStatus::invalid_command_id)
        << "a client does not deliver";
    auto const multi = centre.hear(request(CommandId::submit_multi, Undecoded{}));
    EXPECT_EQ(multi.answer->command, CommandId::submit_multi_resp);
    EXPECT_EQ(multi.answer->status, CommandStatus::invalid_command_id);
    EXPECT_EQ(centre.hear(request(CommandId::alert_notification)).answer->command,
              CommandId::generic_nack)
        << "which has no response";

    DecodedPdu broken{.pdu = request(CommandId::submit_sm, message(), 12),
                      .problem = "octet 19: ...",
                      .refusal = CommandStatus::invalid_source_address};
    auto const reaction = receive(centre.session, centre.spec, broken, centre.now);
    EXPECT_FALSE(reaction.for_caller);
    EXPECT_EQ(reaction.answer->command, CommandId::submit_sm_resp);
    EXPECT_EQ(reaction.answer->status, CommandStatus::invalid_source_address);
    EXPECT_TRUE(centre.session.theirs.empty());
}

TEST(SmppSession, TooManyUnansweredRequestsAreThrottled) {
    Centre centre;
    centre.spec.peer_window = 3;
    centre.bind(CommandId::bind_transmitter);
    for (std::uint32_t n = 10; n < 13; ++n) {
        EXPECT_TRUE(centre.hear(request(CommandId::submit_sm, message(), n)).for_caller);
    }
    EXPECT_EQ(centre.hear(request(CommandId::submit_sm, message(), 13)).answer->status,
              CommandStatus::throttled);
    EXPECT_EQ(centre.hear(request(CommandId::enquire_link, {}, 14)).answer->status,
              CommandStatus::ok)
        << "the link itself is not held up";
    auto const response = centre.reply(11, CommandStatus::ok, MessageIdResp{"m1"});
    EXPECT_EQ(response.command, CommandId::submit_sm_resp);
    EXPECT_EQ(response.sequence, 11U);
    EXPECT_TRUE(centre.hear(request(CommandId::submit_sm, message(), 15)).for_caller);
    EXPECT_THROW((void)centre.reply(11), SimulationError) << "answered once";
}

TEST(SmppSession, OurRequestsKeepToTheWindow) {
    Centre centre;
    centre.spec.window = 2;
    EXPECT_FALSE(can_send(centre.session, centre.spec, CommandId::deliver_sm)) << "not bound";
    centre.bind(CommandId::bind_receiver);
    EXPECT_FALSE(can_send(centre.session, centre.spec, CommandId::submit_sm)) << "a client's";
    auto const first =
        send(centre.session, centre.spec, request(CommandId::deliver_sm, message()), centre.now);
    auto const second =
        send(centre.session, centre.spec, request(CommandId::deliver_sm, message()), centre.now);
    EXPECT_EQ(first.sequence + 1, second.sequence);
    EXPECT_FALSE(can_send(centre.session, centre.spec, CommandId::deliver_sm));
    EXPECT_THROW((void)send(centre.session, centre.spec, request(CommandId::deliver_sm, message()),
                            centre.now),
                 SimulationError);

    auto const wrong = centre.hear(request(CommandId::submit_sm_resp, {}, second.sequence));
    EXPECT_FALSE(wrong.answers.has_value()) << "of another command";
    EXPECT_EQ(centre.session.stray_answers, 1U);
    auto const right = centre.hear(request(CommandId::deliver_sm_resp, {}, second.sequence));
    ASSERT_TRUE(right.answers.has_value());
    EXPECT_EQ(right.answers->sequence, second.sequence);
    EXPECT_FALSE(right.answer.has_value()) << "an answer is not answered";
    auto const nack = centre.hear(request(CommandId::generic_nack, {}, first.sequence));
    ASSERT_TRUE(nack.answers.has_value());
    EXPECT_EQ(nack.answers->command, CommandId::deliver_sm);
    EXPECT_FALSE(centre.hear(request(CommandId::deliver_sm_resp, {}, first.sequence)).for_caller);
    EXPECT_EQ(centre.session.stray_answers, 2U);
}

TEST(SmppSession, NumbersBeginAgainAfterTheLast) {
    Centre centre;
    centre.bind(CommandId::bind_receiver);
    centre.session.next_sequence = 0x7FFFFFFF;
    auto const last =
        send(centre.session, centre.spec, request(CommandId::deliver_sm, message()), centre.now);
    EXPECT_EQ(last.sequence, 0x7FFFFFFFU);
    EXPECT_EQ(centre.session.next_sequence, 1U);
}

TEST(SmppSession, WhoDoesNotBindInTimeIsCutOff) {
    Centre centre;
    EXPECT_EQ(next_due(centre.session, centre.spec), kStart + 30s);
    EXPECT_EQ(on_time(centre.session, centre.spec, kStart + 29s).close, "");
    (void)receive(centre.session, centre.spec, understood(request(CommandId::enquire_link)),
                  kStart + 29s);
    EXPECT_EQ(on_time(centre.session, centre.spec, kStart + 30s).close, "no bind came in time");
    EXPECT_EQ(next_due(centre.session, centre.spec), kNever);
}

TEST(SmppSession, AskedAfterSilenceAndClosedWithoutAnAnswer) {
    Centre centre;
    centre.now = kStart + 10s;
    centre.bind(CommandId::bind_transceiver);
    EXPECT_EQ(next_due(centre.session, centre.spec), kStart + 70s);
    auto const asked = on_time(centre.session, centre.spec, kStart + 70s);
    ASSERT_TRUE(asked.enquire_link.has_value());
    EXPECT_EQ(next_due(centre.session, centre.spec), kStart + 100s);
    EXPECT_FALSE(on_time(centre.session, centre.spec, kStart + 99s).enquire_link.has_value());

    auto alive = centre;
    alive.now = kStart + 80s;
    EXPECT_TRUE(alive.hear(request(CommandId::enquire_link_resp, {}, asked.enquire_link->sequence))
                    .answers.has_value());
    EXPECT_EQ(next_due(alive.session, alive.spec), kStart + 140s);

    auto const silent = on_time(centre.session, centre.spec, kStart + 100s);
    EXPECT_EQ(silent.close, "no answer to enquire_link");
    EXPECT_EQ(centre.session.state, SessionState::closed);
}

TEST(SmppSession, MessagesWithoutAnswerAreGivenUpAndFreeTheWindow) {
    Centre centre;
    centre.spec.window = 1;
    centre.bind(CommandId::bind_receiver);
    auto const sent =
        send(centre.session, centre.spec, request(CommandId::deliver_sm, message()), kStart + 5s);
    EXPECT_TRUE(on_time(centre.session, centre.spec, kStart + 34s).expired.empty());
    auto const due = on_time(centre.session, centre.spec, kStart + 35s);
    ASSERT_EQ(due.expired.size(), 1U);
    EXPECT_EQ(due.expired[0].sequence, sent.sequence);
    EXPECT_EQ(due.close, "") << "a message is no link";
    EXPECT_TRUE(can_send(centre.session, centre.spec, CommandId::deliver_sm));
}

// Both ends, over a stream that is cut anywhere: the client submits, the centre answers and
// delivers.
TEST(SmppSession, TwoEndsUnderstandEachOther) {
    Draws draws(Seed{36}, 0);
    SessionSpec const centre_spec;
    SessionSpec const client_spec{.role = Role::client};
    auto centre = open_session(kStart);
    auto client = open_session(kStart);
    Splitter to_centre;
    Splitter to_client;
    auto const put = [](Splitter& to, Pdu const& pdu) {
        std::vector<std::byte> octets;
        encode(pdu, octets);
        to.feed(octets);
    };
    put(to_centre, send(client, client_spec, request(CommandId::bind_transceiver, Bind{}), kStart));
    int submitted = 0;
    int taken = 0;
    int delivered = 0;
    for (int round = 0; round < 5000; ++round) {
        while (auto const octets = to_centre.next()) {
            auto const decoded = decode(*octets);
            auto const reaction = receive(centre, centre_spec, decoded, kStart);
            ASSERT_FALSE(reaction.answer.has_value());
            if (reaction.for_caller && !is_response(decoded.pdu.command)) {
                put(to_client, answer(centre, centre_spec, decoded.pdu.sequence, CommandStatus::ok,
                                      MessageIdResp{"x"}));
            }
        }
        if (can_send(centre, centre_spec, CommandId::deliver_sm) && draws.below(3) == 0) {
            put(to_client,
                send(centre, centre_spec, request(CommandId::deliver_sm, message()), kStart));
            ++delivered;
        }
        if (can_send(client, client_spec, CommandId::submit_sm) && draws.below(3) == 0) {
            put(to_centre,
                send(client, client_spec, request(CommandId::submit_sm, message()), kStart));
            ++submitted;
        }
        while (auto const octets = to_client.next()) {
            auto const decoded = decode(*octets);
            auto const reaction = receive(client, client_spec, decoded, kStart);
            ASSERT_FALSE(reaction.answer.has_value());
            if (is_response(decoded.pdu.command)) {
                ASSERT_TRUE(reaction.answers.has_value());
                taken += reaction.answers->command == CommandId::submit_sm ? 1 : 0;
            } else {
                put(to_centre, answer(client, client_spec, decoded.pdu.sequence, CommandStatus::ok,
                                      MessageIdResp{}));
            }
        }
    }
    EXPECT_EQ(client.state, SessionState::bound_trx);
    EXPECT_GT(submitted, 1000);
    EXPECT_GT(delivered, 1000);
    EXPECT_LE(submitted - taken, 1);
    EXPECT_EQ(centre.stray_answers + client.stray_answers, 0U);
    EXPECT_LE(centre.ours.size(), 1U);
}

} // namespace
} // namespace gridtwin::wire::smpp
