// Vertex and compute shaders, kinds of inputs and outputs, colour buffers, passes.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::thrown;

class GlslStages : public test::GlTest {
 protected:
  GlslTop& make(const std::string& name, int width, int height,
                const std::string& format = "rgba32float") {
    auto& top = graph().add<GlslTop>(name);
    top.par("outputresolution") = "custom";
    top.par("resolution") = glm::vec2(width, height);
    top.par("format") = format;
    return top;
  }
  GlslTop& pixel(const std::string& name, int width, int height, const std::string& text) {
    return make(name, width, height).pixelShader(text);
  }
  GlslTop& compute(const std::string& name, int width, int height, const std::string& text,
                   const std::string& format = "rgba32float") {
    GlslTop& top = make(name, width, height, format).computeShader(text);
    top.par("mode") = "compute";
    return top;
  }
  /// A 3D texture or an array in which each slice k is the colour (k, x, y, 1).
  GlslTop& slices(const std::string& type, int depth) {
    GlslTop& top = pixel("slices", 2, 2,
                         "out vec4 c; void main() { c = vec4(float(uTDCurrentDepth), "
                         "floor(gl_FragCoord.xy), 1.0); }");
    top.par("type") = type;
    top.par("depth") = "custom";
    top.par("customdepth") = depth;
    return top;
  }
};

TEST_F(GlslStages, ParametersHaveTouchDesignersNamesMenusAndDefaults) {
  GlslTop& top = graph().add<GlslTop>("top");
  struct Row {
    const char *name, *items, *first;
  };
  const std::vector<Row> menus = {
      {"glslversion", "glsl120 glsl330 glsl400 glsl410 glsl420 glsl430 glsl440 glsl450 glsl460",
       "glsl460"},
      {"mode", "vertexpixel compute pixelfunction", "vertexpixel"},
      {"compilebehavior", "stalluntildone threadedcheckerboard threadedblack threadedprevious",
       "stalluntildone"},
      {"errorbehavior", "showcheckerboard showblack showprevious", "showcheckerboard"},
      {"outputaccess", "writeonly readwrite", "writeonly"},
      {"type", "texture2d texture2darray texture3d", "texture2d"},
      {"depth", "input custom", "input"},
      {"inputmapping", "all ninputs", "all"},
      {"inputextenduv", "hold zero repeat mirror", "zero"},
      {"inputextendw", "hold zero repeat mirror", "zero"},
      {"simplexnoise", "performance quality", "performance"},
      {"array0type", "float vec2 vec3 vec4", "float"},
      {"array0arraytype", "uniformarray texturebuffer", "uniformarray"},
      {"ac0initvalue", "val chop", "val"},
      {"buffer0attrclass", "point vertex primitive", "point"},
      {"parmcolorspace",
       "srgb srgblinear rec601ntsc rec709 rec2020 dcip3 dcip3d60 displayp3d65 aces2065-1 acescg "
       "passthrough",
       "srgb"},
      {"parmreferencewhite", "default useparent sdr hdr ui", "default"}};
  for (const Row& row : menus) {
    const Parameter& parameter = top.par(row.name).definition();
    std::string items;
    for (const MenuItem& item : parameter.menu()) items += (items.empty() ? "" : " ") + item.name;
    EXPECT_EQ(items, row.items) << row.name;
    EXPECT_EQ(parameter.value(), row.first) << row.name;
  }
  for (const char* name : {"predat",
                           "vertexdat",
                           "pixeldat",
                           "computedat",
                           "loaduniformnames",
                           "dispatchsizex",
                           "dispatchsizey",
                           "dispatchsizez",
                           "customdepth",
                           "autodispatchsize",
                           "clearoutputs",
                           "clearvaluer",
                           "clearvalueg",
                           "clearvalueb",
                           "clearvaluea",
                           "nval",
                           "numcolorbufs",
                           "tops",
                           "premultrgbbyalpha",
                           "color",
                           "color0name",
                           "color0rgbr",
                           "color0alpha",
                           "vec",
                           "vec0name",
                           "vec0valuex",
                           "vec0valuew",
                           "array",
                           "array0name",
                           "array0chop",
                           "matrix",
                           "matrix0name",
                           "matrix0value",
                           "ac",
                           "ac0name",
                           "ac0singlevalue",
                           "ac0chopvalue",
                           "const",
                           "const0name",
                           "const0value",
                           "buffer",
                           "buffer0pop",
                           "buffer0attr",
                           "buffer0name",
                           "npasses",
                           "format",
                           "chanmask"}) {
    EXPECT_TRUE(top.parameters().contains(name)) << name;
  }
}

