#use operands
// a + b (1 − alpha of a), premultiplied; alpha as a weight is clamped to 0..1.
vec4 over(vec4 a, vec4 b) { return operand_over(a, b); }
