import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The files and folders below SLUICE_HOME that the launcher keeps. */
export type Home = ReturnType<typeof openHome>;

/** Makes the folder. Others may pass through it (Postgres runs as `nobody` under root) but can't list it. */
export function openHome(folder: string) {
  mkdirSync(path.join(folder, 'logs'), { recursive: true, mode: 0o711 });
  const file = (name: string) => path.join(folder, name);
  return {
    folder,
    lock: file('launcher.lock'),
    processes: file('processes.json'),
    runtime: file('runtime.json'),
    ports: file('ports.json'),
    secrets: file('secrets.json'),
    credentials: file('credentials.json'),
    postgres: file('postgres'),
    postgresPlace: file('postgres.json'),
    kafka: file('kafka'),
    log: (name: string) => path.join(folder, 'logs', `${name}.log`),
  };
}

/** Writes JSON that only its owner reads, all of it or nothing. */
export function writeJson(file: string, value: unknown): void {
  const next = `${file}.${process.pid}.next`;
  writeFileSync(next, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(next, file);
}

/** @returns null when the file is not there; @throws when it is no JSON */
export function readJson<T>(file: string): T | null {
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new Error(`${file} is damaged (no JSON). Remove it, then start again.`, { cause: error });
  }
}

export const removeFile = (file: string): void => rmSync(file, { force: true });
