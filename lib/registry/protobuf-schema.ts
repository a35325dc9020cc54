import protobuf from 'protobufjs';
import { SchemaBroken } from '#lib/domain/schemas/problem.ts';
import {
  type ProtoEntry,
  type ProtoEnum,
  type ProtoField,
  type ProtoFile,
  type ProtoMessage,
  type ProtoScalar,
  type ProtoType,
  protoScalars,
} from '#lib/domain/schemas/protobuf/message.ts';

const isScalar = (name: string): name is ProtoScalar => Object.hasOwn(protoScalars, name);
/** What protobufjs finds and its types leave out: an enum's features, and whether a message is a group. */
type WithFeatures = { _features?: { enum_type?: string } };
type MaybeGroup = { group?: boolean };

class Model {
  private readonly messages = new Map<protobuf.Type, ProtoMessage>();
  private readonly enums = new Map<protobuf.Enum, ProtoEnum>();

  private enum(found: protobuf.Enum): ProtoEnum {
    const known = this.enums.get(found);
    if (known) return known;
    const names = new Map(Object.entries(found.valuesById).map(([id, name]) => [BigInt(id), name]));
    const closed = (found as protobuf.Enum & WithFeatures)._features?.enum_type === 'CLOSED';
    const made = { name: found.fullName.slice(1), names, closed };
    this.enums.set(found, made);
    return made;
  }

  private type(name: string, resolved: protobuf.Type | protobuf.Enum | null, group: boolean): ProtoType {
    if (resolved instanceof protobuf.Enum) return { kind: 'enum', enum: this.enum(resolved) };
    if (resolved instanceof protobuf.Type) return { kind: 'message', message: this.message(resolved), group };
    if (isScalar(name)) return { kind: 'scalar', scalar: name };
    throw new SchemaBroken(`the type ${name} is not known`);
  }

  private field(field: protobuf.Field): ProtoField {
    const jsonName = field.options?.json_name;
    const base = {
      number: field.id,
      name: field.name,
      jsonName: typeof jsonName === 'string' ? jsonName : camelCase(field.name),
      required: field.required,
    };
    const type = this.type(field.type, field.resolvedType, field.delimited);
    if (!(field instanceof protobuf.MapField))
      return { ...base, label: field.repeated ? 'many' : 'one', type };
    const part = (number: number, name: string, of: ProtoType): ProtoField => ({
      ...{ number, name, jsonName: name, required: false },
      ...{ label: 'one', type: of },
    });
    const key = part(1, 'key', this.type(field.keyType, null, false));
    const message = {
      name: `${field.name} entry`,
      fields: new Map([
        [1, key],
        [2, part(2, 'value', type)],
      ]),
    };
    return { ...base, label: 'map', type: { kind: 'message', message, group: false } };
  }

  message(type: protobuf.Type): ProtoMessage {
    const known = this.messages.get(type);
    if (known) return known;
    const fields = new Map<number, ProtoField>();
    const message = { name: type.fullName.slice(1), fields };
    this.messages.set(type, message);
    for (const field of type.fieldsArray) fields.set(field.id, this.field(field));
    return message;
  }

  entry(type: protobuf.Type): ProtoEntry {
    return { message: this.message(type), nested: messagesIn(type).map((inner) => this.entry(inner)) };
  }
}

/** As Protobuf's JSON names a field: `order_id` is `orderId`. */
const camelCase = (name: string): string =>
  name.replaceAll(/_+(.?)/g, (_, letter: string) => letter.toUpperCase());

/** A group is written as a field, and has no position of its own. */
const messagesIn = (namespace: protobuf.NamespaceBase): protobuf.Type[] =>
  namespace.nestedArray.filter(
    (each): each is protobuf.Type => each instanceof protobuf.Type && !(each as MaybeGroup).group,
  );

const parseInto = (root: protobuf.Root, text: string) => protobuf.parse(text, root, { keepCase: true });

/** Google's own types that no registry has to hold. */
function addCommon(root: protobuf.Root, name: string): boolean {
  const common = protobuf.common.get(name);
  if (common?.nested) root.addJSON(common.nested as Record<string, protobuf.AnyNestedObject>);
  return common !== null;
}

/**
 * A .proto file with its names resolved, by protobufjs: its parser and its names only, decoding is the domain's.
 * @param references the files that it imports, and what they import, by the name in the import @throws SchemaBroken
 */
export function parseProtobufSchema(text: string, references: ReadonlyMap<string, string>): ProtoFile {
  try {
    const root = new protobuf.Root();
    const main = parseInto(root, text);
    const scope = main.package ? root.lookup(main.package) : root;
    const own = scope instanceof protobuf.Namespace ? messagesIn(scope) : [];
    const seen = new Set<string>();
    const missing: string[] = [];
    for (const queue = [...(main.imports ?? [])]; queue.length > 0; ) {
      const name = queue.shift() ?? '';
      if (seen.has(name)) continue;
      seen.add(name);
      const found = references.get(name);
      if (found !== undefined) queue.push(...(parseInto(root, found).imports ?? []));
      else if (!addCommon(root, name)) missing.push(name);
    }
    try {
      root.resolveAll();
    } catch (error) {
      const why = missing.length > 0 ? ` (not among its references: ${missing.join(', ')})` : '';
      throw new SchemaBroken(`${(error as Error).message}${why}`);
    }
    const model = new Model();
    return { messages: own.map((type) => model.entry(type)) };
  } catch (error) {
    if (error instanceof SchemaBroken) throw error;
    throw new SchemaBroken(`the .proto file can't be read: ${(error as Error).message}`);
  }
}
