#include "models/wire/crm/scan.hpp"

#include "sim/core/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace gridtwin::wire::crm {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view kBlanks = " \t\r\n";

bool is_xml_character(std::uint32_t c) { // XML 1.0, production 2
    return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) ||
           (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

class Scanner {
  public:
    Scanner(std::string_view text, std::size_t depth, Mistakes& mistakes)
        : text_(text), most_depth_(depth), mistakes_(mistakes) {}

    void run() {
        characters();
        declaration();
        while (at_ < text_.size() && !stopped_ && !mistakes_.enough()) {
            text_[at_] == '<' ? markup() : plain();
        }
        if (!stopped_ && !root_) {
            mistakes_.add(text_.size(), "no element", "exchange");
        }
    }

  private:
    [[nodiscard]] bool here(std::string_view what) const {
        return text_.substr(at_, what.size()) == what;
    }
    void stop(std::size_t at, std::string what, std::string expected = {}) {
        mistakes_.add(at, std::move(what), std::move(expected));
        stopped_ = true;
    }
    /// Behind the next `end`, or a stop.
    void skip_to(std::size_t from, std::string_view end, std::string_view what) {
        auto const found = text_.find(end, from);
        if (found == npos) {
            stop(at_, fmt::format("{} has no end", what));
            return;
        }
        at_ = found + end.size();
    }

    void characters() {
        auto const clean = as_utf8(text_);
        auto const bad = std::mismatch(text_.begin(), text_.end(), clean.begin(), clean.end());
        if (bad.first != text_.end()) {
            stop(static_cast<std::size_t>(bad.first - text_.begin()), "an octet that is no UTF-8");
            return;
        }
        for (std::size_t i = 0; i < text_.size(); ++i) {
            auto const c = static_cast<unsigned char>(text_[i]);
            bool const no_character = c == 0xEF && (text_.substr(i, 3) == "\xEF\xBF\xBE" ||
                                                    text_.substr(i, 3) == "\xEF\xBF\xBF");
            if ((c < 0x20 && !is_xml_character(c)) || no_character) {
                mistakes_.add(i, "a character that XML does not have");
            }
        }
    }

    void declaration() {
        if (stopped_ || !here("<?xml") || text_.size() < 6 || kBlanks.find(text_[5]) == npos) {
            return;
        }
        constexpr std::string_view kForms[] = {
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<?xml version=\"1.0\"?>",
            "<?xml version='1.0' encoding='UTF-8'?>", "<?xml version='1.0'?>",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>"};
        auto const* const form = std::find_if(std::begin(kForms), std::end(kForms),
                                              [&](auto const one) { return here(one); });
        if (form == std::end(kForms)) {
            stop(0, "a declaration of something else", std::string(kForms[0]));
        } else {
            at_ += form->size();
        }
    }

    void markup() {
        if (here("<!--")) {
            auto const dashes = text_.find("--", at_ + 4);
            if (dashes != npos && text_.substr(dashes, 3) != "-->") {
                stop(dashes, "-- within a comment");
            } else {
                skip_to(at_ + 4, "-->", "a comment");
            }
        } else if (here("<![CDATA[")) {
            if (depth_ == 0) {
                stop(at_, "text outside of the root element");
            } else {
                skip_to(at_, "]]>", "a CDATA section");
            }
        } else if (here("<?")) {
            stop(at_, "a processing instruction, which is not taken");
        } else if (here("<!")) {
            stop(at_, "a document type or entity, which is not taken");
        } else if (here("</")) {
            if (depth_ == 0) {
                stop(at_, "an end without a beginning");
            } else {
                --depth_;
                skip_to(at_, ">", "an end tag");
            }
        } else {
            begin_tag();
        }
    }

    void begin_tag() {
        auto const begin = at_;
        if (depth_ == 0 && root_) {
            stop(begin, "a second root element");
            return;
        }
        root_ = true;
        if (depth_ == most_depth_) {
            stop(begin, fmt::format("elements within each other, more than {} deep", most_depth_));
            return;
        }
        char quote = 0;
        for (++at_; at_ < text_.size(); ++at_) {
            char const c = text_[at_];
            if (c == '<') {
                stop(at_, "< within a tag", "&lt;");
                return;
            }
            if (c == '&') {
                reference();
            } else if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '>') {
                depth_ += text_[at_ - 1] == '/' ? 0 : 1;
                ++at_;
                return;
            }
        }
        stop(begin, "a tag has no end");
    }

    void plain() {
        auto const end = std::min(text_.find('<', at_), text_.size());
        for (; at_ < end; ++at_) {
            if (text_[at_] == '&' && depth_ > 0) {
                reference();
            } else if (here("]]>")) {
                mistakes_.add(at_, "]]> within text", "]]&gt;");
            } else if (depth_ == 0 && kBlanks.find(text_[at_]) == npos) {
                stop(at_, "text outside of the root element");
                return;
            }
        }
    }

    /// at_ stays at the &.
    void reference() {
        constexpr std::string_view kNames[] = {"lt", "gt", "amp", "quot", "apos"};
        constexpr std::size_t kLongest = 10;
        auto const rest = text_.substr(at_ + 1, kLongest);
        auto const end = rest.find(';');
        auto const name = rest.substr(0, end == npos ? 0 : end);
        bool fine = std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
        if (name.size() > 1 && name[0] == '#') {
            bool const hex = name[1] == 'x';
            auto const digits = name.substr(hex ? 2 : 1);
            std::uint32_t code = 0;
            auto const [last, error] =
                std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
            fine = error == std::errc{} && last == digits.data() + digits.size() &&
                   is_xml_character(code);
        }
        if (!fine) {
            mistakes_.add(at_, "& without one of XML's own entities",
                          "&amp;, &lt;, &gt;, &quot;, &apos; or a character's number");
        }
    }

    std::string_view text_;
    std::size_t most_depth_;
    Mistakes& mistakes_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    bool root_ = false;
    bool stopped_ = false;
};

} // namespace

void scan(std::string_view text, std::size_t depth, Mistakes& mistakes) {
    Scanner(text, depth, mistakes).run();
}

} // namespace gridtwin::wire::crm
