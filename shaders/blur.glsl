// One step of a blur: halving the picture, one axis of the kernel, or growing it again.
vec4 blur_axis(sampler2D a, vec2 uv) {
  vec4 sum = vec4(0.0);
  int taps = int(P.taps);
  for (int i = -taps; i <= taps; ++i) {
    sum += P.weights[abs(i)].x * textureLod(a, uv + P.pace * float(i), 0.0);
  }
  return sum;
}

vec4 blur(sampler2D a, vec2 uv) {
  vec4 colour;
  if (P_IS(role, axis)) {
    colour = blur_axis(a, uv);
  } else {
    colour = textureLod(a, uv * P.span, 0.0);
  }
  if (P.dither == 1) {
    vec2 at = floor(gl_FragCoord.xy);
    float noise = fract(52.9829189 * fract(dot(at, vec2(0.06711056, 0.00583715))));
    colour += (noise - 0.5) * P.grain;
  }
  return colour;
}
