#use operands
#use shapes
// A rectangle; in its own axes, from its middle, in heights of a pixel. Without a corner radius its
// corners stay sharp however it grows.

vec2 rectangle_slope(vec2 normal) {
  return shape_slope(vec2(dot(P.slopex, normal), dot(P.slopey, normal)), P.soft);
}

// Covered by the rectangle grown by a length.
float rectangle_grown(vec2 p, float by) {
  vec2 beyond = abs(p) - P.reach;
  if (P.corner <= 0.0) {
    return shape_grown(beyond.x, P.reach.x, by, rectangle_slope(vec2(1.0, 0.0))) *
           shape_grown(beyond.y, P.reach.y, by, rectangle_slope(vec2(0.0, 1.0)));
  }
  vec2 arm = beyond + P.corner;
  vec2 normal = arm.x > arm.y ? vec2(1.0, 0.0) : vec2(0.0, 1.0);
  if (arm.x > 0.0 && arm.y > 0.0) normal = normalize(arm);
  float away = length(max(arm, 0.0)) + min(max(arm.x, arm.y), 0.0) - P.corner;
  normal *= vec2(p.x < 0.0 ? -1.0 : 1.0, p.y < 0.0 ? -1.0 : 1.0);
  return shape_grown(away, min(P.reach.x, P.reach.y), by, rectangle_slope(normal));
}

vec4 rectangle(vec2 uv) {
  vec2 p = vec2(dot(P.across, vec3(uv, 1.0)), dot(P.along, vec3(uv, 1.0)));
  return shape_colour(rectangle_grown(p, 0.0) * P.there, rectangle_grown(p, P.band.x) * P.there,
                      rectangle_grown(p, P.band.y) * P.there, P.fill, P.border, P.ground);
}

vec4 rectangle(vec2 uv, vec4 a) {
  vec4 own = rectangle(uv);
  if (P.over == 0) return own;
  return P.swaporder == 1 ? P_CALL(operand)(a, own) : P_CALL(operand)(own, a);
}
