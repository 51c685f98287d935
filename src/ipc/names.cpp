// Names of shared memory objects, and which of them exist.
#include "ipc/names.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>

#include "topknot/error.h"

namespace topknot::ipc {
namespace {

constexpr std::string_view kPrefix = "TouchSHM";
constexpr std::string_view kInfoSuffix = "4jhd783h";
constexpr std::string_view kLockSuffix = "Mutex";
constexpr std::string_view kFolder = "/dev/shm";

std::string join(std::initializer_list<std::string_view> parts) {
  std::string whole;
  for (std::string_view part : parts) whole += part;
  return whole;
}

bool isControl(char c) {
  const auto code = static_cast<unsigned char>(c);
  return code < 0x20 || code == 0x7f;
}

}  // namespace

void checkName(std::string_view name) {
  if (name.empty()) throw Error("a shared memory name must not be empty");
  if (name.size() > kMaxNameBytes) {
    throw Error("a shared memory name has at most 200 bytes; this one has " +
                std::to_string(name.size()));
  }
  if (name.find('/') != name.npos) {
    throw Error(join({"a shared memory name must not contain '/': '", name, "'"}));
  }
  const auto control = std::find_if(name.begin(), name.end(), isControl);
  if (control != name.end()) {
    throw Error("a shared memory name must not contain control characters; byte " +
                std::to_string(control - name.begin()) + " is " +
                std::to_string(static_cast<unsigned char>(*control)));
  }
  if (name.ends_with(kLockSuffix) || (name.starts_with(kPrefix) && name.ends_with(kInfoSuffix))) {
    throw Error(join({"the shared memory name '", name,
                      "' would be that of another sender's lock or info block; choose another"}));
  }
}

bool isName(std::string_view name) {
  try {
    checkName(name);
  } catch (const Error&) {
    return false;
  }
  return true;
}

std::string dataName(std::string_view name, std::string_view postfix) {
  return join({kPrefix, name, postfix});
}

std::string lockName(std::string_view name) {
  return join({kPrefix, name, kLockSuffix});
}

std::string infoName(std::string_view name) {
  return join({kPrefix, kPrefix, name, kInfoSuffix});
}

std::string infoLockName(std::string_view name) {
  return join({kPrefix, kPrefix, name, kInfoSuffix, kLockSuffix});
}

std::string randomPostfix() {
  unsigned char noise[kPostfixLetters];
  while (getrandom(noise, sizeof noise, 0) < 0) {
    if (errno != EINTR) throw Error("the system has no random numbers for a segment's name");
  }
  std::string postfix;
  for (unsigned char byte : noise) postfix += static_cast<char>('a' + byte % 26);
  return postfix;
}

bool isPostfix(std::string_view text) {
  return text.size() == kPostfixLetters &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::string shmPath(std::string_view object) {
  return join({kFolder, "/", object});
}

std::vector<std::string> shmObjects(std::string_view prefix) {
  std::vector<std::string> found;
  std::error_code error;
  for (std::filesystem::directory_iterator it(kFolder, error), end; !error && it != end;
       it.increment(error)) {
    std::string object = it->path().filename().string();
    if (object.starts_with(prefix)) found.push_back(std::move(object));
  }
  std::sort(found.begin(), found.end());
  return found;
}

// A sender has a lock; a segment without one is listed as well, unless it is a lock, an info
// block, or another sender's segment after a resize.
std::vector<std::string> publishedNames() {
  std::set<std::string> names;
  const std::vector<std::string> objects = shmObjects(kPrefix);
  for (const std::string& object : objects) {
    if (!object.ends_with(kLockSuffix)) continue;
    std::string name = object.substr(kPrefix.size());
    name.resize(name.size() - std::min(name.size(), kLockSuffix.size()));
    if (isName(name)) names.insert(std::move(name));
  }
  for (const std::string& object : objects) {
    std::string name = object.substr(kPrefix.size());
    const std::string base = name.substr(0, name.size() - std::min(name.size(), kPostfixLetters));
    const bool resized = isPostfix(name.substr(base.size())) && names.contains(base);
    if (isName(name) && !resized) names.insert(std::move(name));
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> namesWithObjects() {
  std::vector<std::string> names = publishedNames();
  const std::string prefix = join({kPrefix, kPrefix});
  for (std::string object : shmObjects(prefix)) {
    if (object.ends_with(kLockSuffix)) object.resize(object.size() - kLockSuffix.size());
    if (!object.ends_with(kInfoSuffix)) continue;
    object.resize(object.size() - kInfoSuffix.size());
    std::string name = object.substr(std::min(object.size(), prefix.size()));
    if (isName(name)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<std::string> siblings(std::string_view name) {
  const std::string base = dataName(name);
  const std::vector<std::string> objects = shmObjects(base);
  std::vector<std::string> found;
  for (const std::string& object : objects) {
    // With a lock of its own it is the segment of a sender that happens to be called so.
    const bool itself =
        std::binary_search(objects.begin(), objects.end(), join({object, kLockSuffix}));
    if (isPostfix(std::string_view(object).substr(base.size())) && !itself) found.push_back(object);
  }
  return found;
}

}  // namespace topknot::ipc
