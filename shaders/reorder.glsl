// Each channel is a weighted sum of one input's channels, or one. Slot 4 is an input that is not
// connected: zero.
vec4 reorder(vec4 a, vec4 b, vec4 c, vec4 d) {
  vec4 slots[5] = vec4[5](a, b, c, d, vec4(0.0));
  return P.ones + vec4(dot(slots[P.slotr], P.weightsr), dot(slots[P.slotg], P.weightsg),
                       dot(slots[P.slotb], P.weightsb), dot(slots[P.slota], P.weightsa));
}

vec4 reorder(vec4 a, vec4 b, vec4 c) { return reorder(a, b, c, vec4(0.0)); }
vec4 reorder(vec4 a, vec4 b) { return reorder(a, b, vec4(0.0), vec4(0.0)); }
vec4 reorder(vec4 a) { return reorder(a, vec4(0.0), vec4(0.0), vec4(0.0)); }
