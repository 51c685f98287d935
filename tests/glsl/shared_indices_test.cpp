// Indices of shared memory that stay within it: what the text becomes, and what is left alone.
#include "glsl/rewriting/shared_indices.h"

#include <gtest/gtest.h>

namespace topknot::glsl {
namespace {

/// What `line` becomes behind these declarations.
std::string bounded(const std::string& declarations, const std::string& line) {
  const BoundedText text = boundedShared({}, declarations + "\nvoid main() {\n" + line + "\n}\n");
  EXPECT_TRUE(text.complete) << text.text;
  const std::size_t at = text.text.find("void main() {\n") + 14;
  return text.text.substr(at, text.text.rfind("\n}\n") - at);
}

TEST(SharedIndices, AreBoundedByTheLengthOfWhatTheyAreOf) {
  EXPECT_EQ(bounded("shared float a[4];", "a[k] = a[i + 1];"),
            "a[tdWithin(k, a.length())] = a[tdWithin(i + 1, a.length())];");
  EXPECT_EQ(bounded("shared float b[3][4];", "b[i][j] = 1.0;"),
            "b[tdWithin(i, b.length())][tdWithin(j, b[0].length())] = 1.0;");
  EXPECT_EQ(bounded("struct S { vec4 v[2]; };\nshared S s[5];", "s[i].v[j][k] = 1.0;"),
            "s[tdWithin(i, s.length())].v[tdWithin(j, s[0].v.length())]"
            "[tdWithin(k, s[0].v[0].length())] = 1.0;");
  EXPECT_EQ(bounded("shared vec4 v; shared mat3 m;", "v[i] = m[j][k];"),
            "v[tdWithin(i, v.length())] = m[tdWithin(j, m.length())][tdWithin(k, m[0].length())];");
  EXPECT_EQ(bounded("shared uint n, a[4];", "atomicAdd(a[k], n);"),
            "atomicAdd(a[tdWithin(k, a.length())], n);");
  EXPECT_EQ(bounded("shared float[4] a;", "(a)[k] = 1.0;"),
            "(a)[tdWithin(k, (a).length())] = 1.0;");
}

TEST(SharedIndices, WithinIndicesAreBoundedToo) {
  EXPECT_EQ(bounded("shared int a[4];", "x = a[a[k]];"),
            "x = a[tdWithin(a[tdWithin(k, a.length())], a.length())];");
}

TEST(SharedIndices, ConstantOnesAndOtherArraysStay) {
  for (const char* line : {"a[0] = a[3];", "float b[8]; b[k] = 1.0;", "c.a[k] = 1.0;",
                           "int n = a.length();", "f(a)[k];"}) {
    EXPECT_EQ(bounded("shared float a[4];", line), line);
  }
  EXPECT_FALSE(boundedShared({}, "float a[4];\nvoid main() { a[k] = 1.0; }\n").changed);
}

TEST(SharedIndices, SizesOfDeclarationsAreNone) {
  for (const char* line : {"float a[N];", "int c, a[N];", "struct { int n; } a[N];"}) {
    EXPECT_EQ(bounded("const int N = 2; shared float a[N];", line), line);
  }
  EXPECT_EQ(bounded("shared int a[4];", "f(k, a[k]); return a[k];"),
            "f(k, a[tdWithin(k, a.length())]); return a[tdWithin(k, a.length())];");
  EXPECT_EQ(bounded("shared int a[4];", "{ int b; } a[k] = 1;"),
            "{ int b; } a[tdWithin(k, a.length())] = 1;");
}

TEST(SharedIndices, MacrosThatWriteThemAreBoundedWhereTheyAreDefined) {
  EXPECT_EQ(boundedShared({},
                          "shared float a[4];\n#define AT(i) a[i]\n#define ALL a\n"
                          "#define OF(n, i) n[i]\n#define GLUE(n) n##x[k]\n"
                          "void main() { AT(k) = ALL[k]; }\n")
                .text,
            "shared float a[4];\n#define AT(i) a[tdWithin(i, a.length())]\n#define ALL a\n"
            "#define OF(n, i) n[tdWithin(i, n.length())]\n"
            "#define GLUE(n) n##x[tdWithin(k, n##x.length())]\n"
            "void main() { AT(k) = ALL[tdWithin(k, ALL.length())]; }\n");
}

TEST(SharedIndices, WhatAMacroWritesInPiecesIsKnownAsUnbounded) {
  EXPECT_FALSE(
      boundedShared({}, "#define OPEN a[\nshared float a[4];\nvoid main() { OPEN k] = 1.0; }\n")
          .complete);
  EXPECT_FALSE(
      boundedShared("#define AT(i) a[i]\n", "shared float a[4];\nvoid main() { AT(k) = 1.0; }\n")
          .complete);
}

TEST(SharedIndices, LinesStayAsManyAndBracketsThatDoNotMatchAreNoTrouble) {
  EXPECT_EQ(
      boundedShared({}, "shared float a[4];\nvoid main() {\n  a[\n    k\n  ] = 1.0; }\n").text,
      "shared float a[4];\nvoid main() {\n  a[tdWithin(\n    k\n  , a.length())] = 1.0; }\n");
  for (const char* code : {"shared float a[", "shared", "shared float a[4]; a[[k",
                           "shared a]; a[k]]", "#define\n#define x(\nshared float a[4]; x)a[k"}) {
    const BoundedText text = boundedShared({}, code);
    EXPECT_GE(text.text.size(), std::string(code).size());
  }
}

}  // namespace
}  // namespace topknot::glsl
