// How much of a pixel a shape covers, and the colours of a shape with a border.
//
// A distance is one from the shape's edge, positive outside. An edge is a slope of a width, half of
// it outside.
float shape_inside(float away, float slope) {
  return clamp(0.5 - away / slope, 0.0, 1.0);
}

// Of a shape grown by a length. What is beyond the opposite edge, `thick` from the middle, is taken
// off: a shape thinner than the slope is as faint as it is thin.
float shape_grown(float away, float thick, float by, float slope) {
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
