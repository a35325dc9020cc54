import { Ajv, type ErrorObject, type Options } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import draft06 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' };
import Draft04 from 'ajv-draft-04';
import { type Mismatch, SchemaBroken, stepsOf } from '#lib/domain/schemas/problem.ts';
import { BoundedCache } from './bounded-cache.ts';

/** Patterns are Unicode as the drafts ask, unless they are only valid without it. */
const regExp = Object.assign(
  (pattern: string, flags: string): RegExp => {
    try {
      return new RegExp(pattern, flags);
    } catch {
      return new RegExp(pattern);
    }
  },
  { code: 'new RegExp' },
);

/** Formats are annotations, as they are by default since 2019-09; unknown keywords are ignored, as the drafts ask. */
const options: Options = {
  strict: false,
  validateFormats: false,
  ownProperties: true,
  logger: false,
  code: { regExp },
};

function validatorFor(schema: unknown): Ajv {
  const named = typeof schema === 'object' && schema !== null ? Reflect.get(schema, '$schema') : undefined;
  const dialect = typeof named === 'string' ? named : '';
  if (dialect.includes('draft-04')) return new Draft04(options);
  if (dialect.includes('2019-09')) return new Ajv2019(options);
  if (dialect.includes('2020-12')) return new Ajv2020(options);
  const ajv = new Ajv(options);
  if (dialect.includes('draft-06')) ajv.addMetaSchema(draft06);
  return ajv;
}

const listed = (values: unknown): string =>
  Array.isArray(values)
    ? values
        .slice(0, 20)
        .map((each) => JSON.stringify(each))
        .join(', ')
    : JSON.stringify(values);

/** What a keyword asks for, in plain words. */
function expectation({ keyword, params, message }: ErrorObject): string {
  const given = params as Readonly<Record<string, unknown>>;
  switch (keyword) {
    case 'type':
      return Array.isArray(given.type) ? given.type.join(' or ') : String(given.type);
    case 'required':
      return 'a value, which is required';
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'no such member';
    case 'enum':
      return `one of ${listed(given.allowedValues)}`;
    case 'const':
      return listed(given.allowedValue);
    case 'false schema':
      return 'nothing here';
    default:
      return (message ?? keyword).replace(/^must (be )?/, '');
  }
}

/** The shape of what stands there, never what it says. */
function shapeOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a number';
  return typeof value === 'string' ? `a string of ${value.length} characters` : `a ${typeof value}`;
}

function valueAt(json: unknown, path: readonly (string | number)[]): unknown {
  let value = json;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

/** Of several forms the one that came furthest says most; none further than the choice itself, the choice does. */
function tellingError(errors: readonly ErrorObject[]): ErrorObject | undefined {
  const last = errors.at(-1);
  if (last?.keyword !== 'anyOf' && last?.keyword !== 'oneOf') return last ?? errors[0];
  return errors.reduce(
    (best, each) => (each.instancePath.length > best.instancePath.length ? each : best),
    last,
  );
}

function mismatchOf(error: ErrorObject, json: unknown): Mismatch {
  const params = error.params as Readonly<Record<string, unknown>>;
  const step = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty;
  const path = [...stepsOf(error.instancePath), ...(typeof step === 'string' ? [step] : [])];
  return { path, expected: expectation(error), found: shapeOf(valueAt(json, path)) };
}

type Validate = ReturnType<Ajv['compile']>;
/** Compiling one takes tens of milliseconds, using it takes none: a plan holds thousands of records against the same. */
const compiled = new BoundedCache<Validate>({ entries: 20, size: 4_000_000 });

/** The compiled schema of just this text and these references: the same function for the same ones. @throws SchemaBroken */
export function validateBy(schemaText: string, references: ReadonlyMap<string, string>): Validate {
  const key = JSON.stringify([schemaText, ...references]);
  const known = compiled.get(key);
  if (known) return known;
  try {
    const schema: unknown = JSON.parse(schemaText);
    const ajv = validatorFor(schema);
    for (const [name, text] of references) ajv.addSchema(JSON.parse(text), name);
    const validate = ajv.compile(schema as boolean | object);
    compiled.set(key, validate, key.length);
    return validate;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new SchemaBroken(`the JSON Schema can't be used: ${(error as Error).message}`);
  }
}

/**
 * Whether a JSON value is valid by a JSON Schema of draft 4, 6, 7, 2019-09 or 2020-12, by ajv; without `$schema` it is read as draft 7.
 * Null when it is, else a place where it is not. Nothing is loaded that is not among the references.
 * @throws SchemaBroken
 */
export function checkJson(
  json: unknown,
  schemaText: string,
  references: ReadonlyMap<string, string>,
): Mismatch | null {
  const validate = validateBy(schemaText, references);
  if (validate(json) === true) return null;
  const error = tellingError(validate.errors ?? []);
  return error ? mismatchOf(error, json) : { path: [], expected: 'a valid document', found: shapeOf(json) };
}
