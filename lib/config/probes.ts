import type { Effect } from '#lib/domain/flows/flow.ts';
import { describeProbe, type ProbeConfig } from '#lib/probes/config.ts';
import type { ConfigFile, ProbeInput } from './file-schema.ts';
import type { ConfigPath } from './yaml-source.ts';

type Problem = { path: ConfigPath; message: string };

const buildProbe = ({ name, timeoutMs, atOnce, budgetMs, http, sql }: ProbeInput): ProbeConfig[] => {
  const limits = { name, timeoutMs, atOnce, budgetMs };
  if (http) {
    const { url, headers, token, done, notDone, field } = http;
    return [
      {
        kind: 'http',
        ...limits,
        url,
        headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
        done,
        notDone,
        field: field ?? null,
      },
    ];
  }
  return sql ? [{ kind: 'sql', ...limits, ...sql, password: sql.password ?? null }] : [];
};

export const buildProbes = (inputs: readonly ProbeInput[]): ProbeConfig[] => inputs.flatMap(buildProbe);

/** @param name as an effect names it; checked by `probeProblems` */
export function namedProbe(probes: readonly ProbeConfig[], name: string | undefined): Effect['probe'] {
  const found = probes.find((probe) => probe.name === name);
  return found ? { name: found.name, asks: describeProbe(found) } : null;
}

const urlOf = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

function httpProblems(http: NonNullable<ProbeInput['http']>, at: ConfigPath): Problem[] {
  const problem = (field: string, message: string) => ({ path: [...at, field], message });
  const probed = '0sluice0';
  const url = urlOf(http.url.replaceAll('{key}', probed));
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    return [problem('url', 'must be an http or https address.')];
  const found: Problem[] = [];
  if (http.url.split('{key}').length !== 2)
    found.push(problem('url', 'must hold {key} exactly once: that is where the idempotency key goes.'));
  else if (!(url.pathname + url.search).includes(probed))
    found.push(problem('url', '{key} may stand in the path or the query, not in the host.'));
  if (url.username !== '' || url.password !== '')
    found.push(problem('url', 'a user does not belong into the address: give headers or tokenFile.'));
  const both = http.done.filter((status) => http.notDone.includes(status));
  if (both.length > 0)
    found.push(problem('notDone', `${both.join(', ')} can't mean both done and not done.`));
  const twice = http.field?.done.filter((value) => http.field?.notDone.includes(value)) ?? [];
  if (twice.length > 0)
    found.push(problem('field', `"${twice.join('", "')}" can't mean both done and not done.`));
  return found;
}

function sqlProblems(sql: NonNullable<ProbeInput['sql']>, at: ConfigPath): Problem[] {
  const problem = (field: string, message: string) => ({ path: [...at, field], message });
  const url = urlOf(sql.connection);
  if (url?.protocol !== 'postgres:' && url?.protocol !== 'postgresql:')
    return [problem('connection', 'must be a postgresql:// address.')];
  const inOptions = [...url.searchParams.keys()].some((name) => /password/i.test(name));
  return [
    ...(url.password === '' && !inOptions
      ? []
      : [
          problem(
            'connection',
            'a password does not belong into the address or its options: give passwordFile.',
          ),
        ]),
    ...(sql.query.includes('$1')
      ? []
      : [problem('query', 'must take the keys as $1::text[], as in … WHERE id = ANY($1::text[]).')]),
    ...(sql.query.includes(';') ? [problem('query', 'must be one statement, without a semicolon.')] : []),
  ];
}

/** What a schema can't say of probes, and of the effects that name them. */
export function probeProblems({ probes, flows }: Pick<ConfigFile, 'probes' | 'flows'>): Problem[] {
  const names = probes.map((probe) => probe.name);
  const own = probes.flatMap(({ name, http, sql }, index): Problem[] => {
    const at: ConfigPath = ['probes', index];
    return [
      ...(names.indexOf(name) < index
        ? [{ path: [...at, 'name'], message: `the probe "${name}" is declared twice.` }]
        : []),
      ...((http === undefined) === (sql === undefined)
        ? [{ path: at, message: `the probe "${name}" asks either by http or by sql.` }]
        : []),
      ...(http ? httpProblems(http, [...at, 'http']) : []),
      ...(sql ? sqlProblems(sql, [...at, 'sql']) : []),
    ];
  });
  const named = flows.flatMap((flow, nthFlow) =>
    flow.boundary.effects.flatMap((effect, nth): Problem[] => {
      if (effect.probe === undefined) return [];
      const path: ConfigPath = ['flows', nthFlow, 'boundary', 'effects', nth, 'probe'];
      if (!names.includes(effect.probe))
        return [
          {
            path,
            message: `no probe is called "${effect.probe}" (there is ${names.join(', ') || 'none'}).`,
          },
        ];
      return effect.idempotencyKey === undefined
        ? [{ path, message: 'a probe is asked by idempotency key: the effect declares none.' }]
        : [];
    }),
  );
  return [...own, ...named];
}
