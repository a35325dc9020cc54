import { watchNpm } from './npm-watch.mjs';

/** Calls `gone` when whoever started this script is gone: the other Node that handed over (by the IPC channel), or npm. */
export function watchParent(gone: () => void): void {
  if (process.channel) {
    process.once('disconnect', gone);
    process.channel.unref();
  } else watchNpm(gone);
}
