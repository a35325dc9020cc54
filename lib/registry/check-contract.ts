import { parseAvroSchema } from '#lib/domain/schemas/avro/parse-schema.ts';
import { resolveAvro } from '#lib/domain/schemas/avro/resolve.ts';
import type { ContractOf, DeclaredContract, Verdict } from '#lib/domain/schemas/contract.ts';
import { formatNames, type SchemaFormat } from '#lib/domain/schemas/decoded.ts';
import { type Mismatch, SchemaBroken, TooMuch } from '#lib/domain/schemas/problem.ts';
import { messageAt, messageNamed } from '#lib/domain/schemas/protobuf/message.ts';
import { resolveProtobuf } from '#lib/domain/schemas/protobuf/resolve.ts';
import type { Written } from './decode-payload.ts';
import { checkJson } from './json-schema.ts';
import { RegistryFailure, type SchemaRegistry } from './port.ts';
import { parseProtobufSchema } from './protobuf-schema.ts';
import { referencesOf } from './references.ts';
import { within } from './within.ts';

type Today = { format: SchemaFormat; text: string; references: ReadonlyMap<string, string> };
export type Checked = { verdict: Verdict; contract: ContractOf | null };

const checkMaxMs = 1000;
const unknown = (why: string): Verdict => ({ state: 'unknown', why });
const noContract: ContractOf = {
  ...{ format: null, subject: null, version: null, schemaId: null },
  ...{ compatibility: null, file: null },
};

const formatOf = (written: Written): string =>
  ({
    absent: 'no value',
    json: 'JSON',
    text: 'text',
    bytes: 'bytes without the id of a schema',
    avro: formatNames.avro,
    protobuf: formatNames.protobuf,
    broken: 'a value that its own schema does not know',
    unknown: 'something not decoded',
  })[written.kind];

function judge(written: Written, today: Today): Verdict {
  const verdict = (mismatch: Mismatch | null): Verdict =>
    mismatch === null ? { state: 'fits', note: null } : { state: 'violates', ...mismatch };
  const expected = formatNames[today.format];
  if (written.kind === 'avro' && today.format === 'avro') {
    const reader = parseAvroSchema(today.text, [...today.references.values()]);
    return verdict(resolveAvro(written.datum, reader));
  }
  if (written.kind === 'protobuf' && today.format === 'protobuf') {
    const file = parseProtobufSchema(today.text, today.references);
    const name = written.datum.message.name;
    const reader = messageNamed(file, name) ?? messageAt(file, written.indexes);
    return reader
      ? verdict(resolveProtobuf(written.datum, reader))
      : verdict({ path: [], expected: 'a message of the contract', found: `message ${name}` });
  }
  if (written.kind === 'json' && today.format === 'json-schema')
    return verdict(checkJson(written.json, today.text, today.references));
  if (written.kind === 'bytes')
    return unknown(
      `The contract is ${expected}, and the value carries no id of the schema that wrote it: which one did is not known.`,
    );
  return verdict({ path: [], expected, found: formatOf(written) });
}

/** What can be said without asking what the contract is; null when it has to be asked. */
function beforeAsking(written: Written): Verdict | null {
  if (written.kind === 'absent')
    return unknown('It has no value (a tombstone), which a contract says nothing about.');
  if (written.kind === 'unknown') return unknown(written.why);
  return written.kind === 'broken' ? { state: 'violates', ...written.mismatch } : null;
}

async function todayOf(
  registry: SchemaRegistry | null,
  declared: DeclaredContract & { kind: 'subject' },
): Promise<{ today: Today; contract: ContractOf }> {
  if (registry === null)
    throw new SchemaBroken(
      `the contract is the subject ${declared.subject}, and the cluster declares no schema registry`,
    );
  const { subject } = declared;
  const found =
    declared.version === null
      ? await registry.latest(subject)
      : { ...(await registry.version({ subject, version: declared.version })), version: declared.version };
  const compatibility = await registry.compatibility(subject).catch((error: unknown) => {
    if (error instanceof RegistryFailure) return null; // Only told beside the verdict.
    throw error;
  });
  const { kind: format, text, id: schemaId, version } = found;
  const references = await referencesOf(registry, found);
  return {
    today: { format, text, references },
    contract: { ...noContract, ...{ format, subject, version, schemaId, compatibility } },
  };
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/**
 * Whether a value satisfies the contract as it is today. What can't be found out is unknown, and says why; never throws for what a payload,
 * a schema or a registry brings.
 */
export async function checkContract(
  registry: SchemaRegistry | null,
  declared: DeclaredContract,
  written: Written,
): Promise<Checked> {
  if (declared.kind === 'none') return { verdict: unknown(declared.why), contract: null };
  let contract: ContractOf =
    declared.kind === 'subject'
      ? { ...noContract, subject: declared.subject, version: declared.version }
      : { ...noContract, format: 'json-schema', file: declared.file };
  if (declared.kind === 'unreadable') return { verdict: unknown(declared.why), contract };
  const known = beforeAsking(written);
  if (known !== null && (declared.kind === 'file' || known.state === 'unknown'))
    return { verdict: known, contract };
  try {
    let today: Today;
    if (declared.kind === 'file')
      today = { format: 'json-schema', text: declared.text, references: new Map() };
    else ({ today, contract } = await todayOf(registry, declared));
    const verdict = known ?? within(checkMaxMs, 'checking it', () => judge(written, today));
    const unframed = written.kind === 'json' && !written.framed && declared.kind === 'subject';
    return {
      verdict:
        unframed && verdict.state === 'fits'
          ? { ...verdict, note: 'It carries no id of a schema: a consumer that expects one refuses it.' }
          : verdict,
      contract,
    };
  } catch (error) {
    if (known !== null && known.state === 'violates') return { verdict: known, contract };
    if (error instanceof RegistryFailure) return { verdict: unknown(error.message), contract };
    if (error instanceof SchemaBroken)
      return { verdict: unknown(sentence(`the contract can't be used: ${error.message}`)), contract };
    if (error instanceof TooMuch)
      return { verdict: unknown(sentence(`it was not checked: ${error.message}`)), contract };
    throw error;
  }
}
