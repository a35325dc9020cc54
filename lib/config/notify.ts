import type { NotifyEndpoint } from './config.ts';
import type { EndpointInput } from './file-schema.ts';
import type { ConfigPath } from './yaml-source.ts';

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Fills in what the file leaves out; endpoints without a name are called by their host. */
export function buildEndpoints(inputs: readonly EndpointInput[]): NotifyEndpoint[] {
  const taken = new Set(inputs.flatMap((input) => (input.name === undefined ? [] : [input.name])));
  const unused = (base: string): string => {
    let name = base;
    for (let n = 2; taken.has(name); n += 1) name = `${base}-${n}`;
    taken.add(name);
    return name;
  };
  return inputs.map((input) => ({
    name: input.name ?? unused(new URL(input.url).hostname),
    url: input.url,
    format: input.format,
    secret: input.secret ?? null,
    routingKey: input.routingKey ?? null,
    on: [...new Set(input.on)],
    flows: input.flows ?? null,
  }));
}

/** What a schema can't say of endpoints, and must be right. */
export function endpointProblems(inputs: readonly EndpointInput[]): { path: ConfigPath; message: string }[] {
  return inputs.flatMap((input, index) => {
    const at = (field: string, message: string) => ({ path: ['notify', index, field], message });
    const url = new URL(input.url);
    const twice = inputs.findIndex((each) => each.name !== undefined && each.name === input.name) < index;
    return [
      ...(input.name !== undefined && twice
        ? [at('name', `the endpoint "${input.name}" is declared twice.`)]
        : []),
      ...(url.username || url.password
        ? [
            at(
              'url',
              'an address with user and password is not called: use secretFile and check the signature.',
            ),
          ]
        : []),
      ...(input.format === 'pagerduty' && input.routingKey === undefined
        ? [at('format', 'PagerDuty needs routingKeyFile: the integration key of a service.')]
        : []),
      ...(input.format !== 'pagerduty' && input.routingKey !== undefined
        ? [at('routingKey', 'only the format pagerduty has a routingKey.')]
        : []),
    ];
  });
}

/** What works and deserves a second look. */
export const endpointWarnings = (endpoints: readonly NotifyEndpoint[]): string[] =>
  endpoints.flatMap(({ name, url, format, secret, on }) => {
    const { protocol, hostname } = new URL(url);
    return [
      ...(protocol === 'http:' && !loopback.test(hostname)
        ? [`notify "${name}": it is called over plain http, so anyone on the way can read it.`]
        : []),
      ...(format === 'generic' && secret === null
        ? [`notify "${name}": no secret, so its receiver can't tell who sends.`]
        : []),
      ...(on.length === 0 ? [`notify "${name}": "on" is empty, so it is never told anything.`] : []),
    ];
  });
