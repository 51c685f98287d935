// How much of a pixel a shape covers, and the colours of a shape with a border.
//
// A distance is one from the shape's edge, positive outside. The slope of an edge is what the larger
// and the smaller extent of a pixel across it make of a step: with both, how much of a square pixel
// is on the inner side of a straight edge.
float shape_inside(float away, vec2 slope) {
  float y = abs(away);
  float rim = clamp(0.5 * (slope.x + slope.y) - y, 0.0, slope.y);
  float most = min(0.5 + y / slope.x, 1.0 - rim * rim / max(2.0 * slope.x * slope.y, 1e-20));
  return away < 0.0 ? most : 1.0 - most;
}

// The slope from the extents of a pixel along the picture's axes, as they are across the edge. A
// soft edge has at least its width.
vec2 shape_slope(vec2 extents, float soft) {
  vec2 size = abs(extents);
  return vec2(max(max(size.x, size.y), max(soft, 1e-4)), min(size.x, size.y));
}

// Of a shape grown by a length. What is beyond the opposite edge, `thick` from the middle, is taken
// off: a shape thinner than the slope is as faint as it is thin.
float shape_grown(float away, float thick, float by, vec2 slope) {
  float opposite = shape_inside(away + by + 2.0 * thick, slope);
  return max(shape_inside(away - by, slope) - opposite, 0.0);
}

// The background, the shape upon it and the border upon both, for what is covered by the shape, and
// by the shape grown to the border's inner and outer side. Every part of the pixel counts once, so
// that no colour shines through where edges meet.
vec4 shape_colour(float covered, float inner, float outer, vec4 fill, vec4 border, vec4 ground) {
  float band = outer - inner;
  float both = min(outer, covered) - min(inner, covered);
  vec4 filled = operand_over(fill, ground);
  return ground * (1.0 - covered - band + both) + filled * (covered - both) +
         operand_over(border, filled) * both + operand_over(border, ground) * (band - both);
}
