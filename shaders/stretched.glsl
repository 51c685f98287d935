#use dither
// The part of a picture from its bottom left to P.span, between its pixels as its sampler says.
vec4 stretched(sampler2D a, vec2 uv) {
  vec4 colour = textureLod(a, uv * P.span, 0.0);
  return P.dither == 1 ? colour + dither(gl_FragCoord.xy, P.grain) : colour;
}
