// Between two pictures of the cache; share 0 is the newer one.
vec4 cache(vec4 a, vec4 b) { return mix(a, b, P.share); }
