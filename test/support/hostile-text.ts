/** Runs of what a pattern of ours, or of a library, may know. */
const RUNS = [
  ['\\', '\\\\', '\\u005c', '\\u0025', 'u0061', '%', '%25', '%5C', '%%', '%zz'],
  ['"', '""', '" ', '","', 'x","y\n', '"\n', "'", ',', ',"'],
  ['{', '{"a":', '[', '[]', '[1,', '{{', '${', '}', ']', '(', 'TS{'],
  ['&', '=', ';', 'a=1&', 'a=&b', '+', 'apikey=', '&apikey=', 'a[]=', ';q='],
  [' ', '\t', '\n', '\r\n', '\u00a0', '\u2028', '\ufeff', '\0', '\x7f'],
  ['\ud800', '\udc00', '😀', 'é', '\ufffd'],
  ['0', '9', '00', '1e', '.', '-', '0-', ':', '::', '/', '1.', 'a.'],
  ['a', 'f', 'A', 'e', 'null', 'none', 'install', 'organic'],
  ['__', '##', '$', '$a', 'a_', '@', 'pbk_', 'pba_0', 'Bearer ', '/batch'],
  ['/track/', '..', '{"filter":', 'charset=', '; charset="'],
].flat();

/** What begins as a pattern wants it, and does not end so. */
const NEARLY: readonly [begin: string, run: string, end: string][] = [
  ['{', 'a', ' '],
  ['{{', 'a', '}!'],
  ['${', 'a', '{'],
  ['%%', 'A', '%!'],
  ['%', 'a', '%%!'],
  ['##', 'a', '#!'],
  ['__', '_', '!'],
  ['$', 'a', '!'],
  ['[', 'a', '['],
  ['(', 'a', '('],
  ['TS{', 'a', ' '],
  ['0', '0', 'x'],
  ['0.', '0', 'x'],
  ['1e', '9', 'x'],
  ['.', '1', 'e'],
  ['1700000000.', '1', 'x'],
  ['2026-01-01 00:00:00.', '1', 'Z'],
  ['0123456789ab-cdef', '-0', 'x'],
  ['Bearer', ' ', '\n'],
  ['Bearer ', 'a', ' !'],
  ['application/json;', ' ', 'x'],
  ['application/', 'a+', 'x'],
  ['x', ' ', 'x'],
  ['"', ' "', 'x'],
  ['"a" x', ' ', '",'],
  ['{"a":"', '\\\\', '"}'],
  ['{"a":"', '\\u0025', '"}'],
  ['{"a":', '[', ']}'],
  ['{"a":', '1', '}'],
  ['{"a":1', ',"a":1', '}'],
  ['[1', ',1', ']'],
  ['%', 'pbk_', '%'],
  ['pbk_', 'a', '-'],
];

export interface HostileText {
  readonly name: string;
  /** As near to so many characters as its parts allow. */
  readonly of: (length: number) => string;
}

/** Texts of any length that have made one program or another slow. */
export const HOSTILE_TEXTS: readonly HostileText[] = [
  ...RUNS.map((run): [string, string, string] => ['', run, '']),
  ...NEARLY,
].map(([begin, run, end]) => ({
  name: JSON.stringify(`${begin}${run}…${end}`),
  of: (length) =>
    begin +
    run.repeat(Math.floor((length - begin.length - end.length) / run.length)) +
    end,
}));
