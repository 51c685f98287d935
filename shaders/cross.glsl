// a (1 − cross) + b cross, as far as floats reach.
vec4 cross(vec4 a, vec4 b) {
  float amount = clamp(P.cross, -1e9, 1e9);
  return a * (1.0 - amount) + b * amount;
}
