import type { INestApplication } from '@nestjs/common';
import {
  DocumentBuilder,
  type OpenAPIObject,
  SwaggerModule,
} from '@nestjs/swagger';
import { version } from '../../package.json';

const DESCRIPTION = `Receives install postbacks of ad trackers, stores each install exactly once and returns it.

To try it: **Authorize** with the key of a project (\`apikey\`), open \`GET /track/install/v1/custom/validate\`, **Try it out**, **Execute**: it validates an install without storing it; without \`/validate\` it is stored. To read back what was stored, authorize with the administrator's token, or a key with scope \`read\` (\`bearer\`).

Every error is \`application/problem+json\` (RFC 9457) with a stable \`code\`; [all codes](/docs/problems).`;

/** Adds to the document what no decorator of @nestjs/swagger can state. */
export type DocumentPatch = (document: OpenAPIObject) => void;

export function createOpenApi(
  app: INestApplication,
  patches: readonly DocumentPatch[],
): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Install postback service')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addTag('Postbacks', 'For trackers: send installs')
    .addTag('Trackers', 'Postback URLs for each tracker')
    .addTag('Installs', 'Read stored installs')
    .addTag('Rejections', 'Read rejected postbacks, repair and replay them')
    .addTag('Stats', 'Count postbacks')
    .addTag('Projects', 'For the administrator')
    .addTag('Keys', 'For the administrator')
    .addTag('Health', 'For load balancers')
    .addApiKey(
      {
        type: 'apiKey',
        in: 'query',
        name: 'apikey',
        description: 'API key of the project in the query: the documented form',
      },
      'apikey',
    )
    .addApiKey(
      {
        type: 'apiKey',
        in: 'header',
        name: 'X-Api-Key',
        description: 'API key of the project in a header',
      },
      'x-api-key',
    )
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        description:
          'API key of the project; for the management API the administrator token, or a key with scope `read`',
      },
      'bearer',
    )
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    // Every operation names its own.
    autoTagControllers: false,
  });
  for (const patch of patches) patch(document);
  return document;
}
