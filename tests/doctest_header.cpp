// Exists so that the precompiled doctest header has a target of its own.
#include <doctest/doctest.h>
