// UniformValue: what a uniform is given.
#include "topknot/error.h"
#include "topknot/uniform.h"

namespace topknot {

UniformValue::UniformValue(FromValue, const Value& value) {
  rows_ = value.size();
  if (value.isText()) {
    text_ = value.text();
    return;
  }
  for (int i = 0; i < rows_; ++i) data_.push_back(value.number(i));
}

std::string UniformValue::describe() const {
  if (isText()) return "the text '" + text_ + "'";
  std::string each = rows_ == 1 ? "numbers" : "vec" + std::to_string(rows_);
  if (isMatrix()) {
    each = "mat" + std::to_string(columns_);
    if (columns_ != rows_) each += "x" + std::to_string(rows_);
  }
  if (isArray()) return "an array of " + std::to_string(count_) + " " + each;
  if (isMatrix()) return "a " + each;
  return rows_ == 1 ? "a number" : std::to_string(rows_) + " numbers";
}

}  // namespace topknot
