'use client';
import { type ReactNode, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { type JsonNode, sizeOf } from './json-tree.ts';
import { placed } from './placed.ts';
import { visibleText } from './visible-text.ts';

const shownFirst = 100;
const openTo = 2;

const ink: Readonly<Record<'string' | 'number' | 'boolean' | 'null', string>> = {
  string: 'text-ink',
  number: 'text-accent',
  boolean: 'text-accent',
  null: 'text-faint',
};

/** Keys and strings as they stand in the text, quotes and escapes and all. */
const Name = ({ text }: { text: string | null }) =>
  text === null ? null : (
    <>
      <span className="text-muted">{visibleText(text)}</span>
      <span className="text-faint">: </span>
    </>
  );

function Children({ node, depth }: { node: JsonNode; depth: number }) {
  const [shown, setShown] = useState(shownFirst);
  const size = sizeOf(node);
  const parts: { name: string | null; value: JsonNode }[] =
    node.kind === 'object'
      ? node.entries.slice(0, shown).map(({ key, value }) => ({ name: key, value }))
      : node.kind === 'array'
        ? node.items.slice(0, shown).map((value, index) => ({ name: String(index), value }))
        : [];
  return (
    <ul className="ml-1.5 border-l border-line pl-4">
      {placed(parts).map(({ place, item: { name, value } }) => (
        <li key={place}>
          <Node name={name} node={value} depth={depth} />
        </li>
      ))}
      {size > shown ? (
        <li className="py-1">
          <Button size="sm" onClick={() => setShown(shown + 500)}>
            Show more ({size - shown} left)
          </Button>
        </li>
      ) : null}
    </ul>
  );
}

function Node({ name, node, depth }: { name: string | null; node: JsonNode; depth: number }): ReactNode {
  const [open, setOpen] = useState(depth < openTo && sizeOf(node) <= shownFirst);
  if (node.kind !== 'object' && node.kind !== 'array')
    return (
      <span className="[overflow-wrap:anywhere]">
        <Name text={name} />
        <span className={ink[node.kind]}>{visibleText(node.text)}</span>
      </span>
    );
  const size = sizeOf(node);
  const brackets = node.kind === 'object' ? '{}' : '[]';
  if (size === 0)
    return (
      <span>
        <Name text={name} />
        <span className="text-faint">{brackets}</span>
      </span>
    );
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit marker:text-faint hover:bg-hover">
        <Name text={name} />
        <span className="text-faint">
          {node.kind === 'object' ? `{${size}}` : `[${size}]`}
          <span className="sr-only"> {node.kind === 'object' ? 'fields' : 'items'}</span>
        </span>
      </summary>
      {open ? <Children node={node} depth={depth + 1} /> : null}
    </details>
  );
}

/** A JSON value that opens and closes. Every character of it is a text node. */
export const JsonView = ({ tree }: { tree: JsonNode }) => (
  <div className="font-mono text-xs leading-5">
    <Node name={null} node={tree} depth={0} />
  </div>
);
