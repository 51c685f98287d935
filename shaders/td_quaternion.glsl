// Quaternions for users' shaders: x, y, z are the vector, w the scalar; q and -q turn alike.
// Angles are in radians and turn counterclockwise when the axis points at the viewer.

// A unit vector of the same direction; `instead` for one without.
vec3 tdUnit(vec3 v, vec3 instead) {
  float size = length(v);
  return size > 0.0 ? v / size : instead;
}

// Some unit vector across a unit vector.
vec3 tdAcross(vec3 v) {
  vec3 axis = abs(v.x) < 0.6 ? vec3(1.0, 0.0, 0.0) : vec3(0.0, 1.0, 0.0);
  return normalize(cross(v, axis));
}

// Of a quaternion that is not a unit, that of its direction; of 0, no turn.
mat3 tdQuaternionMatrix(vec4 q) {
  float square = dot(q, q);
  vec4 d = q * (square > 0.0 ? 2.0 / square : 0.0);
  vec3 s = d.xyz * q.xyz, c = d.xyz * q.yzx, w = d.xyz * q.w;
  return mat3(1.0 - s.y - s.z, c.x + w.z, c.z - w.y,
              c.x - w.z, 1.0 - s.x - s.z, c.y + w.x,
              c.z + w.y, c.y - w.x, 1.0 - s.x - s.y);
}

// Shepperd's method (1978): starts from the component that is largest, which becomes positive.
vec4 tdMatrixQuaternion(mat3 m) {
  float x = m[0][0], y = m[1][1], z = m[2][2];
  vec4 fours = 1.0 + vec4(x - y - z, y - x - z, z - x - y, x + y + z);
  vec3 sums = vec3(m[0][1] + m[1][0], m[1][2] + m[2][1], m[2][0] + m[0][2]);
  vec3 gaps = vec3(m[1][2] - m[2][1], m[2][0] - m[0][2], m[0][1] - m[1][0]);
  float most = max(max(fours.x, fours.y), max(fours.z, fours.w));
  vec4 q;
  if (most == fours.w) q = vec4(gaps, most);
  else if (most == fours.x) q = vec4(most, sums.x, sums.z, gaps.x);
  else if (most == fours.y) q = vec4(sums.x, most, sums.y, gaps.y);
  else q = vec4(sums.z, sums.y, most, gaps.z);
  return normalize(q);
}

// Along the shorter way at constant speed (Shoemake, 1985). The angle comes from atan, which is
// exact for small ones too.
vec4 tdSlerp(vec4 a, vec4 b, float t) {
  if (dot(a, b) < 0.0) b = -b;
  float angle = 2.0 * atan(length(b - a), length(b + a)), s = sin(angle);
  if (s < 1e-4) return normalize(mix(a, b, t));
  return (sin((1.0 - t) * angle) * a + sin(t * angle) * b) / s;
}

// The turn by twice the angle between `from` and the middle of both. Opposite vectors have no
// middle: then half a turn around some axis across them.
vec4 tdFromTo(vec3 from, vec3 to) {
  from = tdUnit(from, vec3(0.0, 0.0, 1.0));
  to = tdUnit(to, from);
  vec3 sum = from + to;
  vec3 middle = dot(sum, sum) > 1e-12 ? normalize(sum) : tdAcross(from);
  return vec4(cross(from, middle), dot(from, middle));
}

// The turn around an axis, which has to be a unit vector.
vec4 TDAxisAngleToQuaternion(vec3 axis, float radians) {
  return vec4(axis * sin(0.5 * radians), cos(0.5 * radians));
}

mat3 TDQuaternionToRotMatrix(vec4 q) { return tdQuaternionMatrix(q); }

// Of a rotation matrix. Of q and -q the one whose largest component is positive.
vec4 TDRotMatrixToQuaternion(mat3 m) { return tdMatrixQuaternion(m); }

// Turns v by a unit quaternion.
vec3 TDRotateFromQuaternion(vec3 v, vec4 q) {
  return v + 2.0 * cross(q.xyz, cross(q.xyz, v) + q.w * v);
}

// Hamilton's product: turns by b first, then by a, as matrices do.
vec4 TDQuaternionMultiply(vec4 a, vec4 b) {
  return vec4(a.w * b.xyz + b.w * a.xyz + cross(a.xyz, b.xyz), a.w * b.w - dot(a.xyz, b.xyz));
}

// From a (t = 0) to b (t = 1) along the shorter way at constant speed. Unit quaternions.
vec4 TDSlerpQuaternions(vec4 a, vec4 b, float t) { return tdSlerp(a, b, t); }

// The shortest turn from one direction to another; they need not be unit vectors.
vec4 TDQuaternionFromTo(vec3 from, vec3 to) { return tdFromTo(from, to); }
