// Values, and what parameters of each style take, refuse and say.
#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "graph/support/test_ops.h"

namespace topknot {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

struct Styles {
  Graph graph;
  AllStyles& op = graph.add<AllStyles>("s");
  Par operator[](std::string_view name) { return op.par(name); }
  std::string refusal(std::string_view name, const Value& value) {
    const std::uint64_t before = op.parameters().revision();
    const Value held = op.par(name).eval();
    const std::string error = errorOf([&] { op.par(name) = value; });
    EXPECT_EQ(op.par(name).eval(), held);
    EXPECT_EQ(op.parameters().revision(), before);
    return error;
  }
};

TEST(Values, ConvertToWhatTheReaderWants) {
  EXPECT_EQ(int(Value(2.7)), 2);
  EXPECT_EQ(int(Value(-2.7)), -2);
  EXPECT_TRUE(bool(Value(0.1)));
  EXPECT_FALSE(bool(Value(0)));
  EXPECT_EQ(float(Value("12.5")), 12.5f);
  EXPECT_EQ(double(Value(" +3e2 ")), 300.0);
  std::string text = Value(true);
  EXPECT_EQ(text, "1");
  text = Value("again");
  EXPECT_EQ(text, "again");
  const glm::vec3 colour = Value(glm::vec3(1, 2, 3));
  EXPECT_EQ(colour, glm::vec3(1, 2, 3));
  EXPECT_EQ(Value(glm::vec2(1, 2)).vec4(), glm::vec4(1, 2, 0, 0));
  EXPECT_EQ(Value("1, 2,3").vec4(), glm::vec4(1, 2, 3, 0));
}

TEST(Values, SaturateInsteadOfOverflowing) {
  EXPECT_EQ(int(Value(1e300)), 2147483647);
  EXPECT_EQ(int(Value(-1e300)), -2147483648);
  EXPECT_EQ(int(Value(kInf)), 2147483647);
  EXPECT_EQ(int(Value(kNan)), 0);
  EXPECT_EQ(std::int64_t(Value(1e300)), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(std::int64_t(Value(-kInf)), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(unsigned(Value(-1)), 0u);
  EXPECT_EQ(static_cast<unsigned char>(Value(300)), 255);
  EXPECT_EQ(float(Value(1e300)), std::numeric_limits<float>::max());
  EXPECT_EQ(float(Value(kInf)), std::numeric_limits<float>::infinity());
}

TEST(Values, PrintNumbersInTheirShortestForm) {
  EXPECT_EQ(Value(0.1).text(), "0.1");
  EXPECT_EQ(Value(-0.5).text(), "-0.5");
  EXPECT_EQ(Value(100000).text(), "100000");
  EXPECT_EQ(Value(1e300).text(), "1e+300");
  EXPECT_EQ(Value(1.0 / 3.0).text(), "0.3333333333333333");
  EXPECT_EQ(Value(glm::vec3(1, 0.5, 2)).text(), "1,0.5,2");
  std::ostringstream out;
  out << Value(4) << Value("x");
  EXPECT_EQ(out.str(), "4x");
}

TEST(Values, AreEqualInKindSizeAndContent) {
  EXPECT_EQ(Value(1), 1);
  EXPECT_EQ(Value("a"), "a");
  EXPECT_EQ(Value("a"), std::string("a"));
  EXPECT_FALSE(Value("1") == 1);
  EXPECT_FALSE(Value(1) == Value(glm::vec2(1, 1)));
  EXPECT_FALSE(Value(kNan) == Value(kNan));
}

TEST(Values, TextThatIsNoNumberIsRefused) {
  EXPECT_EQ(errorOf([] { Value("abc").number(); }), "'abc' is no number");
  for (const char* text : {"", " ", "1x", "0x10", "1,2", "1 2", "+-1", "1e999", "--1"}) {
    EXPECT_NE(errorOf([&] { Value(text).number(); }), "") << text;
  }
  EXPECT_EQ(errorOf([] { Value(glm::vec2(3, 4)).number(2); }),
            "there is no component 2 in '3,4', which holds 2");
  EXPECT_NE(errorOf([] { Value(1).number(-1); }), "");
  EXPECT_NE(errorOf([] { Value("1,2,3,4,5").vec4(); }), "");
}

TEST(Parameters, ReadNaturally) {
  Styles s;
  s["on"] = 1;
  EXPECT_EQ(s["on"].eval(), 1);
  const int width = s["resolutionw"].eval();
  EXPECT_EQ(width, 256);
  s["resolution"] = glm::vec2(1920, 1080);
  EXPECT_EQ(s["resolutionh"].eval(), 1080);
  s["resolutionw"] = s["resolutionh"];
  EXPECT_EQ(s["resolution"].eval().text(), "1080,1080");
}

TEST(Parameters, AFloatTakesNumbersAndTextsOfThem) {
  Styles s;
  s["gain"] = "0.25";
  EXPECT_EQ(s["gain"].eval(), 0.25);
  s["gain"] = true;
  EXPECT_EQ(s["gain"].eval(), 1);
  s["gain"] = -0.0;
  EXPECT_EQ(s["gain"].eval().text(), "0");
  EXPECT_EQ(s.refusal("gain", "high"), "styles 's': parameter 'gain' takes a number, not 'high'");
  EXPECT_EQ(s.refusal("gain", 1.5), "styles 's': parameter 'gain' takes 0 to 1, not 1.5");
  EXPECT_EQ(s.refusal("gain", -0.1), "styles 's': parameter 'gain' takes 0 to 1, not -0.1");
  EXPECT_EQ(s.refusal("gain", kNan), "styles 's': parameter 'gain' takes finite numbers, not nan");
  EXPECT_EQ(s.refusal("gain", -kInf),
            "styles 's': parameter 'gain' takes finite numbers, not -inf");
  EXPECT_EQ(s.refusal("gain", "nan"), "styles 's': parameter 'gain' takes finite numbers, not nan");
  EXPECT_EQ(s.refusal("gain", glm::vec2(0.5f)),
            "styles 's': parameter 'gain' takes one number, not 2");
}

TEST(Parameters, AnIntTruncatesAndStaysInItsRange) {
  Styles s;
  s["count"] = 2.7;
  EXPECT_EQ(s["count"].eval(), 2);
  s["count"] = -2.7;
  EXPECT_EQ(s["count"].eval(), -2);
  s["count"] = 2147483647.5;
  EXPECT_EQ(s["count"].eval(), 2147483647);
  s["count"] = "-2147483648";
  EXPECT_EQ(s["count"].eval(), -2147483648.0);
  EXPECT_EQ(s.refusal("count", 2147483648.0),
            "styles 's': parameter 'count' takes whole numbers from -2147483648 to 2147483647, "
            "not 2147483648");
  EXPECT_NE(s.refusal("count", 1e300), "");
  EXPECT_NE(s.refusal("count", kNan), "");
  EXPECT_NE(s.refusal("count", kInf), "");
  EXPECT_NE(s.refusal("count", "many"), "");
}

TEST(Parameters, AToggleTakesWordsAndNumbers) {
  Styles s;
  for (const char* word : {"on", "true", "1"}) {
    s["on"] = 0;
    s["on"] = word;
    EXPECT_EQ(s["on"].eval(), 1) << word;
  }
  for (const char* word : {"off", "false", "0"}) {
    s["on"] = 1;
    s["on"] = word;
    EXPECT_EQ(s["on"].eval(), 0) << word;
  }
  s["on"] = -0.5;
  EXPECT_EQ(s["on"].eval(), 1);
  EXPECT_TRUE(s["on"].definition().on());
  EXPECT_EQ(s.refusal("on", "maybe"),
            "styles 's': parameter 'on' takes on, off, true, false, 1 or 0, not 'maybe'");
  EXPECT_NE(s.refusal("on", kNan), "");
}

TEST(Parameters, TextsTakeEverythingAsText) {
  Styles s;
  for (const char* name : {"title", "file", "top"}) {
    s[name] = true;
    EXPECT_EQ(s[name].eval(), "1");
    s[name] = 0.5;
    EXPECT_EQ(s[name].eval(), "0.5");
    s[name] = std::string(100000, 'x');
    EXPECT_EQ(s[name].eval().text().size(), 100000u);
    s[name] = "";
    EXPECT_EQ(s[name].eval(), "");
    EXPECT_NE(s.refusal(name, kNan), "");
  }
}

TEST(Parameters, AMenuTakesItemsAndIndices) {
  Styles s;
  const Parameter& filter = s["filter"].definition();
  EXPECT_EQ(filter.menuIndex(), 1);
  s["filter"] = "mipmap";
  EXPECT_EQ(filter.menuIndex(), 2);
  s["filter"] = 0;
  EXPECT_EQ(s["filter"].eval(), "nearest");
  EXPECT_EQ(s.refusal("filter", "linaer"),
            "styles 's': parameter 'filter' has no menu item 'linaer'; did you mean 'linear'? "
            "There are linear, mipmap, nearest");
  EXPECT_EQ(s.refusal("filter", 3),
            "styles 's': parameter 'filter' has 3 menu items, counted from 0; there is no item 3");
  for (const Value& bad : {Value(-1), Value(kNan), Value(1e300), Value("Linear"), Value("1"),
                           Value(""), Value(glm::vec2(0, 1))}) {
    EXPECT_NE(s.refusal("filter", bad), "") << bad;
  }
  EXPECT_EQ(filter.menuIndex(), 0);
}

TEST(Parameters, APulseFiresOnceForWhoAsks) {
  Styles s;
  Parameter& reset = s["reset"].definition();
  s.op.cook();
  EXPECT_FALSE(reset.takePulse());
  s["reset"].pulse();
  s.op.cook();
  EXPECT_EQ(s.graph.report().text(), "s");
  EXPECT_TRUE(reset.takePulse());
  EXPECT_FALSE(reset.takePulse());
  s["reset"] = 1;
  EXPECT_TRUE(reset.takePulse());
  s["reset"] = 0;
  s["reset"] = "off";
  EXPECT_FALSE(reset.takePulse());
  EXPECT_EQ(s["reset"].eval(), 0);
  EXPECT_NE(s.refusal("reset", kNan), "");
  EXPECT_FALSE(reset.takePulse());
  EXPECT_EQ(errorOf([&] { s["gain"].pulse(); }), "styles 's': parameter 'gain' is no pulse");
}

TEST(Parameters, ComponentsAreAssignedAloneOrTogether) {
  Styles s;
  s["offset"] = 2;
  EXPECT_EQ(s["offset"].eval().text(), "2,2,2");
  s["offsety"] = -1;
  EXPECT_EQ(s["offset"].eval().text(), "2,-1,2");
  s["offset"] = "1, 2.5, 3";
  EXPECT_EQ(s["offset"].eval().text(), "1,2.5,3");
  EXPECT_EQ(s["offsetz"].eval(), 3);
  EXPECT_EQ(s["offset"].name(), "offset");
  EXPECT_EQ(s["offsetz"].name(), "offsetz");
  EXPECT_EQ(s["offsetz"].component(), 2);
  EXPECT_EQ(s["aspect2"].component(), 1);  // digits where there are no letters
  EXPECT_EQ(s.refusal("offset", glm::vec2(1, 2)),
            "styles 's': parameter 'offset' takes 3 numbers, or one for all, not 2");
  EXPECT_EQ(s.refusal("offsetx", glm::vec3(1, 2, 3)),
            "styles 's': parameter 'offsetx' takes one number, not 3");
  EXPECT_EQ(s.refusal("resolution", glm::vec2(640, 0)),
            "styles 's': parameter 'resolutionh' takes 1 or more, not 0");
  EXPECT_EQ(s.refusal("resolutionw", -3),
            "styles 's': parameter 'resolutionw' takes 1 or more, not -3");
  EXPECT_EQ(s.refusal("aspect", 10), "styles 's': parameter 'aspect1' takes 9 or less, not 10");
  EXPECT_NE(s.refusal("offset", glm::vec3(1, 2, float(kNan))), "");
  EXPECT_EQ(errorOf([&] { s["offset"].definition().set(1, 3); }),
            "styles 's': parameter 'offset' has 3 components from 0; there is no component 3");
}

TEST(Parameters, OnlyAnotherValueIsAChange) {
  Styles s;
  const std::uint64_t before = s.op.parameters().revision();
  s["gain"] = 0.5;
  s["count"] = 3.9;
  s["title"] = "none";
  s["filter"] = 1;
  s["resolutionw"] = "256";
  EXPECT_EQ(s.op.parameters().revision(), before);
  s["resolutionw"] = 255;
  EXPECT_EQ(s.op.parameters().revision(), before + 1);
  EXPECT_EQ(s["resolution"].definition().revision(), 1u);
}

TEST(Parameters, ResetBringsTheDefaultBack) {
  Styles s;
  s["resolution"] = glm::vec2(8, 9);
  s["resolutionh"].reset();
  EXPECT_EQ(s["resolution"].eval().text(), "8,256");
  s["resolution"].reset();
  EXPECT_EQ(s["resolution"].eval().text(), "256,256");
  s["filter"] = 0;
  s["filter"].reset();
  EXPECT_EQ(s["filter"].eval(), "linear");
  s["title"] = "x";
  s["title"].reset();
  EXPECT_EQ(s["title"].eval(), "none");
}

TEST(Parameters, AnAssignmentEndsABindingEvenIfTheValueIsTheSame) {
  Styles s;
  s["gain"].bind([](const Frame&) { return 0.75; });
  s.op.cook();
  EXPECT_EQ(s["gain"].eval(), 0.75);
  EXPECT_TRUE(s["gain"].definition().bound());
  EXPECT_NE(s.refusal("gain", 7), "");
  EXPECT_TRUE(s["gain"].definition().bound());
  s["gain"] = 0.75;
  EXPECT_FALSE(s["gain"].definition().bound());
  s["gain"].bind([](const Frame&) { return 0.1; });
  s["gain"].bind(nullptr);
  EXPECT_FALSE(s["gain"].definition().bound());
  s["gain"].bind([](const Frame&) { return 0.1; });
  s["gain"].reset();
  EXPECT_FALSE(s["gain"].definition().bound());
}

TEST(Parameters, ComponentsAreBoundAlone) {
  Styles s;
  s["offsetx"].bind([](const Frame& frame) { return frame.index; });
  s["offsetz"].bind([](const Frame& frame) { return 10 * frame.index; });
  s["offsety"] = 5;
  s.op.pin();
  s.graph.cook(Frame{3});
  EXPECT_EQ(s["offset"].eval().text(), "3,5,30");
  s["offsetx"] = 1;
  s.graph.cook(Frame{4});
  EXPECT_EQ(s["offset"].eval().text(), "1,5,40");
  s["offset"] = 0;
  EXPECT_FALSE(s["offset"].definition().bound());
  s["offset"].bind([](const Frame&) { return glm::vec3(1, 2, 3); });
  s["offsetx"] = 9;
  EXPECT_FALSE(s["offset"].definition().bound());
}

TEST(Parameters, ABindingOutsideTheLimitsIsAnErrorOfTheOperator) {
  Styles s;
  s["gain"].bind([](const Frame&) { return 4; });
  s["count"].bind([](const Frame&) { return 4; });
  s.op.cook();
  EXPECT_EQ(s.op.errors(),
            std::vector<std::string>{"styles 's': parameter 'gain' takes 0 to 1, not 4"});
  EXPECT_EQ(s["gain"].eval(), 0.5);
  EXPECT_EQ(s["count"].eval(), 4);  // the others are computed all the same
}

TEST(Parameters, ABindingMayEndItself) {
  Styles s;
  s["gain"].bind([&](const Frame&) {
    s["gain"] = 0.25;
    return 0.75;
  });
  s.op.cook();
  EXPECT_EQ(s["gain"].eval(), 0.25);
  EXPECT_FALSE(s["gain"].definition().bound());
  EXPECT_TRUE(s.op.errors().empty());
}

TEST(Parameters, AnUnknownNameListsThoseThatExist) {
  Styles s;
  EXPECT_TRUE(errorOf([&] { s["fiel"]; })
                  .starts_with("styles 's' has no parameter 'fiel'; did you mean 'file'? "
                               "There are amount, aspect, count, file, filter, gain, "));
  EXPECT_NE(errorOf([&] { s["resolutionx"]; }), "");
  EXPECT_NE(errorOf([&] { s["gain1"]; }), "");
  EXPECT_NE(errorOf([&] { s[""]; }), "");
  EXPECT_TRUE(s.op.parameters().contains("resolutionh"));
  EXPECT_FALSE(s.op.parameters().contains("resolutionx"));
}

TEST(Parameters, KnowWhatTheyAre) {
  Styles s;
  const Parameter& gain = s["gain"].definition();
  EXPECT_EQ(gain.label(), "Gain");
  EXPECT_EQ(gain.page(), "Values");
  EXPECT_EQ(gain.style(), ParStyle::Float);
  EXPECT_EQ(gain.defaultValue(), 0.5);
  EXPECT_EQ(gain.min(), 0.0);
  EXPECT_EQ(gain.max(), 1.0);
  EXPECT_EQ(gain.sliderMax(), 2.0);
  EXPECT_EQ(s["count"].definition().help(), "How many.");
  EXPECT_EQ(s["file"].definition().page(), "Texts");
  EXPECT_EQ(s["filter"].definition().menu().size(), 3u);
  EXPECT_EQ(s.op.parameters().all().size(), 12u);
  EXPECT_EQ(s.op.parameters().all().front()->name(), "amount");
}

TEST(Parameters, MistakesOfAnOperatorsAuthorAreRefused) {
  Styles s;
  ParameterSet& set = s.op.declare();
  EXPECT_EQ(errorOf([&] { set.add("gain", "", ParStyle::Float, 0); }),
            "styles 's' has a parameter 'gain' already");
  EXPECT_NE(errorOf([&] { set.add("resolutionw", "", ParStyle::Float, 0); }), "");
  EXPECT_NE(errorOf([&] { set.add("no good", "", ParStyle::Float, 0); }), "");
  EXPECT_NE(errorOf([&] { set.add("", "", ParStyle::Float, 0); }), "");
  EXPECT_NE(errorOf([&] { set.add("word", "", ParStyle::Float, "word"); }), "");
  EXPECT_NE(errorOf([&] { set.add("nan", "", ParStyle::Float, kNan); }), "");
  Parameter& pair = set.add("ga", "", ParStyle::Float, glm::vec2(0));
  set.add("gab", "", ParStyle::Float, 0);
  EXPECT_EQ(errorOf([&] { pair.suffixes("ab"); }),
            "styles 's': parameter 'ga' cannot have a component 'gab': there is a parameter of "
            "that name");
  EXPECT_NE(errorOf([&] { pair.suffixes("a"); }), "");
  EXPECT_NE(errorOf([&] { pair.suffixes("aa"); }), "");
  EXPECT_NE(errorOf([&] { pair.limits(1, 2); }), "");
  EXPECT_NE(errorOf([&] { pair.limits(2, -1); }), "");
  EXPECT_EQ(pair.min(), std::nullopt);
  EXPECT_EQ(pair.componentName(1), "ga2");
  Parameter& menu = set.add("menu", "", ParStyle::Menu, 1);
  EXPECT_NE(errorOf([&] { menu.menu({{"a", "A"}}); }), "");
  EXPECT_NE(errorOf([&] { menu.menu({{"a", "A"}, {"a", "B"}}); }), "");
  EXPECT_TRUE(menu.menu().empty());
  EXPECT_EQ(menu.menu({{"a", "A"}, {"b", "B"}}).value(), "b");
  EXPECT_EQ(menu.menuIndex(), 1);
}

}  // namespace
}  // namespace topknot
