#include "main"
//// main
#include "main"
