// 0 where the comparison holds. Softened, the step becomes a slope around the threshold; for equal
// and notequal one to either side of it. Alpha `same` is the value that r, g and b have.
float threshold_step(float d) {
  if (P_IS(comparator, less)) return d < 0.0 ? 0.0 : 1.0;
  if (P_IS(comparator, lessorequal)) return d <= 0.0 ? 0.0 : 1.0;
  if (P_IS(comparator, greater)) return d > 0.0 ? 0.0 : 1.0;
  if (P_IS(comparator, greaterorequal)) return d >= 0.0 ? 0.0 : 1.0;
  if (P_IS(comparator, equal)) return d == 0.0 ? 0.0 : 1.0;
  return d != 0.0 ? 0.0 : 1.0;
}

float threshold_slope(float d) {
  if (P_IS(comparator, equal)) return min(abs(d), 1.0);
  if (P_IS(comparator, notequal)) return 1.0 - min(abs(d), 1.0);
  bool rises = P_IS(comparator, less) || P_IS(comparator, lessorequal);
  return clamp((rises ? d : -d) + 0.5, 0.0, 1.0);
}

vec4 threshold(vec4 a) {
  float v = dot(a, P.weights);
  if (P_IS(rgb, rgbmax)) v = max(a.r, max(a.g, a.b));
  if (P_IS(rgb, max)) v = max(max(a.r, a.g), max(a.b, a.a));
  float d = v - P.level;
  float made = P.soften > 0.0 ? threshold_slope(d / max(P.soften, 1e-6)) : threshold_step(d);
  return vec4(vec3(made), P_IS(alpha, same) ? made : 1.0);
}
