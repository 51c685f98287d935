// Pages in their order: Pre, Range, RGBA, Step, Post. Pre, Range and Step leave alpha alone.
vec3 level_power(vec3 v, float gamma) {
  return gamma == 1.0 ? v : sign(v) * pow(abs(v), vec3(1.0 / max(gamma, 1e-6)));
}

vec3 level_remap(vec3 v) {
  float span = P.inhigh - P.inlow;
  vec3 t = (v - P.inlow) / (span == 0.0 ? 1e-6 : span);
  return mix(vec3(P.outlow), vec3(P.outhigh), t);
}

vec3 level_step(vec3 v) {
  float size = max(P.stepsize, 1e-6);
  vec3 band = (v - P.threshold) / size;
  vec3 inside = fract(band);
  float ramp = clamp(P.soften, 0.0, 1.0);
  vec3 rise = ramp > 0.0 ? clamp((inside - 1.0 + ramp) / ramp, 0.0, 1.0) : vec3(0.0);
  vec3 stepped = (floor(band) + rise) * size + P.threshold;
  return clamp(stepped, P.clamplow, P.clamphigh);
}

vec4 level(vec4 a) {
  bool clamps = P_IS(clampinput, clamp) || (P_IS(clampinput, automatic) && P.eightbit == 1);
  if (clamps) a = clamp(a, 0.0, 1.0);
  vec3 v = mix(a.rgb, 1.0 - a.rgb, P.invert);
  if (P.blacklevel != 0.0) v = max((v - P.blacklevel) / max(1.0 - P.blacklevel, 1e-6), 0.0);
  v = level_power(v * P.brightness1, P.gamma1);
  v = (v - 0.5) * P.contrast + 0.5;
  v = level_remap(v);
  a = mix(vec4(P.lowr, P.lowg, P.lowb, P.lowa), vec4(P.highr, P.highg, P.highb, P.higha),
          vec4(v, a.a));
  if (P.stepping == 1) a.rgb = level_step(a.rgb);
  a.rgb = level_power(a.rgb, P.gamma2);
  a *= P.opacity;
  a.rgb *= P.brightness2;
  if (P.clamp == 1) a = clamp(a, P.clamplow2, P.clamphigh2);
  if (P.premultrgbbyalpha == 1) a.rgb *= a.a;
  return a;
}
