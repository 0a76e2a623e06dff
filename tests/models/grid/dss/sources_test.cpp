// Sources: short-circuit values of which one is stated, and shapes.
#include "tests/models/grid/dss/scripts.hpp"

namespace gridtwin::grid {
namespace {

using test::read_scripts;

auto source_of(std::string const& words) {
    return read_scripts({{"main.dss", "New Circuit.c bus1=a basekv=12.47 " + words}});
}

TEST(DssSource, OneShortCircuitValueAloneMayMakeTheZeroSequenceNegative) {
    auto const read = source_of("MVAsc3=200"); // and 2100 MVA of one phase, as usual
    ASSERT_EQ(read.diagnostics.text(), "");
    auto const& z = read.circuit.sources.at(0).z_ohm;
    // |Z1| from 200 MVA; |2 Z1 + Z0| / 3 from 2100 MVA; X0 = 3 R0
    Complex const z1 = z[0] - z[1];
    Complex const z0 = z[0] + 2.0 * z[1];
    EXPECT_NEAR(std::abs(z1), 12.47 * 12.47 / 200.0, 1e-12);
    EXPECT_NEAR(std::abs(2.0 * z1 + z0), 3.0 * 12.47 * 12.47 / 2100.0, 1e-12);
    EXPECT_NEAR(z0.imag(), 3.0 * z0.real(), 1e-12);
    EXPECT_LT(z0.real(), 0.0);
    ASSERT_EQ(read.circuit.notes.size(), 1U);
    EXPECT_EQ(read.circuit.notes[0].text,
              "a source states MVAsc3 alone: with the usual MVAsc1 its zero-sequence resistance is "
              "negative, as in the reference; state both");
    EXPECT_EQ(read.circuit.notes[0].first.line, 1);
}

TEST(DssSource, OneShortCircuitValueAloneIsNoNoteWhileItFits) {
    auto const read = source_of("MVAsc3=2000");
    EXPECT_EQ(read.diagnostics.text(), "");
    EXPECT_TRUE(read.circuit.notes.empty());
}

TEST(DssSource, ACurrentAloneIsTakenLikewise) {
    auto const read = source_of("Isc3=5000");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.notes.size(), 1U);
    EXPECT_EQ(read.circuit.notes[0].text,
              "a source states Isc3 alone: with the usual Isc1 its zero-sequence resistance is "
              "negative, as in the reference; state both");
}

TEST(DssSource, BothStatedThatDoNotFitEachOtherAreANote) {
    // the published network of 342 nodes, at 230 kV
    auto const read = source_of("basekv=230 MVAsc3=200000 MVAsc1=2000000");
    ASSERT_EQ(read.diagnostics.text(), "");
    auto const& z = read.circuit.sources.at(0).z_ohm;
    Complex const z1 = z[0] - z[1];
    Complex const z0 = z[0] + 2.0 * z[1];
    EXPECT_NEAR(std::abs(z1), 230.0 * 230.0 / 200e3, 1e-12);
    EXPECT_NEAR(std::abs(2.0 * z1 + z0), 3.0 * 230.0 * 230.0 / 2e6, 1e-12);
    EXPECT_NEAR(z0.imag(), 3.0 * z0.real(), 1e-12);
    ASSERT_EQ(read.circuit.notes.size(), 1U);
    EXPECT_EQ(read.circuit.notes[0].text, "a source's MVAsc1 is not below 1.5 MVAsc3: its "
                                          "zero-sequence resistance is negative, as in the "
                                          "reference");
    auto const currents = source_of("Isc3=1000 Isc1=2000");
    EXPECT_EQ(currents.diagnostics.text(), "");
    ASSERT_EQ(currents.circuit.notes.size(), 1U);
    EXPECT_EQ(currents.circuit.notes[0].text, "a source's Isc1 is not below 1.5 Isc3: its "
                                              "zero-sequence resistance is negative, as in the "
                                              "reference");
}

TEST(DssSource, NoResistanceAtAllIsAnErrorStatedOrNot) {
    EXPECT_EQ(source_of("MVAsc3=50").diagnostics.text(),
              "main.dss:1:5: the short-circuit values of vsource 'source' make its zero-sequence "
              "impedance imaginary; expected MVAsc1 below 1.5 MVAsc3, or Isc1 below 1.5 Isc3\n");
}

TEST(DssSource, NamesItsShapes) {
    auto const read = read_scripts({{"main.dss", "New Circuit.c bus1=a basekv=12.47\n"
                                                 "New LoadShape.d mult=(1 1.02)\n"
                                                 "New LoadShape.y mult=(1 0.98)\n"
                                                 "Edit Vsource.source daily=d yearly=y\n"}});
    ASSERT_EQ(read.diagnostics.text(), "");
    auto const& shapes = read.circuit.sources.at(0).shapes;
    EXPECT_EQ(shapes.daily, 0);
    EXPECT_EQ(shapes.yearly, 1);
    EXPECT_EQ(shapes.duty, kNone);
    EXPECT_EQ(source_of("daily=none").diagnostics.text(), "");
}

} // namespace
} // namespace gridtwin::grid
