import { parseForm } from '@app/reading';
import { parseBody, type SentParameter } from '../request/read-body';

/** What a request carries of a postback, as text. */
export interface RequestText {
  readonly query: string;
  readonly contentType: string | undefined;
  /** Empty where there is none. */
  readonly body: string;
}

/** The parameters of the query, then those of the body. Throws the contract's problems for a body that cannot be read. */
export function parametersOf({
  query,
  contentType,
  body,
}: RequestText): SentParameter[] {
  const parameters: SentParameter[] = parseForm(query);
  if (body !== '') parameters.push(...parseBody(contentType, body));
  return parameters;
}
