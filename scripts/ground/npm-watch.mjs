/**
 * Calls `gone` once when the npm that runs this script is gone: killed, it passes nothing on, and the script would run on unseen.
 * A script started straight from a shell outlives that shell, so there nothing is watched.
 * @param {() => void} gone
 */
export function watchNpm(gone) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, 500);
  timer.unref();
}
