/** Why a registry gave no answer, each asking for another remedy. */
export const registryFailureKinds = [
  'unreachable',
  'timed_out',
  'unauthorized',
  'unknown_schema',
  'refused',
] as const;
export type RegistryFailureKind = (typeof registryFailureKinds)[number];

/** `message` says what was asked, what came and what to do, without addresses of users or secrets. */
export class RegistryFailure extends Error {
  readonly kind: RegistryFailureKind;
  constructor(kind: RegistryFailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RegistryFailure';
    this.kind = kind;
  }
}

export type SchemaKind = 'avro' | 'protobuf' | 'json-schema';
/** `name` is how the schema that refers to it calls it. */
export type SchemaReference = { name: string; subject: string; version: number };
export type SubjectVersion = { subject: string; version: number };
export type RegisteredSchema = {
  kind: SchemaKind;
  text: string;
  references: readonly SchemaReference[];
};

/** What Sluice reads of a schema registry with the Confluent API. It has no way to write. */
export type SchemaRegistry = {
  /** @throws RegistryFailure `unknown_schema` when no schema has the id */
  schemaById(id: number): Promise<RegisteredSchema>;
  /** @throws RegistryFailure `unknown_schema` when no schema has the GUID; `refused` when the registry knows none */
  schemaByGuid(guid: string): Promise<RegisteredSchema>;
  /** The subjects and versions that a schema is registered under; empty where the registry can't tell. @throws RegistryFailure */
  versionsOf(id: number): Promise<readonly SubjectVersion[]>;
  /** @throws RegistryFailure `unknown_schema` when there is no such version */
  version(of: SubjectVersion): Promise<RegisteredSchema & { id: number }>;
  /** The newest version of a subject as of now. @throws RegistryFailure `unknown_schema` when there is no such subject */
  latest(subject: string): Promise<RegisteredSchema & SubjectVersion & { id: number }>;
  /** The compatibility that a subject is held to, its own or the registry's; null when the registry does not tell. @throws RegistryFailure */
  compatibility(subject: string): Promise<string | null>;
};
