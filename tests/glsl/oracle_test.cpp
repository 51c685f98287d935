// The preprocessor beside that of glslang, which another wrote: both have to leave the same words.
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "glsl/preprocessor/lexer.h"
#include "glsl/preprocessor/preprocessor.h"
#include "glsl/preprocessor/written.h"

namespace topknot::glsl {
namespace {

constexpr const char* kVersion = "#version 460\n";

constexpr std::string_view kEnd = "end_of_text";

/// What `glslangValidator -E` prints about texts. One process reads all: it takes its time to
/// start.
std::string theirs(const std::vector<std::string>& texts) {
  const std::filesystem::path folder =
      testing::TempDir() + "topknot_oracle_" + std::to_string(getpid());
  std::filesystem::create_directories(folder);
  std::string command = "cd '" + folder.string() + "' && glslangValidator -E";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string name = std::to_string(i) + ".frag";
    std::ofstream(folder / name) << texts[i] << "\n" << kEnd << "\n";
    command += " " + name;
  }
  std::string out;
  FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  char buffer[4096];
  while (const std::size_t count = std::fread(buffer, 1, sizeof(buffer), pipe))
    out.append(buffer, count);
  pclose(pipe);
  std::filesystem::remove_all(folder);
  return out;
}

/// Its words and signs, each behind a blank; lines of directives left out.
std::string words(const std::string& text) {
  const CleanText clean(text, 0);
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < clean.text().size();) {
    const std::size_t end = clean.text().find('\n', at);
    std::vector<Token> line;
    readTokens(clean, at, end, line);
    if (!line.empty() && !line[0].is("#")) tokens.insert(tokens.end(), line.begin(), line.end());
    at = end + 1;
  }
  std::string all;
  for (const Token& token : tokens) all += std::string(token.text) + " ";
  return all;
}

std::string ours(const std::string& text) {
  Preprocessor preprocessor({.version = 460});
  preprocessor.add({"a.frag", text});
  for (const Diagnostic& each : preprocessor.diagnostics())
    ADD_FAILURE() << each.message << "\n" << text;
  std::string lines;
  const WrittenLines out =
      written(preprocessor.tokens(), 0,
              1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
  for (const std::string& line : out.lines) lines += line + "\n";
  return words(lines);
}

std::string withoutBlanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

/// glslang forgets blanks behind what ## joined when it prints: they are not compared.
void expectSame(const std::vector<std::string>& texts) {
  const std::string other = theirs(texts);
  ASSERT_EQ(other.find("ERROR"), std::string::npos) << other;
  std::string rest = withoutBlanks(words(other));
  for (const std::string& text : texts) {
    const std::size_t end = rest.find(kEnd);
    ASSERT_NE(end, std::string::npos) << "glslang left out a text";
    ASSERT_EQ(withoutBlanks(ours(text)), rest.substr(0, end)) << text;
    rest.erase(0, end + kEnd.size());
  }
}

TEST(PreprocessorOracle, AllShadersOfTheTreeLeaveTheSameWords) {
  std::vector<std::string> texts;
  for (const char* folder : {"shaders", "examples", "tests"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             std::string(TOPKNOT_SOURCE_DIR "/") + folder)) {
      const std::string suffix = entry.path().extension().string();
      if (suffix != ".glsl" && suffix != ".frag" && suffix != ".comp") continue;
      std::ifstream file(entry.path());
      std::string text((std::istreambuf_iterator<char>(file)), {});
      // The library's own word for what a shader needs of others.
      while (text.find("#use ") != std::string::npos) text.replace(text.find("#use "), 5, "//use");
      // What is wrong on purpose leaves nothing, and glslang has no files to include.
      if (entry.path().string().find("/fuzz/") != std::string::npos) continue;
      if (text.find("#include") != std::string::npos) continue;
      texts.push_back(kVersion + text);
    }
  }
  EXPECT_GT(texts.size(), 40u);
  expectSame(texts);
}