TEST_F(GlslStages, FilesAreGivenByParametersToo) {
  const std::string file = ::testing::TempDir() + "topknot_stage.frag";
  std::ofstream(file) << "out vec4 c; void main() { c = vec4(0.5); }";
  GlslTop& top = make("top", 1, 1);
  top.par("pixeldat") = file;
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(0.5f));
  top.par("pixeldat") = file + ".missing";
  top.cook(true);
  EXPECT_TRUE(contains(top.errors().at(0), "topknot_stage.frag.missing"));
  EXPECT_EQ(top.sample({.x = 0, .y = 0, .allowStale = true}), glm::vec4(0.5f))
      << "the last picture stays";
  top.par("pixeldat") = "";
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(1.0f));
}

TEST_F(GlslStages, FurtherInputsAreGivenByName) {
  pixel("first", 1, 1, "out vec4 c; void main() { c = vec4(0.25); }");
  pixel("second", 1, 1, "out vec4 c; void main() { c = vec4(0.5); }");
  GlslTop& top = pixel("top", 1, 1,
                       "out vec4 c; void main() { c = texelFetch(sTD2DInputs[0], ivec2(0), 0) + "
                       "texelFetch(sTD2DInputs[1], ivec2(0), 0); }");
  top.par("tops") = "first second";
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(0.75f)) << top.compileResult();
}

TEST_F(GlslStages, AVertexShaderOfTheUsersHandsItsVaryingsOn) {
  GlslTop& top =
      pixel("top", 4, 2, "in vec2 where; out vec4 c; void main() { c = vec4(where, 0.0, 1.0); }");
  top.vertexShader(
      "out vec2 where; void main() { where = uv[0].st; gl_Position = TDSOPToProj(vec4(P, 1.0)); }");
  EXPECT_TRUE(top.compiles()) << top.compileResult();
  EXPECT_TRUE(nearly(top.sample({.x = 0, .y = 0}), {0.125f, 0.25f, 0, 1}, 1e-6f));
  EXPECT_TRUE(nearly(top.sample({.x = 3, .y = 1}), {0.875f, 0.75f, 0, 1}, 1e-6f));
}

TEST_F(GlslStages, TheOtherFamilyOfVertexAccessorsMeansTheSame) {
  GlslTop& top =
      pixel("top", 4, 2, "in vec2 where; out vec4 c; void main() { c = vec4(where, 0.0, 1.0); }");
  top.vertexShader(
      "out vec2 where; void main() { where = TDTexCoord(0u).st; "
      "gl_Position = TDWorldToProj(TDDeform(TDPos())); }");
  EXPECT_TRUE(top.compiles()) << top.compileResult();
  EXPECT_TRUE(nearly(top.sample({.x = 1, .y = 1}), {0.375f, 0.75f, 0, 1}, 1e-6f));
}

TEST_F(GlslStages, AVertexShaderWithdrawsVUV) {
  GlslTop& top = pixel("top", 2, 2, "out vec4 c; void main() { c = vec4(vUV, 1.0); }");
  EXPECT_TRUE(top.compiles());
  top.vertexShader("void main() { gl_Position = TDSOPToProj(vec4(P, 1.0)); }");
  EXPECT_FALSE(top.compiles());
  EXPECT_TRUE(contains(top.compileResult(), "vUV"));
  top.removeVertexShader();
  EXPECT_TRUE(top.compiles());
}

