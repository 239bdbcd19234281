import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StaticAsset } from '../http/static-asset';

const DIRECTORY = dirname(require.resolve('swagger-ui-dist/package.json'));
const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** The files of the package that the page needs, with their Content-Type. */
const FILES = {
  'swagger-ui-bundle.js': JAVASCRIPT,
  'swagger-ui.css': 'text/css; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** With absolute paths, because the page is at /docs and at /docs/; without inline scripts, which the security policy forbids. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Install postbacks</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body style="margin: 0">
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/swagger-initializer.js"></script>
</body>
</html>
`;

/** An entered key is forgotten when the page is closed. */
const INITIALIZER = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: false,
});
`;

/** The files of Swagger UI for the document at /openapi.json, by their paths. */
export async function prepareSwaggerUi(): Promise<[string, StaticAsset][]> {
  return Promise.all([
    prepare('/docs', PAGE, 'text/html; charset=utf-8'),
    prepare('/docs/swagger-initializer.js', INITIALIZER, JAVASCRIPT),
    ...Object.entries(FILES).map(async ([name, type]) =>
      prepare(`/docs/${name}`, await readFile(join(DIRECTORY, name)), type),
    ),
  ]);
}

async function prepare(
  path: string,
  content: string | Buffer,
  type: string,
): Promise<[string, StaticAsset]> {
  return [path, await StaticAsset.prepare(content, type)];
}
