#use operands
// One colour; upon its input, if there is one and the Output page asks for it.
vec4 constant(vec2 uv) { return P.colour; }

vec4 constant(vec2 uv, vec4 a) {
  if (P.over == 0) return P.colour;
  return P.swaporder == 1 ? P_CALL(operand)(a, P.colour) : P_CALL(operand)(P.colour, a);
}
