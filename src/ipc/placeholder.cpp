// ipc