/// Writes texts in which macros and conditions nest at random.
class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  std::string text() {
    std::string out = std::string(kVersion) + "#define CALL(a, b) b + a\n";
    for (int i = 0; i < kNames; ++i) define(out);
    for (int i = 0; i < 12; ++i) block(out, 0);
    return out;
  }

 private:
  static constexpr int kNames = 6;

  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  bool oneIn(int n) { return below(n) == 0; }
  std::string numbered(const char* name) {
    return most_ == 0 ? "n" : name + std::to_string(below(most_));
  }

  /// `O…` stands for tokens, `F…` takes two arguments, `N…` is a number. Each is made of those with
  /// lower numbers: glslang expands names within themselves that no other compiler would.
  void define(std::string& out) {
    const int own = below(kNames);
    most_ = own;
    const std::string end = std::to_string(own), object = "O" + end, function = "F" + end,
                      number = "N" + end;
    out += "#undef " + object + "\n#define " + object + " " + tokens("", 3) + "\n";
    out += "#undef " + function + "\n#define " + function + "(a, b) " + tokens("ab", 4) +
           (oneIn(4) ? " a##b" : "") + (oneIn(5) ? " x ## a" : "") + "\n";
    out += "#undef " + number + "\n#define " + number + " " +
           (own > 0 && oneIn(3) ? "(" + numbered("N") + " + 1)" : std::to_string(below(5))) + "\n";
    most_ = kNames;
  }

  std::string tokens(const std::string& parameters, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += one(parameters) + (oneIn(3) ? "\t " : " ");
    return out + "z";
  }

  std::string one(const std::string& parameters) {
    static constexpr const char* kPlain[] = {"x", "y",      "1.5", "+",       "-",  "*",
                                             "<", "(p)",    "7u",  "==",      "&&", ";",
                                             ":", "foo(1)", "{",   "__LINE__"};
    switch (below(6)) {
      case 0:
        return numbered("O");
      case 1:
        return call(parameters);
      case 2:
        if (!parameters.empty())
          return std::string(1, parameters[static_cast<std::size_t>(below(2))]);
        return numbered("N");
      default:
        return kPlain[below(parameters.empty() ? 16 : 15)];
    }
  }

  std::string call(const std::string& parameters) {
    if (++depth_ > 3 || most_ == 0) return --depth_, "w";
    const int most = most_;
    most_ = below(most_);
    std::string out = "F" + std::to_string(most_) + (oneIn(4) ? " (" : "(");
    out += argument(parameters) + ", " + argument(parameters) + ")";
    most_ = most;
    --depth_;
    return out;
  }

  /// Begins and ends with words: what ## joins has to be something.
  std::string argument(const std::string& parameters) {
    if (!parameters.empty() && oneIn(3))
      return std::string(1, parameters[static_cast<std::size_t>(below(2))]);
    const std::string begin = "u" + std::to_string(below(9));
    return oneIn(2) ? begin : begin + " " + one("") + " v";
  }

  std::string condition(int depth) {
    static constexpr const char* kOperators[] = {
        "&&", "||", "==", "!=", "<", ">", "<=", ">=", "+", "-", "*", "&", "|", "^"};
    if (depth > 2 || oneIn(3)) {
      switch (below(5)) {
        case 0:
          return "defined " + numbered("N");
        case 1:
          return "defined(" + numbered("O") + ")";
        case 2:
          return std::to_string(below(4));
        default:
          return numbered("N");
      }
    }
    const std::string sign = oneIn(4) ? (oneIn(2) ? "!" : "-") : "";
    return sign + "(" + condition(depth + 1) + " " + kOperators[below(14)] + " " +
           condition(depth + 1) + ")" + (oneIn(6) ? " / 2" : "");
  }

  void block(std::string& out, int depth) {
    if (depth > 3 || oneIn(2)) {
      out += tokens("", 5) + (oneIn(4) ? " // O1\n" : "\n") + (oneIn(5) ? "/* F1(\n */ q\n" : "");
      if (oneIn(4)) out += "CALL(r,\n  s)\n";  // of `__LINE__` in there each makes its own
      if (oneIn(3)) define(out);
      return;
    }
    switch (below(3)) {
      case 0:
        out += "#ifdef " + numbered("N") + "\n";
        break;
      case 1:
        out += " # ifndef " + numbered("F") + "\n";
        break;
      default:
        out += "#if " + condition(0) + "\n";
    }
    block(out, depth + 1);
    while (oneIn(2)) {
      out += "#elif " + condition(1) + (oneIn(3) ? " \\\n && 1\n" : "\n");
      block(out, depth + 1);
    }
    if (oneIn(2)) {
      out += "#else\n";
      block(out, depth + 1);
    }
    out += "#endif\n";
  }

  std::mt19937 random_;
  int depth_ = 0;
  int most_ = kNames;  // macros with lower numbers may be used
};

TEST(PreprocessorOracle, RandomNestsOfConditionsAndMacrosLeaveTheSameWords) {
  std::vector<std::string> texts;
  for (unsigned seed = 1; seed <= 200; ++seed) texts.push_back(Writer(seed).text());
  expectSame(texts);
}

}  // namespace
}  // namespace topknot::glsl
