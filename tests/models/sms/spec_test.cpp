#include "models/sms/operator.hpp"
#include "sim/core/diagnostics.hpp"

namespace gridtwin::sms {
namespace {

TEST(SmsSpecTest, TheDefaultsAreGood) {
    EXPECT_THAT(problems(OperatorSpec{}), testing::IsEmpty());
}

TEST(SmsSpecTest, FindsEveryMistakeInOnePass) {
    OperatorSpec spec;
    spec.rate_hz = 0.0;
    spec.delay_p95_s = 4.0;
    spec.delay_min_s = 6.0;
    spec.loss_frac = 1.5;
    spec.tail_frac = std::nan("");
    spec.validity_s = -1.0;
    spec.queue_limit = 0;
    spec.retry_s = {};
    using testing::HasSubstr;
    EXPECT_THAT(problems(spec),
                testing::UnorderedElementsAre(HasSubstr("the rate"), HasSubstr("the validity"),
                                              HasSubstr("the tail's share"), HasSubstr("the loss"),
                                              HasSubstr("95th percentile must be above its median"),
                                              HasSubstr("the least delay must not be above"),
                                              HasSubstr("the queue"), HasSubstr("the retries")));
    EXPECT_THROW(Operator(spec, Seed{1}), SimulationError);
}

} // namespace
} // namespace gridtwin::sms
