#use operands
#use shapes
// An ellipse, or the polygon with corners on it; in the shape's own axes, from its middle, in heights
// of a pixel. The arc cuts both off.

vec2 circle_slope(vec2 normal) {
  return shape_slope(vec2(dot(P.slopex, normal), dot(P.slopey, normal)), P.soft);
}

// Where an ellipse is nearest to p, as the cosine and sine of its angle. With z = |p| / reach, and k
// the square of how much longer the x axis is than the y axis, it is at (k x / (u + k - 1), y / u) of
// z for the u that makes this a unit vector. Newton's steps come near it from one side only.
vec2 circle_nearest(vec2 p) {
  bool high = P.reach.y > P.reach.x;
  vec2 z = max(abs(p) / P.reach, 1e-6);
  vec2 r = P.reach;
  if (high) {
    z = z.yx;
    r = r.yx;
  }
  float k = (r.x / r.y) * (r.x / r.y), m = k - 1.0;
  float u = max(z.y, k * z.x - m);
  vec2 t = vec2(0.0);
  for (int i = 0; i < 8; ++i) {
    vec2 size = vec2(u + m, u);
    t = vec2(k, 1.0) * z / size;
    u += 0.5 * (dot(t, t) - 1.0) / dot(t * t / size, vec2(1.0));
  }
  t = normalize(high ? t.yx : t);
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
  vec2 slope = circle_slope(edge.xy);
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
