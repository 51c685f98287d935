// The words of error sentences: quoting, numbers, suggestions, loops.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace topknot {

class Op;

/// `'text'`, shortened if it is long, control characters as `?`.
std::string inQuotes(std::string_view text);

/// The shortest text that reads back as the same number; whole numbers without an exponent.
std::string numberText(double number);

/// `; did you mean 'file'? There are file, active, speed`: the nearest first by edit distance, and
/// not more than a reader can take in.
std::string choices(std::string_view wanted, std::vector<std::string_view> names);

/// `a > b > c > a` for operators of which each feeds the next, and the last the first.
std::string loopText(std::span<Op* const> loop);

/// What the exception that is being handled says. Only inside a catch block.
std::string currentFailure();

/// Letters, digits and _, and not empty.
bool isIdentifier(std::string_view text);

}  // namespace topknot
