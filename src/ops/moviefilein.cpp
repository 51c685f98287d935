// Movie File In: a still picture from a file.
#include <algorithm>

#include "top/top_cook.h"

namespace topknot::ops {

namespace {

class MovieFileIn : public Top {
 public:
  MovieFileIn() {
    ParameterSet& set = declare();
    set.page("Play");
    file_ = &set.add("file", "File", ParStyle::File, "")
                 .help("The picture: png, jpg, bmp, tga, hdr, exr or tif.");
    reload_ = &set.add("reloadpulse", "Reload Pulse", ParStyle::Pulse, 0)
                   .help("Reads the file again.");
    set.page("Image");
    errorImage_ = &set.add("loadingerrorimage", "Loading Error Image", ParStyle::Menu,
                           "coloredbottomright")
                       .menu({{"coloredbottomright", "Colored Bottom Right"}, {"zero", "Zero"}})
                       .help("What to show while there is no file that could be read.");
  }

 protected:
  void render(TopCook& cook) override {
    const std::string path = file_->value();
    if (reload_->takePulse() || !picture_ || failed_ || path != loaded_) load(path);
    if (!picture_) return showError(cook);
    const gl::TextureShape& shape = picture_->shape();
    cook.source({shape.width, shape.height, shape.format, {}});
    cook.showTexture(picture_);
  }

  void forgetGl() override {
    picture_.reset();
    Top::forgetGl();
  }

  std::int64_t extraGpuMemory() const override {
    const bool shown = std::any_of(state().own.begin(), state().own.end(), [&](const PicturePtr& own) {
      return own->texture() == picture_;
    });
    return picture_ && !shown ? picture_->bytes() : 0;
  }

 private:
  /// A file that cannot be read is an error; what was read before stays.
  void load(const std::string& path) {
    loaded_ = path;
    failed_ = true;
    try {
      if (path.empty()) throw Error("parameter 'file' is empty; expected the path of a picture");
      const Image image = loadImage(path);
      auto texture = std::make_shared<gl::Texture>(
          gl::TextureShape{image.width(), image.height(), image.format(), false});
      texture->upload(image);
      picture_ = std::move(texture);
      failed_ = false;
    } catch (const Error& error) {
      addError(std::string("Failed to open file. ") + error.what());
    }
  }

  void showError(TopCook& cook) {
    if (errorImage_->value() == "zero") return cook.showNothing();
    cook.fill("moviefilein");
  }

  Parameter* file_;
  Parameter* reload_;
  Parameter* errorImage_;
  gl::TexturePtr picture_;  // the file's own size and format
  std::string loaded_;
  bool failed_ = false;
};

}  // namespace

extern const OpType moviefileinType;
const OpType moviefileinType = {
    "moviefilein", "Movie File In", "A still picture from a file.", 0, 0,
    []() -> std::unique_ptr<Op> { return std::make_unique<MovieFileIn>(); }};

}  // namespace topknot::ops
