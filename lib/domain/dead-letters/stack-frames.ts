const scanMax = 128 * 1024;
const lineMax = 1000;
const linesMax = 2000;

/** Packages of runtimes and frameworks: a frame there says little about whose code failed. */
const frameworkPackage =
  /^(?:java|javax|jakarta|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|org\.springframework|org\.apache\.(?:kafka|avro|catalina|tomcat|http|logging|commons)|io\.(?:smallrye|quarkus|vertx|netty|micrometer|micronaut|confluent|projectreactor|opentelemetry)|reactor|com\.fasterxml|com\.google\.(?:common|protobuf|gson)|org\.(?:hibernate|postgresql|slf4j|jboss|eclipse|junit|aspectj|mockito)|com\.(?:zaxxer|mysql|rabbitmq)|okhttp3|retrofit2|feign|net\.bytebuddy|System|Microsoft|MassTransit|NServiceBus|Confluent)\./;
const frameworkPath =
  /(?:node_modules|node:|\/internal\/|site-packages|dist-packages|\/lib\/python\d|\/usr\/local\/go\/src|\/pkg\/mod\/|\.cargo\/registry|\/rustc\/|gems\/)/;

type Frame = { name: string; framework: boolean };

/** Generated and numbered parts of a method's name change with every build. */
const stableName = (name: string): string =>
  name
    .replace(/^(?:[\w.@-]*\/)+/, '')
    .replace(/\$\$(?:Lambda|EnhancerBySpringCGLIB|FastClassBySpringCGLIB|SpringCGLIB|Proxy)[\w$/]*/g, '')
    .replace(/lambda\$(\w+)\$\d+/g, 'lambda$$$1')
    .replace(/\$\d+/g, '')
    .replace(/(GeneratedMethodAccessor|GeneratedConstructorAccessor)\d+/g, '$1');

const javaFrame =
  /^\s*at ([\w$./<>@-]+)\((?:[\w$.-]+\.(?:java|kt|scala|groovy|clj)(?::\d+)?|Native Method|Unknown Source|[\w$.-]*)\)/;
const dotnetFrame = /^\s*at ([\w.<>`+|[\],]+)\([^)]*\)(?: in (.+?):line \d+)?\s*$/;
const nodeFrame =
  /^\s*at (?:(?:async )?([^\s(]+(?: \[as \w+\])?) \()?((?:file:\/\/|node:|\/|[A-Za-z]:\\|\.)[^()\s]*?):\d+:\d+\)?$/;
const pythonFrame = /^\s*File "([^"]+)", line \d+, in (\S+)/;
const goFrame = /^([\w./*()-]+\.[\w.*()-]+)\((?:0x|\{|\.\.\.|\))/;
const rustFrame = /^\s*\d+: (?:0x[0-9a-f]+ - )?([\w:<>{}#$]+(?:::[\w:<>{}#$]+)+)/;

const baseName = (path: string) => path.split(/[\\/]/).slice(-2).join('/');

function parseJava(line: string): Frame | null {
  const name = javaFrame.exec(line)?.[1];
  if (!name?.includes('.')) return null;
  const stable = stableName(name);
  return { name: stable, framework: frameworkPackage.test(stable) };
}
function parseDotnet(line: string): Frame | null {
  const name = dotnetFrame.exec(line)?.[1];
  return name?.includes('.') ? { name, framework: frameworkPackage.test(name) } : null;
}
function parseNode(line: string): Frame | null {
  const match = nodeFrame.exec(line);
  const path = match?.[2];
  if (!path || path.endsWith('.rs')) return null;
  return { name: `${match[1] ?? '<anonymous>'} (${baseName(path)})`, framework: frameworkPath.test(path) };
}
function parsePython(line: string): Frame | null {
  const match = pythonFrame.exec(line);
  return match?.[1]
    ? { name: `${match[2]} (${baseName(match[1])})`, framework: frameworkPath.test(match[1]) }
    : null;
}
function parseGo(line: string): Frame | null {
  const name = line.includes('(') ? goFrame.exec(line)?.[1] : undefined;
  return name ? { name, framework: /^(?:runtime|net|net\/http|testing|sync|panic)[.(]/.test(name) } : null;
}
function parseRust(line: string): Frame | null {
  const name = rustFrame.exec(line)?.[1]?.replace(/::h[0-9a-f]{16}$/, '');
  return name ? { name, framework: /^(?:std|core|alloc|tokio|rust_begin_unwind|__rust)\b/.test(name) } : null;
}

/** Java first; a line that one language reads is not offered to the next. */
const languages: readonly { parse: (line: string) => Frame | null; innermostLast: boolean }[] = [
  { parse: parseJava, innermostLast: false },
  { parse: parseNode, innermostLast: false },
  { parse: parseDotnet, innermostLast: false },
  { parse: parsePython, innermostLast: true },
  { parse: parseGo, innermostLast: false },
  { parse: parseRust, innermostLast: false },
];

/** A line of a trace as it is looked at: bounded, without what stands behind it. */
export const lookedAt = (line: string): string => line.slice(0, lineMax).trimEnd();
/** Whether a line begins the part of another exception. */
export const beginsPart = (line: string): boolean => line.startsWith('Caused by: ');

/** The lines from where the trace names the exception on; the root cause's own part comes first. */
function partsOf(lines: readonly string[], exceptionClass: string | null): string[][] {
  const parts: string[][] = [[]];
  for (const line of lines) {
    if (beginsPart(line)) parts.push([]);
    parts.at(-1)?.push(line);
  }
  const named = parts.find((part) => exceptionClass !== null && part[0]?.includes(exceptionClass));
  const rest = parts.filter((part) => part !== named).reverse();
  return named ? [named, ...rest] : rest;
}

/**
 * The frame of the application's code nearest to where the exception was thrown, without line numbers and generated names, so that
 * it stays the same over builds. Null when the trace has none.
 */
export function topApplicationFrame(trace: string | null, exceptionClass: string | null): string | null {
  if (trace === null) return null;
  const lines = trace.slice(0, scanMax).split('\n', linesMax).map(lookedAt);
  const parts = partsOf(lines, exceptionClass);
  for (const { parse, innermostLast } of languages) {
    for (const part of parts) {
      // Line by line, as far as the first one that is the application's.
      for (let at = 0; at < part.length; at++) {
        const frame = parse(part[innermostLast ? part.length - 1 - at : at] ?? '');
        if (frame && !frame.framework) return frame.name.slice(0, 300);
      }
    }
  }
  return null;
}

/** What one line of a trace is: a frame of the application, one of a runtime or framework, or (null) no frame. Total. */
export function frameKind(line: string): 'application' | 'framework' | null {
  const text = lookedAt(line);
  for (const { parse } of languages) {
    const frame = parse(text);
    if (frame) return frame.framework ? 'framework' : 'application';
  }
  return null;
}
