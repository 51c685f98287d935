// Transfer functions for users' shaders: from linear light to a signal and back. Negative values go
// through the curve of their size and stay negative, unless said otherwise.

vec3 tdPower(vec3 c, float exponent) { return sign(c) * pow(abs(c), vec3(exponent)); }

// IEC 61966-2-1.
vec3 tdToSRGB(vec3 c) {
  vec3 size = abs(c);
  vec3 curve = 1.055 * pow(size, vec3(1.0 / 2.4)) - 0.055;
  return sign(c) * mix(curve, size * 12.92, lessThanEqual(size, vec3(0.0031308)));
}
vec3 tdFromSRGB(vec3 c) {
  vec3 size = abs(c);
  vec3 curve = pow((size + 0.055) / 1.055, vec3(2.4));
  return sign(c) * mix(curve, size / 12.92, lessThanEqual(size, vec3(0.04045)));
}
vec3 TDTransferLinearToSRGB(vec3 c) { return tdToSRGB(c); }
vec4 TDTransferLinearToSRGB(vec4 c) { return vec4(tdToSRGB(c.rgb), c.a); }
vec3 TDTransferSRGBToLinear(vec3 c) { return tdFromSRGB(c); }
vec4 TDTransferSRGBToLinear(vec4 c) { return vec4(tdFromSRGB(c.rgb), c.a); }

// ITU-R BT.709-6, 1.2: the camera's curve.
vec3 TDTransferLinearToRec709(vec3 c) {
  vec3 size = abs(c);
  vec3 curve = 1.099 * pow(size, vec3(0.45)) - 0.099;
  return sign(c) * mix(curve, size * 4.5, lessThan(size, vec3(0.018)));
}
vec3 TDTransferRec709ToLinear(vec3 c) {
  vec3 size = abs(c);
  vec3 curve = pow((size + 0.099) / 1.099, vec3(1.0 / 0.45));
  return sign(c) * mix(curve, size / 4.5, lessThan(size, vec3(0.081)));
}

// Plain powers.
vec3 TDTransferLinearToGamma1_8(vec3 c) { return tdPower(c, 1.0 / 1.8); }
vec3 TDTransferGamma1_8ToLinear(vec3 c) { return tdPower(c, 1.8); }
vec3 TDTransferLinearToGamma2_2(vec3 c) { return tdPower(c, 1.0 / 2.2); }
vec3 TDTransferGamma2_2ToLinear(vec3 c) { return tdPower(c, 2.2); }
vec3 TDTransferLinearToGamma2_4(vec3 c) { return tdPower(c, 1.0 / 2.4); }
vec3 TDTransferGamma2_4ToLinear(vec3 c) { return tdPower(c, 2.4); }
vec3 TDTransferLinearToGamma2_6(vec3 c) { return tdPower(c, 1.0 / 2.6); }
vec3 TDTransferGamma2_6ToLinear(vec3 c) { return tdPower(c, 2.6); }
vec3 TDTransferLinearToGamma2_8(vec3 c) { return tdPower(c, 1.0 / 2.8); }
vec3 TDTransferGamma2_8ToLinear(vec3 c) { return tdPower(c, 2.8); }

// ACESproxy, Academy S-2013-001: code values of 10 bits as a share of 1023, without rounding. The
// curve alone: primaries stay. Held to the codes 64..940, so that black, and what is negative,
// becomes 64; the way back is not held.
vec3 TDTransferLinearToACESproxy(vec3 c) {
  vec3 code = 50.0 * (log2(max(c, vec3(1e-6))) + 2.5) + 425.0;
  return clamp(code, 64.0, 940.0) / 1023.0;
}
vec3 TDTransferACESproxyToLinear(vec3 c) { return exp2((c * 1023.0 - 425.0) / 50.0 - 2.5); }

// SMPTE ST 2084 (PQ), ITU-R BT.2100-2, table 4: signals are absolute, 1 is 10000 cd/m^2. Linear 1
// is the reference white, in cd/m^2. What is negative becomes that of 0.
vec3 TDTransferLinearToST2084PQ(vec3 c, float referenceWhiteNits) {
  vec3 y = pow(max(c * referenceWhiteNits / 10000.0, 0.0), vec3(0.1593017578125));
  return pow((0.8359375 + 18.8515625 * y) / (1.0 + 18.6875 * y), vec3(78.84375));
}
vec3 TDTransferST2084PQToLinear(vec3 c, float referenceWhiteNits) {
  vec3 e = pow(max(c, 0.0), vec3(1.0 / 78.84375));
  vec3 y = max(e - 0.8359375, 0.0) / (18.8515625 - 18.6875 * e);
  return pow(y, vec3(1.0 / 0.1593017578125)) * 10000.0 / referenceWhiteNits;
}

// The system gamma of BT.2100-2, table 5, note 5f: of displays from 400 to 2000 cd/m^2, and beyond.
float tdHLGGamma(float peakNits) {
  float octaves = log2(peakNits / 1000.0);
  bool usual = peakNits >= 400.0 && peakNits <= 2000.0;
  return usual ? 1.2 + 0.42 * 0.30102999566 * octaves : 1.2 * pow(1.111, octaves);
}
vec3 tdHLGSystem(vec3 c, float exponent) {
  float luminance = dot(c, vec3(0.2627, 0.6780, 0.0593));
  return luminance > 0.0 ? c * pow(luminance, exponent) : vec3(0.0);
}

// Hybrid log-gamma, ITU-R BT.2100-2, table 5. Linear values are light of a display of that peak
// (OOTF, then OETF); 1 is the reference white. Both in cd/m^2. Primaries are Rec. 2020's. What is
// negative becomes 0.
vec3 TDTransferLinearToBT2100HLG(vec3 c, float peakNits, float referenceWhiteNits) {
  float gamma = tdHLGGamma(peakNits);
  vec3 scene = tdHLGSystem(max(c * referenceWhiteNits / peakNits, 0.0), (1.0 - gamma) / gamma);
  vec3 curve = 0.17883277 * log(max(12.0 * scene - 0.28466892, vec3(1e-6))) + 0.55991073;
  return mix(curve, sqrt(3.0 * scene), lessThanEqual(scene, vec3(1.0 / 12.0)));
}
vec3 TDTransferBT2100HLGToLinear(vec3 c, float peakNits, float referenceWhiteNits) {
  c = max(c, 0.0);
  vec3 curve = (exp((c - 0.55991073) / 0.17883277) + 0.28466892) / 12.0;
  vec3 scene = mix(curve, c * c / 3.0, lessThanEqual(c, vec3(0.5)));
  return tdHLGSystem(scene, tdHLGGamma(peakNits) - 1.0) * peakNits / referenceWhiteNits;
}
