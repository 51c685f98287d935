// Everything that a program needs.
#pragma once

#include "topknot/context.h"
#include "topknot/cuda_memory.h"
#include "topknot/diagnostic.h"
#include "topknot/error.h"
#include "topknot/explanation.h"
#include "topknot/glsl_top.h"
#include "topknot/graph.h"
#include "topknot/image.h"
#include "topknot/image_file.h"
#include "topknot/movie_file_in.h"
#include "topknot/movie_file_out.h"
#include "topknot/profile.h"
#include "topknot/readback.h"
#include "topknot/shared_mem_out.h"
#include "topknot/shared_mem_reader.h"
#include "topknot/top.h"
