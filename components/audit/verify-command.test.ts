import { describe, expect, it } from 'vitest';
import { anchorFileOf, verifyCommand } from './verify-command.ts';

describe('the command that verifies an export', () => {
  it('names the anchor file of this Sluice, as a shell takes it', () => {
    const places = [
      { place: 'signing' },
      { place: 'topic main/a' },
      { place: "file /srv/ana's/audit.anchor" },
    ];
    expect(verifyCommand(anchorFileOf(places))).toBe(
      "npx --no-install sluice audit verify audit.ndjson --key audit.pub --anchor '/srv/ana'\\''s/audit.anchor'",
    );
  });
  it('names a file to be made where anchors are in a topic only', () => {
    expect(anchorFileOf([{ place: 'topic main/a' }])).toBeNull();
    expect(verifyCommand(null)).toMatch(/--anchor audit\.anchor$/);
  });
});
