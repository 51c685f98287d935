// Edges are whole pixels, so that pixels are fetched as they are unless the Common page asks for
// another size.
ivec2 crop_turned(ivec2 at, ivec2 period) {
  ivec2 steps = max(at, -1 - at) % period;  // the remainder is only defined from 0 on
  return mix(steps, period - 1 - steps, lessThan(at, ivec2(0)));
}

vec4 crop_fetch(sampler2D a, ivec2 at) {
  ivec2 size = textureSize(a, 0);
  if (P_IS(extend, repeat)) return texelFetch(a, crop_turned(at, size), 0);
  if (P_IS(extend, mirror)) {
    ivec2 place = crop_turned(at, 2 * size);
    return texelFetch(a, min(place, 2 * size - 1 - place), 0);
  }
  ivec2 held = clamp(at, ivec2(0), size - 1);
  vec4 colour = texelFetch(a, held, 0);
  return P_IS(extend, hold) || held == at ? colour : vec4(0.0);
}

vec4 crop(sampler2D a, vec2 uv) {
  if (P.exact == 1) return crop_fetch(a, ivec2(gl_FragCoord.xy) + ivec2(P.origin));
  return textureLod(a, P.low + uv * P.range, 0.0);
}
