// The chain of the kit's W1 beside its floors, and beside other libraries where they are installed.
#include "chain.h"

#include <iostream>

using namespace topknot;
using namespace topknot::measure;

namespace {

class TopknotChain : public w1::Impl {
 public:
  TopknotChain(Context& context, std::string name, ChainBlur blur, bool fusion)
      : context_(context), name_(std::move(name)), blur_(blur), fusion_(fusion) {}

  std::string name() const override { return name_; }

  /// The pictures of the next setup().
  void pictures(const Pictures& pictures) { pictures_ = &pictures; }

  bool setup(const w1::Job& job) override {
    if (blur_ == ChainBlur::Fast && !Chain::hasFastBlur()) return false;
    context_.makeCurrent();
    chain_ = std::make_unique<Chain>(*pictures_, job, blur_, fusion_);
    chain_->settle();
    expectSound(chain_->graph());
    return true;
  }
  void drop() {
    context_.makeCurrent();
    chain_.reset();
  }
  void enter() override { context_.makeCurrent(); }
  void run(int frame) override { chain_->run(frame); }
  std::vector<std::uint8_t> result() override { return bytesOf(chain_->last()); }

 private:
  Context& context_;
  std::string name_;
  ChainBlur blur_;
  bool fusion_;
  const Pictures* pictures_ = nullptr;
  std::unique_ptr<Chain> chain_;
};

/// In full float, rounded once.
std::vector<std::uint8_t> reference(w1::Job job) {
  w1::List floors;
  w1::addFloorCpu(floors);
  job.format = "rgba32f";
  w1::Impl& both = *floors.back();
  both.setup(job);
  both.run(0);
  return both.result();
}

/// Other libraries may put the first row at the bottom.
double agreement(const std::vector<std::uint8_t>& picture, const std::vector<std::uint8_t>& wanted,
                 std::size_t rowBytes) {
  std::vector<std::uint8_t> turned;
  for (std::size_t at = picture.size(); at > 0; at -= rowBytes) {
    turned.insert(turned.end(), picture.begin() + std::ptrdiff_t(at - rowBytes),
                  picture.begin() + std::ptrdiff_t(at));
  }
  return std::max(bench::psnr8(picture.data(), wanted.data(), wanted.size()),
                  bench::psnr8(turned.data(), wanted.data(), wanted.size()));
}

/// The picture of frame 0, for comparisons; its agreement with the reference as JSON.
struct Checked {
  std::vector<std::uint8_t> picture;
  std::string note;
};

Checked check(w1::Impl& impl, const std::vector<std::uint8_t>& wanted, const w1::Job& job) {
  impl.enter();
  impl.run(0);
  Checked out{impl.result(), {}};
  if (out.picture.empty()) return out;
  const double decibels = agreement(out.picture, wanted, std::size_t(job.w) * 4);
  out.note = "\"psnr_db\":" + std::to_string(decibels);
  if (impl.name().starts_with("topknot") && decibels < 45.0) {
    std::cerr << impl.name() << ' ' << job.format << ": " << decibels
              << " dB to the reference; expected at least 45\n";
  }
  return out;
}

struct Implementations {
  w1::List list;
  std::vector<TopknotChain*> ours;
};

void measureOne(Implementations& all, const Pictures& pictures, const w1::Job& job,
                const bench::Options& options) {
  const auto wanted = options.check ? reference(job) : std::vector<std::uint8_t>{};
  const std::string size = sizeText(job.w, job.h);
  Rounds rounds("W1_chain", size, job.format, "ms_per_frame", options);
  std::vector<std::uint8_t> exact, fast;
  for (TopknotChain* ours : all.ours) ours->pictures(pictures);
  std::vector<std::string> names;
  for (const auto& one : all.list) {
    w1::Impl& impl = *one;
    if (!rounds.wants(impl.name()) || !impl.setup(job)) continue;
    Checked checked;
    if (options.check) checked = check(impl, wanted, job);
    if (impl.name() == "topknot") exact = checked.picture;
    if (impl.name() == "topknot_fast") fast = checked.picture;
    names.push_back(impl.name());
    rounds.add(
        impl.name(), [&impl] { impl.enter(); }, [&impl](int frame) { impl.run(frame); }, 1,
        checked.note);
  }
  rounds.measure();
  rounds.ratio("chain, exact / `gl_fused3`", "topknot", "gl_fused3", atMost(1.05));
  rounds.ratio("chain, fusion off / `gl_pernode`", "topknot_unfused", "gl_pernode", atMost(1.05));
  rounds.ratio("chain, fast blur / `gl_pernode`", "topknot_fast", "gl_pernode", atMost(0.45));
  rounds.ratio("chain, `gl_fused3` / `gl_pernode`", "gl_fused3", "gl_pernode");
  rounds.ratio("chain, `gl_fused_halfblur` / `gl_pernode`", "gl_fused_halfblur", "gl_pernode");
  for (const std::string& name : names) {
    if (name.starts_with("gl_") || name.starts_with("topknot") || name.starts_with("cpu_")) {
      continue;
    }
    rounds.ratio("chain, exact / " + name, "topknot", name, atMost(1.0));
  }
  if (!exact.empty() && !fast.empty()) {
    const double decibels = bench::psnr8(exact.data(), fast.data(), exact.size());
    print({"chain, fast blur to exact", size, job.format, "dB", atLeast(50.0)}, {&decibels, 1});
  }
  for (TopknotChain* ours : all.ours) ours->drop();
}

}  // namespace

int main(int argc, char** argv) try {
  const auto options = bench::Options::parse(argc, argv);
  const glk::Context floors, movit(floors), placebo(floors);
  Context context = Context::headless();
  floors.makeCurrent();
  std::cerr << glk::rendererName() << '\n';
  Implementations all;
  w1::addFloorGl(all.list, floors);
  const auto add = [&](const char* name, ChainBlur blur, bool fusion) {
    auto ours = std::make_unique<TopknotChain>(context, name, blur, fusion);
    all.ours.push_back(ours.get());
    all.list.push_back(std::move(ours));
  };
  add("topknot", ChainBlur::Exact, true);
  add("topknot_unfused", ChainBlur::Exact, false);
  add("topknot_fast", ChainBlur::Fast, true);
  w1::addFloorCpu(all.list);
#ifdef HAVE_MOVIT
  w1::addMovit(all.list, movit);
#endif
#ifdef HAVE_PLACEBO
  w1::addPlacebo(all.list, placebo);
#endif
#ifdef HAVE_GEGL
  w1::addGegl(all.list);
#endif
#ifdef HAVE_VIPS
  w1::addVips(all.list);
#endif
#ifdef HAVE_GSTAPP
  w1::addGst(all.list);
#endif
  for (const int height : {1080, 2160}) {
    if (!options.wantsSize(height)) continue;
    const Pictures pictures(height * 16 / 9, height);
    for (const char* format : {"rgba8", "rgba16f", "rgba32f"}) {
      if (!options.wantsFormat(format)) continue;
      const w1::Job job{height * 16 / 9, height, format, {}, &pictures.a, &pictures.b};
      measureOne(all, pictures, job, options);
    }
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
