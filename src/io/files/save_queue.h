// Files that are written by other threads.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>

#include "topknot/image_file.h"

namespace topknot {

struct FileSaveStatus::State {
  explicit State(std::filesystem::path file);
  void complete(std::string sentence);

  const std::filesystem::path path;
  const int process;  // a child of it has no thread that would complete this
  std::mutex mutex;
  std::condition_variable changed;
  // Read without the mutex, which a forked child may have found locked.
  std::atomic<bool> completed = false;
  std::string error;  // not changed once it is completed
};

namespace io {

/// As saveImage, once `arrived` has returned, where the file is written. Whatever it throws becomes
/// the file's error.
FileSaveStatus saveAfter(std::function<void()> arrived, Image image,
                         const std::filesystem::path& file, const SaveOptions& options);

/// Runs `work` on one of the threads that save, and tells `state` of its end. Waits while too much
/// is waiting. Where no thread can be had, or the program's end has ended them, the caller's does
/// it.
void queueSave(std::shared_ptr<FileSaveStatus::State> state, std::function<void()> work);

}  // namespace io
}  // namespace topknot
