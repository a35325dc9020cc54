/** The oldest Node that may begin: it only installs and then hands over to the pinned one. */
export const oldestNode = [20, 19];

/** @param {string} version as in process.versions.node */
export function isNodeOldEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

/** Ends the process with a sentence when this Node is too old to begin with. */
export function requireNode() {
  if (isNodeOldEnough(process.versions.node)) return;
  console.error(
    `Sluice needs Node ${oldestNode.join('.')} or later to begin; this is ${process.versions.node}. ` +
      'It brings the Node that it then runs on by itself.',
  );
  process.exit(1);
}
