/**
 * Calls `gone` when whoever started this script is gone: the process of another Node that handed over (IPC channel), or
 * npm itself (it can be killed without passing anything on). A script started straight from a shell outlives that shell.
 */
export function watchParent(gone: () => void): void {
  if (process.channel) {
    process.once('disconnect', gone);
    process.channel.unref();
  }
  if (process.env.npm_lifecycle_event === undefined || process.channel) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, 500);
  timer.unref();
}
