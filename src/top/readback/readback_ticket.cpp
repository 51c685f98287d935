// One download and what it is to become.
#include "top/readback/readback_ticket.h"

#include <utility>

#include "gl/context/pool.h"
#include "gl/context/work.h"
#include "gl/transfer/cpu_readback.h"
#include "io/files/save_queue.h"
#include "top/cook/top_cook.h"
#include "topknot/error.h"
#include "topknot/graph.h"

namespace topknot {

namespace {

/// A look at a download's pixels, on the thread of its context.
Image lookAt(const gl::DownloadPtr& download) {
  const gl::TextureShape& shape = download->shape();
  return Image::borrowed(shape.width, shape.height, shape.format, shape.depth, download->pixels(),
                         download);
}

/// The plan's region, in its place in a texture of the plan's format.
gl::TexturePtr convertedByGpu(const gl::Texture& texture, const ReadbackPlan& plan) {
  gl::TextureShape shape = texture.shape();
  shape.format = plan.format;
  shape.mipmaps = false;
  const gl::TexturePtr converted = gl::Pool::borrow(shape);
  const gl::Input input{&texture, 0, gl::Filter::Nearest, gl::Extend::Hold};
  gl::draw(*channelsProgram(plan.channels, plan.format), *converted, {&input, 1}, {}, plan.region);
  return converted;
}

gl::DownloadPtr startDownload(const gl::Texture& texture, const ReadbackPlan& plan) {
  const bool byGpu = plan.converter == ReadbackPlan::Converter::Gpu;
  const gl::TexturePtr converted = byGpu ? convertedByGpu(texture, plan) : nullptr;
  return std::make_shared<gl::Download>(converted ? *converted : texture, plan.region,
                                        conversionOf(plan, texture.shape()));
}

}  // namespace

Image readNow(const gl::Texture& texture, const ReadbackPlan& plan) {
  using Converter = ReadbackPlan::Converter;
  if (plan.converter == Converter::OnTheWay) return startDownload(texture, plan)->taken();
  if (plan.converter == Converter::Gpu) {
    return gl::download(*convertedByGpu(texture, plan), plan.region);
  }
  Image own = gl::download(texture, plan.region);
  return plan.converter == Converter::Afterwards ? convertedBy(plan, own) : own;
}

ReadbackTicket::State::State(const Top& top, const gl::Texture& texture, const ReadbackPlan& plan,
                             std::shared_ptr<ReadbackCount> count)
    : who_(top.describe()),
      count_(std::move(count)),
      frame_(top.graph().frame().index),
      context_(gl::current()),
      plan_(plan),
      download_(startDownload(texture, plan_)) {
  ++count_->counters.started;
}

ReadbackTicket::State::State(const Top& top, std::shared_ptr<ReadbackCount> count,
                             std::string failure)
    : who_(top.describe()),
      count_(std::move(count)),
      dropped_(failure.empty()),
      failure_(std::move(failure)) {
  ++(dropped_ ? count_->counters.dropped : count_->counters.failed);
}

gl::Work ReadbackTicket::State::work() {
  return {context_, this, [](const void* which) { return static_cast<const State*>(which)->who_; }};
}

bool ReadbackTicket::State::ready() {
  if (!download_ || !image_.empty() || isLost()) return true;
  const gl::Work watched = work();
  return download_->ready();
}

void ReadbackTicket::State::arrive() {
  if (dropped_) throw Error(who_ + ": this picture was dropped: its readback ring was full");
  if (hasFailed()) throw Error(failure_);
  if (!download_) return;
  const gl::Work watched = work();  // also for pixels that went with their context
  if (!image_.empty()) return;
  if (!download_->ready()) {
    ++count_->counters.waited;
    download_->wait();
  }
  image_ = lookAt(download_);
  if (plan_.converter != ReadbackPlan::Converter::Afterwards) return;
  image_ = convertedBy(plan_, image_);
  download_.reset();
}

void ReadbackTicket::State::fetch() {
  arrive();
  if (fetched_) return;
  fetched_ = true;
  ++count_->counters.fetched;
  if (count_->top != nullptr) {
    count_->counters.latency = count_->top->graph().frame().index - frame_;
  }
}

const Image& ReadbackTicket::State::picture() {
  fetch();
  return image_;
}

Image ReadbackTicket::State::taken() {
  fetch();
  moveOut();
  return std::move(image_);
}

void ReadbackTicket::State::moveOut() {
  arrive();
  if (!download_) return;
  if (lent_) {
    image_.own();
  } else {
    image_ = {};
    image_ = download_->taken();
  }
  download_.reset();
}

void ReadbackTicket::State::drop() {
  dropped_ = true;
  image_ = {};
  download_.reset();
  ++count_->counters.dropped;
}

std::int64_t ReadbackTicket::State::bytes() const {
  return download_ ? static_cast<std::int64_t>(download_->pixels().size()) : 0;
}

FileSaveStatus ReadbackTicket::State::save(const std::filesystem::path& file,
                                           const SaveOptions& options) {
  const Image& image = picture();
  if (!download_ || !options.asynchronous) return saveImage(image, file, options);
  const gl::Work watched = work();
  lent_ = true;
  Image lent = gl::lentImage(download_);
  const gl::Unwatched queued;
  return saveImage(std::move(lent), file, options);
}

FileSaveStatus saveLater(const gl::TexturePtr& texture, const std::filesystem::path& file,
                         SaveOptions options) {
  options.asynchronous = true;
  gl::PendingImage lent = gl::lend(texture);
  const gl::Unwatched queued;
  const std::shared_future<void> completion = lent.completion;
  try {
    return io::saveAfter([completion] { completion.get(); }, std::move(lent.image), file, options);
  } catch (...) {
    completion.wait();  // nobody else would, and the texture would outlive its graph
    throw;
  }
}

}  // namespace topknot