TEST_F(GlslStages, WhatAVertexShaderLeavesOutIsTransparentBlack) {
  GlslTop& top = pixel("top", 4, 1, "out vec4 c; void main() { c = vec4(1.0); }");
  top.vertexShader(
      "void main() { vec4 p = TDSOPToProj(vec4(P, 1.0)); p.x = min(p.x, 0.0); gl_Position = p; }");
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(1.0f));
  EXPECT_EQ(top.sample({.x = 3, .y = 0}), glm::vec4(0.0f));
}

TEST_F(GlslStages, ErrorsOfAVertexShaderAreToldInItsBlockWithItsLines) {
  GlslTop& top = pixel("top", 2, 2, "out vec4 c; void main() { c = vec4(1.0); }");
  top.vertexShader("\nvoid main() { gl_Position = nothing; }", "bend.vert");
  const std::string result = top.compileResult();
  EXPECT_TRUE(contains(result, "Vertex Shader Compile Results:\nERROR: bend.vert:2:")) << result;
}

TEST_F(GlslStages, PreprocessDirectivesStandAheadOfTheText) {
  GlslTop& top = pixel("top", 1, 1, "out vec4 c; void main() { c = vec4(AMOUNT); }");
  top.preprocessDirectives("#define AMOUNT 0.25\n");
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(0.25f)) << top.compileResult();
}

TEST_F(GlslStages, AComputeShaderWritesEachPixelOnce) {
  GlslTop& top = compute("top", 5, 3,
                         "layout(local_size_x = 4, local_size_y = 4) in;\n"
                         "void main() { TDImageStoreOutput(0, gl_GlobalInvocationID, "
                         "vec4(gl_GlobalInvocationID.xy, 0.5, 1.0)); }");
  EXPECT_TRUE(top.compiles()) << top.compileResult();
  EXPECT_EQ(top.width(), 5);
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 5; ++x) {
      EXPECT_EQ(top.sample({.x = x, .y = y}), glm::vec4(x, y, 0.5f, 1.0f)) << x << ", " << y;
    }
  }
}

TEST_F(GlslStages, TheOutputWrittenToMayDifferByInvocation) {
  GlslTop& top = compute("top", 4, 1,
                         "layout(local_size_x = 4) in;\n"
                         "void main() { ivec2 p = ivec2(gl_GlobalInvocationID.xy);\n"
                         "imageStore(mTDComputeOutputs[p.x % 2], p, vec4(p.x + 1)); }");
  top.par("numcolorbufs") = 2;
  Top& second = graph().add("renderselect", "second").as<Top>();
  second.par("top") = "top";
  second.par("colorbufindex") = 1;
  for (int x = 0; x < 4; ++x) {
    const float value = static_cast<float>(x + 1);
    EXPECT_EQ(top.sample({.x = x, .y = 0}).r, x % 2 == 0 ? value : 0.0f) << x;
    EXPECT_EQ(second.sample({.x = x, .y = 0}).r, x % 2 == 1 ? value : 0.0f) << x;
  }
}

TEST_F(GlslStages, FunctionsOfTheNewestLanguageAreThereBeforeIt) {
  GlslTop& top = compute("top", 2, 1,
                         "uniform atomic_uint n;\nlayout(local_size_x = 2) in;\n"
                         "void main() { atomicCounterAdd(n, 3u); atomicCounterMax(n, 2u);\n"
                         "TDImageStoreOutput(0, gl_GlobalInvocationID, "
                         "vec4(anyInvocation(true), allInvocations(false), 0, 1)); }");
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(1, 0, 0, 1)) << top.compileResult();
  EXPECT_EQ(top.counted("n"), std::vector<std::uint32_t>{6});
}

TEST_F(GlslStages, ComputeSuccessIsToldInTouchDesignersWords) {
  GlslTop& top = compute("top", 1, 1, "layout(local_size_x = 1) in; void main() {}");
  EXPECT_EQ(top.compileResult(),
            "\n=============\nCompute Shader Compile Results:\n\nCompiled "
            "Successfully\n\n==========\n\n");
}

