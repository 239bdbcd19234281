/** What `node --cpu-prof` writes, as far as it is used here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      /** From 0. */
      readonly lineNumber: number;
    };
  }[];
  /** Ids of nodes. */
  readonly samples: readonly number[];
  /** Microseconds from each sample to the next. */
  readonly timeDeltas: readonly number[];
}

type Frame = CpuProfile['nodes'][number]['callFrame'];

/** Microseconds by module or by function, without what they have called; idle time does not count. */
export function busyTime(
  { nodes, samples, timeDeltas }: CpuProfile,
  by: 'module' | 'function',
): Map<string, number> {
  const nameOf = by === 'module' ? moduleOf : functionOf;
  const names = new Map(
    nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]),
  );
  const times = new Map<string, number>();
  for (const [i, id] of samples.entries()) {
    const name = names.get(id)!;
    if (name !== '(idle)') {
      times.set(name, (times.get(name) ?? 0) + timeDeltas[i]);
    }
  }
  return times;
}

/** The package, a module of Node.js, this service, or what V8 calls its own doings, such as `(garbage collector)`. */
function moduleOf({ url, functionName }: Frame): string {
  if (url === '') {
    return functionName.startsWith('(') ? functionName : '(native code)';
  }
  if (url.startsWith('node:')) return url;
  const [, path] = url.split(/.*\/node_modules\//);
  if (path === undefined) return 'this service';
  return path.split('/', path.startsWith('@') ? 2 : 1).join('/');
}

function functionOf({ url, functionName, lineNumber }: Frame): string {
  if (url === '') return functionName;
  const file = url.replace(/.*\/(?:node_modules|dist)\//, '');
  return `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
}
