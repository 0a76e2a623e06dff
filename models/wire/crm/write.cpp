#include "models/wire/crm/schema.hpp"
#include "models/wire/crm/values.hpp"
#include "models/wire/crm/xml.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::crm {
namespace {

/// A tag and what is in it, with everything that has a meaning in XML escaped.
class Writer {
  public:
    [[nodiscard]] std::string take() { return std::move(out_); }

    void begin(std::string_view name) {
        close_tag();
        out_ += fmt::format("{:{}}<{}", "", 2 * open_.size(), name);
        open_.push_back(name);
        in_tag_ = true;
    }
    void attribute(std::string_view name, std::string_view value) {
        out_ += fmt::format(" {}=\"", name);
        escape(value);
        out_ += '"';
    }
    template <typename Value>
    void attribute(std::string_view name, std::optional<Value> const& value) {
        if (value) {
            if constexpr (std::is_same_v<Value, std::string>) {
                attribute(name, *value);
            } else {
                attribute(name, write_value(*value));
            }
        }
    }
    void end() {
        auto const name = open_.back();
        open_.pop_back();
        if (in_tag_) {
            out_ += "/>\n";
        } else {
            out_ += fmt::format("{:{}}</{}>\n", "", 2 * open_.size(), name);
        }
        in_tag_ = false;
    }
    void text(std::string_view name, std::string_view value) {
        close_tag();
        out_ += fmt::format("{:{}}<{}>", "", 2 * open_.size(), name);
        escape(value);
        out_ += fmt::format("</{}>\n", name);
    }

  private:
    void close_tag() {
        if (in_tag_) {
            out_ += ">\n";
            in_tag_ = false;
        }
    }
    void escape(std::string_view value) {
        for (char const c : value) {
            switch (c) {
            case '&':
                out_ += "&amp;";
                break;
            case '<':
                out_ += "&lt;";
                break;
            case '>':
                out_ += "&gt;";
                break;
            case '"':
                out_ += "&quot;";
                break;
            case '\t': // or they would be read as blanks
            case '\n':
            case '\r':
                out_ += fmt::format("&#{};", static_cast<int>(c));
                break;
            default:
                out_ += c;
            }
        }
    }

    std::string out_;
    std::vector<std::string_view> open_;
    bool in_tag_ = false;
};

std::string number(std::uint64_t value) {
    return write_value(value);
}

void put(MeterRecord const& meter, Writer& out) {
    out.begin("meter");
    out.attribute("code", meter.code);
    out.attribute("number", meter.number);
    out.attribute("tariff", number(meter.tariff));
    out.attribute("balance-cents", write_value(meter.balance));
    out.end();
}

void put(Subscriber const& subscriber, Writer& out) {
    out.begin("subscriber");
    out.attribute("code", subscriber.code);
    out.attribute("contract", subscriber.contract);
    out.attribute("status", kStatusNames.at(static_cast<std::size_t>(subscriber.status)));
    out.attribute("registered", write_value(subscriber.registered));
    out.attribute("ended", subscriber.ended);
    out.attribute("household", subscriber.household);
    out.attribute("rooms", subscriber.rooms);
    out.attribute("may-pay", subscriber.may_pay ? "true" : "false");
    out.attribute("assumed-wh", subscriber.assumed_wh);
    out.text("name", subscriber.name);
    if (subscriber.phone) {
        out.text("phone", *subscriber.phone);
    }
    if (subscriber.note) {
        out.text("note", *subscriber.note);
    }
    for (auto const& meter : subscriber.meters) {
        put(meter, out);
    }
    out.end();
}

struct PutAction {
    Writer& out;

    void operator()(QueryBalance const&) const { out.begin("balance"); }
    void operator()(SetTariff const& tariff) const {
        out.begin("tariff");
        out.attribute("from", write_value(tariff.from));
        for (auto const& rate : tariff.rates) {
            out.begin("rate");
            out.attribute("from", write_value(static_cast<MinuteOfDay>(rate.minute)));
            out.attribute("cents-per-kwh", write_value(rate.per_kwh));
            out.end();
        }
    }
    void operator()(Switch const& order) const {
        out.begin("switch");
        out.attribute("contacts", order.on ? "on" : "off");
    }
    void operator()(SetLimit const& limit) const {
        out.begin("limit");
        out.attribute("power-w", number(limit.power_w));
        out.attribute("energy-wh", number(limit.energy_wh));
    }
    void operator()(TopUp const& top_up) const {
        out.begin("top-up");
        out.attribute("cents", write_value(top_up.amount));
        out.attribute("token", number(top_up.token));
    }
    void operator()(ReadRegisters const&) const { out.begin("read-registers"); }
    void operator()(ReadProfile const& read) const {
        out.begin("read-profile");
        out.attribute("first", number(read.first));
        out.attribute("count", number(read.count));
    }
    void operator()(ReadClock const&) const { out.begin("read-clock"); }
};

void put(Command const& command, Writer& out) {
    out.begin("command");
    out.attribute("id", number(command.id));
    out.attribute("meter", command.meter);
    out.attribute("valid-s", number(command.valid_s));
    std::visit(PutAction{out}, command.action);
    out.end();
    out.end();
}

void put(Delivery const& delivery, Writer& out) {
    out.begin("delivery");
    out.attribute("command", number(delivery.command));
    out.attribute("state", kStateNames.at(delivery.state));
    out.attribute("fate", kFateNames.at(static_cast<std::size_t>(delivery.fate)));
    out.attribute("at", write_value(delivery.at));
    out.attribute("reason", delivery.reason);
    out.end();
}

void put(Received const& received, Writer& out) {
    out.begin("received");
    out.attribute("id", number(received.id));
    out.attribute("sender", received.sender);
    out.attribute("at", write_value(received.at));
    out.attribute("kind", kReceivedNames.at(static_cast<std::size_t>(received.kind)));
    out.attribute("meter", received.meter);
    out.attribute("command", received.command);
    out.attribute("balance-cents", received.balance);
    out.attribute("energy-wh", received.energy_wh);
    out.text("explanation", received.explanation);
    out.end();
}

void put(Answer const& answer, Writer& out) {
    out.begin("answer");
    out.attribute("to", number(answer.to));
    out.attribute("number", answer.number);
    out.attribute("right", answer.right ? "true" : "false");
    out.text("text", answer.text);
    out.end();
}

} // namespace

std::string write_xml(Exchange const& exchange) {
    Writer out;
    out.begin(schema().name);
    out.attribute("xmlns", kNamespace);
    out.attribute("number", number(exchange.number));
    out.attribute("created", write_value(exchange.created));
    for (auto const& entry : exchange.entries) {
        std::visit([&](auto const& one) { put(one, out); }, entry);
    }
    out.end();
    auto text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + out.take();
    // What others would refuse shall not leave: the same check as for what comes in.
    if (auto const read = parse_xml(text, "crm"); !read.ok()) {
        throw SimulationError(read.diagnostics.text());
    }
    return text;
}

} // namespace gridtwin::wire::crm