TEST_F(GlslStages, WithoutAComputeTextItIsWhite) {
  GlslTop& top = make("top", 9, 9);
  top.par("mode") = "compute";
  EXPECT_EQ(top.sample({.x = 8, .y = 8}), glm::vec4(1.0f)) << top.compileResult();
}

TEST_F(GlslStages, BothNamesOfTheOutputImagesWork) {
  for (const char* name : {"mTDComputeOutputs", "sTDComputeOutputs"}) {
    GlslTop& top =
        compute(std::string("top_") + name, 2, 2,
                "layout(local_size_x = 1) in; void main() { imageStore(" + std::string(name) +
                    "[0], ivec2(gl_GlobalInvocationID.xy), "
                    "TDOutputSwizzle(vec4(0.5, 0.25, 0.125, 1.0))); }");
    EXPECT_EQ(top.sample({.x = 1, .y = 1}), glm::vec4(0.5f, 0.25f, 0.125f, 1.0f))
        << top.compileResult();
  }
}

TEST_F(GlslStages, ComputeOutputsOfEveryFormatReadAsTheyWereWritten) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    GlslTop& top = compute("f_" + std::string(info.name), 2, 2,
                           "layout(local_size_x = 2, local_size_y = 2) in;\n"
                           "void main() { TDImageStoreOutput(0, gl_GlobalInvocationID, "
                           "vec4(0.5, 0.25, 0.75, 1.0 / 3.0)); }",
                           std::string(info.name));
    top.par("outputaccess") = "readwrite";
    Image expected(1, 1, info.format);
    expected.setPixel(0, 0, {0.5f, 0.25f, 0.75f, 1.0f / 3.0f});
    EXPECT_TRUE(nearly(top.sample({.x = 1, .y = 0}), expected.pixel(0, 0), 0.005f))
        << info.name << top.compileResult();
  }
}

TEST_F(GlslStages, StoresBeyondTheEdgesDoNothing) {
  GlslTop& top =
      compute("top", 2, 2,
              "layout(local_size_x = 1) in;\n"
              "void main() { TDImageStoreOutput(0, ivec3(gl_GlobalInvocationID.xy, 0) + "
              "ivec3(1, 0, 7), vec4(1.0)); TDImageStoreOutput(5, ivec3(0), vec4(1.0)); }");
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(0.0f));
  EXPECT_EQ(top.sample({.x = 1, .y = 1}), glm::vec4(1.0f));
}

TEST_F(GlslStages, ExplicitDispatchSizesAreWorkGroups) {
  GlslTop& top =
      compute("top", 4, 4,
              "layout(local_size_x = 2, local_size_y = 2) in;\n"
              "void main() { TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(1.0)); }");
  top.par("autodispatchsize") = 0;
  top.par("dispatchsizex") = 2;
  EXPECT_EQ(top.sample({.x = 3, .y = 1}), glm::vec4(1.0f));
  EXPECT_EQ(top.sample({.x = 0, .y = 2}), glm::vec4(0.0f));
  top.par("dispatchsizex") = 0;
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(0.0f));
  top.par("dispatchsizex") = 1;
  top.par("dispatchsizey") = 1 << 28;
  top.cook(true);
  EXPECT_TRUE(contains(top.errors().at(0), "work groups"));
}

TEST_F(GlslStages, OutputsAreClearedToAColourOrKept) {
  GlslTop& top = compute("top", 2, 1,
                         "uniform float at;\nlayout(local_size_x = 1) in;\n"
                         "void main() { if (gl_GlobalInvocationID.x == uint(at)) "
                         "TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(1.0)); }");
  top.par("clearvalue") = glm::vec4(0.25f, 0.5f, 0.75f, 0.5f);
  EXPECT_EQ(top.sample({.x = 1, .y = 0}), glm::vec4(0.25f, 0.5f, 0.75f, 0.5f));
  top.par("clearoutputs") = 0;
  top.uniform("at", 1);
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(1.0f));
  EXPECT_EQ(top.sample({.x = 1, .y = 0}), glm::vec4(1.0f));
}

