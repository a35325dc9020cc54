import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { groupSnapshot, metricsText } from '#fixtures/metrics.ts';
import { parsePrometheusText } from '#fixtures/prometheus-text.ts';
import { goParameters } from '#lib/domain/links/go.ts';
import { burnRules } from '#lib/domain/objectives/terms.ts';

const folder = path.resolve(import.meta.dirname, '../deploy');
const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
const rendered = new Set(parsePrometheusText(metricsText([groupSnapshot('pay')])).keys());

const functions = new Set([
  'max',
  'min',
  'sum',
  'topk',
  'increase',
  'rate',
  'absent',
  'label_values',
  'vector',
]);
const operators = new Set([
  'and',
  'or',
  'unless',
  'on',
  'ignoring',
  'by',
  'without',
  'group_left',
  'group_right',
]);
const fromPrometheus = new Set(['up']);

/** Names of metrics in an expression of PromQL: what is left without strings, label matchers, ranges, groupings and words of the language. */
function metricNames(expression: string): string[] {
  const bare = expression
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .replaceAll(/\{[^}]*\}/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replaceAll(/(label_values\([^,]*),[^)]*\)/g, '$1)');
  return [...bare.matchAll(/(?<![\w.$])[a-zA-Z_:][\w:]*/g)]
    .map((match) => match[0])
    .filter((name) => !functions.has(name) && !operators.has(name));
}

type Rule = {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; link?: string };
};
const rules = (parse(read('prometheus/sluice.rules.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
type Panel = {
  id: number;
  title: string;
  targets: { expr: string; datasource: { uid: string } }[];
  fieldConfig: { defaults: { links?: { url: string }[] } };
};
const dashboard = JSON.parse(read('grafana/sluice.json')) as {
  panels: Panel[];
  templating: { list: { name: string; type: string; definition?: string }[] };
};
const expressions = [
  ...rules.map((rule) => [rule.alert, rule.expr] as const),
  ...dashboard.panels.flatMap((panel) => panel.targets.map((target) => [panel.title, target.expr] as const)),
  ...dashboard.templating.list.flatMap(({ name, definition }) =>
    definition === undefined ? [] : [[`variable ${name}`, definition] as const],
  ),
];

describe('metricNames', () => {
  it('finds metrics and nothing else', () => {
    expect(
      metricNames(
        'sum by (a, b) (x_total{c="d e",f=~"$g"}) > 4 * 3600 and on (a) increase(y[5m]) or absent(z) == 1',
      ),
    ).toEqual(['x_total', 'y', 'z']);
    expect(metricNames('label_values(w{a="$b"}, c)')).toEqual(['w']);
  });
});

describe('deploy/', () => {
  it.each(expressions)('%s: %s names only metrics that /metrics has', (_, expression) => {
    const names = metricNames(expression);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !rendered.has(name) && !fromPrometheus.has(name))).toEqual([]);
  });

  it('every rule has a severity and says what it means, and none stands twice', () => {
    expect(new Set(rules.map((rule) => rule.alert)).size).toBe(rules.length);
    for (const rule of rules) {
      expect(['critical', 'warning']).toContain(rule.labels.severity);
      expect(rule.annotations.summary.length).toBeGreaterThan(20);
    }
  });

  it.each(burnRules)(
    'the rules burn at the same rates as Sluice: $speed',
    ({ speed, longMs, shortMs, above }) => {
      const rule = rules.find(
        (each) => each.alert === `FlowTimeLagBurns${speed === 'fast' ? 'Fast' : 'Slowly'}`,
      );
      expect(rule?.expr).toContain(`window="${longMs / 3_600_000}h"} > ${above}`);
      expect(rule?.expr).toContain(`window="${shortMs / 60_000}m"} > ${above}`);
    },
  );

  const linked = [
    ...rules.flatMap(({ alert, annotations: { link } }) =>
      link === undefined ? [] : [[alert, link] as const],
    ),
    ...dashboard.panels.flatMap(({ title, fieldConfig }) =>
      (fieldConfig.defaults.links ?? []).map(({ url }) => [title, url] as const),
    ),
  ];
  it.each(linked)('%s: its link names only what /go knows, each encoded', (_, link) => {
    const [address, query = ''] = link.split('/go?');
    expect(['{{ $externalLabels.sluice }}', '${' + 'sluice}']).toContain(address);
    const parameters = query.split('&').map((each) => each.split('='));
    for (const [name, value] of parameters) {
      expect(goParameters).toContain(name);
      expect(value).toMatch(/\| urlquery|:percentencode|\$\{__(from|to)\}/);
    }
  });
  it('what is about a group, a flow, a topic or a cluster links to it', () => {
    const without = rules.filter(({ annotations: { link } }) => link === undefined).map(({ alert }) => alert);
    expect(without).toEqual(['SluiceIndexBehind', 'SluiceNotificationsNotDelivered', 'SluiceDown']);
    expect(linked.length).toBe(rules.length - without.length + 6);
  });

  it('the dashboard asks for its data source, and each panel takes that one', () => {
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
    const targets = dashboard.panels.flatMap((panel) => panel.targets);
    for (const { datasource } of targets) expect(datasource.uid).toMatch(/^\$\{datasource\}$/);
    expect(new Set(dashboard.panels.map((panel) => panel.id)).size).toBe(dashboard.panels.length);
  });

  it('the example of scraping names the path, a token from a file, and rules that are there', () => {
    const scrape = parse(read('prometheus/scrape.example.yaml'));
    expect(scrape.scrape_configs[0]).toMatchObject({
      metrics_path: '/metrics',
      authorization: { type: 'Bearer', credentials_file: expect.any(String) },
    });
    expect(readdirSync(path.join(folder, 'prometheus'))).toEqual(expect.arrayContaining(scrape.rule_files));
  });
});
