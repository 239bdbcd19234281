/*
 * Checks that each regular expression of src and libs matches in linear time, whatever text it meets. Fails for one that
 * may not, and for one that is made at run time: nobody can check it.
 */
import { globSync, readFileSync } from 'node:fs';
import { checkSync } from 'recheck';
import ts from 'typescript';

// In this process on every machine: otherwise it starts Java, or a program of its own, where there is one.
process.env.RECHECK_BACKEND = 'pure';
process.env.RECHECK_SYNC_BACKEND = 'pure';

const SOURCES = ['src/**/*.ts', 'libs/*/src/**/*.ts'];
/** Milliseconds for one expression. */
const TIMEOUT = 60_000;

const found = globSync(SOURCES)
  .filter((path) => !path.endsWith('spec.ts'))
  .toSorted()
  .flatMap(expressionsIn);
const complaints = found.flatMap(complaintsOf);

for (const complaint of complaints) console.error(complaint);
console.log(`${found.length} regular expressions, ${complaints.length} faults`);
process.exitCode = complaints.length > 0 || found.length === 0 ? 1 : 0;

/** Each with its place; `literal` is undefined for one that is made at run time. */
function expressionsIn(path) {
  const source = ts.createSourceFile(
    path,
    readFileSync(path, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const expressions = [];
  const visit = (node) => {
    if (ts.isRegularExpressionLiteral(node) || isConstructed(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      const literal = ts.isRegularExpressionLiteral(node)
        ? node.text
        : undefined;
      expressions.push({ place: `${path}:${line + 1}`, literal });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return expressions;
}

function isConstructed(node) {
  return (
    (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
    node.expression.getText() === 'RegExp'
  );
}

function complaintsOf({ place, literal }) {
  if (literal === undefined) {
    return [`${place}: write the regular expression as a literal`];
  }
  const end = literal.lastIndexOf('/');
  const { status, complexity, attack, error } = checkSync(
    literal.slice(1, end),
    literal.slice(end + 1),
    { timeout: TIMEOUT },
  );
  if (status === 'safe') return [];
  return [
    status === 'vulnerable'
      ? `${place}: ${literal} takes ${complexity.summary} time for ${attack.pattern}`
      : `${place}: ${literal} cannot be checked (${error.kind})`,
  ];
}