TEST_F(GlslStages, ReadWriteOutputsShowThePreviousFrame) {
  GlslTop& top = compute("top", 1, 1,
                         "layout(local_size_x = 1) in;\n"
                         "void main() { TDImageStoreOutput(0, ivec3(0), TDImageLoadOutput(0, "
                         "uvec3(0)) + vec4(1.0)); }");
  top.par("outputaccess") = "readwrite";
  top.par("clearoutputs") = 0;
  for (int i = 0; i < 3; ++i) top.cook(true);
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(3.0f)) << top.compileResult();
  top.par("npasses") = 4;
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(7.0f));
}

TEST_F(GlslStages, LoadingFromWriteOnlyOutputsDoesNotCompile) {
  GlslTop& top = compute("top", 1, 1,
                         "layout(local_size_x = 1) in;\n"
                         "void main() { TDImageStoreOutput(0, ivec3(0), TDImageLoadOutput(0, "
                         "ivec3(0))); }");
  EXPECT_FALSE(top.compiles());
}

TEST_F(GlslStages, ComputePassesKeepTheFirstInput) {
  GlslTop& source = pixel("source", 1, 1, "out vec4 c; void main() { c = vec4(2.0); }");
  GlslTop& top = compute("top", 1, 1,
                         "layout(local_size_x = 1) in;\n"
                         "void main() { TDImageStoreOutput(0, ivec3(0), "
                         "texelFetch(sTD2DInputs[0], ivec2(0), 0) + float(uTDPass)); }");
  source >> top;
  top.par("npasses") = 3;
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(4.0f));
}

TEST_F(GlslStages, ComputeShadersLeaveMaskedChannelsToTheFirstInput) {
  GlslTop& source = pixel("source", 2, 1, "out vec4 c; void main() { c = vec4(0.5, 2, 3, 4); }");
  GlslTop& top = compute("top", 2, 1,
                         "layout(local_size_x = 2) in;\n"
                         "void main() { TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(9)); }");
  top.par("chanmask") = "rb";
  EXPECT_EQ(top.sample({.x = 1, .y = 0}), glm::vec4(9, 0, 9, 0)) << "nothing without an input";
  source >> top;
  EXPECT_EQ(top.sample({.x = 1, .y = 0}), glm::vec4(9, 2, 9, 4));
  top.par("chanmask") = "rgba";
  EXPECT_EQ(top.sample({.x = 1, .y = 0}), glm::vec4(9));
}

TEST_F(GlslStages, MaskedChannelsOfSlicesAndFurtherBuffersAreZero) {
  GlslTop& top = compute("top", 1, 1,
                         "layout(local_size_x = 1, local_size_z = 2) in;\n"
                         "void main() { TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(9)); }");
  top.par("type") = "texture3d";
  top.par("depth") = "custom";
  top.par("customdepth") = 2;
  top.par("chanmask") = "ga";
  EXPECT_EQ(top.sample({.x = 0, .y = 0, .z = 1}), glm::vec4(0, 9, 0, 9));
}

TEST_F(GlslStages, AVolumeIsDrawnSliceBySlice) {
  GlslTop& top = slices("texture3d", 3);
  EXPECT_EQ(top.depth(), 3);
  EXPECT_EQ(top.sample({.x = 1, .y = 0, .z = 2}), glm::vec4(2, 1, 0, 1));
  EXPECT_EQ(top.sample({.x = 0, .y = 1, .z = 0}), glm::vec4(0, 0, 1, 1));
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), top.sample({.x = 0, .y = 0, .z = 0})) << "slice 0";
  EXPECT_TRUE(contains(thrown([&] { top.sample({.x = 0, .y = 0, .z = 3}); }), "0 to 2"));
  const Image image = top.numpyArray();
  EXPECT_EQ(image.depth(), 3);
  EXPECT_EQ(image.pixel(1, 1, 1), glm::vec4(1, 1, 1, 1));
}

