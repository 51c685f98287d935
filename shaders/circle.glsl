#use operands
#use shapes
// An ellipse, or the polygon with corners on it; in the shape's own axes, from its middle, in heights
// of a pixel. The arc cuts both off.

float circle_slope(vec2 normal) {
  return max(max(length(vec2(dot(P.slopex, normal), dot(P.slopey, normal))), P.soft), 1e-4);
}

// Where an ellipse is nearest to p, as the cosine and sine of its angle. Each step goes on as if the
// ellipse were the circle that fits it there.
vec2 circle_nearest(vec2 p) {
  vec2 r = P.reach;
  vec2 q = abs(p);
  vec2 t = normalize(q / r + 1e-6);
  if (r.x != r.y) {
    for (int i = 0; i < 5; ++i) {
      vec2 middle = (r.x - r.y) * (r.x + r.y) * vec2(1.0, -1.0) * t * t * t / r;
      vec2 arm = q - middle;
      float away = max(length(arm), 1e-6);
      vec2 next = clamp((arm * (length(r * t - middle) / away) + middle) / r, 0.0, 1.0);
      if (dot(next, next) > 0.0) t = normalize(next);
    }
  }
  return vec2(p.x < 0.0 ? -t.x : t.x, p.y < 0.0 ? -t.y : t.y);
}

// Normal and distance.
vec3 circle_edge(vec2 p) {
  vec2 t = circle_nearest(p);
  if (P.ispolygon == 0) {
    vec2 normal = normalize(t / P.reach);
    return vec3(normal, dot(p - P.reach * t, normal));
  }
  // The farthest of the sides around it.
  float angle = 6.28318530717959 / P.sides;
  float first = floor(atan(t.y, t.x) / angle) - 2.0;
  vec3 edge = vec3(1.0, 0.0, -1e30);
  for (int i = 0; i < 5; ++i) {
    float at = (first + float(i) + 0.5) * angle;
    vec2 across = vec2(cos(at), sin(at)) / P.reach;
    float size = length(across);
    float away = (dot(across, p) - P.sideat) / size;
    if (away > edge.z) edge = vec3(across / size, away);
  }
  return edge;
}

// Covered by both of two straight edges with an angle between them whose cosine is `alike`.
float circle_both(float a, float b, float alike) {
  return alike < 0.0 ? mix(a * b, max(a + b - 1.0, 0.0), -alike) : mix(a * b, min(a, b), alike);
}

float circle_arc(vec2 p) {
  float begin = shape_inside(dot(P.begin, p), circle_slope(P.begin));
  float end = shape_inside(dot(P.end, p), circle_slope(P.end));
  float alike = clamp(dot(P.begin, P.end), -1.0, 1.0);
  return P.span <= 180.0 ? circle_both(begin, end, alike)
                         : 1.0 - circle_both(1.0 - begin, 1.0 - end, alike);
}

vec4 circle(vec2 uv) {
  vec2 p = vec2(dot(P.across, vec3(uv, 1.0)), dot(P.along, vec3(uv, 1.0)));
  vec3 edge = circle_edge(p);
  float slope = circle_slope(edge.xy);
  float part = P.span < 360.0 ? circle_arc(p) : 1.0;
  part *= P.there;
  return shape_colour(shape_grown(edge.z, P.thick, 0.0, slope) * part,
                      shape_grown(edge.z, P.thick, P.band.x, slope) * part,
                      shape_grown(edge.z, P.thick, P.band.y, slope) * part, P.fill, P.border,
                      P.ground);
}

vec4 circle(vec2 uv, vec4 a) {
  vec4 own = circle(uv);
  if (P.over == 0) return own;
  return P.swaporder == 1 ? P_CALL(operand)(a, own) : P_CALL(operand)(own, a);
}
