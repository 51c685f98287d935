// From a texture into shared memory: at once, or one cook later on another thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gl/transfer/cpu_readback.h"
#include "gl/transfer/download.h"
#include "ipc/background.h"
#include "ipc/global_sender.h"
#include "ipc/shared_mem_writer.h"

namespace topknot {

/// Where and how pictures are sent.
struct SendSettings {
  std::string name;
  bool global = false;     // with all others of this process, in one bundle
  bool immediate = false;  // wait for the picture; else it goes with the next one
  ipc::WriterOptions options;
};

/// Sends pictures under one name at a time.
///
/// Thread: that of the context, for all but the counts.
class FrameSender {
 public:
  ~FrameSender();

  /// Says before anything cooks whether a picture will come, if it is to go with others.
  void announce(const SendSettings& settings, bool active);

  /// Opens what the settings name; gives up what was open. Throws Error if that cannot be had. What
  /// was refused is asked for again every thirtieth time only, since asking may take a while.
  void open(const SendSettings& settings);

  /// Sends a picture as `open` was told. Throws Error for what went wrong, also with the one
  /// before; the next one is sent all the same.
  void send(const gl::TexturePtr& texture, const ipc::FrameHeader& header, std::int64_t frame);

  void forgetGl();
  /// Beyond the texture that is shown.
  std::int64_t gpuMemory(const gl::Texture* shown) const;
  std::int64_t published() const;
  std::int64_t skipped() const;
  /// Slots that there was no room for, as far as is known.
  int slotsMissing() const { return slotsMissing_; }
  /// What others did to what is sent, within the last few seconds: sentences.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  /// A picture on its way from the GPU, which the next cook sends: one of the two.
  struct Pending {
    gl::DownloadPtr download;
    std::unique_ptr<gl::CpuReadback> fetch;
    ipc::FrameHeader header;
    std::int64_t frame = 0;
  };

  bool isOpen(const SendSettings& settings) const;
  void close();
  void reopen(const SendSettings& settings);
  void sendNow(const gl::Texture& texture, const ipc::FrameHeader& header, std::int64_t frame);
  void sendPending();
  void sendFetched(Pending sent);
  void count(ipc::PublishResult result);
  void countSlots();
  void gatherWarnings();

  SendSettings settings_;
  std::optional<ipc::SharedMemWriter> writer_;
  std::shared_ptr<ipc::GlobalSender> global_;
  std::vector<std::byte> scratch_;  // a picture of a bundle
  Pending pending_;
  std::unique_ptr<gl::CpuReadback> fetched_;  // what is being sent
  std::string refused_;                       // what could not be had, and why
  std::string reason_;
  int opensSince_ = 0;
  int slotsMissing_ = 0;
  std::vector<std::string> warnings_;
  std::chrono::steady_clock::time_point warned_;
  std::atomic<std::int64_t> published_{0}, skipped_{0};
  std::unique_ptr<ipc::Background> background_;  // ends first: it uses the others
};

}  // namespace topknot
