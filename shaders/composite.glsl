#use operands
// The operation of the menu; a is the upper layer unless the order is swapped.
vec4 composite(vec4 a, vec4 b) {
  return P.swaporder == 1 ? P_CALL(operand)(b, a) : P_CALL(operand)(a, b);
}
