#use dither
// One axis of a kernel: weights of the middle and of one side.
vec4 blur(sampler2D a, vec2 uv) {
  vec4 sum = vec4(0.0);
  int taps = int(P.taps);
  for (int i = -taps; i <= taps; ++i) {
    sum += P.weights[abs(i)].x * textureLod(a, uv + P.pace * float(i), 0.0);
  }
  return P.dither == 1 ? sum + dither(gl_FragCoord.xy, P.grain) : sum;
}
