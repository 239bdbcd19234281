import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK']));

interface Stat {
  readonly parent: number;
  /** Seconds of CPU of the process, all its threads. */
  readonly cpu: number;
  /** Seconds of CPU of its children that have ended. */
  readonly endedChildren: number;
}

/** /proc/<pid>/stat; undefined when the process has ended. */
function readStat(pid: number): Stat | undefined {
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The name, in parentheses, may hold anything; the third field follows it.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const seconds = (first: number) =>
    (Number(fields[first - 3]) + Number(fields[first - 2])) / TICKS_PER_SECOND;
  return {
    parent: Number(fields[1]),
    cpu: seconds(14),
    endedChildren: seconds(16),
  };
}

/** Seconds of CPU that a process has used. Throws when it has ended. */
export function cpuSeconds(pid: number): number {
  return existing(pid).cpu;
}

/** Seconds of CPU that a process and its children have used, also of children that have ended. */
export function familyCpuSeconds(pid: number): number {
  const { cpu, endedChildren } = existing(pid);
  const children = readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat?.parent === pid);
  return children.reduce(
    (sum, child) => sum + (child?.cpu ?? 0),
    cpu + endedChildren,
  );
}

export function parentOf(pid: number): number {
  return existing(pid).parent;
}

export interface Memory {
  /** Bytes. */
  readonly resident: number;
  /** Bytes, the most so far. */
  readonly peak: number;
}

export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const bytes = (name: string) =>
    1024 *
    Number(new RegExp(String.raw`^${name}:\s*(\d+)`, 'm').exec(status)?.[1]);
  return { resident: bytes('VmRSS'), peak: bytes('VmHWM') };
}

function existing(pid: number): Stat {
  const stat = readStat(pid);
  if (!stat) throw new Error(`Process ${pid} has ended`);
  return stat;
}
