#version 330
#include "lib"
uniform float uAmount; // 0.5 [0, 1] how far
out vec4 c;
void main() { c = vec4(twice(uAmount)) + texture(sTD2DInputs[int(vUV.s * 3.0)], vUV.st); }
//// lib
float twice(float x) { return 2.0 * x; }
//// log
0:12(5): error: `uAmount' undeclared
0(12) : error C1008: undefined variable "c"
ERROR: 0:99999999999: 'c' : undeclared identifier
0:4294967295(4294967295): error: x
