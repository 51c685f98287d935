// Between two inputs; share 0 is the first.
vec4 switch(vec4 a, vec4 b) { return mix(a, b, P.share); }
