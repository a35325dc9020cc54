import { isMainThread } from 'node:worker_threads';

// Loaded into every part by --import. The launcher holds the other end of the IPC channel: when it is gone, even by kill -9,
// the part is asked to stop as by the launcher itself, and is ended when it does not.
if (isMainThread && process.channel) {
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 8000).unref();
  });
  process.channel.unref();
}
