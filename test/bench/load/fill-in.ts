import { randomUUID } from 'node:crypto';
import { type RequestTemplate, UUID } from '../requests';

/** Makes a text anew each time. */
type Writer = () => string;

/** The paths of requests like this one. */
export function pathWriter({ path }: RequestTemplate): Writer {
  return textWriter(path);
}

/** The bodies of requests like this one, where they have one. */
export function bodyWriter({
  body,
  batch,
}: RequestTemplate): Writer | undefined {
  if (body === undefined) return undefined;
  const write = textWriter(body);
  if (!batch) return write;
  const writeAll = () => Array.from({ length: batch.postbacks }, write);
  return batch.format === 'array'
    ? () => `[${writeAll().join(',')}]`
    : () => writeAll().join('\n');
}

/** One UUID for the whole text: its parts need not differ from each other, only from other texts. */
function textWriter(template: string): Writer {
  const parts = template.split(UUID);
  return parts.length === 1 ? () => template : () => parts.join(randomUUID());
}