TEST_F(GlslStages, VUVReachesTheSliceThatIsDrawn) {
  for (const char* type : {"texture3d", "texture2darray"}) {
    GlslTop& source = slices(type, 4);
    GlslTop& top = make(std::string("top_") + type, 2, 2);
    const bool volume = std::string(type) == "texture3d";
    top.pixelShader(std::string("out vec4 c; void main() { c = texture(") +
                    (volume ? "sTD3DInputs" : "sTD2DArrayInputs") + "[0], vUV); }");
    top.par("type") = type;
    source >> top;
    EXPECT_EQ(top.depth(), 4);
    for (int z = 0; z < 4; ++z) {
      EXPECT_TRUE(nearly(top.sample({.x = 1, .y = 0, .z = z}), {z, 1, 0, 1}, 1e-4f)) << type << z;
    }
    source.destroy();
  }
}

TEST_F(GlslStages, InputsAreGroupedByKind) {
  GlslTop& red = pixel("red", 1, 1, "out vec4 c; void main() { c = vec4(1, 0, 0, 1); }");
  GlslTop& volume = slices("texture3d", 2);
  GlslTop& blue = pixel("blue", 1, 1, "out vec4 c; void main() { c = vec4(0, 0, 1, 1); }");
  GlslTop& top = make("top", 1, 1);
  top.pixelShader(
      "out vec4 c; void main() {\n"
      "  c = vec4(texture(sTD2DInputs[0], vUV.st).r, float(TD_NUM_2D_INPUTS * 10 + "
      "TD_NUM_3D_INPUTS), texture(sTD2DInputs[1], vUV.st).b, uTD3DInfos[0].depth.y); }");
  red >> top;
  volume >> top;
  blue >> top;
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(1, 21, 1, 2)) << top.compileResult();
}

TEST_F(GlslStages, ArraysOfAKindThatIsNotConnectedDoNotExist) {
  GlslTop& volume = slices("texture3d", 2);
  GlslTop& top = make("top", 1, 1);
  top.pixelShader("out vec4 c; void main() { c = texture(sTD2DInputs[0], vUV.st); }");
  volume >> top;
  EXPECT_FALSE(top.compiles());
  EXPECT_TRUE(contains(top.compileResult(), "sTD2DInputs"));
  top.pixelShader("out vec4 c; void main() { c = vec4(uTDCubeInfos[0].res); }");
  EXPECT_FALSE(top.compiles());
}

TEST_F(GlslStages, TheThirdAxisHasAnExtendModeOfItsOwn) {
  GlslTop& volume = slices("texture3d", 2);
  GlslTop& top = make("top", 1, 1);
  top.par("inputfiltertype") = "nearest";
  top.pixelShader(
      "out vec4 c; void main() { c = texture(sTD3DInputs[0], vec3(0.25, 0.25, 1.25)); }");
  volume >> top;
  const std::vector<std::pair<std::string, glm::vec4>> rows = {{"hold", {1, 0, 0, 1}},
                                                               {"zero", {0, 0, 0, 0}},
                                                               {"repeat", {0, 0, 0, 1}},
                                                               {"mirror", {1, 0, 0, 1}}};
  for (const auto& [mode, expected] : rows) {
    top.par("inputextendw") = mode;
    EXPECT_EQ(top.sample({.x = 0, .y = 0}), expected) << mode;
  }
}

TEST_F(GlslStages, SlicesTakeTurnsWithTheInputs) {
  GlslTop& top = make("top", 1, 1);
  for (int i = 0; i < 3; ++i) {
    pixel("c" + std::to_string(i), 1, 1,
          "out vec4 c; void main() { c = vec4(" + std::to_string(i) + ".0); }") >>
        top;
  }
  top.pixelShader(
      "out vec4 c; void main() { c = texture(sTD2DInputs[0], vUV.st); "
      "c.g = float(TD_NUM_2D_INPUTS); }");
  top.par("type") = "texture2darray";
  top.par("depth") = "custom";
  top.par("customdepth") = 4;
  top.par("inputmapping") = "ninputs";
  for (int z = 0; z < 4; ++z) {
    EXPECT_EQ(top.sample({.x = 0, .y = 0, .z = z}), glm::vec4(z % 3, 1, z % 3, z % 3)) << z;
  }
  top.par("nval") = 2;
  EXPECT_EQ(top.sample({.x = 0, .y = 0, .z = 1}), glm::vec4(2, 2, 2, 2));
}

