// A thread whose stack is its owner's.
#include "io/files/stack_thread.h"

#include <sys/mman.h>
#include <unistd.h>

#include <new>
#include <system_error>
#include <utility>

namespace topknot::io {

StackThread::Stack::Stack()
    : guard(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))),
      bytes(std::size_t{8} << 20),  // of addresses; memory is what is used of it
      memory(static_cast<std::byte*>(::operator new(guard + bytes, std::align_val_t(guard)))) {
  ::mprotect(memory, guard, PROT_NONE);  // who overruns the stack ends there
}

StackThread::Stack::~Stack() {
  ::mprotect(memory, guard, PROT_READ | PROT_WRITE);
  ::operator delete(memory, std::align_val_t(guard));
}

StackThread::StackThread(std::function<void()> work) : work_(std::move(work)) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, stack_.memory + stack_.guard, stack_.bytes);
  const int error = pthread_create(&thread_, &attributes, run, this);
  pthread_attr_destroy(&attributes);
  if (error != 0) throw std::system_error(error, std::generic_category());
}

StackThread::~StackThread() {
  pthread_join(thread_, nullptr);
}

void* StackThread::run(void* self) {
  static_cast<StackThread*>(self)->work_();
  return nullptr;
}

}  // namespace topknot::io
