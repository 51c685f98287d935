// Matrices for users' shaders. Vectors are columns, so that matrix * vector applies it. Angles are
// in radians and turn counterclockwise when the axis points at the viewer.

mat4 TDTranslate(float x, float y, float z) {
  return mat4(1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, x, y, z, 1.0);
}

mat3 TDScale(float x, float y, float z) {
  return mat3(x, 0.0, 0.0, 0.0, y, 0.0, 0.0, 0.0, z);
}

mat3 TDRotateX(float radians) {
  float s = sin(radians), c = cos(radians);
  return mat3(1.0, 0.0, 0.0, 0.0, c, s, 0.0, -s, c);
}

mat3 TDRotateY(float radians) {
  float s = sin(radians), c = cos(radians);
  return mat3(c, 0.0, -s, 0.0, 1.0, 0.0, s, 0.0, c);
}

mat3 TDRotateZ(float radians) {
  float s = sin(radians), c = cos(radians);
  return mat3(c, s, 0.0, -s, c, 0.0, 0.0, 0.0, 1.0);
}

// Around an axis, which has to be a unit vector (Rodrigues' formula).
mat3 TDRotateOnAxis(float radians, vec3 axis) {
  vec3 a = axis, s = axis * sin(radians);
  float c = cos(radians);
  mat3 across = mat3(0.0, s.z, -s.y, -s.z, 0.0, s.x, s.y, -s.x, 0.0);
  return mat3(c) + across + (1.0 - c) * outerProduct(a, a);
}

// Turns what looks along +Z so that it looks along `forward`, with +Y as far towards `up` as that
// leaves. Neither has to be a unit vector; an `up` along `forward` is replaced by another one.
mat3 TDRotateToVector(vec3 forward, vec3 up) {
  vec3 z = tdUnit(forward, vec3(0.0, 0.0, 1.0));
  vec3 right = cross(tdUnit(up, vec3(0.0, 1.0, 0.0)), z);
  vec3 x = dot(right, right) > 1e-10 ? normalize(right) : tdAcross(z);
  return mat3(x, cross(z, x), z);
}

// The shortest turn from one unit vector to another. Of opposite ones: half a turn around some
// axis.
mat3 TDCreateRotMatrix(vec3 from, vec3 to) { return tdQuaternionMatrix(tdFromTo(from, to)); }

// From tangent space to the space of the normal and the tangent, which are unit vectors: its
// columns are the tangent, the bitangent cross(normal, tangent) * handedness (-1 or 1), and the
// normal.
mat3 TDCreateTBNMatrix(vec3 normal, vec3 tangent, float handedness) {
  return mat3(tangent, cross(normal, tangent) * handedness, normal);
}

// The turn of X and of the plane of X and Y: what scaling and shearing leave (Gram and Schmidt's
// method). Of a mirroring matrix Z is reversed, so that it is a rotation nevertheless.
mat3 tdRotationOf(mat3 m) {
  vec3 x = tdUnit(m[0], vec3(1.0, 0.0, 0.0));
  vec3 y = tdUnit(m[1] - x * dot(x, m[1]), tdAcross(x));
  return mat3(x, y, cross(x, y));
}

mat3 tdSlerpMatrices(mat3 a, mat3 b, float t) {
  return tdQuaternionMatrix(tdSlerp(tdMatrixQuaternion(a), tdMatrixQuaternion(b), t));
}

// The rotation of a transform, without its translation, scale and shear.
mat3 TDExtractRotation(mat4 m) { return tdRotationOf(mat3(m)); }

// From a (t = 0) to b (t = 1) along the shorter way at constant speed. Rotation matrices.
mat3 TDSlerpRotationMatrices(mat3 a, mat3 b, float t) { return tdSlerpMatrices(a, b, t); }

// From a (t = 0) to b (t = 1): rotations along the shorter way, translation and what is left of the
// transform (scale and shear) in proportion. Affine transforms.
mat4 TDInterpolateTransformMatrices(mat4 a, mat4 b, float t) {
  mat3 from = tdRotationOf(mat3(a)), to = tdRotationOf(mat3(b));
  mat3 fromScale = transpose(from) * mat3(a), toScale = transpose(to) * mat3(b);
  mat3 m = tdSlerpMatrices(from, to, t) * (fromScale * (1.0 - t) + toScale * t);
  return mat4(vec4(m[0], 0.0), vec4(m[1], 0.0), vec4(m[2], 0.0),
              vec4(mix(a[3].xyz, b[3].xyz, t), 1.0));
}