TEST_F(GlslStages, FiltersRefuseTexturesWithSlices) {
  GlslTop& volume = slices("texture3d", 2);
  Top& level = graph().add("level").as<Top>();
  volume >> level;
  level.cook(true);
  EXPECT_TRUE(contains(level.errors().at(0), "3D texture of 2 × 2 × 2"));
}

TEST_F(GlslStages, PassThroughOperatorsPassTexturesWithSlicesOn) {
  GlslTop& volume = slices("texture3d", 2);
  Top& null = graph().add("null").as<Top>();
  volume >> null;
  EXPECT_EQ(null.depth(), 2);
  EXPECT_EQ(null.sample({.x = 0, .y = 0, .z = 1}), glm::vec4(1, 0, 0, 1));
}

TEST_F(GlslStages, ColourBuffersAreDrawnAtOnceAndSelected) {
  GlslTop& top = pixel("top", 2, 2,
                       "layout(location = 0) out vec4 a; layout(location = 1) out vec4 b;\n"
                       "layout(location = 2) out vec4 d; layout(location = 3) out vec4 e;\n"
                       "void main() { a = vec4(1.0); b = vec4(2.0); d = vec4(3.0); e = "
                       "vec4(float(TD_NUM_COLOR_BUFFERS)); }");
  top.par("numcolorbufs") = 4;
  const std::vector<float> expected = {1, 2, 3, 4};
  for (int i = 0; i < 4; ++i) {
    Top& selected = graph().add("renderselect").as<Top>();
    selected.par("top") = "top";
    selected.par("colorbufindex") = i;
    EXPECT_EQ(selected.sample({.x = 1, .y = 1}), glm::vec4(expected[static_cast<std::size_t>(i)]));
  }
  Top& beyond = graph().add("renderselect").as<Top>();
  beyond.par("top") = "top";
  beyond.par("colorbufindex") = 5;
  EXPECT_EQ(beyond.sample({.x = 1, .y = 1}), glm::vec4(0.0f));
  EXPECT_TRUE(contains(beyond.warnings().at(0), "4 colour buffers"));
}

TEST_F(GlslStages, AFailedShaderShowsWhatErrorBehaviorSays) {
  GlslTop& top = pixel("top", 2, 2, "out vec4 c; void main() { c = vec4(0.5); }");
  top.par("errorbehavior") = "showprevious";
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(0.5f));
  top.pixelShader("broken");
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(0.5f));
  EXPECT_EQ(top.warnings().size(), 1u);
  top.par("errorbehavior") = "showblack";
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(0.0f));
  top.par("errorbehavior") = "showcheckerboard";
  EXPECT_NE(top.sample({.x = 0, .y = 0}), glm::vec4(0.0f));
}

TEST_F(GlslStages, OperatorsOfTheSameTextKeepUniformsOfTheirOwn) {
  const std::string text = "uniform float v; out vec4 c; void main() { c = vec4(v); }";
  GlslTop& a = pixel("a", 1, 1, text);
  GlslTop& b = pixel("b", 1, 1, text);
  GlslTop& none = pixel("none", 1, 1, text);
  a.uniform("v", 0.25);
  b.uniform("v", 0.75);
  for (int i = 0; i < 2; ++i) {
    for (GlslTop* top : {&a, &b, &none}) top->cook(true);
    EXPECT_EQ(a.sample({.x = 0, .y = 0}), glm::vec4(0.25f));
    EXPECT_EQ(b.sample({.x = 0, .y = 0}), glm::vec4(0.75f));
    EXPECT_EQ(none.sample({.x = 0, .y = 0}), glm::vec4(0.0f));
  }
}

