// The picture is cut off at its edges, or at the ends of the tiles, with the slope that linear
// interpolation towards nothing has; beyond is the background.
float transform_cover(vec2 at) {
  if (P.nearest == 1) {
    return all(greaterThanEqual(at, P.low)) && all(lessThan(at, P.high)) ? 1.0 : 0.0;
  }
  // A little steeper, so that rounding does not thin the edge of a picture in place.
  vec2 cover = clamp((at - P.low) * P.pixels * 1.002 + 0.5, 0.0, 1.0) *
               clamp((P.high - at) * P.pixels * 1.002 + 0.5, 0.0, 1.0);
  return cover.x * cover.y;
}

vec4 transform(sampler2D a, vec2 uv) {
  vec2 at = vec2(dot(P.rowu, vec3(uv, 1.0)), dot(P.rowv, vec3(uv, 1.0)));
  vec4 colour = texture(a, at);
  if (P.compover == 1) colour += P.background * (1.0 - clamp(colour.a, 0.0, 1.0));
  float cover = P.bounded == 1 ? P.there * transform_cover(at) : P.there;
  return mix(P.background, colour, cover);
}
