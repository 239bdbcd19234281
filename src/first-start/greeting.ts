import { join } from 'node:path';
import { ingestPathOf } from '../http/ingest-path';
import type { NewSecrets } from './first-start.service';
import { SECRETS_FILE } from './keep-secrets';

interface Started {
  readonly address: string;
  readonly secrets: NewSecrets;
  /** Of the embedded database. */
  readonly directory?: string;
}

/** What a start tells the person in front of it; secrets only when it has just made them. */
export function greeting({ address, secrets, directory }: Started): string {
  const { apiKey, adminToken } = secrets;
  const lines = [
    `Listening on  ${address}`,
    `Swagger UI    ${address}/docs`,
    ...(directory ? [`Data          ${directory}`] : []),
    ...(apiKey || adminToken ? ['', 'Shown this once; keep them:'] : []),
    ...(apiKey ? [`API key       ${apiKey}`] : []),
    ...(adminToken ? [`Admin token   ${adminToken}`] : []),
    ...(directory && (apiKey || adminToken)
      ? [`(also in ${join(directory, SECRETS_FILE)})`]
      : []),
    ...(apiKey
      ? [
          '',
          'Send a postback:',
          `curl '${address}${ingestPathOf('custom')}?apikey=${apiKey}&publisher_name=Publisher&user_id=player-1&id=install-1'`,
        ]
      : []),
    ...(adminToken
      ? [
          '',
          'See it:',
          `curl -H 'Authorization: Bearer ${adminToken}' ${address}/v1/projects/1/installs`,
        ]
      : []),
  ];
  return `\n${lines.join('\n')}\n\n`;
}
