// The helper library's matrices and quaternions, against glm's in doubles.
#include <cmath>
#include <glm/gtc/matrix_transform.hpp>
#include <numbers>

#include "ops/support/calls.h"

namespace topknot {
namespace {

using glm::dmat3;
using glm::dmat4;
using glm::dquat;
using glm::dvec3;
using glm::dvec4;
using test::arg;
using test::call;

constexpr double kPi = std::numbers::pi;

class TdRotation : public test::Calls {};

dmat3 turn(double radians, dvec3 axis) {
  return dmat3(glm::rotate(dmat4(1.0), radians, axis));
}
dvec4 vector(const dquat& q) {
  return {q.x, q.y, q.z, q.w};
}
/// Of q and -q the one whose largest component is positive.
dvec4 canonical(const dquat& q) {
  const dvec4 v = vector(q);
  int largest = 0;
  for (int i = 1; i < 4; ++i) largest = std::abs(v[i]) > std::abs(v[largest]) ? i : largest;
  return v[largest] < 0 ? -v : v;
}

const double kAngles[] = {0.0, 0.3, -1.2, 2.0, 3.1, 7.5};
const dvec3 kAxes[] = {{1, 0, 0},
                       {0, 1, 0},
                       {0, 0, 1},
                       glm::normalize(dvec3(1, 2, 3)),
                       glm::normalize(dvec3(-1, 0.2, 0.1)),
                       glm::normalize(dvec3(0.3, -2, 0.7))};

TEST_F(TdRotation, TDTranslateHasTheOffsetInItsLastColumn) {
  expectMatrix(call("TDTranslate", 1.5, -2.0, 3.25),
               glm::translate(dmat4(1.0), dvec3(1.5, -2, 3.25)));
  check();
}

TEST_F(TdRotation, TDScaleHasTheFactorsOnItsDiagonal) {
  expectMatrix(call("TDScale", 1.5, -2.0, 0.0), dmat3(1.5, 0, 0, 0, -2, 0, 0, 0, 0));
  check();
}

TEST_F(TdRotation, TDRotateXTurnsYTowardsZInRadians) {
  for (const double a : kAngles) expectMatrix(call("TDRotateX", a), turn(a, {1, 0, 0}));
  expect("TDRotateX(" + arg(kPi / 2) + ") * vec3(0.0, 1.0, 0.0)", dvec3(0, 0, 1));
  check();
}

TEST_F(TdRotation, TDRotateYTurnsZTowardsXInRadians) {
  for (const double a : kAngles) expectMatrix(call("TDRotateY", a), turn(a, {0, 1, 0}));
  expect("TDRotateY(" + arg(kPi / 2) + ") * vec3(0.0, 0.0, 1.0)", dvec3(1, 0, 0));
  check();
}

TEST_F(TdRotation, TDRotateZTurnsXTowardsYInRadians) {
  for (const double a : kAngles) expectMatrix(call("TDRotateZ", a), turn(a, {0, 0, 1}));
  expect("TDRotateZ(" + arg(kPi / 2) + ") * vec3(1.0, 0.0, 0.0)", dvec3(0, 1, 0));
  check();
}

TEST_F(TdRotation, TDRotateOnAxisTurnsAroundAnyAxis) {
  for (const dvec3& axis : kAxes) {
    for (const double a : kAngles) expectMatrix(call("TDRotateOnAxis", a, axis), turn(a, axis));
  }
  check();
}

TEST_F(TdRotation, TDRotateToVectorLooksAlongForwardWithYTowardsUp) {
  const dvec3 ups[] = {{0, 1, 0}, {0.2, 3, -1}, {1, 0, 0.5}};
  for (const dvec3& forward : {dvec3(0, 0, 1), dvec3(1, 2, 3), dvec3(-4, 0.5, 0.25)}) {
    for (const dvec3& up : ups) {
      const dvec3 z = glm::normalize(forward), x = glm::normalize(glm::cross(up, z));
      expectMatrix(call("TDRotateToVector", forward, up), dmat3(x, glm::cross(z, x), z));
    }
  }
  check();
}

TEST_F(TdRotation, TDRotateToVectorIsARotationWhereUpIsOfNoUse) {
  const dvec3 z = glm::normalize(dvec3(1, 2, 3));
  for (const dvec3& up : {dvec3(1, 2, 3), dvec3(-2, -4, -6), dvec3(0, 0, 0)}) {
    const std::string m = call("TDRotateToVector", dvec3(1, 2, 3), up);
    expect(m + "[2]", z);
    expect("determinant(" + m + ")", 1.0);
    expectMatrix("transpose(" + m + ") * " + m, dmat3(1.0));
  }
  check();
}

TEST_F(TdRotation, TDCreateRotMatrixIsTheShortestTurnBetweenVectors) {
  for (const dvec3& from : kAxes) {
    for (const dvec3& to : kAxes) {
      if (from == to) continue;
      const double angle = std::acos(glm::dot(from, to));
      expectMatrix(call("TDCreateRotMatrix", from, to),
                   turn(angle, glm::normalize(glm::cross(from, to))));
    }
    expectMatrix(call("TDCreateRotMatrix", from, from), dmat3(1.0));
  }
  check();
}

TEST_F(TdRotation, TDCreateRotMatrixTurnsOppositeVectorsHalfRound) {
  for (const dvec3& from : kAxes) {
    const std::string m = call("TDCreateRotMatrix", from, -from);
    expect(m + " * " + arg(from), -from);
    expect("determinant(" + m + ")", 1.0);
    expectMatrix(m + " * " + m, dmat3(1.0));
  }
  check();
}

TEST_F(TdRotation, TDCreateTBNMatrixHasTangentBitangentAndNormalAsColumns) {
  const dvec3 normal = glm::normalize(dvec3(1, 2, 3));
  const dvec3 tangent = glm::normalize(glm::cross(normal, dvec3(0, 1, 0)));
  for (const double hand : {1.0, -1.0}) {
    expectMatrix(call("TDCreateTBNMatrix", normal, tangent, hand),
                 dmat3(tangent, glm::cross(normal, tangent) * hand, normal));
  }
  check();
}

dmat4 transform(dvec3 offset, double radians, dvec3 axis, dvec3 size) {
  return glm::scale(glm::rotate(glm::translate(dmat4(1.0), offset), radians, axis), size);
}

TEST_F(TdRotation, TDExtractRotationLeavesOffsetAndScaleOut) {
  for (const dvec3& axis : kAxes) {
    expectMatrix(call("TDExtractRotation", transform({4, 5, -6}, 1.3, axis, {2, 0.5, 7})),
                 turn(1.3, axis));
  }
  expect("determinant(" + call("TDExtractRotation", dmat4(-1.0)) + ")", 1.0);
  check();
}

TEST_F(TdRotation, TDSlerpRotationMatricesTurnsAtConstantSpeed) {
  for (const dvec3& axis : kAxes) {
    for (const double t : {0.0, 0.25, 0.5, 1.0}) {
      const dmat3 first = turn(0.4, kAxes[3]);
      expectMatrix(call("TDSlerpRotationMatrices", first, first * turn(2.5, axis), t),
                   first * turn(2.5 * t, axis));
      // The shorter way: 4 radians are 2 pi - 4 the other way round.
      expectMatrix(call("TDSlerpRotationMatrices", first, first * turn(4.0, axis), t),
                   first * turn((4 - 2 * kPi) * t, axis));
    }
  }
  check();
}

TEST_F(TdRotation, TDInterpolateTransformMatricesMovesTurnsAndScales) {
  const dmat4 a = transform({1, 2, 3}, 0.5, kAxes[3], {1, 2, 3});
  const dmat4 b = transform({-3, 4, 0}, 1.5, kAxes[3], {3, 1, 1});
  for (const double t : {0.0, 0.25, 0.5, 1.0}) {
    expectMatrix(call("TDInterpolateTransformMatrices", a, b, t),
                 transform(glm::mix(dvec3(1, 2, 3), dvec3(-3, 4, 0), t), 0.5 + t, kAxes[3],
                           glm::mix(dvec3(1, 2, 3), dvec3(3, 1, 1), t)));
  }
  dmat4 sheared = a;  // comes back whole at the ends, sheared and mirrored
  sheared[1] += 0.5 * sheared[0];
  sheared[2] *= -1;
  expectMatrix(call("TDInterpolateTransformMatrices", sheared, b, 0.0), sheared);
  expectMatrix(call("TDInterpolateTransformMatrices", b, sheared, 1.0), sheared);
  check();
}

TEST_F(TdRotation, TDAxisAngleToQuaternionHasTheScalarInW) {
  for (const dvec3& axis : kAxes) {
    for (const double a : kAngles) {
      expect(call("TDAxisAngleToQuaternion", axis, a), vector(glm::angleAxis(a, axis)));
    }
  }
  check();
}

TEST_F(TdRotation, TDQuaternionToRotMatrixIsTheSameTurn) {
  for (const dvec3& axis : kAxes) {
    for (const double a : kAngles) {
      expectMatrix(call("TDQuaternionToRotMatrix", glm::angleAxis(a, axis)), turn(a, axis));
    }
  }
  expectMatrix(call("TDQuaternionToRotMatrix", glm::angleAxis(1.0, kAxes[3]) * 3.0),
               turn(1, kAxes[3]));
  expectMatrix(call("TDQuaternionToRotMatrix", dvec4(0.0)), dmat3(1.0));
  check();
}

TEST_F(TdRotation, TDRotMatrixToQuaternionFindsTheTurnWhateverComponentIsLargest) {
  for (const dvec3& axis : kAxes) {
    for (const double a : kAngles) {
      expect(call("TDRotMatrixToQuaternion", turn(a, axis)), canonical(glm::angleAxis(a, axis)));
    }
  }
  check();
}

TEST_F(TdRotation, TDRotateFromQuaternionTurnsAVector) {
  for (const dvec3& axis : kAxes) {
    for (const double a : kAngles) {
      const dvec3 v(1, -2, 0.5);
      expect(call("TDRotateFromQuaternion", v, glm::angleAxis(a, axis)), turn(a, axis) * v);
    }
  }
  check();
}

TEST_F(TdRotation, TDQuaternionMultiplyTurnsByTheSecondFirst) {
  for (const dvec3& axis : kAxes) {
    const dquat a = glm::angleAxis(1.1, axis), b = glm::angleAxis(-0.6, kAxes[4]);
    expect(call("TDQuaternionMultiply", a, b), vector(a * b));
    expect("TDQuaternionToRotMatrix(" + call("TDQuaternionMultiply", a, b) + ") * vec3(1.0)",
           turn(1.1, axis) * (turn(-0.6, kAxes[4]) * dvec3(1.0)));
  }
  check();
}

TEST_F(TdRotation, TDSlerpQuaternionsTakesTheShorterWay) {
  for (const dvec3& axis : kAxes) {
    const dquat a = glm::angleAxis(0.4, kAxes[5]);
    for (const double angle : {0.0, 1e-5, 0.7, 3.0}) {
      const dquat b = a * glm::angleAxis(angle, axis);
      for (const double t : {0.0, 0.25, 0.5, 1.0}) {
        const dvec4 wanted = vector(a * glm::angleAxis(angle * t, axis));
        expect(call("TDSlerpQuaternions", a, b, t), wanted);
        expect(call("TDSlerpQuaternions", a, -b, t), wanted);
      }
    }
  }
  check();
}

TEST_F(TdRotation, TDQuaternionFromToIsTheShortestTurn) {
  for (const dvec3& from : kAxes) {
    for (const dvec3& to : kAxes) {
      if (from == to) continue;
      const double angle = std::acos(glm::dot(from, to));
      expect(call("TDQuaternionFromTo", from * 3.0, to * 0.5),
             vector(glm::angleAxis(angle, glm::normalize(glm::cross(from, to)))));
    }
    expect(call("TDQuaternionFromTo", from, from), dvec4(0, 0, 0, 1));
    const std::string back = call("TDQuaternionFromTo", from, -from);
    expect("TDRotateFromQuaternion(" + arg(from) + ", " + back + ")", -from);
  }
  check();
}

}  // namespace
}  // namespace topknot
