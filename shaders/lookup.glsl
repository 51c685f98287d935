// The index range spans the line from dark to light; an empty one is a step. The table is sampled
// as the Common page says, so between the centres of its pixels.
vec4 lookup_at(sampler2D table, float value) {
  float span = P.index.y - P.index.x;
  float t = clamp((value - P.index.x) / (span == 0.0 ? 1e-6 : span), 0.0, 1.0);
  return textureLod(table, mix(P.dark, P.light, t), 0.0);
}

vec4 lookup(sampler2D a, sampler2D table, vec2 uv) {
  if (P.displaylookup == 1) return textureLod(table, mix(P.dark, P.light, uv.x), 0.0);
  vec4 v = texture(a, uv);
  vec4 made;
  if (P_IS(channel, independent)) {
    made = vec4(lookup_at(table, v.r).r, lookup_at(table, v.g).g, lookup_at(table, v.b).b, v.a);
  } else {
    float value = dot(v, P.weights);
    if (P_IS(channel, rgbmax)) value = max(v.r, max(v.g, v.b));
    if (P_IS(channel, max)) value = max(max(v.r, v.g), max(v.b, v.a));
    made = lookup_at(table, value);
  }
  if (P.independentalpha == 1) made.a = lookup_at(table, v.a).a;
  return made;
}
