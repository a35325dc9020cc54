'use client';
import { setPreferences, usePreferences } from '#lib/client/preferences.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Keys } from '../ui/kbd.tsx';
import { bindings } from './bindings.ts';

export function KeyHelp({ onClose }: { onClose: () => void }) {
  const { singleKeys } = usePreferences();
  return (
    <Dialog
      open
      onClose={onClose}
      title="Keys"
      width="lg"
      actions={
        <>
          <Button
            role="switch"
            aria-checked={singleKeys}
            look="quiet"
            onClick={() => setPreferences({ singleKeys: !singleKeys })}
          >
            Single keys are {singleKeys ? 'on' : 'off'}
          </Button>
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      <div className="grid gap-6 sm:grid-cols-3">
        {bindings.map((group) => (
          <section key={group.title}>
            <h3 className="label pb-1">{group.title}</h3>
            <dl>
              {group.keys.map((binding) => (
                <div
                  key={binding.keys}
                  className="flex items-center justify-between gap-3 border-b border-line py-1"
                >
                  <dd className="order-first">{binding.does}</dd>
                  <dt className="order-last">
                    <Keys keys={binding.keys} />
                  </dt>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
