// An OpenGL context: headless, in a window, or the host's own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace topknot {

/// What a context turned out to be.
struct ContextInfo {
  int major = 0, minor = 0;  ///< OpenGL version, 4.5 or 4.6 core
  std::string version;       ///< GL_VERSION, as the driver writes it
  std::string glslVersion;   ///< GL_SHADING_LANGUAGE_VERSION
  int glsl = 0;              ///< the number for `#version`, 450 or 460
  std::string vendor;        ///< GL_VENDOR
  std::string renderer;      ///< GL_RENDERER
  std::string platform;      ///< `EGL device`, `EGL surfaceless`, `EGL pbuffer`, `GLFW`, `adopted`
  bool software = false;     ///< rendered by the processor (llvmpipe, softpipe, swrast, …)
  int maxTextureSize = 0;    ///< pixels along a side of a 2D texture
  int max3DTextureSize = 0;  ///< pixels along a side of a 3D texture
  int maxArrayLayers = 0;    ///< slices of a 2D array
  int maxTextureUnits = 0;   ///< samplers of one pixel shader
  int maxColorBuffers = 0;   ///< outputs of one pixel shader
};

/// A message of the driver (KHR_debug).
struct DebugMessage {
  enum class Severity { Notification, Low, Medium, High };
  Severity severity = Severity::Notification;
  bool error = false;         ///< of type ERROR: the driver refused a call
  bool fromCompiler = false;  ///< about a shader's text; GlslTop::compileResult tells it better
  unsigned id = 0;
  std::string text;
};

struct HeadlessOptions {
  bool allowHardware = true;  ///< look for a GPU device first
  bool debug = false;         ///< synchronous debug messages; slower
};

struct WindowOptions {
  int width = 1280, height = 720;  ///< of the content, in screen coordinates
  std::string title = "Topknot";
  bool visible = true;
  bool vsync = true;
  bool debug = false;
};

/// An OpenGL 4.6 core context (4.5 where the driver has no more), and the thread that it belongs
/// to: the one that made it. TOPs use the thread's current context; making a Context makes it
/// current.
///
/// In a context of the library's own, the bound framebuffer, viewport and scissor box stay what the
/// program set; all other state is the library's.
///
/// Move-only; one that was moved from throws Error. It has to outlive the graphs that draw with it.
/// If it does not, their operators report errors and their GL objects, which died with it, are
/// forgotten. Several contexts on several threads are independent; several on one thread take turns
/// by `makeCurrent`.
///
/// Thread: the one that made it. A call from another one throws Error and does nothing.
class Context {
 public:
  /// No display, no window: by EGL on a GPU device if there is one, else surfaceless, else on a
  /// 1 × 1 pixel buffer. Throws Error: one sentence that says what was tried and what was found.
  /// A process forked from one that had made a context gets none, in any way.
  static Context headless(const HeadlessOptions& options = {});

  /// A window by GLFW, or a hidden one; needs a display. Throws Error saying what is missing.
  /// GLFW wants windows to be made and polled on the program's main thread.
  static Context window(const WindowOptions& options = {});

  /// Finds a function of OpenGL by name; `glfwGetProcAddress` and `eglGetProcAddress` are such.
  using Function = void (*)();
  using Loader = std::function<Function(const char*)>;
  /// Uses the context that the host has made current on this thread. It stays the host's: nothing
  /// is destroyed but what the library made, and GL state is put back after each call of the
  /// library. The host has it current whenever it calls the library: calls throw Error if it is
  /// not, and what ends meanwhile is deleted later. Throws Error if none is current or it is older
  /// than OpenGL 4.5 core.
  static Context adopt(const Loader& loader);

  Context(Context&&) noexcept;
  Context& operator=(Context&&) noexcept;
  ~Context();

  const ContextInfo& info() const;

  /// Makes it the thread's current one, where several take turns.
  void makeCurrent();

  /// Gets the driver's messages from now on, on this thread, from inside GL calls. A function that
  /// throws is not supported.
  void onDebugMessage(std::function<void(const DebugMessage&)> function);

  /// GL objects (textures, buffers, programs, …) of the library that are alive in this context,
  /// the few that the context keeps for itself not counted.
  int liveObjects() const;

  /// Bytes that pictures may take in this context, at least 1; without a call there is no limit but
  /// the driver's. Where one more picture would go beyond it, those that wait to be used again go
  /// first, then those that can be drawn again; if that is not enough, the operator reports an
  /// error. A limit below what is in use lets go of what waits; the rest stays. Throws Error if
  /// `bytes` is below 1.
  void textureBudget(std::int64_t bytes);
  /// The limit; the largest number where there is none.
  std::int64_t textureBudget() const;
  /// Bytes of all pictures in this context, their mipmaps and those that wait to be used again
  /// included. From any thread.
  std::int64_t textureMemory() const;

  /// Seconds that one operator's cook, or one readback, may keep the driver busy; above 0, infinity
  /// for any time. 15 at first, 30 on a software renderer. Throws Error if it is not above 0.
  ///
  /// A shader may run for minutes, and nothing stops a driver that is at it. When the deadline is
  /// over the context is given up: the operator gets an error (`glsl 'warp': took longer than 15 s:
  /// the context is given up`), whoever asks for its picture afterwards gets the same at once, and
  /// nothing calls the driver in that context any more. The thread that is inside the driver comes
  /// back when the driver does; where it only waits for the GPU it comes back at the deadline.
  /// Other threads, their contexts and graphs go on, as far as the driver lets them.
  ///
  /// To go on: destroy this Context and make a new one on the thread; the graph draws anew in it.
  /// The driver's own context (and its window) is left behind for good, as destroying it would
  /// wait. A GPU that was reset by the driver is the same case.
  void cookDeadline(double seconds);
  double cookDeadline() const;
  /// Why the context was given up; empty while it is well. A context that somebody else in the
  /// process ended, by eglTerminate or glfwTerminate, counts as given up. From any thread.
  std::string lost() const;

  // Of a window only; elsewhere they throw Error.
  bool shouldClose();  ///< the user closed it; also lets the window system deliver its events
  void swapBuffers();  ///< shows what was drawn
  void framebufferSize(int& width, int& height) const;  ///< pixels

  /// The insides, for the library's own rooms.
  struct State;
  State& state() const;

 private:
  explicit Context(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace topknot