TEST_F(GlslStages, AComputedVolumeIsSlicedByAPixelShader) {
  GlslTop& volume = compute("volume", 64, 64,
                            "layout(local_size_x = 4, local_size_y = 4, local_size_z = 4) in;\n"
                            "void main() { vec3 p = vec3(gl_GlobalInvocationID); "
                            "TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(p, p.x + 64.0 * "
                            "p.y + 4096.0 * p.z)); }");
  volume.par("type") = "texture3d";
  volume.par("depth") = "custom";
  volume.par("customdepth") = 64;
  GlslTop& slice =
      pixel("slice", 64, 64,
            "uniform float at; out vec4 c; void main() { c = "
            "texelFetch(sTD3DInputs[0], ivec3(ivec2(gl_FragCoord.xy), int(at)), 0); }");
  volume >> slice;
  for (const int z : {0, 17, 63}) {
    slice.uniform("at", z);
    const Image image = slice.numpyArray();
    for (int y = 0; y < 64; ++y) {
      for (int x = 0; x < 64; ++x) {
        ASSERT_EQ(image.pixel(x, y), glm::vec4(x, y, z, x + 64 * y + 4096 * z));
      }
    }
  }
}

TEST_F(GlslStages, AHundredFramesOfLifeAgreeWithTheSameOnTheCpu) {
  constexpr int kSize = 24;
  GlslTop& seed =
      pixel("seed", kSize, kSize,
            "out vec4 c; void main() { uvec2 p = uvec2(gl_FragCoord.xy); uint h = p.x * "
            "73856093u ^ p.y * 19349663u; h ^= h >> 7u; c = vec4(float(h % 3u == 0u)); }");
  GlslTop& life = compute("life", kSize, kSize,
                          "layout(local_size_x = 8, local_size_y = 8) in;\n"
                          "float cell(ivec2 p) { ivec2 s = ivec2(uTDOutputInfo.res.zw); "
                          "return texelFetch(sTD2DInputs[0], (p + s) % s, 0).r; }\n"
                          "void main() {\n"
                          "  ivec2 p = ivec2(gl_GlobalInvocationID.xy); float n = 0.0;\n"
                          "  for (int y = -1; y <= 1; ++y) for (int x = -1; x <= 1; ++x)\n"
                          "    if (x != 0 || y != 0) n += cell(p + ivec2(x, y));\n"
                          "  bool lives = n == 3.0 || (n == 2.0 && cell(p) > 0.5);\n"
                          "  TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(float(lives)));\n"
                          "}");
  Op& feedback = graph().add("feedback");
  feedback.par("top") = "life";
  seed >> feedback;
  feedback >> life;
  life.pin();
  const Image first = seed.numpyArray();
  std::vector<int> cells(kSize * kSize);
  for (int i = 0; i < kSize * kSize; ++i)
    cells[static_cast<std::size_t>(i)] = first.pixel(i % kSize, i / kSize).r > 0.5f ? 1 : 0;
  for (int frame = 0; frame < 100; ++frame) {
    graph().cook();
    std::vector<int> next = cells;
    for (int i = 0; i < kSize * kSize; ++i) {
      int n = 0;
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
          if (dx == 0 && dy == 0) continue;
          const int x = (i % kSize + dx + kSize) % kSize;
          const int y = (i / kSize + dy + kSize) % kSize;
          n += cells[static_cast<std::size_t>(y * kSize + x)];
        }
      }
      const auto at = static_cast<std::size_t>(i);
      next[at] = n == 3 || (n == 2 && cells[at] == 1) ? 1 : 0;
    }
    cells = next;
  }
  const Image last = life.numpyArray();
  int alive = 0;
  for (int i = 0; i < kSize * kSize; ++i) {
    alive += cells[static_cast<std::size_t>(i)];
    ASSERT_EQ(last.pixel(i % kSize, i / kSize).r,
              static_cast<float>(cells[static_cast<std::size_t>(i)]))
        << i;
  }
  EXPECT_GT(alive, 0);
}

}  // namespace
}  // namespace topknot
