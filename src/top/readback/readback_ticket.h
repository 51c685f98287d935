// One download and what it is to become.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gl/context/work.h"
#include "gl/transfer/download.h"
#include "top/readback/readback_plan.h"

namespace topknot {

/// What a ring and its tickets count together; tickets may outlive the ring.
struct ReadbackCount {
  ReadbackCounters counters;
  const Top* top = nullptr;  // whose graph counts the frames; null once the ring is gone
};

struct ReadbackTicket::State {
  /// Downloads a texture, converted on the way if that is the plan. The context is in use.
  State(const Top& top, const gl::Texture& texture, const ReadbackPlan& plan,
        std::shared_ptr<ReadbackCount> count);
  /// One that was never started: there was no room, or the picture failed, as `failure` says.
  State(const Top& top, std::shared_ptr<ReadbackCount> count, std::string failure = {});

  /// True if `picture` would not wait.
  bool ready();
  /// Waits for it. Throws Error if it was dropped or cannot come any more.
  const Image& picture();
  /// The same for the last one who holds it: without a copy more than necessary.
  Image taken();
  FileSaveStatus save(const std::filesystem::path& file, const SaveOptions& options);
  /// Waits, and moves the picture into ordinary memory.
  void moveOut();
  void drop();

  bool isDropped() const { return dropped_; }
  bool hasFailed() const { return !failure_.empty(); }
  bool isFetched() const { return fetched_; }
  bool isPinned() const { return download_ != nullptr; }
  /// True if it went with its context.
  bool isLost() const { return download_ != nullptr && gl::isGone(*context_); }
  std::int64_t bytes() const;  // of pinned memory

 private:
  gl::Work work();
  void arrive();
  void fetch();

  std::string who_;  // whose picture it is, for messages
  std::shared_ptr<ReadbackCount> count_;
  std::int64_t frame_ = 0;  // when it was started
  gl::StatePtr context_;
  ReadbackPlan plan_;
  gl::DownloadPtr download_;  // as long as the pixels lie there
  Image image_;               // once it has arrived: a look at the download, or memory of its own
  bool dropped_ = false, fetched_ = false;
  std::string failure_;  // why there is no picture of its frame
  bool lent_ = false;    // files may still be written from the download
};

/// Without a ring, waiting for it. The context is in use.
Image readNow(const gl::Texture& texture, const ReadbackPlan& plan);

/// Writes a picture as it is now on the threads that encode, which wait for it. The context is in
/// use.
FileSaveStatus saveLater(const gl::TexturePtr& texture, const std::filesystem::path& file,
                         SaveOptions options);

}  // namespace topknot
